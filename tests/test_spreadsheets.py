"""Tables for spreadsheets: what somebody wrote into a record is no formula."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest

from impact_metrics.reports.table import Column, Table, Tabular
from tests.toys import Colour

COLUMN = Column("c", "text", "a column")


class Held(Tabular):
    """A result with one cell."""

    def __init__(self, value: object) -> None:
        """Hold the cell."""
        self.value = value

    @property
    def table(self) -> Table:
        """The cell."""
        return Table((COLUMN,), ((self.value,),))


def cell(text: str) -> str:
    _, (held,) = csv.reader(io.StringIO(text, newline=""))
    return held


@pytest.mark.parametrize("text", ['=HYPERLINK("x")', "+1", "-1", "@SUM(A1)", "\t1", "\r1", "=", "-", "\uff1d1", " =1"])
def test_no_text_is_a_formula(text: str, tmp_path: Path) -> None:
    """It gets an apostrophe when asked for, in the file too, and is exact when not."""
    assert cell(Held(text).to_csv(tmp_path / "t.csv", spreadsheet=True)) == f"'{text}"
    assert cell((tmp_path / "t.csv").read_bytes().decode()) == f"'{text}"
    assert cell(Held(text).to_csv()) == text


@pytest.mark.parametrize("value", [-1, Decimal("-1.50"), "P-1", "A-007", "", "'=1", "a;b", "a, b", Colour.RED, None])
def test_everything_else_is_as_it_was(value: object) -> None:
    """Numbers below zero are numbers, and other texts are exact."""
    assert Held(value).to_csv(spreadsheet=True) == Held(value).to_csv()


@pytest.mark.parametrize(
    ("text", "harmless"),
    [("a;=1+1;b", "a;'=1+1;b"), ("a\t@x", "a\t'@x"), ("a, -1", "a,' -1"), ("a\n+1", "a\n'+1"), ("\t=1", "'\t'=1")],
)
def test_no_part_of_a_text_is_a_formula(text: str, harmless: str) -> None:
    """In another locale a cell may begin at a semicolon, or at any mark but a comma."""
    assert cell(Held(text).to_csv(spreadsheet=True)) == harmless


@pytest.mark.parametrize("text", ["007", "1E5", "1.5e3", "3-4", "3/4/21", "2021-03-04", "1:30", "12345678901234567890"])
def test_ids_that_a_spreadsheet_would_change_are_texts(text: str) -> None:
    """It would show another number, a date or a time."""
    assert cell(Held(text).to_csv(spreadsheet=True)) == f"'{text}"
    assert cell(Held(text).to_csv()) == text
