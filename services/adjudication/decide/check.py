"""The shape of a case (数据校验): what is missing, negative, unknown or too large is refused by name.

Written by hand, not with pydantic: one core must check and decide 20,000 cases a second.
"""

from collections.abc import Container, Mapping
from datetime import date

from contracts.money import BASIS_POINTS, LARGEST_AMOUNT
from services.adjudication.decide.case import CLASSES, KINDS, LEVELS, STAYS, TAGS, Case, CaseError, Line, Ytd
from services.adjudication.decide.fields import (
    ABSENT,
    Fields,
    Refused,
    amount,
    amounts,
    as_day,
    as_object,
    day,
    day_or_null,
    flag,
    items,
    text,
    text_or_null,
    texts,
    word,
)

_TAGS = frozenset(TAGS)
_YEAR = frozenset(Ytd._fields)
_SUMS = ("basic", "own_in_scope", "supplement", "assistance", "outpatient")
_NOTHING_YET = Ytd()


def check_case(raw: object, packs: Container[str]) -> Case | CaseError:
    """Turn one parsed JSON value into a ``Case``, or into the first fault found, as a value.

    ``packs`` are the names that may be asked for. Shape and defaults: packs.md §1.
    """
    name = raw.get("case") if isinstance(raw, dict) else None
    try:
        return _case(as_object(raw, "$"), packs)
    except Refused as fault:
        return CaseError(name if isinstance(name, str) else None, fault.code, fault.field, fault.message)


def _case(raw: Fields, packs: Container[str]) -> Case:
    person = as_object(raw.get("person", ABSENT), "person")
    provider = as_object(raw.get("provider", ABSENT), "provider")
    claim = as_object(raw.get("claim", ABSENT), "claim")
    kind = word(claim, "kind", "claim.", KINDS)
    admitted = day_or_null(claim, "admitted", "claim.")
    discharged = day_or_null(claim, "discharged", "claim.")
    if kind in STAYS and (admitted is None or discharged is None):
        field = "claim.admitted" if admitted is None else "claim.discharged"
        raise Refused("MISSING", field, "a stay needs the day of admission and of discharge")
    return Case(
        text(raw, "case", ""),
        word(raw, "pack", "", packs),
        day(raw, "on", ""),
        day(person, "birth", "person."),
        _tags(person),
        frozenset(texts(person, "chronic", "person.")),
        amount(person, "account_balance", "person."),
        word(provider, "level", "provider.", LEVELS),
        flag(provider, "in_county", "provider."),
        kind,
        admitted,
        discharged,
        text_or_null(claim, "disease", "claim."),
        _lines(claim),
        check_ytd(raw["ytd"]) if "ytd" in raw else _NOTHING_YET,
    )


def _tags(person: Fields) -> frozenset[str]:
    tags = frozenset(texts(person, "tags", "person."))
    if not tags <= _TAGS:
        unknown = ", ".join(sorted(tags - _TAGS))
        raise Refused("UNKNOWN_TAG", "person.tags", f"{unknown}: not one of {', '.join(TAGS)}")
    return tags


def _lines(claim: Fields) -> tuple[Line, ...]:
    lines: list[Line] = []
    total = 0
    for index, raw in enumerate(items(claim, "lines", "claim.")):
        line = _line(raw, index)
        lines.append(line)
        total += line.amount
    if total > LARGEST_AMOUNT:
        raise Refused("TOO_LARGE", "claim.lines", f"all lines together are more than {LARGEST_AMOUNT} fen")
    return tuple(lines)


def _line(value: object, index: int) -> Line:
    if isinstance(value, dict):
        billed, rate, over = value.get("amount"), value.get("self_pay_bp"), value.get("over_limit")
        list_class = value.get("class")
        if (
            type(billed) is int
            and type(over) is int
            and type(rate) is int
            and 0 <= over <= billed <= LARGEST_AMOUNT
            and 0 <= rate <= BASIS_POINTS
            and list_class in CLASSES
        ):
            return Line(billed, list_class, rate, over)
    raise _line_fault(value, f"claim.lines[{index}].")


def _line_fault(value: object, path: str) -> Refused:
    """Look at a wrong line field by field, to name its first fault."""
    raw = as_object(value, path[:-1])
    billed = amount(raw, "amount", path)
    rate = amount(raw, "self_pay_bp", path)
    over = amount(raw, "over_limit", path)
    if rate > BASIS_POINTS:
        return Refused("RATE_ABOVE_ONE", f"{path}self_pay_bp", f"{rate} is more than {BASIS_POINTS}")
    if over > billed:
        return Refused("OVER_LIMIT_ABOVE_AMOUNT", f"{path}over_limit", f"{over} is more than the line's {billed}")
    word(raw, "class", path, CLASSES)
    raise AssertionError(f"{path} has no fault")


def check_ytd(value: object) -> Ytd:
    """Read the year to date; a number that is not given is 0, a list that is not given is empty.

    An unknown name is refused here: everything in ``ytd`` has a default, so a misspelt one would cost money.
    Raises ``Refused``.
    """
    raw = as_object(value, "ytd")
    if not raw.keys() <= _YEAR:
        unknown = min(str(key) for key in raw.keys() - _YEAR)
        raise Refused("UNKNOWN_FIELD", f"ytd.{unknown}", f"not one of {', '.join(Ytd._fields)}")
    if not raw:
        return _NOTHING_YET
    basic, own_in_scope, supplement, assistance, outpatient = amounts(raw, _SUMS, "ytd.")
    return Ytd(
        basic,
        own_in_scope,
        supplement,
        assistance,
        outpatient,
        _used(raw["chronic"]) if "chronic" in raw else {},
        _stays(raw) if "stays" in raw else (),
    )


def _used(value: object) -> Mapping[str, int]:
    raw = as_object(value, "ytd.chronic")
    return {str(disease): amount(raw, str(disease), "ytd.chronic.") for disease in raw}


def _stays(raw: Fields) -> tuple[date, ...]:
    stays = items(raw, "stays", "ytd.")
    return tuple([as_day(stay, "ytd.stays") for stay in stays]) if stays else ()
