"""Numbers, days and moments as text: each has one notation, whichever file it stands in."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics import EventId, MappingError, PersonId
from impact_metrics.streams import Reading, read_json_lines, read_ocel, write_json_lines, write_ocel
from impact_metrics.values import written
from tests.test_mapping import read as read_mapping
from tests.test_mapping import with_fields
from tests.toys import TOYS, Made

NO_NUMBERS = (
    "1e3",
    "1_000",
    "\uff11\uff12",
    "+5",
    "5.",
    ".5",
    "NaN",
    "Infinity",
    "(5)",
    "1 000",
    "1,5",
    "0x10",
    "--1",
    "",
    "1.0e0",
)


def priced(tmp_path: Path, cell: str, marks: str = "") -> Reading:
    """Read one sale of which ``price`` is the text of a cell, in a file with these marks."""
    mapping = with_fields("").replace("Sold", "Made")
    fields = f'maker = "who"\nhelpers = "who"\noccurred_on = "day"\nprice = {{ column = "price"{marks} }}\n'
    mapping = mapping[: mapping.index("[files.records.fields]")] + "[files.records.fields]\n" + fields
    return read_mapping(tmp_path, f'who,day,price\nEve,2024-01-05,"{cell}"\n', mapping)


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_is_none_in_any_reader(tmp_path: Path, text: str) -> None:
    """Exponents, underscores, digits of other scripts, a plus, blanks and marks are no part of a number."""
    assert written.decimal(text) is None
    assert written.whole(text) is None
    line = {"type": "Made", "id": "m", "occurred_on": "2024-01-05", "maker": "Eve", "helpers": ["Eve"], "price": text}
    (tmp_path / "s.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    (finding,) = read_json_lines(tmp_path / "s.jsonl", TOYS).set_aside
    assert (finding.field, finding.reason) == ("price", "is no exact decimal number")
    log = tmp_path / "s.ocel.json"
    write_ocel([made(price=Decimal(7))], log, TOYS)
    whole = json.loads(log.read_text())
    whole["events"][0]["attributes"] = [{"name": "price", "value": text}]
    log.write_text(json.dumps(whole))
    assert read_ocel(log, TOYS).set_aside[0].field == "price"
    if text:
        (finding,) = priced(tmp_path, text).set_aside
        assert (finding.field, finding.reason, finding.value) == ("price", "is no decimal number", repr(text))


def made(**values: object) -> Made:
    """A toy, of which a test says what matters."""
    plain = {"id": EventId("m"), "occurred_on": date(2024, 1, 5), "maker": PersonId("Eve")}
    return Made(**{**plain, "helpers": frozenset({PersonId("Ann")}), **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "marks", "value"),
    [
        ("1.234", "", "1.234"),
        ("-12.50", "", "-12.50"),
        ("1.234", ', decimal = ",", thousands = "."', "1234"),
        ("1.234.567,89", ', decimal = ",", thousands = "."', "1234567.89"),
        ("-1234,5", ', decimal = ",", thousands = "."', "-1234.5"),
        ("12,5", ', decimal = ","', "12.5"),
        ("1,234.5", ', thousands = ","', "1234.5"),
        ("1 234", ', thousands = " "', "1234"),
    ],
)
def test_marks_are_those_that_the_mapping_names(tmp_path: Path, cell: str, marks: str, value: str) -> None:
    """The decimal mark and that of thousands, of a field."""
    (record,) = priced(tmp_path, cell, marks).stream
    assert isinstance(record, Made)
    assert record.price == Decimal(value)


@pytest.mark.parametrize("cell", ["1.23", "12.3456", "1.234,", "1,234.5", "1.2345,6", ".234"])
def test_groups_that_are_no_thousands_are_set_aside(tmp_path: Path, cell: str) -> None:
    """A mark of thousands stands between groups of three digits, and nowhere else."""
    (finding,) = priced(tmp_path, cell, ', decimal = ",", thousands = "."').set_aside
    assert finding.reason == "is no decimal number"
    assert "',' before the decimals and '.' between groups of three digits" in finding.hint


def test_marks_of_a_file_are_those_of_its_whole_numbers_too(tmp_path: Path) -> None:
    """Unless a field has its own."""
    mapping = with_fields('pieces = "parts"', decimal='","', thousands='"."')
    stream = read_mapping(tmp_path, 'no,day,parts\n1,2024-01-05,"1.234"\n2,2024-01-05,"12,0"\n', mapping).stream
    assert sorted(record.pieces for record in stream) == [12, 1234]  # type: ignore[union-attr]
    own = mapping.replace('pieces = "parts"', 'pieces = { column = "parts", thousands = "" }')
    assert read_mapping(tmp_path, "no,day,parts\n1,2024-01-05,1.234\n", own).set_aside_count == 1


@pytest.mark.parametrize(
    "marks", ['decimal = ""', 'decimal = "--"', 'thousands = "."', 'decimal = "5"', 'thousands = "x"']
)
def test_marks_that_could_not_be_told_apart_are_refused(tmp_path: Path, marks: str) -> None:
    """One sign each, and no digit, letter or sign of a number."""
    mapping = with_fields('pieces = "parts"').replace("[[files.records]]", f"{marks}\n[[files.records]]")
    with pytest.raises(MappingError, match="are no two marks"):
        read_mapping(tmp_path, "no,day,parts\n1,2024-01-05,1\n", mapping)


@pytest.mark.parametrize(
    ("text", "number"), [("12.0", 12), ("-7.000", -7), ("007", 7), ("9223372036854775807", 2**63 - 1)]
)
def test_a_whole_number_may_have_zeros_behind_a_point(text: str, number: int) -> None:
    """So do tools write it that fill gaps; it is the same number."""
    assert written.whole(text) == number


@pytest.mark.parametrize("text", ["12.5", "9223372036854775808", "9" * 5000])
def test_what_is_not_whole_or_too_large_is_no_whole_number(text: str) -> None:
    """A fraction, more than 64 bits, and digits without end."""
    assert written.whole(text) is None


def test_a_whole_number_of_json_may_have_a_point(tmp_path: Path) -> None:
    """As pandas writes a column with gaps; from 2**53 on it could be another number as well."""
    lines = [{"id": "a", "parts": 12.0}, {"id": "b", "parts": 12.5}, {"id": "c", "parts": 2.0**54}]
    shared = {"type": "Made", "occurred_on": "2024-01-05", "maker": "Eve", "helpers": []}
    (tmp_path / "s.jsonl").write_text("".join(json.dumps(shared | line) + "\n" for line in lines))
    reading = read_json_lines(tmp_path / "s.jsonl", TOYS)
    assert [record.parts for record in reading.stream] == [12]  # type: ignore[union-attr]
    assert [finding.row for finding in reading.set_aside] == [2, 3]


@given(digits=st.integers(-(10**20), 10**20), exponent=st.integers(-38, 17))
def test_any_exact_decimal_comes_back(digits: int, exponent: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Written without an exponent, to JSON Lines and to a log, whatever the decimal is made of."""
    price = Decimal(f"{digits}E{exponent}")
    folder = tmp_path_factory.mktemp("d")
    write_json_lines([made(price=price)], folder / "s.jsonl")
    write_ocel([made(price=price)], folder / "s.ocel.json", TOYS)
    for read in (read_json_lines(folder / "s.jsonl", TOYS), read_ocel(folder / "s.ocel.json", TOYS)):
        (record,) = read.stream
        assert isinstance(record, Made)
        assert record.price == price
