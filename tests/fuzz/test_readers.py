"""Whatever a file holds, a reader gives a result or an error that it documents, and never a traceback of ours."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import yaml
from fuzz.seeds import SEEDS
from fuzz.targets import TARGETS, run
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.damage import as_json, damaged_bytes, damaged_value

DECODED_HERE = [name for name in TARGETS if name != "parquet"]
"""All but Parquet, whose decoder is the C++ of another project: what is damaged at random might end the process."""

NOXFILE = Path(__file__).parents[2] / "noxfile.py"


@pytest.mark.parametrize("name", TARGETS)
def test_what_fuzzing_starts_from_is_right(name: str) -> None:
    """Every target has a file that its reader takes, and the command that runs them all names each."""
    assert SEEDS.keys() == TARGETS.keys()
    assert f'"{name}"' in NOXFILE.read_text(encoding="utf-8")
    assert run(name, SEEDS[name])


@pytest.mark.parametrize("name", DECODED_HERE)
@given(data=st.binary(max_size=200))
def test_any_bytes(name: str, data: bytes) -> None:
    """Bytes that nobody meant as a file."""
    run(name, data)


@pytest.mark.parametrize("name", DECODED_HERE)
@given(draw=st.data())
def test_damaged_bytes(name: str, draw: st.DataObject) -> None:
    """A valid file of which pieces are cut, doubled, replaced or added."""
    run(name, draw.draw(damaged_bytes(SEEDS[name])))


@pytest.mark.parametrize("ending", ["", "_gz"])
@given(draw=st.data())
def test_damaged_lines(ending: str, draw: st.DataObject) -> None:
    """Lines that are JSON, and hold something else in places."""
    lines = [json.loads(line) for line in SEEDS["json_lines"].splitlines()]
    data = b"\n".join(map(as_json, draw.draw(damaged_value(lines))))
    run(f"json_lines{ending}", gzip.compress(data, 1) if ending else data)


@pytest.mark.parametrize("name", ["catalogue_json", "ocel", "vectors", "saved_report"])
@given(draw=st.data())
def test_damaged_values(name: str, draw: st.DataObject) -> None:
    """A file of JSON that holds something else in places."""
    run(name, as_json(draw.draw(damaged_value(json.loads(SEEDS[name])))))


@given(draw=st.data())
def test_damaged_yaml(draw: st.DataObject) -> None:
    """A catalogue in YAML that holds something else in places."""
    value = draw.draw(damaged_value(json.loads(SEEDS["catalogue_json"])))
    run("catalogue_yaml", yaml.safe_dump(value, allow_unicode=False).encode("utf-8", "replace"))
