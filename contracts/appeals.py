"""What is said when a proposed clawback is objected to (申诉): it takes no effect before somebody else has answered."""

from typing import ClassVar

from contracts.claims import ClawbackWord


class ClawbackAppealed(ClawbackWord):
    """追回申诉: the hospital, or the person at the counter, objects to a clawback that was proposed."""

    KIND: ClassVar[str] = "ClawbackAppealed"


class AppealDismissed(ClawbackWord):
    """申诉驳回: a reviewer who did not propose the clawback finds the objection without ground, and says why.

    An appeal that is right has no event of its own: the proposal is turned down (``ClawbackRejected``).
    """

    KIND: ClassVar[str] = "AppealDismissed"
