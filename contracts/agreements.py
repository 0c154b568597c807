"""What is said before an agreement changes for the past (定点协议追溯变更): one proposes, another decides."""

from typing import ClassVar
from uuid import UUID

from contracts.claims import AgreementForm
from contracts.envelope import Body
from contracts.people import ProviderCode
from contracts.text import Code, Digest, LongText


class AgreementProposed(AgreementForm, Body):
    """定点协议变更提请: an agreement is to hold from a day that is past; it changes nothing before an approver agrees.

    ``change_id`` and ``change_hash`` name the last ``ProviderChanged`` of the provider that the clerk saw, null where
    there was none: once a newer one is said, the proposal is void.
    """

    KIND: ClassVar[str] = "AgreementProposed"

    proposal: Code
    change_id: UUID | None
    change_hash: Digest | None


class AgreementRejected(Body):
    """定点协议变更否决: somebody else looked at a proposal and turned it down; the agreement stays as it was."""

    KIND: ClassVar[str] = "AgreementRejected"

    proposal: Code
    provider: ProviderCode
    reason: LongText
