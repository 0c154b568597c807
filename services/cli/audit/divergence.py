"""What an auditor finds: one place in the history where the record and the replay differ."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Divergence:
    """One difference: where it is, what the replay says, what the record says."""

    where: str
    what: str
    expected: str
    found: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.where}: {self.what}; expected {self.expected}, found {self.found}"


class Differences:
    """Collects differences; keeps the first ``kept`` of them and counts the rest."""

    def __init__(self, kept: int = 100) -> None:
        self.first: list[Divergence] = []
        self.count = 0
        self._kept = kept

    def expect(self, where: str, what: str, expected: object, found: object) -> bool:
        """Compare; note a difference. Tells whether the two agree."""
        if expected == found:
            return True
        self.add(Divergence(where, what, _short(expected), _short(found)))
        return False

    def add(self, divergence: Divergence) -> None:
        """Note a difference."""
        self.count += 1
        if len(self.first) < self._kept:
            self.first.append(divergence)


def _short(value: object) -> str:
    text = value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= 160 else f"{text[:157]}..."
