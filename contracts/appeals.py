"""What is said when a clawback is objected to (申诉): before it is decided on it waits, and later it may be undone."""

from typing import ClassVar, Literal

from contracts.clawbacks import ClawbackWord

Against = Literal["proposal", "clawback"]
"""An appeal comes before the clawback is decided on (追回建议), or after it was approved (追回)."""


class ClawbackAppealed(ClawbackWord):
    """追回申诉: the hospital, or the person at the counter, objects to a clawback that was proposed or approved."""

    KIND: ClassVar[str] = "ClawbackAppealed"

    against: Against = "proposal"


class AppealDismissed(ClawbackWord):
    """申诉驳回: somebody who neither proposed nor approved the clawback finds the objection without ground.

    An appeal that is right ends otherwise: the proposal is turned down (``ClawbackRejected``), the approved clawback
    undone (``ClawbackReversed``).
    """

    KIND: ClassVar[str] = "AppealDismissed"

    against: Against = "proposal"
