"""迟到的事实: what is learnt too late has a claim decided again, on the year as it was, and both results are kept.

More is paid at once. Less, or nothing, waits until people agree. The claims that were approved after a changed one are
looked at again too, for they were decided on a year that is another now.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import NamedTuple
from uuid import UUID

from contracts.claims import Adjudicated, ClaimForm
from contracts.clawbacks import Clawback
from services.adjudication.decide.clawback import clawback_number, clawback_of, left_after, left_of, spread
from services.adjudication.decide.judgement import Judgement, Reviewed, adjudicated, nothing_counted, same_money
from services.adjudication.decide.supervision.grounds import SUPERSEDED
from services.adjudication.desk import Library, Table, lay_out
from services.adjudication.model import Placed, Record, negated
from services.adjudication.store import invoices, late
from services.adjudication.store.late import Past
from services.chassis.unit import Unit

_ACTOR = "adjudication"
"""Who decides again, whoever gave the cause: people agree to a clawback, not to what follows from it."""


class Fresh(NamedTuple):
    """Since when something else holds for a claim, and the event that says so."""

    since: date
    cause: UUID


class Reconsideration:
    """再核定: one look at the claims of some persons, first approved first; each change counts for what follows."""

    def __init__(self, unit: Unit, table: Table, pasts: Sequence[Past]) -> None:
        self._unit = unit
        self._table = table
        self._pasts = pasts
        self._said: Counter[UUID] = Counter()
        self.decided = 0
        self.replaced: set[str] = set()
        for past in pasts:
            _place(table.records[past.form.person], past)

    def of_facts(self, fresh: Callable[[ClaimForm], Fresh | None]) -> None:
        """Decide again what may be another now that this is known about a claim, and what was approved after it."""
        moved: dict[tuple[str, str, int], UUID] = {}
        for past in self._pasts:
            form, news = past.form, fresh(past.form)
            cause = moved.get((form.person, form.book, form.on.year)) if past.place is not None else None
            if news and form.on >= news.since:
                cause = news.cause
            if cause and self._again(past, "no", None, cause):
                moved |= {(form.person, *year): cause for year in _years(form)}

    def of_review(self, claim: str, decision: UUID, review: UUID) -> None:
        """Let what people agreed to take effect, and look at what was approved after that claim.

        They agreed to ``decision``: where a newer one waits, it goes on waiting.
        """
        for past in self._pasts:
            if past.form.claim == claim and past.waiting and past.waiting.id == decision:
                if self._again(past, "approved", review, review):
                    self.after(claim, review)
                return

    def after(self, claim: str, cause: UUID) -> None:
        """Look at what was approved after a claim that counts something else in its year now."""
        after = iter(self._pasts)
        own = next((past.form for past in after if past.form.claim == claim), None)
        years = _years(own) if own else set()
        for past in after:
            if past.place is not None and (past.form.book, past.form.on.year) in years:
                self._again(past, "no", None, cause)

    def _again(self, past: Past, reviewed: Reviewed, review: UUID | None, cause: UUID) -> bool:
        """Decide one claim again; tell whether another decision stands now."""
        form, table = past.form, self._table
        facts = table.facts_again(form.claim, form, past.submitted_on)
        judgement = table.judge(form, facts, reviewed, past.waiting and past.waiting.body.amounts)
        if _is_known(past, judgement):
            return False
        body = adjudicated(
            form,
            facts,
            table.rules.pack_for(form.book),
            judgement,
            round_=past.rounds + 1,
            seen=table.records[form.person].seen,
            review=review,
            supersedes=past.decision.id,
        )
        key = self._say(body, cause)
        self.decided += 1
        if body.waits():
            return False
        self._replace(past, body, key, cause)
        table.keep(form.claim, form, judgement)
        self.replaced.add(form.claim)
        return True

    def _replace(self, past: Past, body: Adjudicated, key: UUID, cause: UUID) -> None:
        """Take back what was left of the decision that stood; what people agreed to take back stays taken.

        Of a decision that gives less than they took, or nothing, less is taken; of the next one all of it again.
        """
        old, record = past.decision.body, self._table.records[body.person]
        left = left_after(body, ())
        if old.outcome == "approved":
            rest = left_after(old, past.taken)
            whole = clawback_of(
                old,
                past.decision.id,
                self._number(cause),
                rest,
                finding=None,
                ground=SUPERSEDED,
                reason="facts that came late",
                account=old.amounts.account,
            )
            self._take(record, whole, cause)
        for agreed in past.agreed:
            amount = min(agreed.amount, left.split.total())
            if amount:
                part = spread(left, amount)
                again = clawback_of(
                    body,
                    key,
                    self._number(cause),
                    part,
                    finding=agreed.finding,
                    ground=agreed.ground,
                    reason=agreed.reason,
                    lines=agreed.lines,
                    repeats=agreed.clawback,
                )
                self._take(record, again, cause)
                left = left_of(left.split, left.counted, [part])
        record.placed[body.claim] = Placed(body.book, key, body.amounts.fund, left.counted, body.amounts.account)

    def _number(self, cause: UUID) -> str:
        """Number the clawback that is said next."""
        return clawback_number(cause, self._said[cause])

    def _take(self, record: Record, body: Clawback, cause: UUID) -> None:
        """Say a clawback, and let it count."""
        self._say(body, cause)
        record.count(body.book, negated(body.counted), -body.account)

    def _say(self, body: Adjudicated | Clawback, cause: UUID) -> UUID:
        key = self._unit.append(body, stream=body.person, cause=cause, n=self._said[cause], actor=_ACTOR)
        self._said[cause] += 1
        return key


@asynccontextmanager
async def reconsider(
    unit: Unit, library: Library, persons: Collection[str], seen: Mapping[int, int]
) -> AsyncIterator[Reconsideration]:
    """Lay out all that was decided for these persons, whose streams are locked, and write down what changes."""
    pasts = await late.pasts(unit.conn, persons)
    used = await invoices.reserve(unit.conn, [(past.form.invoice, past.form.claim) for past in pasts])
    table = await lay_out(unit.conn, library, [past.form for past in pasts], used, seen)
    look = Reconsideration(unit, table, pasts)
    yield look
    denied = {past.form.claim for past in pasts if past.decision.body.outcome == "denied"}
    await invoices.give_up(unit.conn, list(denied - look.replaced))
    await unit.flush()


def _years(form: ClaimForm) -> set[tuple[str, int]]:
    """Give the years in which a claim counts: that of its day, and as a stay that of admission (慢性病限额扣减)."""
    return {(form.book, day.year) for day in (form.on, form.admitted) if day is not None}


def _place(record: Record, past: Past) -> None:
    """Put a claim that was ever approved in its place in the person's year."""
    if past.place is None:
        return
    old = past.decision.body
    if old.outcome == "approved":
        counted, account, fund = left_after(old, past.taken).counted, old.amounts.account, old.amounts.fund
    else:
        counted, account, fund = nothing_counted(old), 0, 0
    record.placed[old.claim] = Placed(old.book, past.decision.id, fund, counted, account)


def _is_known(past: Past, judgement: Judgement) -> bool:
    """Tell whether this result stands already, or waits for people, or was turned down by them."""
    new, old, waiting = judgement.result, past.decision.body, past.waiting
    if new["outcome"] == old.outcome and same_money(new["amounts"], old.amounts):
        return True
    return waiting is not None and judgement.outcome == "pended" and same_money(new["amounts"], waiting.body.amounts)
