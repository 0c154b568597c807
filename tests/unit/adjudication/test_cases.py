"""Every case of tests/cases comes out as the clerk wrote it (案例)."""

from pathlib import Path

import pytest

from services.adjudication.offline.cases import Example, differences, read_examples
from services.adjudication.packs import shipped

CASES = Path(__file__).parents[2] / "cases"
EXAMPLES = [
    pytest.param(pack, example, id=f"{pack}: {example.name}")
    for pack in shipped()
    for example in read_examples(CASES / pack)
]


@pytest.mark.parametrize("pack, example", EXAMPLES)
def test_the_case_comes_out_as_written(pack: str, example: Example) -> None:
    assert differences(example, shipped()[pack]) == []


@pytest.mark.parametrize("pack", shipped())
def test_no_two_cases_of_a_pack_have_the_same_name(pack: str) -> None:
    names = [(example.file, example.name) for example in read_examples(CASES / pack)]
    assert len(names) == len(set(names))
