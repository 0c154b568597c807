"""The national settlement record (setlinfo, 国家医保信息平台结算信息): our amounts under its field names.

Amounts are text in yuan with two places (numeric 16,2). Field names and the identities S1-S5: interface.md 2.3.
"""

from collections.abc import Mapping
from decimal import Decimal

from contracts.money import BASIS_POINTS, half_up
from services.adjudication.decide.result import Amounts

EMPLOYEE = "310"
"""职工基本医疗保险. Its supplement is 职工大额 (hifob_pay); a resident's critical layer is 居民大病 (hifmi_pay)."""

FUNDS = ("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "maf_pay", "oth_pay")
"""统筹, 公务员, 企业补充, 居民大病, 职工大额, 伤残, 医疗救助, 其他."""

Setlinfo = dict[str, str]


def setlinfo(amounts: Amounts, insutype: str) -> Setlinfo:
    """Write the split of one settlement; ``insutype`` is the scheme's code (310 employee, 390 resident)."""
    supplement = "hifob_pay" if insutype == EMPLOYEE else "hifes_pay"
    funds = dict.fromkeys(FUNDS, 0) | {
        "hifp_pay": amounts["basic"],
        "hifmi_pay": amounts["critical"],
        supplement: amounts["supplement"],
        "maf_pay": amounts["assistance"],
    }
    fields = {
        "medfee_sumamt": amounts["total"],
        "fulamt_ownpay_amt": amounts["outside_list"],
        "overlmt_selfpay": amounts["over_limit"],
        "preselfpay_amt": amounts["pre_self_pay"],
        "inscp_scp_amt": amounts["in_scope"],
        "act_pay_dedc": amounts["deductible"],
        **funds,
        "fund_pay_sumamt": amounts["fund"],
        "psn_part_amt": amounts["person"],
        "acct_pay": amounts["account"],
        "psn_cash_pay": amounts["cash"],
        "hosp_part_amt": amounts["hospital"],
    }
    written = {name: _yuan(fen) for name, fen in fields.items()}
    return written | {"insutype": insutype, "pool_prop_selfpay": _pool_ratio(amounts)}


def refund(info: Mapping[str, str]) -> Setlinfo:
    """Write the refund of a settlement (S5): a new row with every amount negated."""
    kept = ("insutype", "pool_prop_selfpay")
    return {name: value if name in kept else _yuan(-_fen(value)) for name, value in info.items()}


def broken_identities(info: Mapping[str, str]) -> list[str]:
    """Name which of S1 to S4 a record breaks; empty if all hold."""
    fen = {name: _fen(value) for name, value in info.items() if name != "insutype"}
    scope = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
    identities = {
        "S1": ("medfee_sumamt", scope),
        "S2": ("fund_pay_sumamt", FUNDS),
        "S3": ("medfee_sumamt", ("fund_pay_sumamt", "psn_part_amt", "hosp_part_amt")),
        "S4": ("psn_part_amt", ("acct_pay", "psn_cash_pay")),
    }
    return [name for name, (whole, parts) in identities.items() if fen[whole] != sum(fen[part] for part in parts)]


def _pool_ratio(amounts: Amounts) -> str:
    """统筹支付比例 (numeric 5,4): the basic fund's part of what is in scope."""
    ratio = half_up(amounts["basic"] * BASIS_POINTS, amounts["in_scope"]) if amounts["in_scope"] else 0
    whole, part = divmod(ratio, BASIS_POINTS)
    return f"{whole}.{part:04d}"


def _yuan(fen: int) -> str:
    whole, cents = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{cents:02d}"


def _fen(yuan: str) -> int:
    return int(Decimal(yuan) * 100)
