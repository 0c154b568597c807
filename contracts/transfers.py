"""Money that moves between the fund and insurers, other funds, other areas and other levels (资金划拨).

These kinds are defined and booked; no service says them yet. Until then a voucher of the same template does the job.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.envelope import Body
from contracts.money import Fen
from contracts.text import Area, BookCode, Code, Day

Amount = Annotated[Fen, Field(gt=0)]
Bank = Literal["1003", "1004"]
"""财政专户 or 支出户, whichever the bank moved."""


class Movement(Body):
    """资金收付: the bank moved ``amount`` fen of ``book`` on ``value_date``; ``bank_key`` finds it on the statement."""

    CHOICES: ClassVar[tuple[str, ...]] = ()
    """The fields that choose how it is booked."""

    book: BookCode
    amount: Amount
    value_date: Day
    bank_key: Code

    def choices(self) -> tuple[tuple[str, str], ...]:
        """Give what chooses the case of a template."""
        return tuple((name, str(getattr(self, name))) for name in self.CHOICES)

    def control(self) -> tuple[str, int]:
        """Count what moved."""
        return self.book, self.amount


class CriticalPremiumPaid(Movement):
    """划拨大病保险保费 (T17): the year's premium goes to the insurer who carries critical illness."""

    KIND: ClassVar[str] = "CriticalPremiumPaid"
    CHOICES: ClassVar[tuple[str, ...]] = ("bank",)

    bank: Bank
    insurer: Code


class CriticalFronted(Movement):
    """垫付大病保险待遇 (T18): the agency pays for the insurer, outside a bank batch."""

    KIND: ClassVar[str] = "CriticalFronted"

    insurer: Code
    person: Code
    claim: Code


class CriticalRepaid(Movement):
    """商保归还大病垫付 (T19): the insurer pays back what the agency paid for it."""

    KIND: ClassVar[str] = "CriticalRepaid"
    CHOICES: ClassVar[tuple[str, ...]] = ("bank",)

    bank: Bank
    insurer: Code


class InsurerFloatReceived(Movement):
    """收到商保周转金 (T19): the insurer leaves a float with the agency, which owes it back."""

    KIND: ClassVar[str] = "InsurerFloatReceived"

    insurer: Code


class AssistanceFronted(Movement):
    """垫付医疗救助 (T20): the insurance fund pays for the assistance fund, outside a bank batch; booked in both."""

    KIND: ClassVar[str] = "AssistanceFronted"

    person: Code
    provider: Code
    claim: Code


class AssistanceRepaid(Movement):
    """医疗救助归还垫付 (T20): the assistance fund pays back from ``assistance_bank``; booked in both."""

    KIND: ClassVar[str] = "AssistanceRepaid"
    CHOICES: ClassVar[tuple[str, ...]] = ("bank", "assistance_bank")

    bank: Bank
    assistance_bank: Bank


class AccountTransferredIn(Movement):
    """个人账户转入 (T27): an employee brings a personal account along from another area."""

    KIND: ClassVar[str] = "AccountTransferredIn"

    person: Code
    other_area: Area


class AccountTransferredOut(Movement):
    """个人账户转出 (T28): an employee takes the personal account along to another area."""

    KIND: ClassVar[str] = "AccountTransferredOut"

    person: Code
    other_area: Area


Level = Literal["superior", "inferior"]
"""上级, 下级: the other level of administration."""


class LevelFundsReceived(Movement):
    """上级补助, 下级上解收入 (T29): money comes from the superior, or is handed up by an inferior."""

    KIND: ClassVar[str] = "LevelFundsReceived"
    CHOICES: ClassVar[tuple[str, ...]] = ("level", "bank")

    level: Level
    bank: Literal["1002", "1003"]
    other_area: Area


class LevelFundsPaid(Movement):
    """补助下级, 上解上级支出 (T30): money goes to an inferior, or is handed up to the superior."""

    KIND: ClassVar[str] = "LevelFundsPaid"
    CHOICES: ClassVar[tuple[str, ...]] = ("level", "bank")

    level: Level
    bank: Bank
    other_area: Area
