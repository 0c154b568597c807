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


days = {
    pack: st.one_of(st.dates(first, date(2018, 12, 31)), st.sampled_from(changes))
    for pack, (first, changes) in DAYS.items()
}
ANYTHING = {kind: [None, *DISEASES] for kind in KINDS}
asked = {
    pack: st.sampled_from([table] * 9 + [ANYTHING]).flatmap(
        lambda table: st.sampled_from([(kind, disease) for kind in sorted(table) for disease in table[kind]])
    )
    for pack, table in TABLES.items()
}
yearly = st.one_of(st.just(0), amounts)
fee_lines = st.builds(
    lambda amount, list_class, rate, part: {
        "amount": amount,
        "class": list_class,
        "self_pay_bp": rate,
        "over_limit": amount * part // 100,
    },
    amounts,
    st.sampled_from("AABC"),
    st.sampled_from([0, 0, 1, 500, 1_000, 3_333, 10_000]),
    st.one_of(st.just(0), st.integers(0, 100)),
)
persons = st.fixed_dictionaries(
    {
        "birth": st.dates(date(1990, 1, 1), date(2005, 1, 1)).map(str),
        "tags": st.lists(st.sampled_from(TAGS), unique=True, max_size=2),
        "chronic": st.lists(st.sampled_from(DISEASES), max_size=3),
        "account_balance": yearly,
    }
)
providers = st.fixed_dictionaries(
    {"level": st.sampled_from([*LEVELS, "township", "level_1", "level_2"]), "in_county": st.booleans()}
)
years = st.fixed_dictionaries(
    {
        "basic": yearly,
        "own_in_scope": yearly,
        "supplement": yearly,
        "assistance": yearly,
        "outpatient": st.integers(0, 20_000),
        "chronic": st.dictionaries(st.sampled_from(DISEASES), st.integers(0, 500_000), max_size=3),
        "stays": st.lists(st.integers(0, 400), max_size=4),
    }
)
lengths = st.sampled_from([0, 1, 7, 30, 31, 60, 60, 7, 10, 20, -1])
certified = st.sampled_from([True, True, True, False])
bills = st.lists(fee_lines, max_size=4)
long_bills = st.lists(fee_lines, min_size=2, max_size=4)


@st.composite
def cases(draw, packs=PACKS, on=None, bill=bills):
    pack = draw(st.sampled_from(packs))
    on = on or draw(days[pack])
    kind, disease = draw(asked[pack])
    person, year = draw(persons), draw(years)
    has = [disease] if disease and draw(certified) else []
    dated = kind in STAYS
    return {
        "case": "any",
        "pack": pack,
        "on": str(on),
        "person": person | {"chronic": has + person["chronic"]},
        "provider": draw(providers),
        "claim": {
            "kind": kind,
            "admitted": str(on - timedelta(draw(lengths))) if dated else None,
            "discharged": str(on) if dated else None,
            "disease": disease,
            "lines": draw(bill),
        },
        "ytd": year | {"stays": [str(on - timedelta(ago)) for ago in year["stays"]]},
    }
