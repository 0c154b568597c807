"""The rule packs that come with this version (随附规则包), and the reader of a pack written as YAML files."""

from services.adjudication.packs.reader import load_pack, shipped

__all__ = ["load_pack", "shipped"]
