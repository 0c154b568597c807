"""From a national message to a claim form (报文转申报表): the same form that every other front end sends."""

from contracts.claims import ClaimLine
from contracts.money import half_up
from services.adjudication.api.forms import Submission
from services.adjudication.api.national.message import FeeRow, Settlement
from services.adjudication.api.national.tables import MedType, Tables
from services.adjudication.decide.case import STAYS
from services.chassis.errors import BadInput

OF_STAYS = frozenset({"2303", "2304", "2305"})
"""Transactions of inpatient care; the others are of outpatient care."""

FIELDS = {
    "book": "input.data.insutype",
    "claim": "input.data.setl_id",
    "invoice": "input.data.invono",
    "lines": "input.feedetail",
    "admitted": "input.mdtrtinfo.begntime",
    "discharged": "input.mdtrtinfo.endtime",
    "idempotency-key": "msgid",
}
"""Where a field of our form stands in the message."""

_FEN_OF_A_PRICE = 10**8
"""A unit price has six decimals, a count four: their product in yuan has ten, a fen has two."""


def form_of(message: Settlement, codes: Tables) -> Submission:
    """Write a settlement as a claim form. Raises ``BadInput`` with the path of the field in the message."""
    data, visit = message.input.data, message.input.mdtrtinfo
    med_type = _med_type(message, codes)
    if data.acct_used_flag == "0":
        raise BadInput("UNKNOWN_CODE", "the personal account pays where a scheme has one", "input.data.acct_used_flag")
    lines = tuple(_line(row, n, codes) for n, row in enumerate(message.input.feedetail))
    billed = sum(line.amount for line in lines)
    if billed != data.medfee_sumamt:
        difference = f"the fee rows add up to {billed} fen, not to {data.medfee_sumamt}"
        raise BadInput("AMOUNT_MISMATCH", difference, "input.data.medfee_sumamt")
    stay = med_type.kind in STAYS
    if stay and visit.endtime is None:
        raise BadInput("MISSING", "a stay is settled when it has ended", FIELDS["discharged"])
    return Submission(
        claim=None,
        person=data.psn_no,
        book=_book(message),
        provider=message.fixmedins_code,
        kind=med_type.kind,
        admitted=visit.begntime if stay else None,
        discharged=visit.endtime if stay else None,
        on=(visit.endtime if stay else None) or visit.begntime,
        disease=visit.dise_codg,
        invoice=data.invono,
        pay_to="provider",
        self_pay_consent=data.selfpay_consent_flag == "1",
        referral=med_type.referral,
        lines=lines,
    )


def _med_type(message: Settlement, codes: Tables) -> MedType:
    written = message.input.data.med_type
    med_type = codes.med_types.get(written)
    if med_type is None or (med_type.kind in STAYS) != (message.infno in OF_STAYS):
        raise BadInput("UNKNOWN_CODE", f"{message.infno} settles no med_type {written}", "input.data.med_type")
    return med_type


def _book(message: Settlement) -> str:
    insutype = message.input.data.insutype
    if insutype not in ("310", "390"):
        raise BadInput("UNKNOWN_CODE", f"no fund is kept here for the insutype {insutype[:20]}", FIELDS["book"])
    return f"{message.insuplc_admdvs}-{insutype}"


def _line(row: FeeRow, number: int, codes: Tables) -> ClaimLine:
    list_class = codes.list_classes.get(row.chrgitm_lv)
    if list_class is None:
        field = f"{FIELDS['lines']}.{number}.chrgitm_lv"
        raise BadInput("UNKNOWN_CODE", f"{row.chrgitm_lv[:20]} is no class of the lists", field)
    return ClaimLine.trusted(
        item=row.med_list_codg,
        day=row.fee_ocur_time,
        amount=row.det_item_fee_sumamt,
        list_class=list_class,
        self_pay_bp=row.selfpay_prop,
        over_limit=_over_limit(row),
    )


def _over_limit(row: FeeRow) -> int:
    """超限价: what the row costs above the price cap of its units, fen."""
    if row.pric_uplmt_amt is None:
        return 0
    return max(0, row.det_item_fee_sumamt - half_up(row.pric_uplmt_amt * row.cnt, _FEN_OF_A_PRICE))
