"""Follow every finding again (监管疑点): raised once, looked into and closed by two people, and what clawbacks cite.

A finding about what a provider did lies in another shard than the clawbacks that name it: these are held against it
once all shards are walked, as far as the business days tell which came first.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from contracts.appeals import AppealDismissed, ClawbackAppealed
from contracts.claims import ClaimSubmitted, ReviewDecided
from contracts.clawbacks import Clawback, ClawbackProposed, ClawbackRejected, ClawbackReversed
from contracts.envelope import Body
from contracts.supervision import FindingClosed, FindingRaised, FindingTaken
from services.adjudication.decide.supervision.grounds import SUPERVISION_GROUND
from services.adjudication.decide.supervision.life import bar, is_news, matter_of
from services.adjudication.followed import Earlier, Matter, Part, Status
from services.cli.audit.claims.findings import check_finding
from services.cli.audit.claims.standing import Standing
from services.cli.audit.log.chain import Row
from services.cli.audit.log.divergence import Differences, Place
from services.cli.audit.log.published import Rules


class About(NamedTuple):
    """A finding about what a provider did for a book in a month, who took it when, who closed it when."""

    provider: str
    book: str
    month: str
    taken: tuple[str, date] | None
    closed: tuple[str, date] | None


class Cited(NamedTuple):
    """A clawback of a claim, last decided in ``month``, names a finding that is not the claim's, on a business day.

    ``had_part`` are those who handed the claim in or reviewed it before, ``since`` those who objected to the clawback,
    ``judges`` those who decided on it or answered an appeal.
    """

    place: Place
    finding: str
    provider: str
    book: str
    month: str
    day: date
    had_part: frozenset[str]
    since: set[str]
    judges: set[str]


@dataclass(slots=True)
class Followed:
    """A finding, and what became of it: who took and closed it when, its clawbacks that wait or hold, who objected."""

    body: FindingRaised
    taken: tuple[str, date] | None = None
    closed: tuple[str, date] | None = None
    waiting: set[str] = field(default_factory=set)
    holding: set[str] = field(default_factory=set)
    appellants: set[str] = field(default_factory=set)

    @property
    def status(self) -> Status:
        """Tell how it stands."""
        if self.closed is not None:
            return "closed"
        if self.waiting:
            return "proposed"
        if self.holding:
            return "upheld"
        return "in_review" if self.taken else "open"


class Oversight:
    """The findings of one shard, and the grounds of the clawbacks in it, in the order of the log."""

    def __init__(self, rules: Rules, standing: Mapping[str, Standing], found: Differences) -> None:
        self._rules = rules
        self._standing = standing
        self._found = found
        self._followed: dict[str, Followed] = {}
        self._matters: defaultdict[Matter, list[str]] = defaultdict(list)
        self._own: dict[str, tuple[str, str]] = {}
        self._deciders: defaultdict[str, set[str]] = defaultdict(set)
        self._proposed: dict[str, ClawbackProposed] = {}
        self._cites: dict[str, Cited] = {}
        grounds = [one for table in rules.grounds.values() for one in table.items()]
        self._people = {code for code, ground in grounds if ground.by == "people"} | {SUPERVISION_GROUND}
        self._service = {code for code, ground in grounds if ground.by == "service"}

    def about_providers(self) -> dict[str, About]:
        """Give the findings about providers, for who cites them from other shards."""
        return {
            number: About(one.body.provider, one.body.book, one.body.month, one.taken, one.closed)
            for number, one in self._followed.items()
            if one.body.claim is None
        }

    def cited(self) -> list[Cited]:
        """Give the clawbacks that name a finding about a provider, in the order of the log."""
        return list(self._cites.values())

    def take_in(self, row: Row, body: Body) -> None:
        """Check what one row says."""
        match body:
            case ClaimSubmitted():
                self._own[body.claim] = row.actor, body.person
            case ReviewDecided():
                self._deciders[body.claim].add(row.actor)
            case FindingRaised():
                self._raise(row, body)
            case FindingTaken():
                self._take(row, body)
            case FindingClosed():
                self._close(row, body)
            case ClawbackProposed():
                self._propose(row, body)
            case Clawback():
                self._claw_back(row, body)
            case ClawbackRejected():
                self._judged(row, body.clawback)
                self._ended(body.clawback, holds=False)
            case ClawbackReversed():
                self._judged(row, body.appeal)
                self._ended(body.appeal, holds=False)
            case AppealDismissed():
                self._judged(row, body.clawback)
            case ClawbackAppealed():
                self._object(row, body.clawback)

    def _raise(self, row: Row, body: FindingRaised) -> None:
        check_finding(row, body, self._rules.supervision, self._standing, self._found)
        before = [self._followed[number] for number in self._matters[matter_of(body)]]
        earlier = [Earlier(one.body.rule_version, one.body.evidence, one.status) for one in before]
        if body.claim is None:
            # once one is taken, whether a clawback of another shard waits or holds is not known here
            earlier = [one if one.status == "open" else one._replace(status="closed") for one in earlier]
        news = is_news(body, earlier, self._rules.supervision)
        self._found.expect(row.place, f"the finding {body.finding} is news", True, news)
        self._followed[body.finding] = Followed(body)
        self._matters[matter_of(body)].append(body.finding)

    def _take(self, row: Row, body: FindingTaken) -> None:
        one = self._known(row, body.finding, body.book)
        if one is not None:
            self._found.expect(row.place, f"status of {body.finding} when it is taken", "open", one.status)
            self._apart(row, one)
            one.taken = row.actor, row.business_date

    def _close(self, row: Row, body: FindingClosed) -> None:
        one = self._known(row, body.finding, body.book)
        if one is not None:
            self._found.expect(row.place, f"status of {body.finding} when it is closed", "in_review", one.status)
            self._apart(row, one)
            one.closed = row.actor, row.business_date

    def _known(self, row: Row, number: str, book: str) -> Followed | None:
        one = self._followed.get(number)
        self._found.expect(row.place, f"book of the finding {number}", one and one.body.book, book)
        return one

    def _apart(self, row: Row, one: Followed) -> None:
        """Whoever looks into a finding, or closes it, had no part in the claim, and the two are not one person."""
        claim = one.body.claim or ""
        part = Part(self._own.get(claim, ()), self._deciders.get(claim, ()), one.appellants, one.taken and one.taken[0])
        self._found.expect(
            row.place, f"what bars {row.actor} from {one.body.finding}", None, bar(row.actor, None, part)
        )

    def _propose(self, row: Row, body: ClawbackProposed) -> None:
        self._proposed[body.clawback] = body
        own = row.actor in self._own.get(body.claim, ())
        self._found.expect(row.place, f"{row.actor} proposes in a case of their own", False, own)
        if body.ground is None:  # from before there were grounds
            return
        known = body.ground in self._people
        self._found.expect(row.place, f"the ground {body.ground} is one of people's", True, known)
        names = body.finding is not None
        self._found.expect(row.place, "a finding is named", body.ground == SUPERVISION_GROUND, names)
        if body.finding is None:
            return
        one = self._followed.get(body.finding)
        if one is None or one.body.claim is None:
            self._cite(row, body, body.finding)
        else:
            self._found.expect(row.place, f"claim of the finding {body.finding}", one.body.claim, body.claim)
            looked_at = one.status not in ("open", "closed")
            self._found.expect(row.place, f"the finding {body.finding} is in review", True, looked_at)
            had_part = one.taken is not None and one.taken[0] in self._part(body.claim)
            self._found.expect(row.place, f"who took {body.finding} had a part in {body.claim}", False, had_part)
        if one is not None:
            one.waiting.add(body.clawback)

    def _cite(self, row: Row, body: ClawbackProposed, finding: str) -> None:
        claim, standing = body.claim, self._standing.get(body.claim)
        if self._found.expect(row.place, f"the claim {claim} was decided", True, standing is not None) and standing:
            month, part = f"{standing.decided_on:%Y-%m}", self._part(claim)
            about = row.place, finding, standing.provider, standing.book, month, row.business_date
            self._cites[body.clawback] = Cited(*about, part, set(), set())

    def _part(self, claim: str) -> frozenset[str]:
        """Tell who handed a claim in, is its person, or reviewed it so far."""
        return frozenset((*self._own.get(claim, ()), *self._deciders.get(claim, ())))

    def _judged(self, row: Row, clawback: str) -> None:
        """Whoever decides on a clawback, or answers an appeal, had no part in the claim and took no finding of it."""
        proposed, one = self._proposed.get(clawback), self._because(clawback)
        if proposed is None:
            return
        own, deciders = self._own.get(proposed.claim, ()), self._deciders.get(proposed.claim, ())
        barred = bar(row.actor, None, Part(own, deciders, (), one.taken[0] if one and one.taken else None))
        self._found.expect(row.place, f"what bars {row.actor} from {clawback}", None, barred)
        if cites := self._cites.get(clawback):
            cites.judges.add(row.actor)

    def _object(self, row: Row, clawback: str) -> None:
        if one := self._because(clawback):
            one.appellants.add(row.actor)
        if cites := self._cites.get(clawback):
            cites.since.add(row.actor)

    def _claw_back(self, row: Row, body: Clawback) -> None:
        self._judged(row, body.clawback)
        agreed = self._proposed.get(body.repeats or body.clawback)
        if agreed is not None:
            said = body.ground, body.finding
            self._found.expect(row.place, "ground and finding as proposed", (agreed.ground, agreed.finding), said)
        elif body.ground is not None:
            known = body.ground in self._service and body.finding is None
            self._found.expect(row.place, f"the ground {body.ground} is one of the service's", True, known)
        self._ended(body.clawback, holds=True)

    def _ended(self, clawback: str, *, holds: bool) -> None:
        if one := self._because(clawback):
            one.waiting.discard(clawback)
            one.holding.discard(clawback)
            if holds:
                one.holding.add(clawback)

    def _because(self, clawback: str) -> Followed | None:
        proposed = self._proposed.get(clawback)
        return self._followed.get(proposed.finding) if proposed and proposed.finding else None


def check_cited(cited: Iterable[Cited], about: Mapping[str, About], found: Differences) -> None:
    """Hold what clawbacks cite from other shards against the findings about providers."""
    for place, number, provider, book, month, day, had_part, since, judges in cited:
        one = about.get(number)
        if not found.expect(place, f"the finding {number} was raised", True, one is not None) or one is None:
            continue
        found.expect(place, f"whom the finding {number} is about", (one.provider, one.book), (provider, book))
        found.expect(place, f"the claim was decided in {one.month} or later", True, one.month <= month)
        taker, taken_on = one.taken or ("nobody", date.max)
        found.expect(place, f"the finding {number} was taken into review", True, taken_on <= day)
        found.expect(place, f"{taker}, who took {number}, had a part in it", False, taker in had_part | judges)
        if one.closed is not None:
            closed_by, closed_on = one.closed
            found.expect(place, f"the finding {number} was closed before", False, closed_on < day)
            found.expect(
                place, f"{closed_by}, who closed {number}, had a part in it", False, closed_by in had_part | since
            )
