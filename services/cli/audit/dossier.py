"""The records of the persons of one shard, built from the logs in memory: what every decision must have seen."""

from collections.abc import Iterator
from typing import NamedTuple

from contracts.claims import Adjudicated, ClaimCancelled, ClaimSubmitted, Clawback, Counted
from contracts.enrollment import ContributionReceived, DiseaseCertified, Enrolled, StatusChanged, TagChanged
from contracts.envelope import Body
from services.adjudication.decide.case import STAYS
from services.adjudication.model import Dated, Record, Stay


class Said(NamedTuple):
    """What enrollment said under a number of the shard; no body where it could not be read."""

    seq: int
    body: Body | None


class Dossiers:
    """Every person's record, moved forward event by event; enrollment only as far as a decision had seen it.

    ``taken`` is the number of the last row of enrollment that was taken in.
    """

    def __init__(self, enrollment: Iterator[Said]) -> None:
        self.taken = 0
        self._enrollment = enrollment
        self._ahead = next(enrollment, None)
        self._records: dict[str, Record] = {}

    def record(self, person: str, seen: int) -> Record:
        """Give a person's record with enrollment's shard taken in up to ``seen``."""
        while self._ahead is not None and self._ahead.seq <= seen:
            self.taken = self._ahead.seq
            self._enrol(self._ahead.body)
            self._ahead = next(self._enrollment, None)
        return self._of(person)

    def finish(self) -> None:
        """Go through what enrollment said after the last decision: nobody has seen it, but it must be good."""
        for _ in self._enrollment:
            pass

    def _of(self, person: str) -> Record:
        record = self._records.get(person)
        if record is None:
            record = self._records[person] = Record()
        return record

    def _enrol(self, body: Body | None) -> None:
        match body:
            case Enrolled():
                record = self._of(body.person)
                record.births[body.book] = body.birth
                _put(record.coverages, Dated(body.book, "covered", body.begins, body.ends))
            case TagChanged():
                _put(self._of(body.person).tags, Dated(body.book, body.tag, body.begins, body.ends))
            case DiseaseCertified():
                _put(self._of(body.person).certificates, Dated(body.book, body.disease, body.begins, body.ends))
            case StatusChanged():
                statuses = self._of(body.person).statuses
                statuses[:] = [s for s in statuses if (s.book, s.begins) != (body.book, body.since)]
                statuses.append(Dated(body.book, body.status, body.since, None))
            case ContributionReceived() if body.personal_account:
                balances = self._of(body.person).balances
                balances[body.book] = balances.get(body.book, 0) + body.personal_account

    def decided(self, claim: ClaimSubmitted, decision: Adjudicated) -> None:
        """Let a decision count for the next ones of the same person."""
        record = self._of(claim.person)
        if decision.outcome == "denied":
            record.release(claim.claim)
            return
        approved = decision.outcome == "approved"
        if claim.kind in STAYS and claim.admitted and claim.discharged:
            record.place(Stay(claim.claim, claim.disease, claim.admitted, claim.discharged, approved))
        if approved:
            record.count(claim.book, decision.counted, decision.amounts.account)

    def taken_back(self, body: Clawback | ClaimCancelled) -> None:
        """Give back what a clawback or a cancellation returns to the person's year."""
        record = self._of(body.person)
        account = 0
        if isinstance(body, ClaimCancelled):
            record.release(body.claim)
            account = body.account
        record.count(body.book, _negated(body.counted), -account)


def _put(facts: list[Dated], fact: Dated) -> None:
    """Keep a dated fact; a later word about the same beginning replaces the earlier."""
    facts[:] = [known for known in facts if (known.book, known.what, known.begins) != fact[:3]]
    facts.append(fact)


def _negated(counted: Counted) -> Counted:
    return counted.model_copy(
        update={name: -value for name, value in counted if isinstance(value, int) and name != "year"}
    )
