"""年终结转: closing vouchers that were booked in a later year count, in a year's seal, for the year that they close."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from services.cli.audit.books.journal import Account
from services.cli.audit.books.papers import Closing
from services.ledger.records import Carried


def carried(closings: Iterable[Closing], begins: date, ends: date) -> list[Carried]:
    """Give what turns a year's balances as booked into those after carry-over, by book and account, fen.

    What closes an earlier year was held before this one, whenever it was booked; what closes this one moved in it.
    """
    sums: defaultdict[Account, list[int]] = defaultdict(lambda: [0, 0, 0])
    for _, booked, voucher in closings:
        held = voucher.incurred_on < begins <= booked
        moved = (begins <= voucher.incurred_on <= ends < booked) - (held and booked <= ends)
        if held or moved:
            for line in voucher.lines:
                sign = 1 if line.side == "D" else -1
                of = sums[voucher.book, line.account]
                of[0] += held * sign * line.amount
                of[1 if line.side == "D" else 2] += moved * line.amount
    return [Carried(book, account, *of) for (book, account), of in sorted(sums.items())]
