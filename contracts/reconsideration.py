"""What is said while many claims are looked at again (再核定): an agreement or a rule pack was changed for the past."""

from typing import ClassVar, Literal

from contracts.envelope import Body
from contracts.people import ProviderCode
from contracts.text import BookCode, Code, Day, LongText


class ReconsiderationOrdered(Body):
    """再核定提请: decided claims with care on or after ``since`` are to be looked at again, person by person.

    Because of an ``agreement`` those at ``provider``, at once; because of a ``pack`` those of ``book``, as soon as an
    approver agrees. The other of the two is null.
    """

    KIND: ClassVar[str] = "ReconsiderationOrdered"

    reconsideration: Code
    because: Literal["agreement", "pack"]
    provider: ProviderCode | None
    book: BookCode | None
    since: Day


class ReconsiderationApproved(Body):
    """再核定审批: an approver lets a corrected rule pack apply to what was decided before it was published."""

    KIND: ClassVar[str] = "ReconsiderationApproved"

    reconsideration: Code


class ReconsiderationRejected(Body):
    """再核定否决: an approver keeps what was decided before a corrected rule pack was published, and says why."""

    KIND: ClassVar[str] = "ReconsiderationRejected"

    reconsideration: Code
    reason: LongText


class ReconsiderationStepped(Body):
    """再核定进度: the claims of the next ``persons`` persons were looked at, ``decided`` of them decided again.

    ``upto`` is the last of these persons; null in the last step where nobody was left. ``done`` ends it.
    """

    KIND: ClassVar[str] = "ReconsiderationStepped"

    reconsideration: Code
    upto: Code | None
    persons: int
    decided: int
    done: bool
