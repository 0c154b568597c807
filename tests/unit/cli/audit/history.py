"""A short history of a county in four logs, written in memory by the pure rules of the services alone.

No database and no network: what the services decide and book is asked of the same functions that they ask.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from contracts.agreements import AgreementProposed
from contracts.claims import Adjudicated, AgreementForm, ClaimSubmitted, PackPublished, ProviderChanged
from contracts.clawbacks import FundSplit
from contracts.enrollment import ContributionReceived, DiseaseCertified, Enrolled, TagChanged
from contracts.envelope import Body, shard_of
from contracts.ledger import ChartPublished
from contracts.payments import PaymentBatched, PaymentConfirmed, PaymentLine
from services.adjudication.decide.case import STAYS
from services.adjudication.decide.facts import facts_of
from services.adjudication.decide.intake import IntakeRules
from services.adjudication.decide.judgement import adjudicated, judge
from services.adjudication.decide.sampling import Lot, publication
from services.adjudication.decide.supervision import SupervisionRules
from services.adjudication.intake import shipped_intake
from services.adjudication.jobs import as_published
from services.adjudication.model import (
    GROUNDS,
    INTAKE,
    PACKS_STREAM,
    SAMPLING,
    SUPERVISION,
    Dated,
    Record,
    Stay,
    Terms,
    pack_of,
)
from services.adjudication.packs import shipped
from services.adjudication.supervision import shipped_grounds, shipped_supervision
from services.cli.demo.scenario import Scenario
from services.ledger.publishing import VOUCHERS_STREAM
from tests.unit.cli.audit.books import Books
from tests.unit.cli.audit.logs import Scribe

BATCH = 100


class History:
    """Writes the logs of a scenario: people enrol and pay, claims are decided, owed, paid, and every day is sealed."""

    def __init__(self, scenario: Scenario) -> None:
        self.scribe = Scribe(scenario.days[0])
        self.books = Books(self.scribe)
        self._scenario = scenario
        supervision = SupervisionRules.of(shipped_supervision())
        self._intake = IntakeRules.of(shipped_intake()).reminding(supervision)
        self._seed = publication(f"{scenario.days[0]:%Y-%m}", "0" * 64)
        self._records: dict[str, Record] = {}
        self._terms: dict[str, Terms] = {}
        self._owed: list[PaymentLine] = []

    def write(self) -> None:
        """Write everything up to the seal of the last day."""
        self._publish()
        self._enrol()
        for day, following in zip(self._scenario.days, (*self._scenario.days[1:], self._scenario.after), strict=True):
            for claim in [self._hand_in(raw) for raw in self._scenario.claims[day]]:
                self._decide(claim)
            for n in range(0, len(self._owed), BATCH):
                self._pay(f"{self._scenario.book}-{day:%Y%m%d}-{n // BATCH:03d}", self._owed[n : n + BATCH])
            self._owed = []
            self.books.seal_day(following)

    def _say(self, body: Body, stream: str) -> None:
        self.books.post(self.scribe.say("adjudication", stream, body))

    def _publish(self) -> None:
        chart = self.books.chart
        body = ChartPublished(chart=chart.chart, chart_id=chart.chart_id, content=chart.content)
        self.scribe.say("ledger", VOUCHERS_STREAM, body)
        for pack in shipped().values():
            self._say(PackPublished(pack=pack.name, pack_id=pack.id, content=pack.content.decode()), PACKS_STREAM)
        rules = ((INTAKE, shipped_intake()), (SUPERVISION, shipped_supervision()), (GROUNDS, shipped_grounds()))
        for name, content in (*rules, (SAMPLING, self._seed)):
            self._say(as_published(name, content), PACKS_STREAM)
        for raw in self._scenario.providers:
            form, number = AgreementForm.model_validate(raw), f"A-{raw['provider']}"
            seen = AgreementProposed(**form.__dict__, proposal=number, change_id=None, change_hash=None)
            self.scribe.say("adjudication", form.provider, seen, actor="li.si")
            provider = ProviderChanged(**form.__dict__, proposal=number)
            self._say(provider, provider.provider)
            self._terms[provider.provider] = Terms(provider.since, provider.level, provider.area, provider.agreement)

    def _enrol(self) -> None:
        for raw in self._scenario.persons:
            enrolled = Enrolled.model_validate({name: raw[name] for name in Enrolled.model_fields})
            record = self._records.setdefault(enrolled.person, Record())
            record.births[enrolled.book] = enrolled.birth
            record.coverages.append(Dated(enrolled.book, "covered", enrolled.begins, enrolled.ends))
            for body in (enrolled, _contribution(enrolled, self._scenario.premium, self.scribe.day)):
                self.books.post(self.scribe.say("enrollment", enrolled.person, body))
        for raw in self._scenario.tags:
            tag = TagChanged.model_validate(raw)
            self.scribe.say("enrollment", tag.person, tag)
            self._records[tag.person].tags.append(Dated(tag.book, tag.tag, tag.begins, tag.ends))
        for raw in self._scenario.certificates:
            ill = DiseaseCertified.model_validate(raw)
            self.scribe.say("enrollment", ill.person, ill)
            self._records[ill.person].certificates.append(Dated(ill.book, ill.disease, ill.begins, ill.ends))

    def _hand_in(self, raw: Mapping[str, Any]) -> ClaimSubmitted:
        claim = ClaimSubmitted.model_validate(raw)
        self._say(claim, claim.person)
        return claim

    def _decide(self, claim: ClaimSubmitted) -> None:
        record = self._records.setdefault(claim.person, Record())
        terms = self._terms.get(claim.provider)
        number, day, intake = claim.claim, self.scribe.day, self._intake
        lot = Lot.of(self._seed.decode())
        facts = facts_of(
            number,
            claim,
            record,
            terms,
            submitted=day,
            invoice_of=None,
            intake=intake.id,
            supervision=intake.supervision,
            lot=lot,
        )
        pack = shipped()[str(pack_of(claim.book))]
        judgement = judge(claim, facts, pack, intake, "no")
        seen, _ = self.scribe.head("enrollment", shard_of(claim.person))
        decision = adjudicated(claim, facts, pack, judgement, round_=1, seen=seen, review=None)
        self._say(decision, claim.person)
        if decision.outcome != "denied" and claim.kind in STAYS and claim.admitted and claim.discharged:
            approved = decision.outcome == "approved"
            record.place(Stay(number, claim.disease, claim.admitted, claim.discharged, approved))
        if decision.outcome == "approved":
            record.count(claim.book, decision.counted, decision.amounts.account)
            if decision.amounts.fund:
                self._owed.append(_line(claim, decision))

    def _pay(self, batch: str, lines: list[PaymentLine]) -> None:
        ordered: dict[str, Any] = {
            "batch": batch,
            "book": self._scenario.book,
            "account": f"{self._scenario.book}-OUT",
            "total": sum(line.amount for line in lines),
            "lines": tuple(lines),
        }
        bodies: tuple[Body, ...] = (
            PaymentBatched(**ordered, maker="zhao", checker="qian", file_digest="0" * 64),
            PaymentConfirmed(**ordered, bank_voucher=f"V{batch}", value_date=self.scribe.day),
        )
        for body in bodies:
            self.books.post(self.scribe.say("payment", batch, body))


def _contribution(enrolled: Enrolled, premium: int, day: date) -> ContributionReceived:
    return ContributionReceived(
        person=enrolled.person,
        book=enrolled.book,
        year=day.year,
        payer="personal",
        channel="agency",
        amount=premium,
        personal_account=0,
        value_date=day,
        bank_key="JF1",
    )


def _line(claim: ClaimSubmitted, decision: Adjudicated) -> PaymentLine:
    amounts = decision.amounts
    return PaymentLine(
        line=f"L{claim.claim}",
        claim=claim.claim,
        kind=claim.kind,
        person=claim.person,
        pay_to=claim.pay_to,
        payee=claim.person if claim.pay_to == "person" else claim.provider,
        amount=amounts.fund,
        split=FundSplit(
            basic=amounts.basic,
            supplement=amounts.supplement,
            critical=amounts.critical,
            assistance=amounts.assistance,
        ),
        repays=None,
    )
