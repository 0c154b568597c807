"""Figures in words (数值说法): yuan, percent, bands and tables as people read them. No float is used."""

from collections.abc import Callable, Mapping, Sequence

from contracts.money import yuan
from services.adjudication.decide.result import Json

WORDS = {
    "village": "村卫生室",
    "township": "乡镇卫生院",
    "level_1": "一级",
    "level_2": "二级",
    "level_3": "三级",
    "halved": "每次住院减半",
    "twelfths": "每个住院月扣十二分之一",
    "marginal": "分段累加",
    "whole": "全额按所在段",
    "inside_band_1": "占用第一段",
    "before_bands": "先扣再分段",
    "distinct": "同月只算一次",
    "each": "每次都算",
    "own_payment": "自付超过起付线",
    "after_cap": "基本医疗封顶之后",
    "above_start": "起付线以上起算",
    "cumulative": "从零累计",
    "forward": "只影响以后",
    "retroactive": "补足全年",
    "points": "百分点",
    "percent": "原比例的百分之几",
}
"""How the words of a pack are said in Chinese."""


def show(unit: str, value: Json) -> str:
    """Write a value of a pack for people: yuan, percent, words."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int):
        return _NUMBERS[unit](value)
    if isinstance(value, list):
        return show_bands(value) if unit == "bands" else "、".join(WORDS.get(str(word), str(word)) for word in value)
    if isinstance(value, dict):
        return show_aid(value) if unit == "aid" else "; ".join(_row(code, row) for code, row in value.items())
    return WORDS.get(str(value), str(value))


def percent(basis_points: int) -> str:
    """Write basis points as percent, without a float.

    >>> percent(7500), percent(333)
    ('75%', '3.33%')
    """
    whole, part = divmod(basis_points, 100)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".") + "%" if part else f"{whole}%"


def show_bands(bands: Sequence[object]) -> str:
    """Write bands: up to which amount which rate."""
    parts: list[str] = []
    for band in bands:
        if isinstance(band, Mapping):
            upto = band.get("upto")
            over = band["over"]
            if isinstance(upto, int):
                parts.append(f"{in_yuan(upto)}以内 {rate_of(band)}")
            else:
                parts.append(
                    f"{in_yuan(over)}以上 {rate_of(band)}" if isinstance(over, int) and over else rate_of(band)
                )
    return ", ".join(parts)


def _row(code: str, row: Json) -> str:
    if not isinstance(row, dict):
        return f"{code} {row}" if row else code
    amount = row.get("fen", row.get("limit"))
    listed = f" ({'一类' if row['class'] == 1 else '二类'})" if "class" in row else ""
    return f"{code} {row['term']}{listed} {in_yuan(amount) if isinstance(amount, int) else ''}"


def rate_of(record: Mapping[str, object]) -> str:
    """Write the rate of a band or an aid."""
    rate = record["rate"]
    return percent(rate) if isinstance(rate, int) else ""


def in_yuan(fen: int) -> str:
    """Write fen as yuan, whole yuan without a fraction."""
    return yuan(fen).removesuffix(".00") + "元"


def show_aid(aid: Mapping[str, object]) -> str:
    """Write the rate of medical assistance with its yearly limit."""
    limit = aid["limit"]
    return f"{rate_of(aid)}, " + (f"年限额 {in_yuan(limit)}" if isinstance(limit, int) else "没有限额")


_NUMBERS: dict[str, Callable[[int], str]] = {"fen": in_yuan, "basis_points": percent, "years": str}
"""How a number of each unit is written."""
