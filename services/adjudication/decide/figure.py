"""A figure (参数): one value of a rule pack on one day, with the note that the trace shows whenever it is used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from services.adjudication.decide.result import Json, Step

T = TypeVar("T")


class PackFault(NamedTuple):
    """What is wrong with a pack: a stable code, the place in the pack, a sentence."""

    code: str
    place: str
    message: str


class PackError(ValueError):
    """A pack that may not be used. ``faults`` are all that were found."""

    def __init__(self, faults: tuple[PackFault, ...]) -> None:
        super().__init__("; ".join(f"{fault.place}: {fault.message} [{fault.code}]" for fault in faults))
        self.faults = faults

    @classmethod
    def of(cls, code: str, place: str, message: str) -> "PackError":
        """Make the error of a single fault."""
        return cls((PackFault(code, place, message),))


@dataclass(frozen=True, slots=True)
class Figure(Generic[T]):
    """A value in force and its prebuilt trace note (term, ref, param, since, source, assumed)."""

    value: T
    note: Step

    def step(self, given: dict[str, Json], out: Json) -> Step:
        """Write one step of the trace: this figure, what went in, what came out."""
        step = self.note.copy()
        step["in"] = given
        step["out"] = out
        return step


class Row(NamedTuple):
    """A row of a table: its value, its Chinese term ("" where no source prints one), and what the trace shows."""

    value: object
    term: str
    param: Json


class Figures:
    """All figures of one pack in force on one day, by their name in the pack."""

    def __init__(self, since: date, found: Mapping[str, Figure[object]]) -> None:
        self.since = since
        self._found = found

    def maybe(self, ref: str, kind: type[T]) -> Figure[T] | None:
        """Give the figure named ``ref`` if the pack has it."""
        figure = self._found.get(ref)
        if figure is None:
            return None
        if not isinstance(figure.value, kind):
            raise TypeError(f"{ref} is not of type {kind.__name__}")
        return Figure(figure.value, figure.note)

    def one(self, ref: str, kind: type[T]) -> Figure[T]:
        """Give the figure named ``ref``; a pack without it may not be used on this day."""
        figure = self.maybe(ref, kind)
        if figure is None:
            raise PackError.of("MISSING_VALUE", ref, f"no value in force on {self.since}")
        return figure

    def under(self, prefix: str, kind: type[T]) -> dict[str, Figure[T]]:
        """Give every figure whose name starts with ``prefix`` and a dot, by the rest of its name."""
        head = f"{prefix}."
        return {ref.removeprefix(head): self.one(ref, kind) for ref in self._found if ref.startswith(head)}

    def rows(self, ref: str, kind: type[T]) -> dict[str, Figure[T]]:
        """Give a table by its codes, each row a figure of its own; without the table nothing."""
        table = self.maybe(ref, dict)
        if table is None:
            return {}
        return {code: _row(code, row, table.note, kind) for code, row in table.value.items()}


def _row(code: str, row: object, note: Step, kind: type[T]) -> Figure[T]:
    if not isinstance(row, Row) or not isinstance(row.value, kind):
        raise TypeError(f"{note['ref']}.{code} is not of type {kind.__name__}")
    named: Step = {**note, "ref": f"{note['ref']}.{code}", "param": row.param}
    if row.term:
        named["term"] = row.term
    return Figure(row.value, named)
