"""Read camt.053 (ISO 20022), the XML statement of a bank, into neutral statements."""

import re
from collections.abc import Iterator
from datetime import date
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from services.ledger.bank import fields
from services.ledger.bank.statement import Line, Problem, Statement, StatementRefusedError, one_currency, refusal

_SIGN = {"CRDT": 1, "DBIT": -1}
_REFERENCES = ("NtryRef", "AcctSvcrRef", "MsgId", "PmtInfId", "InstrId", "EndToEndId", "TxId")
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_NOT_BOOKED = {"PDNG", "INFO", "FUTR"}
_WHOLE = {("1", "true"), ("1", "1")}
_GBK = re.compile(rb"""(<\?xml[^>]*encoding=["'])(GBK|GB2312|GB18030)(["'])""", re.IGNORECASE)


def read(data: bytes) -> tuple[Statement, ...]:
    """Read every statement of the file. Raises ``StatementRefusedError`` naming all that is unreadable."""
    try:
        root = fromstring(_plain(data))
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise StatementRefusedError([Problem("NOT_XML", "file", f"no readable XML: {error}")]) from None
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    statements = root.findall("./BkToCstmrStmt/Stmt")
    if not statements:
        raise StatementRefusedError([Problem("NO_STATEMENT", "file", "no camt.053 statement in the file")])
    for pages in (*root.findall("./BkToCstmrStmt/GrpHdr/MsgPgntn"), *root.findall("./BkToCstmrStmt/Stmt/StmtPgntn")):
        if (_text(pages, "PgNb"), _text(pages, "LastPgInd")) not in _WHOLE:
            sentence = "the file is one page of several; ask the bank for the whole statement"
            raise StatementRefusedError([Problem("INCOMPLETE", "file", sentence)])
    return tuple(_statement(element) for element in statements)


def _statement(element: Element) -> Statement:
    problems: list[Problem] = []
    lines = tuple(_lines(element, problems))
    opening = _balance(element, _OPENING, problems)
    closing = _balance(element, _CLOSING, problems)
    problems += one_currency(amount.get("Ccy", "") for amount in _amounts(element))
    if problems or opening is None or closing is None:
        raise refusal(problems, lines)
    return Statement(
        account=_text(element, "Acct/Id/IBAN") or _text(element, "Acct/Id/Othr/Id"),
        number=_text(element, "Id"),
        day=closing[0],
        currency=closing[2],
        opening=opening[1],
        closing=closing[1],
        lines=lines,
    )


def _lines(statement: Element, problems: list[Problem]) -> Iterator[Line]:
    for n, entry in _booked(statement):
        try:
            yield _line(n, entry)
        except ValueError as error:
            problems.append(Problem("GARBLED", f"line {n}", f"line {n} is garbled: {error}"))


def _line(n: int, entry: Element) -> Line:
    sign = _sign(entry)
    booked = _day(entry, "BookgDt")
    references = (found.text for name in _REFERENCES for found in entry.iter(name))
    texts = (found.text or "" for name in ("Ustrd", "AddtlNtryInf") for found in entry.iter(name))
    return Line(
        n=n,
        booked=booked,
        value=_day(entry, "ValDt") if entry.find("ValDt") is not None else booked,
        amount=sign * fields.fen(_text(entry, "Amt")),
        serial=_text(entry, "AcctSvcrRef") or _text(entry, "NtryRef") or None,
        keys=fields.codes(references),
        text=" ".join(texts),
    )


def _balance(statement: Element, kinds: tuple[str, ...], problems: list[Problem]) -> tuple[date, int, str] | None:
    for balance in statement.findall("Bal"):
        if _text(balance, "Tp/CdOrPrtry/Cd") in kinds:
            try:
                amount = _sign(balance) * fields.fen(_text(balance, "Amt"))
                return _day(balance, "Dt"), amount, balance.find("Amt").get("Ccy", "")  # type: ignore[union-attr]
            except ValueError as error:
                problems.append(Problem("GARBLED", f"balance {kinds[0]}", f"{kinds[0]} is garbled: {error}"))
                return None
    problems.append(Problem("NO_BALANCE", f"balance {kinds[0]}", f"the statement has no balance {kinds[0]}"))
    return None


def _amounts(statement: Element) -> Iterator[Element]:
    """Find the amounts that the statement adds up: those of its balances and its entries, not those told in details."""
    yield from statement.findall("Bal/Amt")
    for _, entry in _booked(statement):
        yield from entry.findall("Amt")


def _booked(statement: Element) -> Iterator[tuple[int, Element]]:
    """Find the entries that moved money, each with its place; what is pending or for information moved none."""
    for n, entry in enumerate(statement.findall("Ntry"), 1):
        if not {_text(entry, "Sts/Cd"), _text(entry, "Sts")} & _NOT_BOOKED:
            yield n, entry


def _sign(element: Element) -> int:
    said = _text(element, "CdtDbtInd")
    if said not in _SIGN:
        raise ValueError(f"{said!r} is neither CRDT nor DBIT")
    return _SIGN[said]


def _plain(data: bytes) -> bytes:
    """Give a file in GBK, which the parser cannot read, in UTF-8."""
    if _GBK.match(data) is None:
        return data
    return _GBK.sub(rb"\1UTF-8\3", data.decode("gb18030").encode(), count=1)


def _day(element: Element, name: str) -> date:
    return fields.day(_text(element, f"{name}/Dt") or _text(element, f"{name}/DtTm"))


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()
