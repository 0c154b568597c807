"""What a rule pack may say (参数目录): every name it may use, and the unit of each."""

from services.adjudication.decide.case import KINDS, LEVELS, TAGS
from services.adjudication.decide.figure import PackError

PLACES = ("anywhere", "in_county", "out_of_county")
"""Where a benefit holds: 不限, 县域内, 县域外."""

READINGS = {
    "bands": ("marginal", "whole"),
    "deductible": ("inside_band_1", "before_bands"),
    "stay_months": ("distinct", "each"),
    "critical_entry": ("own_payment", "after_cap"),
    "critical_bands": ("above_start", "cumulative"),
    "tag_change": ("forward", "retroactive"),
    "raised": ("points", "percent"),
}
"""Questions that the sources leave open (政策口径), each with the answers that ``decide`` knows."""

STAY_METHODS = ("halved", "twelfths")
"""How a stay reduces the chronic allowance: halved at each stay, or a twelfth for each month of admission."""

_PLACEHOLDERS = {
    "<kind>": KINDS,
    "<level>": LEVELS,
    "<tag>": TAGS,
    "<where>": PLACES,
    "<reading>": tuple(READINGS),
}

_UNITS = {
    "kinds.<kind>": "levels",
    "deductible.<level>": "fen",
    "waived.<where>.<tag>": "flag",
    "basic.<level>": "bands",
    "cap": "fen",
    "child.age": "years",
    "child.rate": "basis_points",
    "child.diseases": "codes",
    "raised.points": "basis_points",
    "raised.diseases": "codes",
    "as_stay.diseases": "codes",
    "outpatient.rate": "basis_points",
    "outpatient.limit": "fen",
    "chronic.rate": "basis_points",
    "chronic.rate.<tag>": "basis_points",
    "chronic.diseases": "allowances",
    "chronic.several": "fen",
    "chronic.stays": "word",
    "quota.diseases": "quotas",
    "bed_day.diseases": "quotas",
    "supplement.rate": "basis_points",
    "supplement.limit": "fen",
    "critical.start": "fen",
    "critical.start.<tag>": "fen",
    "critical.bands": "bands",
    "assistance.<where>.<tag>": "aid",
    "account.pays": "flag",
    "reading.<reading>": "word",
}


def _expand(pattern: str) -> list[str]:
    for placeholder, words in _PLACEHOLDERS.items():
        if placeholder in pattern:
            return [name for word in words for name in _expand(pattern.replace(placeholder, word, 1))]
    return [pattern]


UNITS = {name: unit for pattern, unit in _UNITS.items() for name in _expand(pattern)}
"""Unit by name, for every name that a pack may use."""


def check_word(ref: str, value: object) -> None:
    """Refuse a reading or method that ``decide`` does not know."""
    known = STAY_METHODS if ref == "chronic.stays" else READINGS[ref.removeprefix("reading.")]
    if value not in known:
        raise PackError.of("UNKNOWN_WORD", ref, f"{value} is not one of {', '.join(known)}")
