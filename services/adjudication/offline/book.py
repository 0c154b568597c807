"""The rule book (规则手册): every value of every pack with its date and source, as one page of Markdown.

The page is generated; a test fails when it no longer says what the packs say.
"""

from collections.abc import Iterable, Iterator

from services.adjudication.decide.pack import Pack
from services.adjudication.decide.wording import show
from services.adjudication.offline.variant import document, figures_of

HEAD = """# 规则手册

本页由 `claims pack book` 生成, 不手工修改. 金额为元; 标 **设定** 的数值没有原文, 附理由, 上线之前须由统筹区确认
(`claims pack lint --strict` 在此之前不通过).
"""


def book(packs: Iterable[Pack]) -> str:
    """Write the page for some packs."""
    return "\n".join([HEAD, *(line for pack in packs for line in _pack(pack))]) + "\n"


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
