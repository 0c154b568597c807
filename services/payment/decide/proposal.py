"""The maker takes what is due, oldest first, and puts it up as batches of at most 500 lines (制单)."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from contracts.payments import BATCH_LINES, BatchProposed, PaymentLine
from services.chassis.errors import Fault
from services.payment.model import BatchOrder, Due, Payee


class LeftOut(NamedTuple):
    """What is due to one payee and is in no batch, in fen, and why."""

    payee: str
    claims: int
    amount: int
    code: str
    message: str


class Proposal(NamedTuple):
    """The batches that were made, and what was left out of them."""

    batches: tuple[BatchProposed, ...]
    left_out: tuple[LeftOut, ...]


def check_order(order: BatchOrder) -> Fault | None:
    """Check that the paying account is one of the book's. Fault: ACCOUNT_OF_ANOTHER_BOOK."""
    if order.account.startswith(f"{order.book}-"):
        return None
    return Fault("ACCOUNT_OF_ANOTHER_BOOK", "account", f"an account of book {order.book} begins with {order.book}-")


def number_prefix(book: str, day: date) -> str:
    """Give what the numbers of all batches of a book and a day begin with: 340706-390-20170301-."""
    return f"{book}-{day:%Y%m%d}-"


def propose(
    order: BatchOrder,
    due: Sequence[Due],
    payees: Mapping[str, Payee],
    fits: Callable[[str], bool],
    *,
    maker: str,
    numbers: Iterator[str],
) -> Proposal:
    """Make batches of what is due, in the order given. ``numbers`` gives each batch its number.

    A payee whose account is not known, or whose name the bank's format cannot hold, is left out.
    """
    payable: list[Due] = []
    left_out: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    for item in due:
        why = _hindrance(payees.get(item.payee), fits)
        if why is None:
            payable.append(item)
        else:
            left_out[item.payee, *why].append(item.split.total())
    wanted = payable[: order.limit]
    parts = [wanted[start : start + BATCH_LINES] for start in range(0, len(wanted), BATCH_LINES)]
    return Proposal(
        batches=tuple(_batch(order, part, payees, maker, number) for part, number in zip(parts, numbers, strict=False)),
        left_out=tuple(
            LeftOut(payee, len(amounts), sum(amounts), code, message)
            for (payee, code, message), amounts in left_out.items()
        ),
    )


def _hindrance(payee: Payee | None, fits: Callable[[str], bool]) -> tuple[str, str] | None:
    if payee is None:
        return "NO_ACCOUNT", "the payee has no bank account on record"
    if not fits(payee.name):
        return "NAME_DOES_NOT_FIT", "the bank's file format cannot hold the account name"
    return None


def _batch(
    order: BatchOrder, part: Sequence[Due], payees: Mapping[str, Payee], maker: str, number: str
) -> BatchProposed:
    return BatchProposed(
        batch=number,
        book=order.book,
        account=order.account,
        maker=maker,
        bank=order.bank,
        total=sum(item.split.total() for item in part),
        lines=tuple(_line(f"{number}-{n:04d}", item) for n, item in enumerate(part, 1)),
        payee_versions=tuple(payees[item.payee].version for item in part),
    )


def _line(number: str, item: Due) -> PaymentLine:
    return PaymentLine(
        line=number,
        claim=item.claim,
        kind=item.kind,
        person=item.person,
        pay_to=item.pay_to,
        payee=item.payee,
        amount=item.split.total(),
        split=item.split,
        repays=item.repays,
        decision=item.decision,
    )
