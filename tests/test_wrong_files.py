"""Files of another form, and files of which nothing is taken: named as what they are, and never published."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from click.testing import CliRunner, Result

from impact_metrics import StreamError, revised
from impact_metrics.cli import hints
from impact_metrics.cli.commands import command
from impact_metrics.streams import doubts, read_json_lines, write_json_lines, write_ocel
from impact_metrics.streams.sniffing import check_form
from tests.test_json_lines import GOOD, MADE
from tests.test_reports import STREAM
from tests.toys import TOYS

CATALOGUE = "tests.test_reports:CATALOGUE"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [*map(str, arguments), "--catalogue", CATALOGUE])


def workbook() -> bytes:
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data)
    book.add_worksheet().write(0, 0, "id")
    book.close()
    return data.getvalue()


def archive(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        for name in names:
            packed.writestr(name, "application/vnd.oasis.opendocument.spreadsheet" if name == "mimetype" else "x")
    return data.getvalue()


def sqlite(folder: Path) -> bytes:
    with closing(sqlite3.connect(folder / "made.db")) as made:
        made.execute("CREATE TABLE arrests (id TEXT)")
    return (folder / "made.db").read_bytes()


def duck(folder: Path) -> bytes:
    with duckdb.connect(folder / "made.duckdb") as made:
        made.execute("CREATE TABLE arrests (id TEXT)")
    return (folder / "made.duckdb").read_bytes()


def parquet(folder: Path) -> bytes:
    pq.write_table(pa.table({"id": ["a"]}), folder / "made.parquet")
    return (folder / "made.parquet").read_bytes()


def ocel(folder: Path) -> bytes:
    write_ocel(STREAM, folder / "made.ocel.json", TOYS)
    return (folder / "made.ocel.json").read_bytes()


XES = b'<?xml version="1.0"?>\n<log xes.version="1.0" xmlns="http://www.xes-standard.org/"><trace/></log>'
ROWS = "id,occurred_on,suspect\nA1,2021-03-04,P1\n"
FORMS = {
    "comma": (lambda _: ROWS.encode(), "a table of text (CSV)"),
    "semicolon": (lambda _: b"\xef\xbb\xbf" + ROWS.replace(",", ";").encode(), "a table of text (CSV)"),
    "tab": (lambda _: b'"id"\t"who"\n"1"\t"{odd}"\n', "a table of text (CSV)"),
    "xlsx": (lambda _: workbook(), "a workbook (XLSX)"),
    "ods": (lambda _: archive("mimetype", "content.xml"), "a spreadsheet (ODS)"),
    "zip": (lambda _: archive("arrests.csv"), "an archive (ZIP)"),
    "xls": (lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "an old workbook (XLS)"),
    "sqlite": (sqlite, "a database (SQLite)"),
    "duckdb": (duck, "a database (DuckDB)"),
    "parquet": (parquet, "a table in Parquet"),
    "arrow": (lambda _: b"ARROW1\x00\x00rest", "a table in Arrow"),
    "gzip": (lambda _: gzip.compress(GOOD.encode()), "gzipped"),
    "pdf": (lambda _: b"%PDF-1.7\n", "a document (PDF)"),
    "html": (lambda _: b"\n<!doctype html>\n<title>Log in</title>", "a page (HTML)"),
    "xes": (lambda _: XES, "an event log (XES)"),
    "log": (lambda _: b"<log><object-types/></log>", "an event log in XML"),
    "xml": (lambda _: b'<?xml version="1.0"?><data/>', "XML"),
    "bare xml": (lambda _: b"<records>\n</records>", "XML"),
    "ocel": (ocel, "an event log (OCEL)"),
    "list": (lambda _: f"[\n{GOOD},\n{GOOD}\n]\n".encode(), "a list in JSON"),
    "list on lines": (lambda _: f"[{GOOD},\n{GOOD}]\n".encode(), "a list in JSON"),
    "utf-16": (lambda _: GOOD.encode("utf-16"), "in the encoding UTF-16"),
    "utf-16 without mark": (lambda _: GOOD.encode("utf-16-le"), "in the encoding UTF-16, without its mark"),
    "utf-16 csv": (lambda _: ROWS.encode("utf-16-be"), "in the encoding UTF-16, without its mark"),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_file_of_another_form_is_named_as_what_it_is(tmp_path: Path, name: str) -> None:
    """With what to do; nothing of it is read as lines, and no edition is made of it."""
    make, what = FORMS[name]
    (tmp_path / "s.jsonl").write_bytes(make(tmp_path))
    with pytest.raises(StreamError, match="and no JSON Lines") as caught:
        read_json_lines(tmp_path / "s.jsonl", TOYS)
    assert caught.value.problem == f"the file is {what}, and no JSON Lines"
    assert caught.value.hint
    result = run("publish", tmp_path / "s.jsonl", "--out", tmp_path / "out")
    assert (result.exit_code, what in result.output) == (2, True)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "lines",
    [
        GOOD,
        f"[1]\n{GOOD}\n",
        f"[{GOOD}\n",
        f"type,id\n{GOOD}\n",
        f"<b>, {GOOD}",
        "no comma at all\n",
        GOOD[1:],
        "\n\n",
        '{"a": "eventTypes"}',
    ],
)
def test_damaged_lines_are_no_other_form(lines: str) -> None:
    """What may be JSON Lines is read line by line, so that no record of it is lost."""
    check_form(lines.encode(), "s.jsonl")


@pytest.mark.parametrize("lines", ["no comma at all\n" * 3, '{"type": "Made"}\n' * 7])
def test_nothing_is_published_of_nothing(tmp_path: Path, lines: str) -> None:
    """The account is printed, with the first that was set aside, and the old edition stays."""
    (tmp_path / "s.jsonl").write_text(lines)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "report.html").write_text("the last edition")
    result = run("publish", tmp_path / "s.jsonl", "--out", tmp_path / "out")
    count = lines.count("\n")
    assert result.exit_code == 2
    assert f"\n{count} records read = 0 taken + {count} set aside\n" in result.output
    assert f"{tmp_path / 's.jsonl'}, row 1" in result.output
    assert "error: no record was taken, and nothing is published of nothing" in result.output
    assert (tmp_path / "out" / "report.html").read_text() == "the last edition"


def test_publishing_prints_the_account(tmp_path: Path) -> None:
    """With what is set aside and what breaks constraints, whoever reads it."""
    write_json_lines(STREAM, tmp_path / "s.jsonl")
    with (tmp_path / "s.jsonl").open("a") as more:
        more.write('{"type": "Maid"}\n')
    result = run("publish", tmp_path / "s.jsonl", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "\n7 records read = 6 taken + 1 set aside\n" in result.output
    assert f"{tmp_path / 's.jsonl'}, Made: 2 read = 2 taken\n" in result.output
    assert "the model has no such type (value 'Maid')" in result.output
    assert "breaks the constraint pieces_count" in result.output


TODAY = datetime.now(UTC).date()
LATE = timezone(timedelta(hours=-12))


@pytest.mark.parametrize(
    ("day", "recorded", "reason"),
    [
        (TODAY, None, ""),
        (TODAY + timedelta(days=2), None, "lies after today"),
        (date(2042, 3, 4), datetime(2024, 1, 1, tzinfo=UTC), "lies after today"),
        (date(2024, 1, 2), datetime(2024, 1, 1, 12, tzinfo=UTC), ""),  # it was the second in Kiritimati
        (
            date(2024, 1, 2),
            datetime(2024, 1, 1, 9, tzinfo=UTC),
            "lies after the event was recorded, at 2024-01-01T09:00",
        ),
        (date(2024, 1, 3), datetime(2024, 1, 1, 23, tzinfo=LATE), ""),
        (date(9999, 12, 31), datetime(9999, 12, 30, 23, tzinfo=LATE), "lies after today"),
    ],
)
def test_an_event_cannot_be_later_than_today_or_than_its_record(
    tmp_path: Path, day: date, recorded: datetime | None, reason: str
) -> None:
    """On no clock of the world; it stays in the stream, and is told with its place."""
    write_json_lines([revised(MADE, occurred_on=day, recorded_at=recorded)], tmp_path / "s.jsonl")
    reading = read_json_lines(tmp_path / "s.jsonl", TOYS)
    assert (reading.taken, reading.doubts_count) == (1, int(bool(reason)))
    if reason:
        (finding,) = reading.doubts
        assert (finding.row, finding.type, finding.field) == (1, "Made", "occurred_on")
        assert finding.value == repr(day.isoformat())
        assert finding.reason.startswith(reason)


def test_a_moment_at_the_end_of_time_doubts_nothing() -> None:
    """No day is later."""
    event = revised(MADE, occurred_on=date(9999, 12, 31), recorded_at=datetime(9999, 12, 30, 23, tzinfo=LATE))
    assert doubts.doubt(event, date.max) == ""


@pytest.mark.parametrize("asked", ["check", "report", "publish"])
def test_commands_tell_of_dates_that_cannot_be(tmp_path: Path, asked: str) -> None:
    """And end with 1; check writes them among its findings."""
    late = revised(next(iter(STREAM)), occurred_on=date(2142, 3, 4))
    write_json_lines([late], tmp_path / "s.jsonl")
    more = {"check": ["--findings", str(tmp_path / "f.jsonl")], "publish": ["--out", str(tmp_path / "out")]}
    result = run(asked, tmp_path / "s.jsonl", *more.get(asked, []))
    assert result.exit_code == 1
    assert "\n1 records are dated later than they can be, and count all the same:\n" in result.output
    assert "occurred_on lies after today (value '2142-03-04'); a slip of the year?" in result.output
    if asked == "check":
        (found,) = map(json.loads, (tmp_path / "f.jsonl").read_text().splitlines())
        assert found["finding"] == "is dated later than it can be"


SOURCES = "".join(path.read_text(encoding="utf-8") for path in Path(hints.__file__).parents[1].glob("[!c]*/**/*.py"))


@pytest.mark.parametrize("python", hints.WORDS)
def test_the_words_that_the_command_replaces_are_those_of_the_library(python: str) -> None:
    """A hint that changes there is not forgotten here."""
    assert python in SOURCES.replace("\\'", "'")


def test_hints_of_the_command_speak_of_its_options(tmp_path: Path) -> None:
    """And not of Python."""
    lone = {"type": "SamePerson", "id": "m", "person": "A", "same_as": "B", "recorded_at": "2024-01-01T00:00Z"}
    (tmp_path / "s.jsonl").write_text(json.dumps(lone))
    result = run("report", tmp_path / "s.jsonl")
    assert result.exit_code == 2
    assert result.output.endswith("there is no latest date\n  hint: name the day: --as-at DATE\n")
