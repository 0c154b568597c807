"""The trace in sentences (待遇说明): what each step took, which rule it followed, and what came out, in Chinese."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pydantic import JsonValue

from services.adjudication.decide.wording import in_yuan, percent, show_aid, show_bands

Trace = Sequence[Mapping[str, JsonValue]]
PROCESS_TEXT_LENGTH = 4_000
"""Characters that the national field ``setl_proc_info`` holds (interface.md 2.3)."""

SENTENCES: Mapping[str, str] = {
    "lines": "费用总额{total}, 其中目录外{outside_list}, 超限价{over_limit}, 先行自付{pre_self_pay}, 政策范围内{out}。",
    "denial": "不予支付, 费用由个人负担。",
    "eligibility": "待遇资格不符, 费用由个人负担。",
    "deductible": "政策范围内{covered}, 起付线{param}, 本次由个人先负担{out}。",
    "waived": "按规定免除起付线。",
    "basic": "政策范围内{covered}, 起付线{deductible}, 按比例 ({param}) 计算, 报销{out}。",
    "as_stay": "该病种的门诊费用按住院报销, 不设起付线。",
    "raised": "政策范围内{covered}, 起付线{deductible}, 该病种提高{param}, 报销{out}。",
    "child": "{birthday}之前入院的儿童重大疾病, 起付线{deductible}以上按{param}报销{out}。",
    "cap": "年度封顶线{param}, 此前已用{used}, 本次基本医疗支付{out}。",
    "outpatient.rate": "政策范围内{covered}, 按{param}报销{out}。",
    "outpatient.limit": "普通门诊年限额{param}, 此前已用{used}, 还可报{out}。",
    "chronic.rate": "政策范围内{covered}, 慢性病按{param}报销{out}。",
    "chronic.several": "认定{diseases}种一类慢性病, 限额为最高的{highest}加{param}, 共{out}。",
    "chronic.stays": "因住院扣减慢性病限额, 由{allowance}减为{out}。",
    "chronic.diseases": "年限额{allowance}, 此前已用{used}, 还可报{out}。",
    "quota": "定额{param}, 政策范围内{in_scope}, 超出的{out}由医院负担。",
    "bed_day": "住院{days}天, 每天{param}, 政策范围内{in_scope}, 超出的{out}由医院负担。",
    "supplement.rate": "封顶线以上{cut_off}, 补充医疗按{param}计{out}。",
    "supplement.limit": "补充医疗年限额{param}, 此前已用{used}, 本次支付{out}。",
    "critical.start": "此前全年自付{before}, 本次{own}, 大病起付线{param}, 超过{out}。",
    "critical.bands": "对超过起付线的部分按比例 ({param}) 计算, 全年{year}, 此前{year_before}, 本次支付{out}。",
    "assistance": "医疗救助 ({param}): 余下自付{left}, 此前已用{used}, 本次救助{out}。",
    "person": "总额{total}, 减去基金{fund}和医院{hospital}, 个人负担{out}。",
    "account": "个人账户余额{balance}, 支付{out}。",
    "year": "计入年度累计。",
}
"""One sentence by step or by the name of the figure; amounts are written in yuan where they stand."""

COUNTS = frozenset({"days", "months", "stays", "diseases"})
"""Inputs that are numbers of something, not amounts."""


class Sentence(NamedTuple):
    """One step for people: the term, what happened, and on what ground; ``assumed`` marks a figure without a source."""

    term: str
    text: str
    source: str
    assumed: bool


def explain(trace: Trace) -> list[Sentence]:
    """Put every step of a trace into words. Raises ``KeyError`` for a step that this version does not know."""
    return [_sentence(step) for step in trace]


def process_text(trace: Trace) -> str:
    """Write the trace for the national field ``setl_proc_info``: whole sentences, at most 4,000 characters."""
    text = ""
    for number, sentence in enumerate(explain(trace), start=1):
        longer = f"{text}{number}. {sentence.term}: {sentence.text}"
        if len(longer) > PROCESS_TEXT_LENGTH:
            break
        text = longer
    return text


def _sentence(step: Mapping[str, JsonValue]) -> Sentence:
    given = step["in"]
    words = {name: _word(name, value) for name, value in given.items()} if isinstance(given, dict) else {}
    text = SENTENCES[_name(step)].format(param=_param(step), out=_word("out", step["out"]), **words)
    source = str(step.get("source", ""))
    since = f", {step['since']}起" if "since" in step else ""
    return Sentence(str(step["term"]), text, f"{source}{since}", step.get("assumed") is True)


def _name(step: Mapping[str, JsonValue]) -> str:
    """Find the sentence: of the figure if it has one of its own (``outpatient.limit``), else of the step."""
    figure = ".".join(str(step.get("ref", "")).split(".")[:2])
    return figure if figure in SENTENCES else str(step["step"])


def _param(step: Mapping[str, JsonValue]) -> str:
    param, name = step.get("param"), _name(step)
    if isinstance(param, list):
        return show_bands(param)
    if isinstance(param, dict):
        return _raised(param) if name == "raised" else show_aid(param)
    if name.endswith("rate") or name in ("child", "raised"):
        return percent(param) if isinstance(param, int) else ""
    return _word("param", param)


def _raised(param: Mapping[str, JsonValue]) -> str:
    """Write by how much the bands of a level are raised, and the bands."""
    points, bands = param["points"], param["bands"]
    before = show_bands(bands) if isinstance(bands, list) else ""
    return f"{percent(points) if isinstance(points, int) else ''} (原比例 {before})"


def _word(name: str, value: JsonValue) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and name not in COUNTS:
        return in_yuan(value)
    return str(value)
