"""Decide every claim again: from the facts that its decision recorded, and check those facts against the logs."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import orjson
from pydantic import ValidationError

from contracts.catalogue import UnknownKindError, parse
from contracts.claims import Adjudicated, ClaimCancelled, ClaimSubmitted, Clawback, PackPublished, ProviderChanged
from contracts.envelope import Event
from services.adjudication.decide.facts import Facts, facts_of
from services.adjudication.decide.intake import IntakeRules
from services.adjudication.decide.judgement import Judgement, judge_again
from services.adjudication.decide.pack import Pack, parse_pack
from services.adjudication.model import INTAKE, SUPERVISION, Terms
from services.cli.audit.divergence import Differences, Divergence
from services.cli.audit.dossier import Dossiers


class Published(NamedTuple):
    """What adjudication's log published: rule packs and rules of intake by hash, agreements by provider."""

    packs: Mapping[str, Pack]
    intake: Mapping[str, IntakeRules]
    providers: Mapping[str, Sequence[Terms]]


def published(events: Sequence[Event]) -> Published:
    """Gather what was published, from all shards."""
    packs: dict[str, Pack] = {}
    intake: dict[str, IntakeRules] = {}
    providers: dict[str, list[Terms]] = {}
    for event in events:
        body = parse(event)
        if isinstance(body, PackPublished) and body.pack == INTAKE:
            intake[body.pack_id] = IntakeRules.of(body.content.encode())
        elif isinstance(body, PackPublished) and body.pack != SUPERVISION:
            packs[body.pack_id] = parse_pack(body.content)
        elif isinstance(body, ProviderChanged):
            terms = Terms(body.since, body.level, body.area, body.agreement)
            providers.setdefault(body.provider, []).append(terms)
    return Published(packs, intake, providers)


class Walked(NamedTuple):
    """What a walk through one shard saw: how many decisions, and the last one on each claim."""

    decisions: int
    standing: Mapping[str, Adjudicated]


def redecide(
    shard: int, enrollment: Sequence[Event], adjudication: Sequence[Event], rules: Published, found: Differences
) -> Walked:
    """Walk one shard of adjudication's log and decide each claim again."""
    dossiers = Dossiers(enrollment)
    submitted: dict[str, tuple[ClaimSubmitted, date]] = {}
    standing: dict[str, Adjudicated] = {}
    decisions = 0
    for event in adjudication:
        where = f"adjudication/{shard}/{event.seq}"
        try:
            body = parse(event)
        except (UnknownKindError, ValidationError) as error:
            found.add(Divergence(where, f"the {event.kind} cannot be read", "a body of its kind", str(error)))
            continue
        match body:
            case ClaimSubmitted():
                submitted[body.claim] = (body, event.business_date)
            case Adjudicated():
                decisions += 1
                standing[body.claim] = body
                if body.claim in submitted:
                    _check(where, body, *submitted[body.claim], dossiers, rules, found)
                    dossiers.decided(submitted[body.claim][0], body)
                else:
                    found.add(Divergence(where, "a decision", "a claim handed in before", body.claim))
            case Clawback() | ClaimCancelled():
                dossiers.taken_back(body)
    return Walked(decisions, standing)


def _check(
    where: str,
    decision: Adjudicated,
    claim: ClaimSubmitted,
    day: date,
    dossiers: Dossiers,
    rules: Published,
    found: Differences,
) -> None:
    facts = Facts.from_json(decision.facts)
    record = dossiers.record(claim.person, decision.seen)
    terms = rules.providers.get(claim.provider, ())
    possible = [None, *(term for term in terms if term.since <= claim.on)]
    expected = [
        facts_of(claim.claim, claim, record, term, submitted=day, invoice_of=facts.invoice_of, intake=facts.intake)
        for term in possible
    ]
    if facts not in expected:
        found.expect(where, "facts of the decision", _shown(expected[-1]), _shown(facts))
    try:
        again = judge_again(claim, decision, rules.packs, rules.intake)
    except KeyError as missing:
        found.add(Divergence(where, "rules of the decision", "published in the log", str(missing)))
        return
    _compare(where, decision, again, found)


def _compare(where: str, decision: Adjudicated, again: Judgement, found: Differences) -> None:
    found.expect(where, "outcome", again.outcome, decision.outcome)
    found.expect(where, "reason", again.reason, decision.reason)
    found.expect(where, "findings", again.findings, decision.findings)
    found.expect(where, "amounts", dict(again.result["amounts"]), decision.amounts.model_dump())
    found.expect(where, "counted towards the year", again.counted, decision.counted)
    if orjson.dumps(again.result["trace"], option=orjson.OPT_SORT_KEYS) != orjson.dumps(
        decision.trace, option=orjson.OPT_SORT_KEYS
    ):
        found.add(Divergence(where, "trace", "the steps of the rule", "other steps"))


def _shown(facts: Facts) -> str:
    return orjson.dumps(facts.as_json(), option=orjson.OPT_SORT_KEYS).decode()
