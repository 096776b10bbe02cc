"""Spark tables: folders and frames as sources, what is set aside, what is refused, and how they end."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from impact_metrics import PersonId, RuleError, Stream, StreamError, evaluate
from impact_metrics.engines.duckdb import Tables
from impact_metrics.engines.spark import SparkTables
from impact_metrics.engines.spark.database import Spark
from impact_metrics.engines.sql.query import Statement
from impact_metrics.errors import CancelledError
from impact_metrics.streams import write_parquet
from tests.agreement import catalogue_of
from tests.spark.session import session
from tests.test_cli_convert import run
from tests.test_duckdb_tables import MADE, MEASURES, SALE, SOLD, figures, made, row, story, written
from tests.toys import STRICT_TOYS, TOYS

pytestmark = pytest.mark.spark
DAY = date(2024, 1, 5)


def opened(source: Any, **more: Any) -> SparkTables:
    return SparkTables(source, TOYS, session=session(), **more)


def test_a_report_says_all_that_one_on_a_stream_says() -> None:
    """Figures, evidence, violations, history and text are the same, with a merge and a retraction in force."""
    catalogue = catalogue_of(STRICT_TOYS, MEASURES)
    told = []
    for source in (story(), SparkTables(story(), STRICT_TOYS, session=session())):
        report = evaluate(catalogue, source, as_at=DAY, known_at=datetime(2024, 2, 1, tzinfo=UTC))
        told.append((str(report), report.evidence("m0"), report.history(PersonId("P-1")), report.violations))
    assert told[0] == told[1]


def test_a_folder_is_read_as_duckdb_reads_it(tmp_path: Path) -> None:
    """Files and folders of files; figures, accounts, findings with file and row, and places of records."""
    folder = tmp_path / "with [brackets] and space"
    faulty = (
        row("E-2", shape="'flat'"),
        row("E-3", occurred_on="DATE '10000-01-01'"),
        row("E-4", helpers="['P-1', NULL]"),
        row("E-5", colours="['red', 'pink']"),
        row("E-6", maker="NULL"),
    )
    first = row("E-0", helpers="['P-2', 'P-2']", price="1.50", parts="2")
    written(folder, "Made", MADE, first, *faulty, row("E-9"), row("E-9"))
    written(folder / "Sold", "part-1", {"id": "VARCHAR"} | SOLD, SALE)
    written(folder / "Sold", "part-2", {"id": "VARCHAR"} | SOLD, {**SALE, "id": "'S-2'"}, {**SALE, "id": "'S-2'"})
    with Tables(folder, TOYS) as expected, opened(folder) as tables:
        assert figures(tables) == figures(expected) == figures(tables, engine="reference")
        assert tables.accounts == expected.accounts
        shown = {"value": ""}  # each database prints a date after the year 9999 in its own way
        assert [attrs.evolve(found, **shown) for found in tables.set_aside] == [
            attrs.evolve(found, **shown) for found in expected.set_aside
        ]
        assert set(tables.stream) == set(expected.stream)
        sold = next(record for record in tables.stream if record.id == "S-1")
        assert str(tables.origin(sold)) == f"{folder / 'Sold' / 'part-1.parquet'}, row 1"
    with pytest.raises(StreamError, match="is no Shape"):
        opened(folder, strict=True)


def test_moments_and_fractions_are_read_as_duckdb_reads_them(tmp_path: Path) -> None:
    """A moment at which a date begins is that date, and a binary fraction that is whole is a whole number."""
    kinds = {**MADE, "occurred_on": "TIMESTAMP", "parts": "DOUBLE"}
    days = {"E-1": "2024-01-01 00:00:00", "E-2": "2024-01-01 12:00:00"}
    moments = [row(name, occurred_on=f"TIMESTAMP '{day}'", parts="3.0") for name, day in days.items()]
    parts = ["2.5", "1e16", "1e30", "'NaN'"]
    fractions = [{**moments[0], "id": f"'E-{n}'", "parts": part} for n, part in enumerate(parts, 3)]
    written(tmp_path, "Made", kinds, *moments, *fractions)
    with Tables(tmp_path, TOYS) as expected, opened(tmp_path) as tables:
        assert figures(tables) == figures(expected) == [1, 1, 3, 0]
        assert [found.row for found in tables.set_aside] == [2, 3, 4, 5, 6]
        reasons = [found.reason for found in tables.set_aside]
        assert reasons == [found.reason for found in expected.set_aside]


def test_a_folder_is_evaluated_by_name(tmp_path: Path) -> None:
    """``engine="spark"`` uses the active session, and the command says what it says with DuckDB."""
    session()
    written(tmp_path, "Made", MADE, row("E-1", parts="3"))
    assert figures(tmp_path, engine="spark") == [1, 1, 3, 0]
    assert figures(Stream([made("E-1")]), engine="spark") == [1, 1, 0, 0]
    asked = ("report", tmp_path, "--catalogue", "tests.spark.test_tables:EVERYTHING", "--as-at", "2024-01-05")
    spark, duckdb = (run(*asked, "--engine", name) for name in ("spark", "duckdb"))
    assert (spark.exit_code, spark.output) == (0, duckdb.output)
    assert "1 records read = 1 taken" in spark.output


EVERYTHING = catalogue_of(TOYS, MEASURES)


def test_frames_are_given_by_type_and_their_session_stays_as_it_is() -> None:
    """Columns may be called otherwise and be narrower; auto sees whose frames they are."""
    mine = session().newSession()
    mine.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
    table = pa.table(
        {
            "number": ["E-1", "E-2"],
            "occurred_on": pa.array([date(2024, 1, 1)] * 2),
            "maker": ["P-1", "P-2"],
            "helpers": pa.array([[], ["P-2", "P-2"]], type=pa.list_(pa.string())),
            "parts": pa.array([3, None], type=pa.int8()),
            "price": pa.array([1, 2], type=pa.int32()),
        }
    )
    frame = mine.createDataFrame(table)
    with SparkTables({"Made": frame}, TOYS, columns={"Made": {"id": "number"}}) as tables:
        other = next(event for event in tables.stream if event.id == "E-2")
        assert other.helpers == {"P-2"}
        assert str(tables.origin(other)) == "the table given for Made, row 2"
        assert figures(tables) == [2, 2, 3, Decimal(3)]
    assert figures({"Made": frame.withColumnRenamed("number", "id")}) == [2, 2, 3, Decimal(3)]
    assert mine.conf.get("spark.sql.session.timeZone") == "Asia/Tokyo"
    assert mine.sql("SHOW VIEWS").collect() == []


def test_moments_without_time_zone_and_files_at_an_address_are_read(tmp_path: Path) -> None:
    """A moment is in UTC, whatever the zone of the machine; a path may be an address that Spark knows."""
    moments = {**MADE, "recorded_at": "TIMESTAMP"}
    path = written(tmp_path, "Made", moments, row("E-1", recorded_at="TIMESTAMP '2024-01-02 03:04:05'"))
    for source in ({"Made": f"file://{path}"}, {"Made": path}):
        with opened(source, trusted=True) as tables:
            (event,) = tables.stream
            assert event.recorded_at == datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)


def refused(source: Any) -> str:
    with pytest.raises(StreamError) as caught:
        opened(source)
    return str(caught.value)


def test_what_is_no_source_is_refused(tmp_path: Path) -> None:
    """Paths, names, types of columns and files that cannot be right, each with what is right."""
    assert "there is no such folder" in refused(tmp_path / "gone")
    (tmp_path / "Made.csv").write_text("id\n")
    assert "Spark reads Parquet files here" in refused(tmp_path)
    assert "there is no such file" in refused({"Made": tmp_path / "gone.parquet"})
    assert "did you mean 'Made'?" in refused({"Mode": tmp_path})
    assert "nothing that Spark reads" in refused({"Made": object()})
    assert "nothing of the model" in refused({})
    (tmp_path / "Made.parquet").write_text("nothing")
    assert "a file cannot be read" in refused({"Made": tmp_path / "Made.parquet"})
    path = written(tmp_path / "x", "Made", {**MADE, "parts": "BLOB"}, row("E-1", parts="'1'"))
    assert "the column 'parts' is binary" in refused({"Made": path})
    pq.write_table(pa.table({"id": ["E-1"]}), path)
    assert "there is no column 'occurred_on'" in refused(tmp_path / "x")


def test_a_folder_says_what_its_data_are(tmp_path: Path) -> None:
    """As it does with DuckDB; frames and files that say nothing have nothing to say."""
    write_parquet(story(), tmp_path / "said", TOYS, about={"title": "A story", "note": "made up"})
    with Tables(tmp_path / "said", TOYS) as expected, opened(tmp_path / "said") as tables:
        assert tables.about == expected.about
        assert [said["note"] for said in tables.about.values()] == ["made up"]
    written(tmp_path / "silent", "Made", MADE, row("E-1"))
    with opened(tmp_path / "silent") as silent, opened(story()) as stream:
        assert (silent.about, stream.about) == ({}, {})


def test_entries_are_written_to_a_new_folder(tmp_path: Path) -> None:
    """The rows of the table; what is there already is not overwritten."""
    folder = tmp_path / "entries"
    report = evaluate(catalogue_of(TOYS, MEASURES), opened(story()), as_at=DAY)
    report.write_entries(folder, "m0", "m2")
    rows = pq.read_table(folder).to_pylist()
    assert rows
    assert sorted(tuple(row.values()) for row in rows) == sorted(report.entries("m0", "m2").rows)
    with pytest.raises(StreamError, match="already exists"):
        report.write_entries(folder)


def test_ids_can_be_told_apart_in_turns(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Spark needs no turns, and finds the same with them."""
    written(tmp_path, "Made", MADE, *(row(f"E-{n % 8}") for n in range(12)))
    for at_once in (None, 3):
        monkeypatch.setattr(Spark, "at_once", at_once)
        with opened(tmp_path) as tables:
            assert tables.summary() == "12 records read = 8 taken + 4 repeated"


def test_tables_are_open_for_one_engine() -> None:
    """Those of Spark cannot be read by DuckDB."""
    with opened(story()) as tables, pytest.raises(RuleError, match="open for another engine"):
        figures(tables, engine="duckdb")


def test_errors_of_spark_are_those_of_the_library() -> None:
    """Numbers that do not fit, and statements that fail otherwise, with what Spark says of them."""
    database = Spark(session())
    with pytest.raises(StreamError, match=r"a number does not fit: \S+"):
        database.rows(Statement("SELECT CAST('9' AS DECIMAL(1, 0)) * CAST(9e37 AS DECIMAL(38, 0)) * 9"))
    with pytest.raises(StreamError, match=r"Spark cannot answer: \S+"):
        database.rows(Statement("SELECT nothing"))


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    """It was there when the tables were opened."""
    written(tmp_path, "Made", MADE, row("E-1"))
    with opened(tmp_path, trusted=True) as tables:
        (tmp_path / "Made.parquet").unlink()
        with pytest.raises(StreamError, match=r"Made\.parquet: the file was changed or replaced after it was opened"):
            figures(tables)


def test_a_long_statement_is_cancelled_from_another_thread() -> None:
    """It ends with the error that says so, and the tables go on."""
    with opened(story()) as tables:
        timer = threading.Timer(2, tables.cancel)
        timer.start()
        with pytest.raises(CancelledError):
            tables._database.rows(Statement("SELECT count(*) FROM range(100000000000)"))  # noqa: SLF001 - a long one
        timer.join()
        assert figures(tables)[1] == 2
