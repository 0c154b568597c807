"""What a decision may know (核定依据): the person, the provider, the year so far and the standing of the claim.

The facts are stored in the decision, so that anyone can decide again from the log alone.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from contracts.claims import ClaimForm
from services.adjudication.decide.case import STAYS
from services.adjudication.decide.sampling import Lot
from services.adjudication.model import Dated, Record, Stay, Terms, Year, in_county


class Facts(NamedTuple):
    """The facts of one claim on its day. Amounts are fen; days are civil days.

    ``status`` is what the person's enrollment says on the day: ``not_enrolled``, ``not_covered``, ``covered``, or
    the status that overrides it, with the day since which it holds. ``invoice_of`` and ``stay_of`` name another
    claim that already used the invoice or lies in the same time. ``discharged_before`` is the last discharge
    before this admission with the same disease. ``intake`` is the hash of the rules of intake. ``stands`` is the fund's
    part in the decision that this one would take the place of, None where the claim was never approved. ``lot`` is the
    hash of the published seed of the draw, ``draw`` what was drawn for the claim; both None where there was no draw.
    ``supervision`` is the hash of the rules of supervision that the reminders of intake are of; None, and not written,
    where the rules of intake have figures of their own, as they had at first.
    """

    birth: date | None
    tags: tuple[str, ...]
    chronic: tuple[str, ...]
    account_balance: int
    level: str | None
    in_county: bool
    agreement: str | None
    year: Year
    stays: tuple[date, ...]
    status: str
    status_since: date | None
    submitted: date
    invoice_of: str | None
    stay_of: str | None
    discharged_before: date | None
    intake: str
    stands: int | None = None
    lot: str | None = None
    draw: int | None = None
    supervision: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Write the facts; ``person``, ``provider`` and ``ytd`` have the shape of a case (packs.md §1)."""
        basic, own_in_scope, supplement, assistance, outpatient, chronic = self.year
        return {
            "person": {
                "birth": _iso(self.birth),
                "tags": list(self.tags),
                "chronic": list(self.chronic),
                "account_balance": self.account_balance,
            },
            "provider": {"level": self.level, "in_county": self.in_county, "agreement": self.agreement},
            "ytd": {
                "basic": basic,
                "own_in_scope": own_in_scope,
                "supplement": supplement,
                "assistance": assistance,
                "outpatient": outpatient,
                "chronic": dict(chronic),
                "stays": [day.isoformat() for day in self.stays],
            },
            "standing": {
                "status": self.status,
                "status_since": _iso(self.status_since),
                "submitted": self.submitted.isoformat(),
                "invoice_of": self.invoice_of,
                "stay_of": self.stay_of,
                "discharged_before": _iso(self.discharged_before),
                "intake": self.intake,
                "stands": self.stands,
                "lot": self.lot,
                "draw": self.draw,
            }
            | ({} if self.supervision is None else {"supervision": self.supervision}),
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Facts":
        """Read the facts back from a decision. Raises ``KeyError``, ``ValueError`` on what is no such thing."""
        person, provider, ytd, standing = (raw[part] for part in ("person", "provider", "ytd", "standing"))
        return cls(
            birth=_day(person["birth"]),
            tags=tuple(person["tags"]),
            chronic=tuple(person["chronic"]),
            account_balance=person["account_balance"],
            level=provider["level"],
            in_county=provider["in_county"],
            agreement=provider["agreement"],
            year=Year(**{name: ytd[name] for name in Year._fields}),
            stays=tuple(date.fromisoformat(day) for day in ytd["stays"]),
            status=standing["status"],
            status_since=_day(standing["status_since"]),
            submitted=date.fromisoformat(standing["submitted"]),
            invoice_of=standing["invoice_of"],
            stay_of=standing["stay_of"],
            discharged_before=_day(standing["discharged_before"]),
            intake=standing["intake"],
            stands=standing.get("stands"),
            lot=standing.get("lot"),
            draw=standing.get("draw"),
            supervision=standing.get("supervision"),
        )


def facts_of(
    number: str | None,
    claim: ClaimForm,
    record: Record,
    terms: Terms | None,
    *,
    submitted: date,
    invoice_of: str | None,
    intake: str,
    supervision: str | None,
    stands: int | None = None,
    lot: Lot | None = None,
) -> Facts:
    """Gather the facts of a claim from the record of its person; ``number`` is None for an estimate."""
    book, on = claim.book, claim.on
    status, since = _status(record, book, on, claim.admitted or on)
    others = [stay for stay in record.stays if stay.claim != number]
    stay_of, discharged_before = _neighbours(claim, others)
    return Facts(
        birth=record.births.get(book),
        tags=_held(record.tags, book, on),
        chronic=_held(record.certificates, book, on),
        account_balance=max(0, record.balances.get(book, 0)),
        level=terms and terms.level,
        in_county=terms is not None and in_county(book, terms.area),
        agreement=terms and terms.agreement,
        year=record.year(book, on.year),
        stays=tuple(sorted([s.admitted for s in others if s.approved and s.admitted.year == on.year])),
        status=status,
        status_since=since,
        submitted=submitted,
        invoice_of=invoice_of,
        stay_of=stay_of,
        discharged_before=discharged_before,
        intake=intake,
        stands=stands,
        lot=lot and lot.id,
        draw=lot.draw(number) if lot and number else None,
        supervision=supervision,
    )


def _neighbours(claim: ClaimForm, others: list[Stay]) -> tuple[str | None, date | None]:
    """Find the first other stay in the same time, and the last discharge before with the same disease."""
    if not others or claim.kind not in STAYS or claim.admitted is None or claim.discharged is None:
        return None, None
    admitted, discharged = claim.admitted, claim.discharged
    overlapping = [stay.claim for stay in others if stay.overlaps(admitted, discharged)]
    before = [
        stay.discharged
        for stay in others
        if claim.disease is not None and stay.disease == claim.disease and stay.discharged <= admitted
    ]
    return min(overlapping, default=None), max(before, default=None)


def _status(record: Record, book: str, on: date, begins: date) -> tuple[str, date | None]:
    """Find the status on a day: death is asked about first, because it ends cover whatever else was written.

    Of care that had begun by then, the death says nothing: it is owed to who was covered, and to nobody else.
    """
    if book not in record.births:
        return "not_enrolled", None
    if record.statuses:
        known = [status for status in record.statuses if status.book == book and status.begins <= on]
        dead = min((status.begins for status in known if status.what == "deceased"), default=None)
        if dead is not None and dead < begins:
            return "deceased", dead
        alive = [status for status in known if status.what != "deceased"]
        latest = max(alive, key=lambda status: status.begins, default=None)
        if latest is not None and latest.what not in ("normal", "deferred"):
            return latest.what, latest.begins
    for cover in record.coverages:
        if cover.book == book and cover.holds_on(on):
            return "covered", None
    return "not_covered", None


def _held(facts: list[Dated], book: str, on: date) -> tuple[str, ...]:
    if not facts:
        return ()
    return tuple(sorted({fact.what for fact in facts if fact.book == book and fact.holds_on(on)}))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
