"""The explanation as a page (待遇说明单) that an insured person reads: who pays what, and why, in yuan."""

from collections.abc import Mapping
from html import escape

from contracts.claims import Adjudicated
from contracts.money import yuan
from services.adjudication.decide.explain import Sentence, explain

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


def _note(note: Mapping[str, str]) -> str:
    cure = f"<br>怎么办: {escape(note['cure'])}" if note["cure"] else ""
    return f"<p>{escape(note['sentence'])}{cure}<br><small>依据: {escape(note['source'])}</small></p>"


def _step(sentence: Sentence) -> str:
    assumed = " [暂定]" if sentence.assumed else ""
    cells = (sentence.term, sentence.text, sentence.source + assumed)
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
