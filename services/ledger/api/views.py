"""How the bank's side and the closing are shown to those who ask."""

from collections.abc import Sequence
from typing import Any

from contracts.bank import Match
from services.chassis.errors import Fault
from services.ledger.bank.statement import Statement
from services.ledger.decide.gate import Missing
from services.ledger.decide.reconciliation import Reconciliation
from services.ledger.records import BankAccount, StatementHead


def statement(taken: Statement) -> dict[str, Any]:
    """Show a statement that came in; fen."""
    return {
        "day": taken.day,
        "number": taken.number,
        "opening": taken.opening,
        "closing": taken.closing,
        "lines": len(taken.lines),
    }


def head_of(taken: Statement, account: BankAccount) -> StatementHead:
    """Shorten a statement to what the next one must follow."""
    return StatementHead(
        account.bank_account, taken.day, taken.number, "", taken.opening, taken.closing, len(taken.lines)
    )


def reconciliation(table: Reconciliation) -> dict[str, Any]:
    """Show a 余额调节表; fen. Both adjusted balances are equal where ``difference`` is zero."""
    return {
        "bank_account": table.bank_account,
        "day": table.day,
        "bank_balance": table.bank_balance,
        "book_balance": table.book_balance,
        "bank_only": table.bank_only,
        "book_only": table.book_only,
        "adjusted_bank": table.bank_balance + table.book_only,
        "adjusted_book": table.book_balance + table.bank_only,
        "difference": table.difference,
        "timing": [
            {
                "side": timing.side,
                "item": timing.item.ref,
                "day": timing.item.day,
                "amount": timing.item.amount,
                "explained": timing.explained,
                "exception": timing.exception,
            }
            for timing in table.timing
        ],
    }


def missing(found: Sequence[Missing]) -> list[dict[str, Any]]:
    """Show what keeps a period open, as the ``errors`` of a refusal show it."""
    return [fault._asdict() for fault in faults(found)]


def faults(found: Sequence[Missing]) -> list[Fault]:
    """Say what keeps a period open as faults of a refusal."""
    return [Fault(one.code, one.where, one.sentence) for one in found]


def match(found: Match) -> dict[str, Any]:
    """Show a match or a suggestion."""
    return found.model_dump(mode="json")
