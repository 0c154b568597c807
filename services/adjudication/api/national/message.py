"""国家接口报文: what is read of a national message; fields that nothing here needs are passed over.

Amounts are yuan with two decimals at most (numeric 16,2), text or number, and come out as fen; ratios as basis points.
"""

import re
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from contracts.claims import MAX_LINES
from contracts.money import BASIS_POINTS, LARGEST_AMOUNT
from contracts.people import ProviderCode
from contracts.text import Area, Code, Day


def _number(places: int, most: int) -> BeforeValidator:
    """Read a decimal number of so many places as an integer of its last place, from 0 to ``most``."""
    written = re.compile(rf"[0-9]{{1,14}}(\.[0-9]{{1,{places}}})?", re.ASCII)

    def read(value: object) -> int:
        text = str(value) if type(value) is int else value
        if not isinstance(text, str) or not written.fullmatch(text):
            raise PydanticCustomError(
                "bad_number", "is text: digits, with {places} decimals at most", {"places": places}
            )
        number = int(Decimal(text).scaleb(places))
        if number > most:
            raise PydanticCustomError("too_large", "is above the largest that is taken")
        return number

    return BeforeValidator(read)


def _empty_is_none(value: object) -> object:
    return None if value == "" else value


def _day_of(value: object) -> object:
    """Take the day of a moment (yyyy-MM-dd HH:mm:ss)."""
    return value[:10] if isinstance(value, str) and len(value) == 19 else value


_AS_TEXT = WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,14}(\.[0-9]+)?$"})

Yuan = Annotated[int, _number(2, LARGEST_AMOUNT), _AS_TEXT]
Ratio = Annotated[int, _number(4, BASIS_POINTS), _AS_TEXT]
Count = Annotated[int, _number(4, 10**12), _AS_TEXT]
Price = Annotated[int, _number(6, 10**17), _AS_TEXT]
Moment = Annotated[Day, BeforeValidator(_day_of)]
OptionalMoment = Annotated[Moment | None, BeforeValidator(_empty_is_none)]
OptionalCode = Annotated[Code | None, BeforeValidator(_empty_is_none)]
OptionalPrice = Annotated[Price | None, BeforeValidator(_empty_is_none)]
MessageId = Annotated[str, StringConstraints(pattern=r"^[!-~]{8,30}$")]


class _Node(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class FeeRow(_Node):
    """费用明细: ``pric_uplmt_amt`` is the price cap of one unit, ``selfpay_prop`` what the person pays first."""

    med_list_codg: Code
    fee_ocur_time: Moment
    det_item_fee_sumamt: Yuan
    chrgitm_lv: str
    selfpay_prop: Ratio = 0
    cnt: Count = 10_000
    pric_uplmt_amt: OptionalPrice = None


class SettlementData(_Node):
    """结算信息: who, which scheme, which visit. ``selfpay_consent_flag`` is ours: no national field says it."""

    psn_no: Code
    insutype: str
    med_type: str
    mdtrt_id: Code
    medfee_sumamt: Yuan
    invono: Code
    acct_used_flag: Literal["0", "1"] = "1"
    selfpay_consent_flag: Literal["0", "1"] = "0"


class Visit(_Node):
    """就诊信息: when the care began and ended, and its main disease where the kind of care needs one."""

    begntime: Moment
    endtime: OptionalMoment = None
    dise_codg: OptionalCode = None


class SettlementInput(_Node):
    """结算输入: everything that one settlement needs, in one message."""

    data: SettlementData
    mdtrtinfo: Visit
    feedetail: Annotated[tuple[FeeRow, ...], Field(min_length=1, max_length=MAX_LINES)]


class CancelData(_Node):
    """撤销信息: the settlement that is taken back."""

    psn_no: Code
    setl_id: Code


class CancelInput(_Node):
    """撤销输入."""

    data: CancelData


class Envelope(_Node):
    """报文头: ``msgid`` names the message: sent again, it is answered again and not done again."""

    msgid: MessageId
    insuplc_admdvs: Area
    fixmedins_code: ProviderCode


class Settlement(Envelope):
    """2206, 2207, 2303, 2304: estimate or settle an outpatient visit or a stay."""

    infno: Literal["2206", "2207", "2303", "2304"]
    input: SettlementInput


class Cancellation(Envelope):
    """2208, 2305: take a settlement back."""

    infno: Literal["2208", "2305"]
    input: CancelInput
