"""核定台: lay out what is known about a batch of claims, then judge them one after the other.

What a claim counts is carried along in memory, so a batch of many gives what many batches of one would give.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from contracts.claims import Amounts, ClaimForm
from services.adjudication.decide.case import STAYS
from services.adjudication.decide.facts import Facts, facts_of
from services.adjudication.decide.intake import IntakeRules
from services.adjudication.decide.judgement import Judgement, Reviewed, judge
from services.adjudication.decide.pack import Pack, parse_pack
from services.adjudication.decide.sampling import Lot
from services.adjudication.decide.supervision import SupervisionRules
from services.adjudication.decide.tiers import Stage, chain_for
from services.adjudication.model import GROUNDS, INTAKE, SUPERVISION, Record, Stay, pack_of
from services.adjudication.store import published, records
from services.adjudication.store.records import Providers
from services.chassis.postgres import Connection
from services.chassis.trouble import Refused


class Rules(NamedTuple):
    """The rule packs by name, the rules of intake with their reminders, and the seed of the draw, as published last."""

    packs: Mapping[str, Pack]
    intake: IntakeRules
    lot: Lot | None

    def pack_for(self, book: str) -> Pack:
        """Give the rule pack of a book. Raises ``Refused`` NO_PACK."""
        pack = self.packs.get(pack_of(book) or "")
        if pack is None:
            raise Refused("NO_PACK", f"no rule pack is published for the book {book}")
        return pack


class Library:
    """规则库: published versions, compiled once per process; a version never changes under its hash."""

    def __init__(self) -> None:
        self._packs: dict[str, Pack] = {}
        self._intake: dict[tuple[str, str | None], IntakeRules] = {}

    async def rules(self, connection: Connection) -> Rules:
        """Give the rules published last. Raises ``Refused`` NO_RULES before anything is published."""
        current = await published.newest(connection)
        if not current.keys() >= {INTAKE, SUPERVISION}:
            raise Refused("NO_RULES", "the rules of intake and of supervision are not published yet")
        intake = await self.intake_of(connection, current.pop(INTAKE), current.pop(SUPERVISION))
        current.pop(GROUNDS, None)
        missing = set(current.values()) - self._packs.keys()
        if missing:
            contents = await published.contents(connection, missing)
            self._packs |= {key: parse_pack(content) for key, content in contents.items()}
        packs = {name: self._packs[key] for name, key in current.items()}
        seed = await published.seed(connection)
        return Rules(packs, intake, None if seed is None else Lot.of(seed))

    async def intake_of(self, connection: Connection, intake: str, supervision: str | None) -> IntakeRules:
        """Give one version of the rules of intake, with the reminders of one version of the rules of supervision."""
        key = intake, supervision
        if key not in self._intake:
            contents = await published.contents(connection, [one for one in key if one is not None])
            rules = IntakeRules.of(contents[intake].encode())
            if supervision is not None:
                rules = rules.reminding(SupervisionRules.of(contents[supervision].encode()))
            self._intake[key] = rules
        return self._intake[key]

    async def appeal_within(self, connection: Connection, day: date) -> int:
        """Give the working days for an appeal against what was approved on a day, whatever was published since."""
        then = await published.on_day(connection, INTAKE, day)
        intake = then or (await published.newest(connection))[INTAKE]
        return (await self.intake_of(connection, intake, None)).appeal_within

    async def chain(self, connection: Connection, intake: str, book: str, pay_to: str, total: int) -> tuple[Stage, ...]:
        """Give the review chain of a claim of ``total`` fen under the rules of intake of its decision."""
        return chain_for((await self.intake_of(connection, intake, None)).tiers, book, pay_to, total)


@dataclass(slots=True)
class Table:
    """The records, agreements, invoices and rules that lie on the desk for one batch."""

    rules: Rules
    records: Mapping[str, Record]
    providers: Providers
    invoices: dict[str, str]

    def facts(self, number: str | None, claim: ClaimForm, submitted: date) -> Facts:
        """Gather the facts of one claim as things stand now; ``number`` is None for an estimate."""
        return self._facts(number, claim, submitted, self.records[claim.person], None)

    def facts_again(self, number: str, claim: ClaimForm, submitted: date) -> Facts:
        """Gather the facts of a claim that was decided before, on the year as it was then."""
        record = self.records[claim.person]
        own = record.placed.get(number)
        return self._facts(number, claim, submitted, record.before(number), own.fund if own else None)

    def _facts(
        self, number: str | None, claim: ClaimForm, submitted: date, record: Record, stands: int | None
    ) -> Facts:
        owner = self.invoices.get(claim.invoice)
        return facts_of(
            number,
            claim,
            record,
            records.terms_on(self.providers, claim.provider, claim.on),
            submitted=submitted,
            invoice_of=None if owner == number else owner,
            intake=self.rules.intake.id,
            supervision=self.rules.intake.supervision,
            stands=stands,
            lot=self.rules.lot,
        )

    def judge(self, claim: ClaimForm, facts: Facts, reviewed: Reviewed, agreed: Amounts | None = None) -> Judgement:
        """Judge one claim on its facts; ``agreed`` are the amounts that people approved. Raises ``Refused`` NO_PACK."""
        return judge(claim, facts, self.rules.pack_for(claim.book), self.rules.intake, reviewed, agreed)

    def keep(self, number: str, claim: ClaimForm, judgement: Judgement) -> None:
        """Let what was judged count for the claims that follow."""
        record = self.records[claim.person]
        if judgement.outcome == "denied":
            record.release(number)
            if self.invoices.get(claim.invoice) == number:
                del self.invoices[claim.invoice]
            return
        self.invoices[claim.invoice] = number
        if claim.kind in STAYS and claim.admitted and claim.discharged:
            approved = judgement.outcome == "approved"
            record.place(Stay(number, claim.disease, claim.admitted, claim.discharged, approved))
        if judgement.outcome == "approved":
            record.count(claim.book, judgement.counted, judgement.result["amounts"]["account"])


async def lay_out(
    connection: Connection,
    library: Library,
    claims: Sequence[ClaimForm],
    invoices: dict[str, str],
    seen: Mapping[int, int],
) -> Table:
    """Read everything that judging these claims needs, in a handful of statements."""
    return Table(
        await library.rules(connection),
        await records.records_of(connection, {claim.person for claim in claims}, seen),
        await records.terms_of(connection, {claim.provider for claim in claims}),
        invoices,
    )
