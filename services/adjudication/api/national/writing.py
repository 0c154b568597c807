"""From a decision to a national answer (结算应答): ``setlinfo`` in yuan, fund by fund, or why it was refused."""

import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from contracts.claims import Adjudicated
from services.adjudication.api.national.message import Envelope
from services.adjudication.api.national.reading import FIELDS
from services.adjudication.api.national.tables import tables
from services.adjudication.decide.explain import Trace, process_text
from services.adjudication.decide.result import Amounts
from services.adjudication.decide.setlinfo import FUNDS, Setlinfo, refund, setlinfo
from services.chassis.errors import Fault, FaultDocument

SHANGHAI = ZoneInfo("Asia/Shanghai")
DONE, FAILED = 0, -1
LONGEST_MESSAGE = 200

Output = dict[str, Any]


class Answer(BaseModel):
    """应答报文: ``infcode`` 0 is done, -1 is refused or put off; ``errors`` lists every fault with its path."""

    infcode: int
    inf_refmsgid: str
    refmsg_time: str
    respond_time: str
    err_msg: str
    errors: list[FaultDocument]
    output: Output | None


def answer(
    envelope: Envelope | None, output: Output | None, said: str = "", *, done: bool = True, errors: Sequence[Fault] = ()
) -> Answer:
    """Write an answer; ``said`` is for people. An envelope that could not be read is None."""
    now = datetime.now(SHANGHAI)
    area, msgid = (envelope.insuplc_admdvs, envelope.msgid) if envelope else ("000000", "")
    moment = f"{now:%Y%m%d%H%M%S}{now.microsecond // 1_000:03d}"
    return Answer(
        infcode=DONE if done else FAILED,
        inf_refmsgid=f"{area}{now:%Y%m%d%H%M%S}{zlib.crc32(msgid.encode()):010d}",
        refmsg_time=moment,
        respond_time=moment,
        err_msg=said[:LONGEST_MESSAGE],
        errors=[FaultDocument(**fault._asdict()) for fault in errors],
        output=output,
    )


def refused(faults: Sequence[Fault], envelope: Envelope | None = None) -> Answer:
    """Answer that nothing was done; the fields are those of the message."""
    named = [fault._replace(field=_path(fault.field)) for fault in faults]
    first = named[0]
    said = f"{first.code} {first.field or ''}: {first.message}"
    return answer(envelope, None, said, done=False, errors=named)


def settled(decided: Adjudicated, identity: Mapping[str, str]) -> Output:
    """Write a decision that stands as ``setlinfo`` with ``setldetail``; ``identity`` are the numbers of the visit."""
    amounts = cast(Amounts, decided.amounts.model_dump())
    return written(amounts, decided.trace, decided.book, decided.kind, decided.on.year, decided.outcome, identity)


def written(
    amounts: Amounts, trace: Trace, book: str, kind: str, year: int, outcome: str, identity: Mapping[str, str]
) -> Output:
    """Write a split of amounts, of a decision or of an estimate."""
    insutype = book[7:10]
    info = setlinfo(amounts, insutype)
    return {
        "setlinfo": {
            **identity,
            **info,
            "clr_type": tables().clr_type(kind, outcome),
            "year": str(year),
            "refd_setl_flag": "0",
            "acct_used_flag": "1" if amounts["account"] else "0",
        },
        "setldetail": _details(info, insutype, process_text(trace)),
    }


def taken_back(decided: Adjudicated, identity: Mapping[str, str]) -> Output:
    """Write the negative settlement of a decision (S5)."""
    amounts = cast(Amounts, decided.amounts.model_dump())
    info = refund(setlinfo(amounts, decided.book[7:10]))
    return {"setlinfo": {**identity, **info, "year": str(decided.on.year), "refd_setl_flag": "1"}}


def _details(info: Setlinfo, insutype: str, process: str) -> list[dict[str, str]]:
    """基金分项: the pool, and every other fund that pays, with the calculation in words."""
    funds = tables().funds
    paying = [name for name in FUNDS if name == "hifp_pay" or info[name] != "0.00"]
    return [
        {
            "fund_pay_type": funds[name, insutype].code,
            "fund_pay_type_name": funds[name, insutype].name,
            "inscp_scp_amt": info["inscp_scp_amt"],
            "fund_payamt": info[name],
            "setl_proc_info": process,
        }
        for name in paying
    ]


def _path(field: str | None) -> str | None:
    """Name the place in the message that a field of our form came from."""
    if field is None:
        return None
    head, dot, rest = field.partition(".")
    return f"{FIELDS.get(head, head)}{dot}{rest}"
