"""Money between the fund and its providers: advances, the monthly settlement, deposits (与定点机构结算).

These kinds are defined and booked; no service says them yet. Until then a voucher of the same template does the job.
"""

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from contracts.claims import ClaimKind
from contracts.envelope import Body, Part
from contracts.money import Fen
from contracts.people import ProviderCode
from contracts.text import BookCode, Code, Day
from contracts.transfers import Amount, Bank, Movement


class AdvancePaid(Movement):
    """拨付医院预付金 (T12): the provider holds it against settlements of the year, or gives it back."""

    KIND: ClassVar[str] = "AdvancePaid"

    provider: ProviderCode


class AdvanceRepaid(Movement):
    """收回医院预付金 (T15): what no settlement used comes back."""

    KIND: ClassVar[str] = "AdvanceRepaid"
    CHOICES: ClassVar[tuple[str, ...]] = ("bank",)

    provider: ProviderCode
    bank: Bank


class SettlementLine(Part):
    """结算明细, fen: ``recognised`` less ``deducted`` (扣款) is covered by the advance, kept as deposit, or paid."""

    kind: ClaimKind
    recognised: Fen
    deducted: Fen
    advance: Fen
    deposit: Fen
    paid: Fen

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.recognised - self.deducted != self.advance + self.deposit + self.paid:
            raise ValueError("recognised less deducted is advance, deposit and paid together")
        return self


class ProviderSettled(Body):
    """与医院月度结算 (T13, T14): what the bank paid is expense, and so is what a held advance covers.

    On a cash basis a deduction and a withheld deposit are simply not paid: no entry (T16, T23). Where the local rule
    books the deposit, ``DepositWithheld`` says so beside this.
    """

    KIND: ClassVar[str] = "ProviderSettled"

    settlement: Code
    book: BookCode
    provider: ProviderCode
    begins: Day
    ends: Day
    lines: Annotated[tuple[SettlementLine, ...], Field(min_length=1, max_length=20)]
    value_date: Day
    bank_key: Code | None

    def control(self) -> tuple[str, int]:
        """Count what becomes expense: paid, or covered by the advance."""
        return self.book, sum(line.paid + line.advance for line in self.lines)


class DepositWithheld(Body):
    """预留质量保证金 (T16), only where the local rule books it: expense now, owed until it is released."""

    KIND: ClassVar[str] = "DepositWithheld"

    settlement: Code
    book: BookCode
    provider: ProviderCode
    kind: ClaimKind
    amount: Amount

    def control(self) -> tuple[str, int]:
        """Count what is withheld."""
        return self.book, self.amount


class DepositReleased(Movement):
    """返还质量保证金 (T16): a booked deposit is paid out."""

    KIND: ClassVar[str] = "DepositReleased"

    provider: ProviderCode
