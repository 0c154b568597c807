"""The explanation as a page (待遇说明单) that an insured person reads or prints: who pays what and why, in yuan."""

from collections.abc import Mapping
from html import escape

from contracts.claims import Adjudicated
from contracts.money import yuan
from services.adjudication.decide.explain import Sentence, explain
from services.chassis.paper import pdf
from services.chassis.sheet import Sheet

OUTCOMES: Mapping[str, str] = {"approved": "予以支付", "denied": "不予支付", "pended": "正在审核"}

ROWS: tuple[tuple[str, str], ...] = (
    ("total", "费用总额"),
    ("outside_list", "目录外自费"),
    ("over_limit", "超限价自费"),
    ("pre_self_pay", "先行自付"),
    ("in_scope", "政策范围内费用"),
    ("deductible", "起付线"),
    ("basic", "基本医疗基金支付"),
    ("supplement", "补充医疗支付"),
    ("critical", "大病保险支付"),
    ("assistance", "医疗救助支付"),
    ("fund", "基金支付合计"),
    ("hospital", "医院承担"),
    ("person", "个人负担"),
    ("account", "其中: 个人账户"),
    ("cash", "其中: 现金"),
)

_PAGE = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<title>待遇说明单 {claim}</title>
<style>
body {{ font-family: sans-serif; max-width: 48rem; margin: 2rem auto; line-height: 1.5 }}
table {{ border-collapse: collapse; width: 100% }}
td, th {{ border: 1px solid #999; padding: .3rem .6rem; text-align: left; vertical-align: top }}
td.amount {{ text-align: right; font-variant-numeric: tabular-nums }}
</style>
<h1>医疗保险待遇说明单</h1>
<p>申报号 {claim} · 参保人编号 {person} · 就诊机构 {provider} · 待遇日期 {on}</p>
<p><strong>核定结果: {outcome}</strong></p>
{notes}
<h2>费用如何分担 (元)</h2>
<table>{amounts}</table>
<h2>怎样算出来的</h2>
<table><tr><th>步骤</th><th>说明</th><th>依据</th></tr>{steps}</table>
<p>规则包 {pack} ({pack_id})</p>
</html>
"""


def page(decided: Adjudicated, notes: Mapping[str, Mapping[str, str]]) -> str:
    """Write the page; everything that came from outside is escaped."""
    amounts = decided.amounts.model_dump()
    return _PAGE.format(
        claim=escape(decided.claim),
        person=escape(decided.person),
        provider=escape(decided.provider),
        on=decided.on,
        outcome=OUTCOMES[decided.outcome],
        notes="".join(_note(note) for note in notes.values()),
        amounts="".join(
            f'<tr><td>{term}</td><td class="amount">{yuan(amounts[name])}</td></tr>' for name, term in ROWS
        ),
        steps="".join(_step(sentence) for sentence in explain(decided.trace)),
        pack=escape(decided.pack),
        pack_id=decided.pack_id[:12],
    )


def paper(decided: Adjudicated, notes: Mapping[str, Mapping[str, str]]) -> bytes:
    """Print the page (PDF)."""
    amounts = decided.amounts.model_dump()
    head = [
        f"申报号 {decided.claim}　参保人编号 {decided.person}",
        f"就诊机构 {decided.provider}　待遇日期 {decided.on}",
        f"核定结果：{OUTCOMES[decided.outcome]}",
        *(f"{escape(text)}" for note in notes.values() for text in _lines(note)),
    ]
    shared = [(term, yuan(amounts[name])) for name, term in ROWS]
    steps = [tuple(escape(cell) for cell in _cells(sentence)) for sentence in explain(decided.trace)]
    basis = f"规则包 {escape(decided.pack)}（{decided.pack_id[:12]}）"
    return pdf(
        Sheet("医疗保险待遇说明单", head, ("费用如何分担", "金额（元）"), shared, frozenset({1}), (3, 2)),
        Sheet("怎样算出来的", [basis], ("步骤", "说明", "依据"), steps, frozenset(), (3, 6, 4)),
    )


def _lines(note: Mapping[str, str]) -> list[str]:
    cure = [f"怎么办: {note['cure']}"] if note["cure"] else []
    return [note["sentence"], *cure, f"依据: {note['source']}"]


def _note(note: Mapping[str, str]) -> str:
    sentence, *cure, source = (escape(text) for text in _lines(note))
    return f"<p>{'<br>'.join([sentence, *cure])}<br><small>{source}</small></p>"


def _step(sentence: Sentence) -> str:
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in _cells(sentence)) + "</tr>"


def _cells(sentence: Sentence) -> tuple[str, str, str]:
    return sentence.term, sentence.text, sentence.source + (" [暂定]" if sentence.assumed else "")
