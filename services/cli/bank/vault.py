"""The bank's own books: a balance and the movements of the day for every account it keeps."""

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path


@dataclass
class Movement:
    """One line of a statement. ``amount`` is fen, credits positive, debits negative."""

    serial: str
    account: str
    amount: int
    key: str
    text: str


@dataclass
class Vault:
    """What the bank remembers between days."""

    balances: dict[str, int] = field(default_factory=dict)
    serial: int = 0
    day: str = ""
    opening: dict[str, int] = field(default_factory=dict)
    movements: list[Movement] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, path: Path) -> "Vault":
        """Read the books, or start new ones."""
        if not path.exists():
            return cls()
        raw = json.loads(path.read_text("utf8"))
        raw["movements"] = [Movement(**movement) for movement in raw["movements"]]
        return cls(**raw)

    def save(self, path: Path) -> None:
        """Write the books, whole or not at all."""
        draft = path.with_suffix(".new")
        draft.write_text(json.dumps(asdict(self), ensure_ascii=False), "utf8")
        draft.replace(path)

    def begin(self, day: date) -> None:
        """Open a business day; opening balances are the closing balances of the day before."""
        if self.day != day.isoformat():
            self.day = day.isoformat()
            self.opening = dict(self.balances)
            self.movements = []

    def move(self, account: str, amount: int, key: str, text: str) -> str:
        """Book a movement; give its voucher number. Raises ``OverdrawnError`` rather than go below zero."""
        balance = self.balances.get(account, 0) + amount
        if balance < 0:
            raise OverdrawnError(f"account {account} holds too little for {-amount} fen ({key})")
        self.serial += 1
        serial = f"V{self.day.replace('-', '')}{self.serial:06d}"
        self.balances[account] = balance
        self.opening.setdefault(account, 0)
        self.movements.append(Movement(serial, account, amount, key, text))
        return serial


class OverdrawnError(Exception):
    """A bank does not lend to a fund that has not asked."""
