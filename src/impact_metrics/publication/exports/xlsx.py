"""XLSX: an edition as a workbook, for whoever reads it in a spreadsheet.

Numbers are numbers and texts are texts: nothing that a definition or a record says becomes a formula or a link. A
number that is not shown is told in words where it would stand. The same edition gives the same bytes.
"""

from __future__ import annotations

import io
import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from impact_metrics.errors import ExportError, missing_extra
from impact_metrics.publication.exports.notes import METRIC_NOTES, edition_notes, metric_notes
from impact_metrics.replacing import replace_bytes
from impact_metrics.reports.books import ALL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from impact_metrics.publication.edition import Edition
    from impact_metrics.publication.observations import Observation

_DIGITS = 15
"""How many digits of a number a spreadsheet keeps."""
_CHARACTERS = 32_767
"""How many characters fit into a cell, as the format limits them."""
_PAGE_HEADER = 120
"""How much of the marking stands at the top of each page; the format ends after 255 characters."""
_FIRST_DAY = date(1900, 3, 1)
"""From which day on all spreadsheets count days alike."""
_NARROWEST, _WIDEST = 8, 60


def write_xlsx(edition: Edition, path: Path, *, created: datetime | None = None) -> None:
    """Write an edition as a workbook with a sheet of notes, one a kind of table, and one a list.

    ``created`` is the moment that the file says it was made at: the start of the day of ``as_at``, unless another is
    given. Raises ``MissingExtraError`` without the extra ``xlsx``, and ``ExportError`` for what no cell can hold.
    """
    try:
        import xlsxwriter  # noqa: PLC0415 - an optional dependency
    except ImportError:
        raise missing_extra("writing workbooks", "xlsxwriter", "xlsx") from None
    # Everything is made in memory, and the zip's own clock stands still, so that no byte depends on the day.
    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(made, options) as book:
        book.set_properties(
            {
                "title": edition.catalogue.title,
                "subject": edition.marking,
                "category": edition.audience.value,
                "comments": f"{edition.marking}. As at {edition.as_at.isoformat()}.",
                "created": created or datetime.combine(edition.as_at, time.min),
            }
        )
        for name, head, rows in _sheets(edition):
            _write_sheet(book, edition.marking, name, [head, *rows])
    replace_bytes(path, made.getvalue(), ExportError)


def _sheets(edition: Edition) -> Iterator[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]:
    yield "Notes", ("note", "text"), edition_notes(edition)
    yield "Definitions", METRIC_NOTES, map(metric_notes, edition.catalogue.metrics)
    whole = [seen for seen in edition.observations if seen.period is None and not seen.by]
    yield "Headline figures", _FIGURE, ((*_head(seen), *_tail(seen)) for seen in whole)
    trends = [seen for seen in edition.observations if seen.period is not None]
    yield "Over periods", (*_FIGURE[:2], "period", "start", "end", *_FIGURE[2:]), map(_over_periods, trends)
    cells = [seen for seen in edition.observations if seen.by]
    dimensions = list(dict.fromkeys(name for seen in cells for name in seen.by))
    broken_down = ((*_head(seen), *_cell(seen, dimensions), *_tail(seen)) for seen in cells)
    yield "Breakdowns", (*_FIGURE[:2], "broken down by", *dimensions, *_FIGURE[2:]), broken_down
    for number, (metric, table) in enumerate(edition.lists.items(), 1):
        yield f"List {number} {metric}"[:31], table.names, table.rows


_FIGURE = ("metric", "title", "part", "meaning", "unit", "value", "status")


def _head(seen: Observation) -> tuple[Any, ...]:
    return seen.metric.id, seen.metric.title


def _tail(seen: Observation) -> tuple[Any, ...]:
    shown = seen.told if seen.value is None else seen.value
    return seen.part, seen.meaning, seen.unit, shown, seen.told


def _over_periods(seen: Observation) -> tuple[Any, ...]:
    assert seen.period is not None  # noqa: S101 - chosen by the caller
    return (*_head(seen), seen.period.label, seen.period.start, seen.period.end, *_tail(seen))


def _cell(seen: Observation, dimensions: Sequence[str]) -> Iterator[str]:
    held = dict(zip(seen.by, seen.cell, strict=True))
    yield " x ".join(seen.by)
    for name in dimensions:
        yield held.get(name, ALL)


def _write_sheet(book: Any, marking: str, name: str, rows: Iterable[Sequence[Any]]) -> None:  # noqa: ANN401 - it has no types
    """Write rows below a line that says for whom the sheet is; this line and the headings stay in sight."""
    sheet = book.add_worksheet(name)
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
    widths: dict[int, int] = {}
    _put(sheet, name, 0, 0, marking, bold)
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            style = bold if number == 1 else day if isinstance(value, date) else wrapped
            _put(sheet, name, number, column, value, style)
            longest = max(map(len, str(value).split("\n")))
            widths[column] = max(widths.get(column, _NARROWEST), min(longest + 1, _WIDEST))
    for column, width in widths.items():
        sheet.set_column(column, column, width)
    sheet.freeze_panes(2, 0)
    sheet.repeat_rows(0, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_header("&C" + marking[:_PAGE_HEADER].replace("&", "&&"))


def _put(sheet: Any, name: str, row: int, column: int, value: object, style: Any) -> None:  # noqa: ANN401, PLR0913, PLR0917
    """Write one cell, each kind of value in its own way, or say why it cannot be written."""
    match value:
        case None:
            return
        case bool():
            done = sheet.write_boolean(row, column, value, style)
        case int() | Decimal() if _kept(value):
            done = sheet.write_number(row, column, float(value), style)
        case date() if not isinstance(value, datetime) and value >= _FIRST_DAY:
            done = sheet.write_datetime(row, column, datetime.combine(value, time.min), style)
        case _:
            # Moments and numbers that a spreadsheet would not keep exactly are texts too.
            text = value.isoformat() if isinstance(value, date) else str(value)
            _check_text(text, f"sheet {name!r}, row {row + 1}, column {column + 1}")
            done = sheet.write_string(row, column, text, style)
    if done:
        raise ExportError(
            "a sheet has no more room", where=f"sheet {name!r}, row {row + 1}", hint="publish fewer breakdowns"
        )


def _kept(value: int | Decimal) -> bool:
    """Tell whether a spreadsheet keeps a number as it is."""
    return Decimal(f"{float(Decimal(value)):.{_DIGITS}G}") == value


def _check_text(text: str, where: str) -> None:
    if len(text) > _CHARACTERS:
        raise ExportError(f"a cell holds {_CHARACTERS:,} characters, and the text has {len(text):,}", where=where)
    if re.search("[\ud800-\udfff]", text):
        raise ExportError("the text holds half of a character", where=where, hint="repair the record it is from")
