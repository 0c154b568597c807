"""Read a rule pack from a directory of YAML files (规则包装载): one file a policy, one key a parameter.

``pack.yaml`` is the header; every other file maps parameter names to their dated values. YAML that could mean two
things (a float, a duplicate or merged key, a key in two files, 015 for 13, 1:30 for 90) is refused.
"""

import re
import unicodedata
from collections.abc import Hashable
from functools import cache
from pathlib import Path

import yaml

from services.adjudication.decide.figure import PackError
from services.adjudication.decide.pack import Pack, build_pack, parse_pack

HERE = Path(__file__).parent


_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17}|[1-9][0-9]{0,2}(_[0-9]{3}){1,5})")
"""An integer as people write it: digits, in threes where they are parted."""


class _StrictLoader(yaml.CSafeLoader):
    """Plain YAML: no floats, integers as people write them, keys that are text and stand once; a day stays text."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        """Refuse a key that stands twice in one mapping, or is no text: a merged one could stand in both."""
        seen: set[str] = set()
        for key, _ in node.value:
            place = f"line {key.start_mark.line + 1}"
            if key.tag != "tag:yaml.org,2002:str":
                raise PackError.of("NOT_TEXT", place, "a key is text, and nothing is merged in")
            if key.value in seen:
                raise PackError.of("DUPLICATE_KEY", place, f"{key.value} stands twice")
            seen.add(key.value)
        return super().construct_mapping(node, deep=True)


def _refuse_float(_loader: yaml.CSafeLoader, node: yaml.ScalarNode) -> object:
    place = f"line {node.start_mark.line + 1}"
    raise PackError.of("FLOAT", place, f"{node.value}: amounts are integer fen, rates integer basis points")


def _integer(_loader: yaml.CSafeLoader, node: yaml.ScalarNode) -> int:
    if _DECIMAL.fullmatch(node.value):
        return int(node.value)
    place = f"line {node.start_mark.line + 1}"
    raise PackError.of(
        "NOT_AN_INTEGER", place, f"{node.value[:40]}: an integer is written in decimal digits, as 15_000"
    )


def _as_written(loader: yaml.CSafeLoader, node: yaml.ScalarNode) -> object:
    return loader.construct_scalar(node)


_StrictLoader.add_constructor("tag:yaml.org,2002:float", _refuse_float)
_StrictLoader.add_constructor("tag:yaml.org,2002:int", _integer)
_StrictLoader.add_constructor("tag:yaml.org,2002:timestamp", _as_written)


def load_pack(source: Path | bytes | str) -> Pack:
    """Load a pack from its directory (a ``Path``) or its published JSON content (bytes or text).

    Raises ``PackError`` with every fault that was found.
    """
    if not isinstance(source, Path):
        return parse_pack(source)
    header = read_yaml(source / "pack.yaml")
    parameters: dict[str, object] = {}
    for path in sorted([*source.glob("*.yaml"), *source.glob("*.yml")]):
        if path.name == "pack.yaml":
            continue
        for ref, parameter in read_yaml(path).items():
            if ref in parameters:
                raise PackError.of("DUPLICATE_KEY", path.name, f"{ref} stands in another file too")
            parameters[ref] = parameter
    return build_pack({**header, "parameters": parameters})


@cache
def shipped() -> dict[str, Pack]:
    """Give the packs that come with this version, by name."""
    packs = [load_pack(path.parent) for path in sorted(HERE.glob("*/pack.yaml"))]
    return {pack.name: pack for pack in packs}


def read_yaml(path: Path) -> dict[str, object]:
    """Read one file of YAML that can mean only one thing; a day stays text. Raises ``PackError``."""
    if not path.is_file():
        raise PackError.of("NO_FILE", path.name, "a pack is a directory with a pack.yaml")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise PackError.of("NOT_YAML", path.name, "is not UTF-8") from error
    loader = _StrictLoader(unicodedata.normalize("NFC", text))
    try:
        content = loader.get_single_data()
    except yaml.YAMLError as error:
        raise PackError.of("NOT_YAML", path.name, str(error)) from error
    finally:
        loader.dispose()
    if not isinstance(content, dict):
        raise PackError.of("NOT_AN_OBJECT", path.name, "must map names to values")
    return content
