"""The books beside the logs: what is posted, and the seals of days, months and years, signed with a key of its own."""

import hashlib
from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts.bank import (
    BankAccountOpened,
    BankLine,
    ExceptionOpened,
    ExceptionProposed,
    LinesMatched,
    Match,
    MatchProposed,
    StatementImported,
)
from contracts.closing import (
    NO_SEAL,
    STREAM,
    Aged,
    BankDay,
    BookDay,
    BookPeriod,
    Cut,
    DayClosed,
    DayPrepared,
    OpenException,
    PeriodPrepared,
    TrialLine,
)
from contracts.days import DayEndCalled, Source
from contracts.envelope import Body, Event
from contracts.ledger import Voucher, VoucherApproved, VoucherLine, VoucherProposed
from services.ledger.chart import load_chart
from services.ledger.decide.laying import MANUAL
from services.ledger.decide.numbering import entry_bytes, voucher_order
from services.ledger.decide.period import PeriodFacts, month_of, span_of, year_of
from services.ledger.decide.post import post
from services.ledger.decide.seal import Closed, Evidence, digest_of, head_of, seal_hash, seal_of, sealed, tree_of
from services.ledger.decide.signature import Signer, kid_of
from services.ledger.decide.trial import balances_of
from services.ledger.decide.yearend import year_end
from services.ledger.model import Balance, Entry
from services.ledger.publishing import VOUCHERS_STREAM
from services.ledger.records import Sealed
from tests.unit.cli.audit.logs import Scribe

CASH = {"1002": "IN", "1003": "FI", "1004": "OUT"}
"""收入户, 财政专户, 支出户: the accounts that the bank shows."""

SOURCES: tuple[Source, ...] = ("enrollment", "adjudication", "payment")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SIGNER = Signer(kid_of(KEY.public_key()), KEY)
KEYS = {SIGNER.kid: KEY.public_key()}


ABOUT_NOBODY: dict[str, Any] = dict.fromkeys(("person", "provider", "batch", "claim"))


class Books:
    """The ledger of a history: it posts what is said, and closes days, months and years."""

    def __init__(self, scribe: Scribe) -> None:
        self.chart = load_chart()
        self._scribe = scribe
        self._entries: dict[date, list[Entry]] = defaultdict(list)
        self._sealed: list[Sealed] = []
        self._held: dict[tuple[str, str], int] = {}
        self.kept: dict[str, bytes] = {}
        self.states_heads = self.careful = True
        self.answers_with = "li"
        """Who agrees that 收入户 may keep its money; whoever proposes it is sun."""
        self.answers_short = 0
        """How many fen less than it holds 收入户 may keep."""
        self.by_hand: str | None = None  # who agrees to what sun matches; None lets the rules match
        self.rule, self.crosswise = "key", False
        self.unmatched: set[date] = set()
        """Days on which nobody lays the bank's lines beside ours."""
        self._alone: Counter[str] = Counter()
        self.appropriates = True
        self._answers: list[OpenException] = []

    def post(self, event: Event) -> None:
        """Book an event."""
        self._entries[event.business_date] += post(event, self.chart)

    def seal_day(self, following: date) -> None:
        """End the open day in all shards, seal it, and open the one that follows."""
        scribe, day = self._scribe, self._scribe.day
        self._appropriate()
        scribe.say("ledger", STREAM, DayEndCalled(day=day, next=following))
        cut = [
            Cut(source=source, shard=event.shard, seq=event.seq, hash=event.hash.hex())
            for source in SOURCES
            for event in scribe.end_day(source, following)
        ]
        scribe.turn_page(following)
        banks = self._bank_days(day)
        number = sum(len(one.period) == 10 for one in self._sealed) + 1
        books = tuple(self._book_days(day, day))
        nothing: dict[str, Any] = dict.fromkeys(Evidence._fields, ())
        said = {"day": day, "number": number, "previous": self._last(10), "cut": cut, "books": books, "banks": banks}
        stated = Evidence(**nothing | said)
        self._keep(seal_of(tree_of(self._entries[day]), stated, "sun"))

    def seal_period(self, period: str) -> None:
        """Seal a month or a year as the fold of what is sealed of it; who is careful sees first that it can be."""
        part = 7 if len(period) == 4 else 10
        if self.careful and part == 7:
            self._carry(int(period))
        elif self.careful:
            self._answer()
        if part == 7:
            self._scribe.turn_page(date(int(period) + 1, 1, 1))
        parts = [one for one in self._sealed if len(one.period) == part and one.period.startswith(period)]
        span = span_of(period)
        books = [
            BookPeriod(book=one.book, entries=one.entries, trial=one.trial)
            for one in self._book_days(span.begins, span.ends)
        ]
        last = self._last(len(period))
        facts = PeriodFacts(span, date.max, last, parts, [], None, books, self._aged(), self._answers, [])
        self._keep(year_of(facts, "sun") if part == 7 else month_of(facts, "sun"))

    def _keep(self, proposal: Closed) -> None:
        digest = digest_of(proposal)
        prepared: Body
        if isinstance(proposal, DayClosed):
            prepared = DayPrepared(day=proposal.day, digest=digest, maker="sun")
        else:
            prepared = PeriodPrepared(period=head_of(proposal).period, digest=digest, maker="sun")
        self._scribe.say("ledger", STREAM, prepared)
        closed = sealed(proposal, "li", self._scribe.own_heads() if self.states_heads else (), SIGNER)
        head = head_of(closed)
        self._scribe.say("ledger", STREAM, closed)
        self.kept[head.period] = closed.canonical()
        self._sealed.append(Sealed(head.period, head.previous, seal_hash(closed), head.root, head.size))

    def entries(self, day: date) -> list[bytes]:
        """Write a day's entries down in voucher order, as ``claims archive`` gets them."""
        return [entry_bytes(entry) for entry in sorted(self._entries[day], key=voucher_order)]

    def _appropriate(self) -> None:
        """Give 支出户 what was paid out of it, and one yuan: as interest, which no other account has to have first."""
        for one in balances_of(self._between(date.min, date.max)):
            if self.appropriates and one.account == "1004" and one.signed < 0:
                lines = [
                    VoucherLine(account=account, side=side, amount=100 - one.signed, bank_key=key, **ABOUT_NOBODY)
                    for account, side, key in (("1004", "D", f"LX{self._scribe.day:%Y%m%d}"), ("4201", "C", None))
                ]
                self._book(_voucher(f"LX-{one.book}-{self._scribe.day}", one.book, self._scribe.day, lines))

    def _book(self, voucher: Voucher) -> None:
        """Let two people book a voucher."""
        say = self._scribe.say
        say("ledger", VOUCHERS_STREAM, VoucherProposed(maker="sun", voucher=voucher))
        self.post(say("ledger", VOUCHERS_STREAM, VoucherApproved(maker="sun", checker="li", voucher=voucher)))

    def _bank_days(self, day: date) -> list[BankDay]:
        """Import the bank's statement of every account that was ever moved, and match it whole."""
        moved: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for entry in self._entries[day]:
            for n, line in enumerate(entry.lines, 1):
                if line.account in CASH:
                    moved[entry.book, line.account][line.bank_key or f"{entry.id}/{n}"] += line.signed
        return [self._bank_day(*one, day, moved[one]) for one in sorted(moved.keys() | self._held.keys())]

    def _bank_day(self, book: str, account: str, day: date, moved: Counter[str]) -> BankDay:
        say, name = self._scribe.say, f"{book}-{CASH[account]}"
        if (book, account) not in self._held:
            opened = BankAccountOpened(bank_account=name, book=book, account=account, number="6230", since=day)
            say("ledger", name, opened)
        opening = self._held.get((book, account), 0)
        closing = self._held[book, account] = opening + moved.total()
        lines = tuple(
            BankLine(n=n, booked=day, value=day, amount=amount, serial=f"S{n}", keys=(key,))
            for n, (key, amount) in enumerate(sorted(moved.items()), 1)
        )
        digest = hashlib.sha256(f"{name}/{day}".encode()).hexdigest()
        about: dict[str, Any] = {"bank_account": name, "book": book, "day": day}
        ends = {"opening": opening, "closing": closing}
        say(
            "ledger",
            name,
            StatementImported(**about, **ends, format="csv", number="6230", file_digest=digest, lines=lines),
        )
        rule = MANUAL if self.by_hand else self.rule
        ours = lines[1:] + lines[:1] if self.crosswise else lines
        matches = tuple(
            Match(rule=rule, bank=(f"{day}/{line.n}",), book=(f"{day}/{one.keys[0]}",), amount=line.amount)
            for line, one in zip(lines, ours, strict=True)
        )
        for n, match in enumerate(matches if self.by_hand else ()):
            hand = MatchProposed(**about, proposal=f"DZ-{name}-{day}-{n}", match=match, reason="无附言", maker="sun")
            say("ledger", name, hand)
        if matches and day not in self.unmatched:
            say("ledger", name, LinesMatched(**about, matches=matches, maker="sun", checker=self.by_hand))
        if day in self.unmatched:
            self._alone[name] += moved.total()
        alone = self._alone[name]
        return BankDay(
            bank_account=name,
            statement=digest,
            **ends,
            booked=closing,
            bank_only=alone,
            book_only=alone,
            difference=0,
        )

    def _last(self, length: int) -> str:
        same = [one.hash for one in self._sealed if len(one.period) == length]
        return same[-1] if same else NO_SEAL

    def _book_days(self, begins: date, ends: date) -> list[BookDay]:
        before = self._between(date.min, begins - timedelta(days=1))
        today = self._between(begins, ends)
        earlier = Counter(entry.book for entry in self._between(begins.replace(day=1), begins - timedelta(days=1)))
        opening = {(one.book, one.account): one.signed for one in balances_of(before)}
        moved = {(one.book, one.account): one for one in balances_of(today)}
        return [
            _book_day(book, opening, moved, sum(entry.book == book for entry in today), earlier[book] + 1)
            for book in sorted({book for book, _ in opening.keys() | moved.keys()})
        ]

    def _answer(self) -> None:
        """Let 收入户 keep its money over the month's end: nobody sweeps it here."""
        day = max(self._entries)
        held = [one for one in balances_of(self._between(date.min, day)) if one.account == "1002" and one.signed]
        for n, one in enumerate(held):
            said = ExceptionProposed(
                exception=f"CY-{n}",
                bank_account=f"{one.book}-IN",
                book=one.book,
                day=day,
                side="balance",
                item=one.account,
                amount=one.signed - self.answers_short,
                reason="月末汇缴在途",
                owner="sun",
                expires=day,
                maker="sun",
            )
            opened = ExceptionOpened(**said.model_dump(), checker=self.answers_with)
            self._scribe.say("ledger", said.bank_account, said)
            self._scribe.say("ledger", said.bank_account, opened)
            stated = said.model_dump(include=OpenException.model_fields.keys())
            self._answers.append(OpenException.model_validate(stated))

    def _carry(self, year: int) -> None:
        """结转: close income and expense of every cash-basis book into the surplus, on the open day."""
        standing = balances_of(self._between(date.min, date.max))
        for book in sorted({one.book for one in standing if not one.book.endswith("-memo")}):
            own = [one for one in standing if one.book == book]
            for voucher in year_end(self.chart, book, own, date(year, 12, 31)):
                self._book(voucher)

    def _aged(self) -> list[Aged]:
        """What 暂付 and 暂收 hold: here nothing is ever given back, so it is held since it moved first."""
        since: dict[tuple[str, str], date] = {}
        for day, entries in sorted(self._entries.items()):
            for one in balances_of(entries):
                if one.account.startswith(("1101", "2001")):
                    since.setdefault((one.book, one.account), day)
        held = {(one.book, one.account): one.signed for one in balances_of(self._between(date.min, date.max))}
        return [
            Aged(book=book, account=account, balance=held[book, account], since=day)
            for (book, account), day in sorted(since.items())
        ]

    def _between(self, begins: date, ends: date) -> list[Entry]:
        return [entry for day, entries in self._entries.items() if begins <= day <= ends for entry in entries]


def _book_day(
    book: str, opening: dict[tuple[str, str], int], moved: dict[tuple[str, str], Balance], entries: int, first: int
) -> BookDay:
    trial = []
    for owner, account in sorted(opening.keys() | moved.keys()):
        if owner == book:
            begins = opening.get((book, account), 0)
            _, _, debit, credit = moved.get((book, account), Balance(book, account, 0, 0))
            trial.append(
                TrialLine(account=account, opening=begins, debit=debit, credit=credit, closing=begins + debit - credit)
            )
    debit, credit = sum(line.debit for line in trial), sum(line.credit for line in trial)
    return BookDay(book=book, entries=entries, first=first, debit=debit, credit=credit, trial=tuple(trial))


def _voucher(number: str, book: str, day: date, lines: list[VoucherLine]) -> Voucher:
    return Voucher(
        voucher=number,
        book=book,
        template="FREE",
        incurred_on=day,
        summary="利息收入",
        corrects=None,
        corrects_day=None,
        lines=tuple(lines),
        attachments=(),
    )
