"""Workbooks, read back by another library."""

import builtins
import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from impact_metrics import CaseId, MissingExtraError
from impact_metrics.errors import ExportError
from impact_metrics.publication import Edition
from impact_metrics.publication.exports import EXPORTS, write_xlsx
from impact_metrics.reports.table import Column, Table
from tests.publication.fair import DAY, FAIR, crowd, fair, internal, made, published

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")

FIGURE = ["metric", "title", "part", "meaning", "unit", "value", "status"]


def read(edition: Edition, folder: Path, **more: Any) -> Any:
    path = folder / "edition.xlsx"
    write_xlsx(edition, path, **more)
    return openpyxl.load_workbook(path)


def rows(book: Any, sheet: str) -> list[dict[str, Any]]:
    head, *found = list(book[sheet].iter_rows(min_row=2, values_only=True))
    return [dict(zip(head, row, strict=True)) for row in found]


@pytest.mark.parametrize("edition", [published(), internal()], ids=["published", "internal"])
def test_every_number_of_an_edition_is_in_its_sheet_as_it_is_shown(edition: Edition, tmp_path: Path) -> None:
    """Numbers are numbers, and what is not shown is said in words where the number would stand."""
    book = read(edition, tmp_path)
    figures = [row for sheet in ("Headline figures", "Over periods", "Breakdowns") for row in rows(book, sheet)]
    kept = [
        *(seen for seen in edition.observations if seen.period is None and not seen.by),
        *(seen for seen in edition.observations if seen.period is not None),
        *(seen for seen in edition.observations if seen.by),
    ]
    assert len(figures) == len(kept) == len(edition.observations)
    for row, seen in zip(figures, kept, strict=True):
        assert (row["metric"], row["part"], row["status"]) == (seen.metric.id, seen.part, seen.told)
        if seen.value is None:
            assert row["value"] == seen.told
        else:
            assert isinstance(row["value"], int | float)
            assert Decimal(f"{row['value']:.15G}") == seen.value  # what a spreadsheet shows of a number
        if seen.period is not None:
            assert (row["start"].date(), row["end"].date()) == (seen.period.start, seen.period.end)
        if seen.by:
            assert (row["broken down by"], row["colour"]) == ("colour", seen.cell[0])
    assert any(seen.told == "suppressed" for seen in edition.observations) == (edition.policy is not None)


def test_notes_say_what_a_reader_has_to_know(tmp_path: Path) -> None:
    """Policy, refusals, statuses and parts are in words, and each definition is word for word with its source."""
    edition = published()
    assert edition.policy is not None
    book = read(edition, tmp_path)
    notes = list(book["Notes"].iter_rows(min_row=3, max_col=2, values_only=True))
    told = dict(notes)
    assert told["title"] == "The toy fair"
    assert told["audience"] == edition.marking
    assert (told["as at"], told["known at"]) == ("2024-06-30", "everything that is recorded")
    assert told["policy"] == edition.policy.words
    assert ("not published", str(edition.refusals[0])) in notes
    assert "small" in told["status: suppressed"]
    assert "status: withheld" not in told
    assert told["part: entered"].startswith("of counts in a period")
    (makers, *_) = rows(book, "Definitions")
    assert makers["definition"] == FAIR["makers"].definition
    assert makers["source"] == str(FAIR["makers"].source)
    assert makers["our readings"] == "One reading.\n=2+2"
    assert makers["limits"] == "No proof of joy."
    assert rows(book, "Definitions")[1]["definition"] == "the source gives none in words"


def test_an_internal_workbook_says_so_everywhere(tmp_path: Path) -> None:
    """In the first line and the page header of every sheet, and in the properties of the file."""
    edition = internal(attrs.evolve(fair(), known_at=datetime(2024, 7, 1, tzinfo=UTC)))
    book = read(edition, tmp_path)
    assert edition.marking.startswith("INTERNAL")
    for sheet in book:
        assert sheet["A1"].value == edition.marking
        assert sheet.oddHeader.center.text == edition.marking
        assert sheet.freeze_panes == "A3"
    assert (book.properties.subject, book.properties.category) == (edition.marking, "internal")
    told = dict(book["Notes"].iter_rows(min_row=3, max_col=2, values_only=True))
    assert told["policy"] == "none: every number is exact"
    assert told["known at"] == "2024-07-01T00:00:00+00:00"


def test_a_long_marking_fits_the_page_header(tmp_path: Path) -> None:
    """Cut there, and whole in the sheet; a sign that means something in page headers is one of the text."""
    edition = published()
    policy = attrs.evolve(edition.policy, title="A & B " * 60)
    edition = attrs.evolve(edition, policy=policy)
    for sheet in read(edition, tmp_path):
        assert sheet["A1"].value == edition.marking
        assert sheet.oddHeader.center.text.startswith("Publishable: A && B ")


def test_what_holds_and_what_does_not_is_said(tmp_path: Path) -> None:
    """A reader sees of each invariant whether the report keeps it."""
    edition = attrs.evolve(published(), holding=(("a within b", True), ("b within c", False)))
    notes = list(read(edition, tmp_path)["Notes"].iter_rows(min_row=3, max_col=2, values_only=True))
    assert {("holds", "a within b"), ("does NOT hold", "b within c")} <= set(notes)


def test_no_text_becomes_a_formula_or_a_link(tmp_path: Path) -> None:
    """What begins with an equals sign, or looks like an address, is the text that it is."""
    book = read(internal(), tmp_path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink is not None]
    listed = rows(book, "List 1 orders")
    assert {row["note"] for row in listed} == {"=1+1", "https://example.org", None}
    assert {cell.data_type for cell in cells if cell.value == "=1+1"} == {"s"}


def test_the_same_edition_gives_the_same_bytes(tmp_path: Path) -> None:
    """Whenever it is written; another date of creation gives another file."""
    edition, paths = published(), [tmp_path / name for name in ("one.xlsx", "two.xlsx", "three.xlsx")]
    write_xlsx(edition, paths[0])
    write_xlsx(edition, paths[1])
    write_xlsx(edition, paths[2], created=datetime(2030, 1, 1, 12))  # noqa: DTZ001 - workbooks know no zones
    assert paths[0].read_bytes() == paths[1].read_bytes() != paths[2].read_bytes()
    made_at = [openpyxl.load_workbook(path).properties.created for path in paths]
    assert made_at == [datetime(2024, 6, 30), datetime(2024, 6, 30), datetime(2030, 1, 1, 12)]  # noqa: DTZ001 - the same


def test_values_of_lists_keep_their_kind(tmp_path: Path) -> None:
    """Days are days where a spreadsheet can count them, flags are flags, and a number it would round is a text."""
    moment = datetime(2024, 1, 2, 3, 4, tzinfo=UTC)
    held = [
        date(2024, 2, 29),
        date(1066, 10, 14),
        True,
        moment,
        Decimal("0.10"),
        2**60 + 1,
        Decimal("1e999"),
        10**400,
        None,
    ]
    table = Table(tuple(Column(f"c{n}", "text", "") for n in range(len(held))), (tuple(held),))
    edition = attrs.evolve(internal(), lists={"a_list_whose_name_is_longer_than_a_tab": table})
    book = read(edition, tmp_path)
    (row,) = rows(book, book.sheetnames[-1])
    assert list(row.values()) == [
        datetime(2024, 2, 29),  # noqa: DTZ001 - a day
        "1066-10-14",
        True,
        "2024-01-02T03:04:00+00:00",
        0.1,
        str(2**60 + 1),
        "1E+999",
        "1" + "0" * 400,
        None,
    ]


@pytest.mark.parametrize(
    ("note", "says"), [("x" * 32_768, "has 32,768"), ("half \ud83d of it", "half of a character")], ids=["long", "half"]
)
def test_a_text_that_no_cell_holds_is_refused(note: str, says: str, tmp_path: Path) -> None:
    """Instead of being cut or left out, and nothing is written."""
    path = tmp_path / "edition.xlsx"
    report = fair([*crowd(5), made(1, DAY, case=CaseId("C-9"), note=note)])
    with pytest.raises(ExportError, match=says) as caught:
        write_xlsx(internal(report), path)
    assert caught.value.where.startswith("sheet 'List 1 orders', row ")
    assert not path.exists()


def test_a_sheet_with_too_many_columns_is_refused(tmp_path: Path) -> None:
    """A workbook has 16,384 of them, and none is left out silently."""
    columns = tuple(Column(f"c{number}", "integer", "") for number in range(16_385))
    edition = attrs.evolve(internal(), lists={"wide": Table(columns, ())})
    with pytest.raises(ExportError, match="no more room"):
        write_xlsx(edition, tmp_path / "edition.xlsx")


def test_an_edition_without_tables_has_empty_sheets(tmp_path: Path) -> None:
    """The headings say what would stand there."""
    book = read(published(by=(), period=None), tmp_path)
    assert rows(book, "Over periods") == rows(book, "Breakdowns") == []
    assert [cell.value for cell in book["Headline figures"][2]] == FIGURE


def test_workbooks_need_their_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without xlsxwriter the error names the extra that brings it."""
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.partition(".")[0] == "xlsxwriter":
            raise ImportError(name)
        return real(name, *rest, **more)

    edition = published()
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"impact-metrics\[xlsx\]"):
        write_xlsx(edition, tmp_path / "edition.xlsx")


def test_the_formats_of_the_registry_are_written(tmp_path: Path) -> None:
    """Each under its own file name, from the edition alone."""
    edition = published()
    for export in EXPORTS.values():
        export.write(edition, tmp_path / export.file_name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figures.csv", "figures.sdmx.csv", "figures.xlsx"]
    assert (tmp_path / "figures.csv").read_bytes().decode() == edition.to_csv()


def test_the_tidy_table_says_what_each_value_is_in() -> None:
    """A share is in parts of 1 and a median in days, whatever the metric counts; a hidden value is empty, not 0."""
    found = list(csv.DictReader(published().to_csv().splitlines()))
    units = {(row["metric"], row["part"]): row["unit"] for row in found}
    assert units["safe_share", "value"] == units["safe_share", "upper"] == "parts of 1"
    assert units["wait", "value"] == "days"
    assert units["progress", "mean_change"] == "points of the scale"
    assert units["safe_share", "numerator"] == "persons"
    assert {row["value"] for row in found if row["status"] == "suppressed"} == {""}
