"""The previous edition: read back as it was written, or refused with the place of its fault."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from impact_metrics.errors import ExchangeError
from impact_metrics.publication import Audience
from impact_metrics.publication.differencing import differencing
from impact_metrics.publication.previous import Previous, read_previous
from tests.publication.crowd import edition, report

EDITION = edition(report())
TEXT = EDITION.to_csv()
HEAD, FIRST, *_ = TEXT.splitlines(keepends=True)


def read(text: str | bytes, folder: Path) -> Previous:
    path = folder / "figures.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_previous(path)


@pytest.mark.parametrize("audience", list(Audience))
def test_an_edition_is_read_back(audience: Audience, tmp_path: Path) -> None:
    """Every number, as it was shown; and an edition differs by nothing from itself."""
    made = edition(report(), audience)
    previous = read(made.to_csv(), tmp_path)
    assert (previous.audience, previous.as_at) == (audience, made.as_at)
    assert [(n.metric, n.part, n.by, n.cell, n.value, n.status) for n in previous.numbers] == [
        (seen.metric.id, seen.part, seen.by, seen.cell, seen.value, seen.told) for seen in made.observations
    ]
    assert previous.metrics == tuple(dict.fromkeys(seen.metric.id for seen in made.observations))
    assert differencing(previous.rows, made) == ()
    values = [seen.value for seen in made.observations]
    assert [dict(row) for row in previous.rows] == [
        {**{key: row[key] or None for key in previous.rows[0]}, "value": value}
        for row, value in zip(made.to_dicts(), values, strict=True)
    ]


def test_parts_are_found_by_name(tmp_path: Path) -> None:
    """The figure to date, not that of a period or cell."""
    previous = read(TEXT, tmp_path)
    makers, share = previous.headline("makers", "value"), previous.headline("safe_share", "value")
    assert makers is not None
    assert share is not None
    assert (makers.value, makers.version, makers.unit) == (60, EDITION.catalogue["makers"].version, "several")
    assert isinstance(share.value, Decimal)
    assert previous.headline("makers", "nothing") is None


def row(**changed: str) -> str:
    """Give a row with some values changed."""
    head, first = csv.reader([HEAD, FIRST])
    out = io.StringIO()
    csv.writer(out).writerow({**dict(zip(head, first, strict=True)), **changed}.values())
    return out.getvalue()


def test_the_row_of_the_tests_is_one() -> None:
    """What is changed below is whole as it stands."""
    assert row() == FIRST


@pytest.mark.parametrize(
    ("text", "where", "problem"),
    [
        (b"\xff\xfe", "", "is not in UTF-8"),
        ("", "row 1", "lacks audience, metric"),
        ("a,b\n", "row 1", "lacks audience, metric"),
        (",".join(reversed(HEAD.strip().split(","))), "row 1", "lacks the right order"),
        (HEAD, "", "no numbers"),
        (HEAD + "a,b\n", "row 2", "2 values for 15 columns"),
        (HEAD + '"a', "line 2", "no CSV"),
        (HEAD + row(status="shown"), "row 2, status", "'shown' is no status"),
        (HEAD + row(value="many"), "row 2, value", "'many' is no number"),
        (HEAD + row(value="Infinity"), "row 2, value", "'Infinity' is no number"),
        (HEAD + row(value=""), "row 2, value", "a number that is exact has no value"),
        (HEAD + row(status="suppressed"), "row 2, value", "a number that is suppressed has a value"),
        (HEAD + row(audience="everybody"), "row 2, audience", "'everybody' is no audience"),
        (HEAD + row(as_at="yesterday"), "row 2, as_at", "'yesterday' is no day"),
        (HEAD + row(dimensions="a x b", cell="c"), "row 2, cell", "1 categories of 2 dimensions"),
        (HEAD + FIRST + FIRST, "row 3", "the same number stands in row 2"),
        (HEAD + FIRST + row(part="other", audience="internal"), "row 3, audience", "not that of row 2"),
        (HEAD + FIRST + row(part="other", as_at="2023-12-31"), "row 3, as_at", "not that of row 2"),
    ],
)
def test_what_is_no_edition_is_refused(text: str | bytes, where: str, problem: str, tmp_path: Path) -> None:
    """The message names the file, the row and the column."""
    with pytest.raises(ExchangeError, match=problem) as caught:
        read(text, tmp_path)
    assert caught.value.where == ", ".join(filter(None, [str(tmp_path / "figures.csv"), where]))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """With the reason of the system."""
    with pytest.raises(ExchangeError, match="No such file"):
        read_previous(tmp_path / "none.csv")


def test_an_older_day_is_kept(tmp_path: Path) -> None:
    """As at when it was."""
    assert read(edition(report(as_at=date(2023, 6, 30))).to_csv(), tmp_path).as_at == date(2023, 6, 30)
