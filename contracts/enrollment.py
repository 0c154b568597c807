"""What enrollment says: who is insured, who paid, who holds which tag, who may not draw."""

from typing import ClassVar, Literal

from contracts.envelope import Body
from contracts.money import Fen
from contracts.people import Status, Tag
from contracts.text import BookCode, Code, Day


class Enrolled(Body):
    """参保登记: a person is insured in a book for a period. ``ends`` is the last covered day."""

    KIND: ClassVar[str] = "Enrolled"

    person: Code
    book: BookCode
    psn_type: Code
    birth: Day
    begins: Day
    ends: Day | None

    def control(self) -> tuple[str, int]:
        """Count heads, no money."""
        return self.book, 0


Payer = Literal["personal", "collective", "assistance", "fiscal_for_poor", "employer", "subsidy"]
"""个人缴费, 集体扶持, 城乡医疗救助资助, 财政代缴, 单位缴费, 财政补贴."""

Channel = Literal["agency", "tax", "fiscal"]
"""Where the money arrived: 收入户 (agency), 国库 by the tax office, 财政专户."""


class ContributionReceived(Body):
    """缴费到账: money for one person arrived at a bank account of the fund on ``value_date``.

    ``bank_key`` is the key under which the bank shows it (often many contributions in one line).
    ``personal_account`` is the part credited to the person's own account (职工个人账户).
    """

    KIND: ClassVar[str] = "ContributionReceived"

    person: Code
    book: BookCode
    year: int
    payer: Payer
    channel: Channel
    amount: Fen
    personal_account: Fen
    value_date: Day
    bank_key: Code

    def control(self) -> tuple[str, int]:
        """Count the money received."""
        return self.book, self.amount


class TagChanged(Body):
    """身份标识: a person holds a tag from ``begins`` to ``ends`` (last day, or open)."""

    KIND: ClassVar[str] = "TagChanged"

    person: Code
    book: BookCode
    tag: Tag
    begins: Day
    ends: Day | None

    def control(self) -> tuple[str, int]:
        """Count heads, no money."""
        return self.book, 0


class DiseaseCertified(Body):
    """慢特病认定: a person is certified for a chronic disease of the pack's table."""

    KIND: ClassVar[str] = "DiseaseCertified"

    person: Code
    book: BookCode
    disease: Code
    begins: Day
    ends: Day | None

    def control(self) -> tuple[str, int]:
        """Count heads, no money."""
        return self.book, 0


class StatusChanged(Body):
    """参保状态变更: from ``since`` on the person is in this state."""

    KIND: ClassVar[str] = "StatusChanged"

    person: Code
    book: BookCode
    status: Status
    since: Day

    def control(self) -> tuple[str, int]:
        """Count heads, no money."""
        return self.book, 0
