"""The rule book (规则手册): every value of every pack with its date and source, as one page of Markdown.

The page is generated; a test fails when it no longer says what the packs say.
"""

from collections.abc import Callable, Iterable, Iterator

from contracts.money import yuan
from services.adjudication.decide.pack import Pack
from services.adjudication.decide.result import Json
from services.adjudication.offline.variant import document, figures_of

HEAD = """# 规则手册

本页由 `claims pack book` 生成, 不手工修改. 金额为元; 标 **设定** 的数值没有原文, 附理由, 上线之前须由统筹区确认
(`claims pack lint --strict` 在此之前不通过).
"""


def book(packs: Iterable[Pack]) -> str:
    """Write the page for some packs."""
    return "\n".join([HEAD, *(line for pack in packs for line in _pack(pack))]) + "\n"


def show(unit: str, value: Json) -> str:
    """Write a value of a pack for people: yuan, percent, words."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int):
        return _NUMBERS[unit](value)
    if isinstance(value, list):
        return show_bands(value) if unit == "bands" else ", ".join(map(str, value))
    if isinstance(value, dict):
        return _aid(value) if unit == "aid" else "; ".join(_row(code, row) for code, row in value.items())
    return str(value)


def percent(basis_points: int) -> str:
    """Write basis points as percent, without a float.

    >>> percent(7500), percent(333)
    ('75%', '3.33%')
    """
    whole, part = divmod(basis_points, 100)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".") + "%" if part else f"{whole}%"


def show_bands(bands: list[Json]) -> str:
    """Write bands: up to which amount which rate."""
    parts: list[str] = []
    for band in bands:
        if isinstance(band, dict):
            upto = band.get("upto")
            over = band["over"]
            if isinstance(upto, int):
                parts.append(f"{_yuan(upto)}以内 {_rate(band)}")
            else:
                parts.append(f"{_yuan(over)}以上 {_rate(band)}" if isinstance(over, int) and over else _rate(band))
    return ", ".join(parts)


def _pack(pack: Pack) -> Iterator[str]:
    yield f"\n## {pack.title}\n"
    yield f"`{pack.name}`, 自 {pack.in_force} 起施行, 编号 `{pack.id}`\n"
    yield "| 参数 | 名称 | 自 | 值 | 来源 |"
    yield "| --- | --- | --- | --- | --- |"
    content = document(pack)
    for ref, parameter in pack.parameters.items():
        for value in figures_of(content, ref):
            source = str(value["source"])
            if value.get("status") == "assumed":
                source = f"**设定**: {value['reason']}"
            shown = show(parameter.unit, value["value"])
            yield f"| `{ref}` | {parameter.term} | {value['since']} | {shown} | {source} |"


def _row(code: str, row: Json) -> str:
    if not isinstance(row, dict):
        return f"{code} {row}" if row else code
    amount = row.get("fen", row.get("limit"))
    listed = f" ({'一类' if row['class'] == 1 else '二类'})" if "class" in row else ""
    return f"{code} {row['term']}{listed} {_yuan(amount) if isinstance(amount, int) else ''}"


def _rate(record: dict[str, Json]) -> str:
    rate = record["rate"]
    return percent(rate) if isinstance(rate, int) else ""


def _yuan(fen: int) -> str:
    return yuan(fen).removesuffix(".00") + "元"


def _aid(value: dict[str, Json]) -> str:
    limit = value["limit"]
    return f"{_rate(value)}, " + (f"年限额 {_yuan(limit)}" if isinstance(limit, int) else "没有限额")


_NUMBERS: dict[str, Callable[[int], str]] = {"fen": _yuan, "basis_points": percent, "years": str}
"""How a number of each unit is written."""
