"""The command ``convert``: the same records in another form, with the account of each."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest

from impact_metrics import EventId, PersonId
from impact_metrics.cli.converting import united
from impact_metrics.engines.duckdb import Tables
from impact_metrics.streams import read_json_lines, read_parquet, write_json_lines
from tests.test_cli import CATALOGUE, run
from tests.test_reports import STREAM
from tests.toys import TOYS, Made


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    path = tmp_path / "s.jsonl.gz"
    write_json_lines(STREAM, path, about={"title": "Toys", "note": "made up"})
    return path


def test_a_stream_goes_to_columns_and_back(stream: Path, tmp_path: Path) -> None:
    """JSON Lines to Parquet and back: the same records, the same words about them, exit 0."""
    there = run("convert", stream, tmp_path / "columns", "--catalogue", CATALOGUE)
    assert there.exit_code == 0
    assert f"6 records read = 6 taken\nwritten: {tmp_path / 'columns'}, with 6 records\n" in there.output
    assert f"{stream}, Made: " in there.output
    assert set(read_parquet(tmp_path / "columns", TOYS).stream) == set(STREAM)
    for name in ("back.jsonl", "back.jsonl.gz"):
        assert run("convert", tmp_path / "columns", tmp_path / name, "--catalogue", CATALOGUE).exit_code == 0
        back = read_json_lines(tmp_path / name, TOYS)
        assert set(back.stream) == set(STREAM)
        assert back.about[str(tmp_path / name)] == {"title": "Toys", "note": "made up"}
    assert gzip.decompress((tmp_path / "back.jsonl.gz").read_bytes()) == (tmp_path / "back.jsonl").read_bytes()


def test_a_report_is_the_same_from_columns(stream: Path, tmp_path: Path) -> None:
    """Every command reads a folder of Parquet files as it reads JSON Lines."""
    run("convert", stream, tmp_path / "columns", "--catalogue", CATALOGUE)
    asked = ("--catalogue", CATALOGUE, "--as-at", "2024-01-04", "--evidence")
    lines, columns = (run("report", where, *asked) for where in (stream, tmp_path / "columns"))
    assert (lines.exit_code, columns.exit_code) == (0, 0)
    told = [[line for line in read.output.splitlines() if not line.startswith("note: ")] for read in (lines, columns)]
    assert told[0] == told[1], "but for notes, which name files"


def test_an_export_goes_to_columns(tmp_path: Path) -> None:
    """Through a mapping; what is set aside is listed, is not written, and makes the exit code 1."""
    (tmp_path / "made.csv").write_text("no,who,day\n1,Eve,2024-01-01\n2,Eve,2024-02-30\n")
    (tmp_path / "mapping.toml").write_text(
        '[[files]]\npath = "made.csv"\n[[files.records]]\ntype = "Made"\nid = "M{no}"\n'
        '[files.records.fields]\nmaker = "who"\noccurred_on = "day"\nhelpers = "who"\n'
    )
    result = run("convert", tmp_path / "out", "--mapping", tmp_path / "mapping.toml", "--catalogue", CATALOGUE)
    assert result.exit_code == 1
    assert "2 rows read = 1 taken + 1 set aside\nwritten: " in result.output
    assert (
        f"1 records are set aside, and not in {tmp_path / 'out'}:\n  made.csv, row 3, Made.occurred_on" in result.output
    )
    eve = PersonId("Eve")
    made = Made(id=EventId("M1"), occurred_on=date(2024, 1, 1), maker=eve, helpers=frozenset({eve}))
    assert list(read_parquet(tmp_path / "out", TOYS).stream) == [made]


def test_what_cannot_be_written_or_read_ends_with_two(stream: Path, tmp_path: Path) -> None:
    """Each with its message: no such place, in either form, or a folder beside a file."""
    for name in ("nowhere/columns", "nowhere/back.jsonl"):
        refused = run("convert", stream, tmp_path / name, "--catalogue", CATALOGUE)
        assert (refused.exit_code, "cannot be written: No such file or directory" in refused.output) == (2, True)
    mixed = run("convert", stream, tmp_path, tmp_path / "out", "--catalogue", CATALOGUE)
    assert (mixed.exit_code, "give one folder of tables, or stream files" in mixed.output) == (2, True)


def test_several_files_say_one_thing_together() -> None:
    """What they agree on stands once, what they differ in is joined, and nothing is said of files that say nothing."""
    assert united([{"title": "A", "note": "synthetic"}, {"title": "B", "note": "synthetic", "year": 2024}]) == {
        "title": "A; B",
        "note": "synthetic",
        "year": 2024,
    }
    assert united([]) is None


def test_tables_that_are_no_parquet_say_nothing_of_their_data(tmp_path: Path) -> None:
    """A folder of CSV files has no metadata to say it in."""
    (tmp_path / "Broken.csv").write_text("id,occurred_on,case\nB-1,2024-01-01,C-1\n", encoding="utf-8")
    with Tables(tmp_path, TOYS) as tables:
        assert tables.about == {}
        assert tables.summary() == "1 records read = 1 taken"


def test_what_is_set_aside_is_told_whenever_the_copy_is_read(tmp_path: Path) -> None:
    """In whichever form, and by each copy of the copy, with the numbers by type; no value is told."""
    lines = [
        '{"type": "Made", "id": "E-1", "occurred_on": "2024-01-01", "maker": "P-1", "helpers": []}',
        '{"type": "Made", "id": "E-2", "occurred_on": "2024-01-32", "maker": "P-secret", "helpers": []}',
        '{"type": "Maid", "id": "E-3"}',
    ]
    (tmp_path / "s.jsonl").write_text("\n".join(lines) + "\n")
    said = "set aside before, when it was made of other files: 2 of 3 records: Made 1, of no known type 1"
    before = tmp_path / "s.jsonl"
    for name in ("folder", "t.jsonl", "u.ocel.json", "again"):
        out = tmp_path / name
        result = run("convert", before, out, "--catalogue", CATALOGUE)
        assert result.exit_code == (1 if name == "folder" else 0)
        for command in ("check", "report"):
            output = run(command, out, "--catalogue", CATALOGUE).output
            assert output.count(f"note: {out}: {said}") == 1
            assert "P-secret" not in output
        before = out


def test_a_name_that_cannot_be_written_is_refused(stream: Path, tmp_path: Path) -> None:
    """With what can be; a folder that is there already may be called anything."""
    for command in (("convert",), ("pseudonymise", "--key", tmp_path / "key")):
        for name in ("out.xlsx", "out.csv", "out.json", "out.parquet", "out.jsonl.zip"):
            result = run(*command, stream, tmp_path / name, "--catalogue", CATALOGUE)
            assert result.exit_code == 2
            assert f".{name.rsplit('.', 1)[1]} cannot be written: let OUT end in .jsonl, .jsonl.gz" in result.output
            assert not (tmp_path / name).exists()
    (tmp_path / "old.data").mkdir()
    for name in ("old.data", "export-2024.12"):
        assert run("convert", stream, tmp_path / name, "--catalogue", CATALOGUE).exit_code == 0
        assert set(read_parquet(tmp_path / name, TOYS).stream) == set(STREAM)


def test_a_folder_of_csv_is_converted(tmp_path: Path) -> None:
    """As it is reported: with the same account, and what is set aside."""
    (tmp_path / "in").mkdir()
    rows = "id,occurred_on,maker,helpers\nE-1,2024-01-01,P-1,[]\nE-2,2024-01-32,P-1,[]\n"
    (tmp_path / "in" / "Made.csv").write_text(rows)
    result = run("convert", tmp_path / "in", tmp_path / "out", "--catalogue", CATALOGUE)
    assert result.exit_code == 1
    assert "2 records read = 1 taken + 1 set aside" in result.output
    assert {record.id for record in read_parquet(tmp_path / "out", TOYS).stream} == {"E-1"}
