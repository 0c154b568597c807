"""Whatever the bank sends becomes one neutral statement that adds up, or is refused with what is wrong."""

from decimal import Decimal

import pytest

from services.ledger.bank import camt, swift, table
from services.ledger.bank.fields import exact_fen, fen
from services.ledger.bank.statement import StatementRefusedError, check, difference, twins

GOOD = """account,340706-390-OUT
number,2017-60
day,2017-03-01
currency,CNY
opening,1000.00
closing,899.50

serial,booked,value,amount,key,text
V001,2017-03-01,2017-03-01,-150.50,B-0001,拨付
V002,2017-03-01,2017-03-01,50,B-0000,退票 张三
"""


def codes(problems):
    return [problem.code for problem in problems]


def test_a_plain_statement_that_adds_up_has_no_problem():
    (statement,) = table.read(GOOD.encode())
    assert (check(statement), statement.closing) == ((), 89_950)


def test_a_statement_in_gbk_reads_the_same_as_in_utf8():
    assert table.read(GOOD.encode("gbk")) == table.read(GOOD.encode())


def test_a_statement_that_does_not_add_up_is_named_with_the_difference():
    (statement,) = table.read(GOOD.replace("899.50", "899.00").encode())
    assert [problem.sentence[-7:] for problem in check(statement)] == ["by 0.50"]


def test_every_garbled_field_is_named_at_once():
    bad = GOOD.replace("-150.50", "-15O.50").replace("opening,1000.00", "opening,1..0").replace(",50,", ",5.001,")
    with pytest.raises(StatementRefusedError) as refused:
        table.read(bad.encode())
    assert [problem.place for problem in refused.value.problems] == ["line 1", "line 2", "opening"]


def test_a_missing_head_field_is_named():
    with pytest.raises(StatementRefusedError, match="the head has no currency"):
        table.read(GOOD.replace("currency,CNY\n", "").encode())


def test_the_same_line_twice_under_one_serial_is_a_duplicate():
    (statement,) = table.read(GOOD.replace("V002", "V001").replace(",50,", ",-150.50,").encode())
    assert "DUPLICATE_SERIAL" in codes(check(statement))


@pytest.mark.parametrize(
    ("good", "bad", "code", "place"),
    [
        ("V002", '"V002', "NOT_CSV", "file"),
        ("张三", "三" * 140_000, "NOT_CSV", "file"),
        ("opening,1000.00", "opening,1000.00\nopening,1000.00", "DUPLICATE", "opening"),
        ("opening,1000.00", "opening,1,000.00", "GARBLED", "opening"),
        ("opening,1000.00", 'opening,"1,000.00"', "GARBLED", "opening"),
        ("number,2017-60", "number,", "MISSING", "number"),
        ("day,2017-03-01", "day,2017-03-01x9", "GARBLED", "day"),
        ("V001,2017-03-01", "V001,2017-W09-3", "GARBLED", "line 1"),
        ("V001,2017-03-01,", "V001,", "GARBLED", "line 1"),
    ],
    ids=["open quote", "endless field", "twice", "thousands", "quoted thousands", "empty", "day", "week", "cells"],
)
def test_a_damaged_file_is_refused_by_what_is_damaged(good, bad, code, place):
    with pytest.raises(StatementRefusedError) as refused:
        table.read(GOOD.replace(good, bad).encode())
    assert [(problem.code, problem.place) for problem in refused.value.problems] == [(code, place)]


def test_a_line_of_too_few_cells_is_named_without_a_word_of_python():
    with pytest.raises(StatementRefusedError, match="line 2 is garbled: it has 3 cells, not 6"):
        table.read(GOOD[: GOOD.index(",50,")].encode())


def test_a_file_as_a_spreadsheet_saves_it_reads_the_same():
    head, lines = GOOD.split("\n\n")
    saved = (
        "".join(f"{line},,,,\r\n" for line in head.splitlines())
        + ",,,,,\r\n"
        + lines.replace("\n", "\r\n")
        + ",,,,,\r\n"
    )
    assert table.read(f"\ufeff{saved}".encode()) == table.read(GOOD.encode())


@pytest.mark.parametrize(
    ("good", "bad", "problem"),
    [
        ("opening,1000.00", "opening,999999999999.00", ("TOO_LARGE", "opening")),
        ("V001", "V" * 201, ("TOO_LONG", "line 1")),
        ("V001", "V\x001", ("TOO_LONG", "line 1")),
        ("number,2017-60", f"number,{'6' * 201}", ("TOO_LONG", "number")),
    ],
)
def test_what_no_event_can_hold_is_named(good, bad, problem):
    (statement,) = table.read(GOOD.replace(good, bad).encode())
    assert problem in [(found.code, found.place) for found in check(statement)]


CAMT = "bank_camt/camt.053.001.02.xml"


@pytest.mark.parametrize("encoding", ["GBK", "gb2312", "GB18030"])
def test_a_camt_statement_in_gbk_reads_the_same(shared_data, encoding):
    text = (shared_data / CAMT).read_text("utf-8").replace("<Ustrd>", "<Ustrd>张三")
    in_gbk = text.replace('encoding="UTF-8"', f'encoding="{encoding}"').encode("gb18030")
    assert camt.read(in_gbk) == camt.read(text.encode())


@pytest.mark.parametrize(
    ("good", "bad", "code", "place"),
    [
        ('encoding="UTF-8"', 'encoding="NOPE"', "NOT_XML", "file"),
        ("<LastPgInd>true", "<LastPgInd>false", "INCOMPLETE", "file"),
        ("<PgNb>1", "<PgNb>2", "INCOMPLETE", "file"),
        ('<Amt Ccy="SEK">105678.50', '<Amt Ccy="USD">105678.50', "OTHER_CURRENCY", "currency"),
        ('<Amt Ccy="SEK">500000', '<Amt Ccy="USD">500000', "OTHER_CURRENCY", "currency"),
        ("<CdtDbtInd>CRDT</CdtDbtInd>\n\t\t\t\t<Sts>", "<CdtDbtInd>IN</CdtDbtInd>\n\t\t\t\t<Sts>", "GARBLED", "line 1"),
    ],
)
def test_a_damaged_camt_statement_is_refused_by_what_is_damaged(shared_data, good, bad, code, place):
    text = (shared_data / CAMT).read_text("utf-8")
    assert good in text
    with pytest.raises(StatementRefusedError) as refused:
        camt.read(text.replace(good, bad, 1).encode())
    assert [(problem.code, problem.place) for problem in refused.value.problems] == [(code, place)]


def test_a_camt_entry_that_is_for_information_moves_nothing_in_any_currency(shared_data):
    text = (shared_data / CAMT).read_text("utf-8")
    told = text.replace("<Ntry>", '<Ntry><Amt Ccy="USD">1</Amt><Sts>INFO</Sts></Ntry><Ntry>', 1)
    assert camt.read(told.encode())[0].closing == camt.read(text.encode())[0].closing
    assert len(camt.read(told.encode())[0].lines) == 3


def test_a_camt_amount_without_a_currency_is_named(shared_data):
    text = (shared_data / CAMT).read_text("utf-8").replace('<Amt Ccy="SEK">500000', "<Amt>500000", 1)
    with pytest.raises(StatementRefusedError, match="in no currency and SEK at once"):
        camt.read(text.encode())


def test_the_published_camt_sample_adds_up(shared_data):
    (statement,) = camt.read((shared_data / "bank_camt/camt.053.001.02.xml").read_bytes())
    amounts = [line.amount for line in statement.lines]
    assert (amounts, difference(statement)) == ([10_567_850, -20_000_000, 3_000_000], 0)


def test_the_references_of_a_camt_entry_are_its_keys(shared_data):
    (statement,) = camt.read((shared_data / "bank_camt/camt.053.001.02.xml").read_bytes())
    assert statement.lines[1].keys == ("AAAASESS-FP-ACCR-01", "FINP-0055", "FINP-0055/001")


def test_a_garbled_camt_amount_is_quoted(shared_data):
    with pytest.raises(StatementRefusedError, match=r"line 1 is garbled: '12\.\.34' is no amount"):
        camt.read((shared_data / "bank_camt/camt053_garbled_amount.xml").read_bytes())


def test_a_camt_statement_without_balances_is_refused_and_what_it_repeats_is_named(shared_data):
    with pytest.raises(StatementRefusedError) as refused:
        camt.read((shared_data / "bank_camt/camt053_duplicate_same_day.xml").read_bytes())
    assert codes(refused.value.problems) == ["NO_BALANCE", "NO_BALANCE", "DUPLICATE_SAME_DAY"]


def test_two_camt_lines_that_are_alike_and_have_no_serial_are_named(shared_data):
    data = (shared_data / "bank_camt/camt053_duplicate_same_day.xml").read_text()
    balances = "".join(
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{amount}</Amt>"
        f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-04-07</Dt></Dt></Bal>"
        for code, amount in (("OPBD", "9.00"), ("CLBD", "0.00"))
    )
    (statement,) = camt.read(data.replace("<Ntry>", balances + "<Ntry>", 1).encode())
    assert codes(twins(statement.lines)) == ["DUPLICATE_SAME_DAY"]


def test_xml_with_entities_is_refused():
    bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><Document>&b;</Document>'
    with pytest.raises(StatementRefusedError, match="no readable XML"):
        camt.read(bomb)


@pytest.mark.parametrize(("name", "count"), [("cmxl_mt940.sta", 3), ("betterplace_sepa_mt9401.sta", 20)])
def test_every_published_mt940_statement_adds_up(shared_data, name, count):
    statements = swift.read((shared_data / "bank_mt940" / name).read_bytes())
    assert [difference(statement) for statement in statements] == [0] * count


def test_a_reversed_credit_takes_money_out(shared_data):
    statements = swift.read((shared_data / "bank_mt940/betterplace_sepa_mt9401.sta").read_bytes())
    assert statements[0].lines[5].amount == -20_488


def test_mt940_reads_what_is_sent_and_never_a_file_of_that_name(tmp_path):
    secret = tmp_path / "secret.sta"
    secret.write_text(":20:1\n:25:1/1\n:28C:1/1\n:60F:C170301CNY1,\n:62F:C170301CNY1,\n")
    with pytest.raises(StatementRefusedError, match="no MT940 statement"):
        swift.read(str(secret).encode())


SWIFT = ":20:1\n:25:1/1\n:28C:1/1\n:60F:C170301CNY9,00\n:61:1703010301D5,00NTRFB1//V1\n:86:张三\n:62F:C170301CNY4,00\n"


SHEETS = (
    ":20:1\n:25:1/1\n:28C:1/1\n:60F:C170301CNY9,00\n:61:1703010301D5,00NTRFB1//V1\n:86:x\n:62M:C170301CNY4,00\n-\n",
    ":20:2\n:25:1/1\n:28C:1/2\n:60M:C170301CNY4,00\n:61:1703010301D1,00NTRFB2//V2\n:86:x\n:62F:C170301CNY3,00\n-\n",
)


def test_the_sheets_of_an_mt940_statement_are_one_statement():
    (statement,) = swift.read("".join(SHEETS).encode())
    lines = [(line.n, line.amount) for line in statement.lines]
    assert (statement.opening, lines, statement.closing, difference(statement)) == (900, [(1, -500), (2, -100)], 300, 0)


@pytest.mark.parametrize(
    "sheets",
    [
        SHEETS[:1],
        SHEETS[1:],
        (SHEETS[0], SHEETS[1].replace("4,00", "4,01")),
        (SHEETS[0], SHEETS[1].replace("1/1", "1/9")),
    ],
    ids=["the last is missing", "the first is missing", "another balance", "another account"],
)
def test_an_mt940_statement_of_which_a_sheet_is_missing_is_refused(sheets):
    with pytest.raises(StatementRefusedError) as refused:
        swift.read("".join(sheets).encode())
    assert codes(refused.value.problems) == ["INCOMPLETE"]


def test_an_mt940_statement_in_two_currencies_is_refused():
    with pytest.raises(StatementRefusedError, match="CNY and USD at once"):
        swift.read(SWIFT.replace("CNY4", "USD4").encode())


@pytest.mark.parametrize(
    ("good", "bad", "place", "sentence"),
    [
        ("D5,00", "D5,005", "line 1", "line 1 is garbled: -5.005 has parts of a fen"),
        ("CNY9,00", "CNY9,005", "opening", "the opening balance is garbled: 9.005 has parts of a fen"),
        ("170301CNY4", "1703CNY4", ":62F:", "the field :62F: is garbled: 'C1703CNY4,00'"),
        ("1703010301D", "17030D", ":61:", "the field :61: is garbled: '17030D5,00NTRFB1//V1'"),
    ],
)
def test_what_is_garbled_in_an_mt940_statement_is_named(good, bad, place, sentence):
    assert difference(swift.read(SWIFT.encode())[0]) == 0
    with pytest.raises(StatementRefusedError) as refused:
        swift.read(SWIFT.replace(good, bad).encode())
    assert refused.value.problems == (("GARBLED", place, sentence),)


def test_a_statement_that_cannot_be_read_leaves_no_name_in_a_log(caplog):
    with pytest.raises(StatementRefusedError):
        swift.read(SWIFT.replace("1703010301D", "17030D").replace("//V1\n", "//V1\n李四\n").encode())
    assert caplog.records == []


@pytest.mark.parametrize("text", ["12..34", "1e3", "", "1,5", "NaN", "0.001", "１２"])
def test_what_is_no_amount_is_quoted(text):
    with pytest.raises(ValueError, match="is no amount"):
        fen(text)


def test_parts_of_a_fen_are_refused():
    with pytest.raises(ValueError, match="parts of a fen"):
        exact_fen(Decimal("0.001"))
