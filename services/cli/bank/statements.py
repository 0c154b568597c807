"""The bank's statement of an account and a day, in the three formats that agencies meet."""

from collections.abc import Sequence
from datetime import date
from xml.sax.saxutils import escape

from services.cli.bank.vault import Movement


def camt053(account: str, day: date, opening: int, movements: Sequence[Movement]) -> str:
    """Write ISO 20022 camt.053.001.02."""
    closing = opening + sum(movement.amount for movement in movements)
    entries = "".join(_entry(movement, day) for movement in movements)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>{account}-{day}</MsgId><CreDtTm>{day}T20:00:00+08:00</CreDtTm></GrpHdr>"
        f"<Stmt><Id>{account}-{day}</Id><CreDtTm>{day}T20:00:00+08:00</CreDtTm>"
        f"<Acct><Id><Othr><Id>{account}</Id></Othr></Id></Acct>"
        f"{_balance('OPBD', opening, day)}{_balance('CLBD', closing, day)}{entries}"
        "</Stmt></BkToCstmrStmt></Document>\n"
    )


def _balance(code: str, amount: int, day: date) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="CNY">{_decimal(amount, ".")}</Amt><CdtDbtInd>{_side(amount)}</CdtDbtInd>'
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _entry(movement: Movement, day: date) -> str:
    return (
        f'<Ntry><Amt Ccy="CNY">{_decimal(movement.amount, ".")}</Amt><CdtDbtInd>{_side(movement.amount)}</CdtDbtInd>'
        f"<Sts>BOOK</Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
        f"<AcctSvcrRef>{movement.serial}</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>{escape(movement.key)}</EndToEndId>"
        f"</Refs><RmtInf><Ustrd>{escape(movement.text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )


def _side(amount: int) -> str:
    return "CRDT" if amount >= 0 else "DBIT"


def _decimal(amount: int, point: str) -> str:
    return f"{abs(amount) // 100}{point}{abs(amount) % 100:02d}"


def mt940(account: str, day: date, opening: int, movements: Sequence[Movement]) -> str:
    """Write SWIFT MT940; the key stands behind the type, the bank's voucher behind the two strokes."""
    closing = opening + sum(movement.amount for movement in movements)
    lines = [f":20:{day:%Y%m%d}", f":25:{account}", f":28C:{day:%j}/1", f":60F:{_mt_balance(opening, day)}"]
    for movement in movements:
        mark = "C" if movement.amount >= 0 else "D"
        lines.append(f":61:{day:%y%m%d%m%d}{mark}{_decimal(movement.amount, ',')}NTRF{movement.key}//{movement.serial}")
        lines.append(f":86:{movement.text}")
    return "\r\n".join([*lines, f":62F:{_mt_balance(closing, day)}", "-", ""])


def _mt_balance(amount: int, day: date) -> str:
    return f"{'C' if amount >= 0 else 'D'}{day:%y%m%d}CNY{_decimal(amount, ',')}"


def table(account: str, day: date, opening: int, movements: Sequence[Movement]) -> str:
    """Write the plain CSV that domestic banks let one download: a head, a blank line, the lines; yuan."""
    head = {
        "account": account,
        "number": f"{day:%Y%m%d}",
        "day": day.isoformat(),
        "currency": "CNY",
        "opening": _signed(opening),
        "closing": _signed(opening + sum(movement.amount for movement in movements)),
    }
    lines = [
        f"{movement.serial},{day},{day},{_signed(movement.amount)},{movement.key},{movement.text}"
        for movement in movements
    ]
    top = [",".join(pair) for pair in head.items()]
    return "\n".join([*top, "", "serial,booked,value,amount,key,text", *lines, ""])


def _signed(amount: int) -> str:
    return f"{'-' if amount < 0 else ''}{_decimal(amount, '.')}"
