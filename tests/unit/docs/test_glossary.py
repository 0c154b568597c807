"""The glossary names only what exists, and knows every term that a rule pack uses."""

import importlib
from collections.abc import Iterator
from typing import Any, get_args

import pytest
import yaml

from services.adjudication.packs import shipped
from tests.unit.docs.pages import ROOT, page, rows, spans

GLOSSARY = page("docs/glossary.md")
ROWS = list(rows(GLOSSARY))
CODE_NAMES = sorted({name for row in ROWS for name in spans(row[2])})


def chart(file: str, key: str, name: str) -> set[str]:
    """Give the names that a file of the chart defines."""
    content = yaml.safe_load((ROOT / "services/ledger/chart" / file).read_text(encoding="utf-8"))
    return {str(one[name]) for one in content[key]}


def found(name: str) -> Any:
    """Import a dotted name: a module, or what lies inside one, down to a declared field."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            thing: Any = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            thing = fields(thing)[part] if part in fields(thing) else getattr(thing, part)
        return thing
    raise AssertionError(f"there is no module {parts[0]}")


def fields(thing: Any) -> dict[str, Any]:
    """Give the declared fields of a model or record."""
    return {
        name: note
        for base in getattr(thing, "__mro__", ())
        for name, note in vars(base).get("__annotations__", {}).items()
    }


def values(kind: Any) -> set[Any]:
    """Give the values of a Literal, however it is wrapped."""
    return {value for argument in get_args(kind) for value in (values(argument) or {argument})}


def exists(name: str) -> bool:
    """Say whether a name of the third column is there."""
    sort, _, rest = name.partition(":")
    match sort:
        case "account":
            return rest in chart("accounts.yaml", "accounts", "code")
        case "template":
            return rest in chart("templates.yaml", "templates", "id")
        case "pack":
            return any(rest in parameters for _, parameters in packs())
    kind, _, value = name.partition("=")
    return value in values(found(kind)) if value else found(kind) is not None


def packs() -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the parameters of every shipped pack."""
    for directory in sorted((ROOT / "services/adjudication/packs").glob("*/pack.yaml")):
        parameters: dict[str, Any] = {}
        for file in directory.parent.glob("*.yaml"):
            if file != directory:
                parameters |= yaml.safe_load(file.read_text(encoding="utf-8"))
        yield directory.parent.name, parameters


def terms(value: Any) -> Iterator[str]:
    """Give every ``term`` inside a value."""
    if isinstance(value, dict):
        if isinstance(value.get("term"), str):
            yield value["term"]
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from terms(inner)


def listed() -> set[tuple[str, str]]:
    """Give the pairs of term and code name that stand at the same place of a row."""
    pairs = set()
    for term, _, code, *_ in ROWS:
        names = code.split(" · ")
        pairs |= {(one, name.strip("`")) for one, name in zip(term.split(" · "), names, strict=False)}
    return pairs


@pytest.mark.parametrize("name", CODE_NAMES)
def test_every_code_name_of_the_glossary_exists(name: str) -> None:
    assert exists(name)


@pytest.mark.parametrize("name", ["contracts.claims.Amounts.nothing", "contracts.nothing"])
def test_a_python_name_that_does_not_exist_is_found_out(name: str) -> None:
    with pytest.raises(AttributeError):
        exists(name)


@pytest.mark.parametrize("name", ["contracts.people.Tag=rich", "account:9999", "template:T99", "pack:nothing"])
def test_a_value_that_does_not_exist_is_found_out(name: str) -> None:
    assert not exists(name)


@pytest.mark.parametrize("pack", sorted(shipped()))
def test_every_parameter_of_a_pack_stands_beside_its_term(pack: str) -> None:
    parameters = dict(packs())[pack]
    missing = {(figure["term"], f"pack:{ref}") for ref, figure in parameters.items()} - listed()
    assert not missing


def test_every_term_of_every_pack_is_in_the_glossary() -> None:
    known = {term for row in ROWS for term in row[0].split(" · ")}
    used = {term for _, parameters in packs() for term in terms(parameters)}
    assert used - known == set()


def test_every_row_has_its_four_cells() -> None:
    assert [row for row in ROWS if len(row) != 4 or not all(row)] == []
