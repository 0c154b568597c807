"""The records of the persons of one shard, built from the logs in memory: what every decision must have seen."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from contracts.claims import Adjudicated, ClaimCancelled, ClaimSubmitted
from contracts.clawbacks import Clawback, ClawbackReversed
from contracts.enrollment import ContributionReceived, DiseaseCertified, Enrolled, StatusChanged, TagChanged
from contracts.envelope import Body
from services.adjudication.decide.case import STAYS
from services.adjudication.decide.judgement import nothing_counted
from services.adjudication.model import COUNTED, Dated, Placed, Record, Stay, negated


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

    def approved(self, person: str) -> list[str]:
        """Name the claims of a person that were ever approved and not withdrawn, first approved first."""
        return list(self._of(person).placed)

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

    def decided(self, claim: ClaimSubmitted, decision: Adjudicated, event: UUID) -> None:
        """Let a decision count for the next ones of the same person; one that waits for people counts for nothing."""
        if decision.waits():
            return
        record, number = self._of(claim.person), claim.claim
        if decision.outcome == "denied":
            record.release(number)
            if number in record.placed:
                record.placed[number] = Placed(claim.book, event, 0, nothing_counted(decision), 0)
            return
        approved = decision.outcome == "approved"
        if claim.kind in STAYS and claim.admitted and claim.discharged:
            record.place(Stay(number, claim.disease, claim.admitted, claim.discharged, approved))
        if approved:
            amounts, counted = decision.amounts, decision.counted
            record.count(claim.book, counted, amounts.account)
            record.placed[number] = Placed(claim.book, event, amounts.fund, counted, amounts.account)

    def taken_back(self, body: Clawback | ClaimCancelled) -> None:
        """Give back what a clawback or a cancellation returns to the person's year and account."""
        record = self._of(body.person)
        own = record.placed.get(body.claim)
        if isinstance(body, ClaimCancelled):
            record.release(body.claim)
            record.placed.pop(body.claim, None)
        elif own is not None and own.decision == body.decision_id:
            left = {name: getattr(own.counted, name) - getattr(body.counted, name) for name in COUNTED}
            record.placed[body.claim] = own._replace(counted=own.counted.model_copy(update=left))
        record.count(body.book, negated(body.counted), -body.account)

    def given_back(self, body: ClawbackReversed) -> None:
        """Let what a clawback took count again."""
        record = self._of(body.person)
        own = record.placed.get(body.claim)
        if own is not None and own.decision == body.decision_id:
            again = {name: getattr(own.counted, name) + getattr(body.counted, name) for name in COUNTED}
            record.placed[body.claim] = own._replace(counted=own.counted.model_copy(update=again))
        record.count(body.book, body.counted, 0)


def _put(facts: list[Dated], fact: Dated) -> None:
    """Keep a dated fact; a later word about the same beginning replaces the earlier."""
    facts[:] = [known for known in facts if (known.book, known.what, known.begins) != fact[:3]]
    facts.append(fact)
