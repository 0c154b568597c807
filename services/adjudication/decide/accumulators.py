"""The year to date (年度累计): what an approved claim adds to it, and what a cancelled one takes off again."""

from collections.abc import Mapping
from datetime import date

from services.adjudication.decide.case import STAYS, Case, Ytd
from services.adjudication.decide.result import Json, Result, Step


def counted(case: Case, basic: int, own: int | None, supplement: int, assistance: int) -> Step:
    """Write the last step of the trace: what the claim adds to the year, fen.

    ``own`` is None where the person's part does not count towards the critical layer: ordinary outpatient care,
    which counts towards its own yearly limit instead.
    """
    adds: dict[str, Json] = {"basic": basic, "supplement": supplement, "assistance": assistance}
    if own is None:
        adds["outpatient"] = basic
    else:
        adds["own_in_scope"] = own
    if case.kind == "chronic" and case.disease is not None:
        adds["chronic"] = {case.disease: basic}
    if case.kind in STAYS and case.admitted is not None:
        adds["stay"] = case.admitted.isoformat()
    return {"step": "year", "term": "计入年度累计", "in": {}, "out": adds}


def advance(ytd: Ytd, case: Case, result: Result) -> Ytd:
    """Give the accumulators after a claim (packs.md §2); a denied claim changes nothing."""
    return _moved(ytd, case, result, 1)


def withdraw(ytd: Ytd, case: Case, result: Result) -> Ytd:
    """Give the accumulators after the claim is cancelled as a whole (撤销): what ``advance`` added is taken off."""
    return _moved(ytd, case, result, -1)


def ytd_as_json(ytd: Ytd) -> dict[str, Json]:
    """Write the accumulators as the ``ytd`` of a case."""
    return {
        "basic": ytd.basic,
        "own_in_scope": ytd.own_in_scope,
        "supplement": ytd.supplement,
        "assistance": ytd.assistance,
        "outpatient": ytd.outpatient,
        "chronic": {**ytd.chronic},
        "stays": [stay.isoformat() for stay in ytd.stays],
    }


def added(result: Result) -> Mapping[str, Json]:
    """Give what an approved claim adds to the year, as the last step of its trace says."""
    adds = result["trace"][-1]["out"]
    if not isinstance(adds, dict):
        raise TypeError("the trace of an approved claim ends with what it adds to the year")
    return adds


def _moved(ytd: Ytd, case: Case, result: Result, sign: int) -> Ytd:
    if result["outcome"] != "approved":
        return ytd
    adds = added(result)
    basic = _number(adds, "basic")
    return Ytd(
        basic=ytd.basic + sign * basic,
        own_in_scope=ytd.own_in_scope + sign * _number(adds, "own_in_scope"),
        supplement=ytd.supplement + sign * _number(adds, "supplement"),
        assistance=ytd.assistance + sign * _number(adds, "assistance"),
        outpatient=ytd.outpatient + sign * _number(adds, "outpatient"),
        chronic=_chronic(ytd, case, sign * basic) if "chronic" in adds else ytd.chronic,
        stays=_stays(ytd, case, sign) if "stay" in adds else ytd.stays,
    )


def _number(adds: Mapping[str, Json], key: str) -> int:
    value = adds.get(key, 0)
    return value if isinstance(value, int) else 0


def _chronic(ytd: Ytd, case: Case, change: int) -> Mapping[str, int]:
    disease = case.disease or ""
    return {**ytd.chronic, disease: ytd.chronic.get(disease, 0) + change}


def _stays(ytd: Ytd, case: Case, sign: int) -> tuple[date, ...]:
    if case.admitted is None:
        return ytd.stays
    if sign > 0:
        return (*ytd.stays, case.admitted)
    index = ytd.stays.index(case.admitted)
    return ytd.stays[:index] + ytd.stays[index + 1 :]
