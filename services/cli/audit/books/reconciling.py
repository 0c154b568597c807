"""余额调节表 again, item by item: what either side of a bank account had alone when a day was sealed."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date

from contracts.bank import Match
from services.cli.audit.books.journal import Journal
from services.cli.audit.books.papers import Laid, Moment, Papers, Statement
from services.cli.audit.log.divergence import Differences
from services.ledger.bank.rules import rules
from services.ledger.decide.gate import BankFacts
from services.ledger.decide.laying import MANUAL
from services.ledger.decide.matching import fits
from services.ledger.decide.reconciliation import Later, reconcile
from services.ledger.records import Item

Items = dict[str, Item]
"""Open items by the name that matches and exceptions give them."""


class OpenItems:
    """未达账项: both sides of every bank account, brought forward from one sealed day to the next.

    Where the books do not go on after the last sealed day, an item with a key that only the bank has, and that is not
    matched up to there, counts as explained: ``untold`` has those of the last day, by account.
    """

    def __init__(self, journal: Journal, papers: Papers, found: Differences, *, goes_on: bool) -> None:
        self._journal = journal
        self._papers = papers
        self._found = found
        self._rules = {rule.name: rule for rule in rules()}
        self._days = sorted(journal)
        self._statements = sorted((day, name) for name, day in papers.statements)
        self._laid = list[Laid](papers.laid)
        self._matched = (
            None
            if goes_on
            else {(one.bank_account, ref) for one in papers.laid for match in one.matches for ref in match.bank}
        )
        self.untold: dict[str, list[Item]] = {}
        self._bank: defaultdict[str, Items] = defaultdict(dict)
        self._book: defaultdict[str, Items] = defaultdict(dict)
        self._booked: Counter[str] = Counter()
        self._shown: defaultdict[tuple[str, str], list[tuple[Statement, Item]]] = defaultdict(list)
        for (name, _), statement in papers.statements.items():
            for item in statement.items:
                for key in item.keys:
                    self._shown[name, key].append((statement, item))

    def advance(self, day: date, moment: Moment) -> None:
        """Take in what either side had up to the end of a day, and take out what had been laid together by then."""
        while self._days and self._days[0] <= day:
            self._take_in(self._days.pop(0))
        waiting = list[tuple[date, str]]()
        for when, name in self._statements:
            statement = self._papers.statements[name, when]
            if when <= day and moment.saw(statement.place, when):
                self._bank[name].update({item.ref: item for item in statement.items})
            else:
                waiting.append((when, name))
        self._statements = waiting
        seen = [one for one in self._laid if one.day <= day and moment.saw(one.place, one.day)]
        self._laid = [one for one in self._laid if one.day > day or not moment.saw(one.place, one.day)]
        for one in seen:
            for match in one.matches:
                self._lay(one, match)

    def _lay(self, one: Laid, match: Match) -> None:
        """Take what was laid together out, and check that it was open, comes to the same, and is what its rule finds.

        Whether something else had a claim on it too, so that the rule would have left it to people, is not asked.
        """
        name = one.bank_account
        bank = [self._bank[name].pop(ref, None) for ref in match.bank]
        book = [self._book[name].pop(ref, None) for ref in match.book]
        theirs, ours = [item for item in bank if item], [item for item in book if item]
        expect, what = self._found.expect, f"a match of {name} on {one.day}"
        if not expect(one.place, f"{what}: items that are open", len(bank + book), len(theirs + ours)):
            return
        sums = [sum(item.amount for item in items) for items in (theirs, ours)]
        expect(one.place, f"{what}: what both sides come to", sums, [match.amount, match.amount])
        if match.rule != MANUAL:
            rule = self._rules.get(match.rule)
            expect(one.place, f"{what}: {match.rule} finds it", True, rule is not None and fits(rule, theirs, ours))

    def facts(self, day: date, moment: Moment, answers: Mapping[tuple[str, str], str]) -> list[BankFacts]:
        """Give what the gate looks at; ``answers`` are the open exceptions by account and ``<side>:<item>``."""
        opened = {
            name
            for name, (place, account) in self._papers.accounts.items()
            if account.since <= day and moment.saw(place, account.since)
        }
        return [self._facts(name, day, moment, name in opened, answers) for name in sorted(opened | {*self._booked})]

    def _facts(
        self, name: str, day: date, moment: Moment, opened: bool, answers: Mapping[tuple[str, str], str]
    ) -> BankFacts:
        statement = self._papers.statements.get((name, day))
        if statement is None or not moment.saw(statement.place, day):
            return BankFacts(name, opened, None, 0, None)
        earlier = [when for account, when in self._papers.statements if account == name and when < day]
        before = self._papers.statements[name, max(earlier)].closing if earlier else None
        theirs, ours = [*self._bank[name].values()], [*self._book[name].values()]
        own = {item: number for (account, item), number in answers.items() if account == name}
        balances = (statement.closing, self._booked[name])
        table = reconcile(name, day, balances, theirs, ours, self._later(name, day, moment), own)
        self.untold[name] = [one.item for one in table.timing if one.explained == date.max and not one.exception]
        return BankFacts(name, opened, table, statement.opening, before)

    def _later(self, name: str, day: date, moment: Moment) -> Later:
        """Look up after the day only what could explain an open item: what stands under one of its keys."""
        bank = [
            item
            for key in {key for item in self._book[name].values() for key in item.keys}
            for statement, item in self._shown[name, key]
            if item.day > day and moment.saw(statement.place, item.day)
        ]
        keys = {key for item in self._bank[name].values() for key in item.keys}
        book = [
            Item(f"{when}/{key}", when, self._journal[when].items[name, key], (key,))
            for when in (self._days if keys else ())
            for key in keys
            if (name, key) in self._journal[when].items
        ]
        if self._matched is not None:
            alone = [item for ref, item in self._bank[name].items() if (name, ref) not in self._matched]
            book += [item._replace(day=date.max) for item in alone]
        return Later(bank, book)

    def _take_in(self, day: date) -> None:
        for (name, key), amount in self._journal[day].items.items():
            self._book[name][f"{day}/{key}"] = Item(f"{day}/{key}", day, amount, (key,))
            self._booked[name] += amount
