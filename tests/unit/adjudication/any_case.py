"""Any case that has the right shape (案例生成): near every threshold and far from all of them."""

from datetime import date, timedelta

from hypothesis import strategies as st

from services.adjudication.decide.case import KINDS, LEVELS, STAYS, TAGS

TABLES = {
    "340706-resident": {
        "inpatient": [None, "P01"],
        "outpatient": [None, "T01"],
        "chronic": ["D01", "D02", "D03", "D04", "D05"],
        "single_disease": ["Q01", "Q02"],
        "bed_day": ["B01"],
    },
    "511300-resident": {
        "inpatient": [None, "S01", "S02", "P01", "P13", "X99"],
        "outpatient": [None, "T01", "T21", "T22"],
        "chronic": ["K01", "K02", "K11"],
    },
    "510800-employee": {"inpatient": [None, "P01"], "outpatient": [None, "T01"]},
}
"""The kinds that each pack covers, and diseases that matter to each; one case in ten takes anything."""

DISEASES = sorted({code for table in TABLES.values() for codes in table.values() for code in codes if code})
EDGES = [15_000, 30_000, 50_000, 80_000, 500_000, 1_000_000, 2_000_000, 3_832_000, 8_000_000, 16_000_000, 30_000_000]

amounts = st.one_of(
    st.integers(0, 200_000),
    st.integers(0, 40_000_000),
    st.builds(lambda edge, off: max(0, edge + off), st.sampled_from(EDGES), st.integers(-3, 3)),
)
PACKS = ("340706-resident", "511300-resident", "510800-employee")
DAYS = {
    "340706-resident": (date(2016, 12, 20), [date(2017, 1, 1), date(2017, 6, 30), date(2017, 7, 1)]),
    "511300-resident": (date(2011, 12, 20), [date(2012, 1, 1), date(2016, 12, 31), date(2017, 1, 1)]),
    "510800-employee": (date(2007, 12, 20), [date(2008, 1, 1), date(2008, 12, 31), date(2009, 1, 1)]),
}
"""Per pack: from when on days are drawn, and the days on which something changes."""


def days(pack):
    first, changes = DAYS[pack]
    return st.one_of(st.dates(first, date(2018, 12, 31)), st.sampled_from(changes))


@st.composite
def fee_lines(draw):
    amount = draw(amounts)
    return {
        "amount": amount,
        "class": draw(st.sampled_from("AABC")),
        "self_pay_bp": draw(st.sampled_from([0, 0, 1, 500, 1_000, 3_333, 10_000])),
        "over_limit": draw(st.one_of(st.just(0), st.integers(0, amount))),
    }


@st.composite
def cases(draw, packs=PACKS, on=None):
    pack = draw(st.sampled_from(packs))
    on = on or draw(days(pack))
    table = draw(st.sampled_from([TABLES[pack]] * 9 + [{kind: [None, *DISEASES] for kind in KINDS}]))
    kind = draw(st.sampled_from(sorted(table)))
    disease = draw(st.sampled_from(table[kind]))
    certified = draw(st.sampled_from([[disease], [disease], [disease], []])) if disease else []
    admitted = on - timedelta(draw(st.sampled_from([0, 1, 7, 30, 31, 60, 60, 7, 10, 20, -1])))
    dated = kind in STAYS
    stay = st.dates(on - timedelta(400), on).map(str)
    yearly = st.one_of(st.just(0), amounts)
    return {
        "case": "any",
        "pack": pack,
        "on": str(on),
        "person": {
            "birth": str(draw(st.dates(date(1990, 1, 1), date(2005, 1, 1)))),
            "tags": draw(st.lists(st.sampled_from(TAGS), unique=True, max_size=2)),
            "chronic": certified + draw(st.lists(st.sampled_from(DISEASES), max_size=3)),
            "account_balance": draw(yearly),
        },
        "provider": {
            "level": draw(st.sampled_from([*LEVELS, "township", "level_1", "level_2"])),
            "in_county": draw(st.booleans()),
        },
        "claim": {
            "kind": kind,
            "admitted": str(admitted) if dated else None,
            "discharged": str(on) if dated else None,
            "disease": disease,
            "lines": draw(st.lists(fee_lines(), max_size=4)),
        },
        "ytd": {
            "basic": draw(yearly),
            "own_in_scope": draw(yearly),
            "supplement": draw(yearly),
            "assistance": draw(yearly),
            "outpatient": draw(st.integers(0, 20_000)),
            "chronic": draw(st.dictionaries(st.sampled_from(DISEASES), st.integers(0, 500_000), max_size=3)),
            "stays": draw(st.lists(stay, max_size=4)),
        },
    }
