"""National messages to start from, in which a test changes what it is about."""

import copy
from typing import Any

Message = dict[str, Any]

FEE = {
    "feedetl_sn": "1",
    "fee_ocur_time": "2017-03-01 09:30:00",
    "med_list_codg": "XA02",
    "det_item_fee_sumamt": "100.00",
    "cnt": "2.0000",
    "pric": "50.000000",
    "chrgitm_lv": "01",
    "selfpay_prop": "0",
}
"""One fee row: two pieces at 50 yuan."""


def visit(*rows: dict[str, str], msgid: str = "H3407060000120170301093000", **data: str) -> Message:
    """A 2207 of the resident of ``given`` at the hospital at home, on the first day."""
    fees = [{**FEE, **row} for row in rows or ({},)]
    return {
        "infno": "2207",
        "msgid": msgid,
        "mdtrtarea_admvs": "340706",
        "insuplc_admdvs": "340706",
        "infver": "V1.0",
        "opter_type": "1",
        "opter": "001",
        "inf_time": "2017-03-01 10:00:00",
        "fixmedins_code": "H34070600001",
        "input": {
            "data": {
                "psn_no": "34070600000001",
                "mdtrt_id": "M1",
                "insutype": "390",
                "med_type": "11",
                "medfee_sumamt": f"{100 * len(fees)}.00",
                "invono": "INV-1",
                "psn_setlway": "01",
                **data,
            },
            "mdtrtinfo": {"begntime": "2017-03-01 09:00:00", "dise_codg": ""},
            "feedetail": fees,
        },
    }


def stay(**data: str) -> Message:
    """A 2304: a week's stay of 15,000 yuan."""
    message = visit({"det_item_fee_sumamt": "15000.00"}, **{"med_type": "21", "medfee_sumamt": "15000.00", **data})
    message["infno"] = "2304"
    message["input"]["mdtrtinfo"] = {"begntime": "2017-02-22 08:00:00", "endtime": "2017-03-01 11:00:00"}
    return message


def with_node(message: Message, node: str, **changes: Any) -> Message:
    """The same message with something else in one node of its input."""
    changed = copy.deepcopy(message)
    changed["input"][node] |= changes
    return changed
