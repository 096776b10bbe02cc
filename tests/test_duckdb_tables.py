"""Tables: files, frames and databases as sources, what is set aside in them, and what is refused."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from impact_metrics import (
    ContradictionError,
    EventId,
    ImpactMetricsError,
    MappingError,
    Model,
    PersonId,
    Retraction,
    RuleError,
    SamePerson,
    Stream,
    StreamError,
    count,
    distinct,
    evaluate,
    rows,
    total,
)
from impact_metrics.engines.duckdb import Tables
from impact_metrics.engines.duckdb.database import DuckDB, connect
from impact_metrics.engines.sql.query import Statement
from impact_metrics.errors import CancelledError
from impact_metrics.reports import violations
from impact_metrics.values import CaseId
from tests.agreement import catalogue_of
from tests.toys import STRICT_TOYS, TOYS, BoxId, Broken, Colour, Made, Owner, Shape, Sold

DAY = date(2024, 1, 5)
MADE = {
    "id": "VARCHAR",
    "occurred_on": "DATE",
    "recorded_at": "TIMESTAMP WITH TIME ZONE",
    "maker": "VARCHAR",
    "helpers": "VARCHAR[]",
    "case": "VARCHAR",
    "colours": "VARCHAR[]",
    "shape": "VARCHAR",
    "safe": "BOOLEAN",
    "due": "DATE",
    "parts": "BIGINT",
    "price": "DECIMAL(9,2)",
}
MEASURES = (count(distinct(Made.maker)), count(rows(Made)), total(Made.parts), total(Made.price))


def made(name: str, **values: Any) -> Made:
    given = {"maker": PersonId("P-1"), "helpers": frozenset(), "occurred_on": date(2024, 1, 1), **values}
    return Made(id=EventId(name), **given)


def selected(kinds: dict[str, str], values: Iterable[dict[str, str]]) -> str:
    """Write a query that gives rows of literals under typed columns."""
    return " UNION ALL ".join(
        "SELECT " + ", ".join(f'CAST({row.get(name, "NULL")} AS {kind}) AS "{name}"' for name, kind in kinds.items())
        for row in values
    )


def written(folder: Path, name: str, kinds: dict[str, str], *values: dict[str, str]) -> Path:
    """Write rows of literals to a Parquet file."""
    path = folder / f"{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.connect().execute(f"COPY ({selected(kinds, values)}) TO '{path}' (FORMAT parquet)")
    return path


def row(name: str, **values: str) -> dict[str, str]:
    return {"id": f"'{name}'", "occurred_on": "DATE '2024-01-01'", "maker": "'P-1'", "helpers": "[]", **values}


def figures(source: Any, **more: Any) -> list[Any]:
    report = evaluate(catalogue_of(TOYS, MEASURES), source, as_at=DAY, **more)
    return list(report.values().values())


# --- where tables are


def test_a_folder_of_parquet_files_is_evaluated_where_it_is(tmp_path: Path) -> None:
    """A file a type, or a folder of several files; what is no data is passed over; the account adds up."""
    written(tmp_path, "Made", MADE, row("E-1", parts="2"), row("E-2", maker="'P-2'", price="1.5"))
    written(tmp_path / "Sold", "part-1", {"id": "VARCHAR"} | SOLD, SALE)
    written(tmp_path / "Sold", "part-2", {"id": "VARCHAR"} | SOLD, {**SALE, "id": "'S-2'"})
    (tmp_path / "README.md").write_text("what this is")
    (tmp_path / "empty").mkdir()
    assert figures(tmp_path) == [2, 2, 2, Decimal("1.50")]
    assert figures(str(tmp_path), engine="reference") == [2, 2, 2, Decimal("1.50")]
    with Tables(tmp_path, TOYS) as tables:
        assert tables.summary() == "4 records read = 4 taken"
        assert (tables.read, tables.taken, tables.set_aside_count, tables.set_aside) == (4, 4, 0, ())
        assert tables.source is tables
        event = next(event for event in tables.stream if event.id == "E-2")
        assert str(tables.origin(event)) == f"{tmp_path / 'Made.parquet'}, row 2"
        assert tables.origin(made("E-9")) is None
        assert [account.type for account in tables.accounts] == ["Made", "Sold"]


SOLD = {
    "occurred_on": "DATE",
    "buyer": "VARCHAR",
    "case": "VARCHAR",
    "box": "VARCHAR",
    "colour": "VARCHAR",
    "gift": "BOOLEAN",
    "pieces": "BIGINT",
}
SALE = {
    "id": "'S-1'",
    "occurred_on": "DATE '2024-01-02'",
    "case": "'C-1'",
    "box": "'B-1'",
    "colour": "'red'",
    "gift": "TRUE",
    "pieces": "1",
}


def test_csv_files_are_read_as_what_the_fields_hold(tmp_path: Path) -> None:
    """Texts become dates, numbers, flags and sets; an empty cell is missing; a moment without offset is in UTC."""
    (tmp_path / "Made.csv").write_text(
        "id,occurred_on,recorded_at,maker,helpers,colours,safe,due,parts,price\n"
        "E-1,2024-01-01,2024-01-02 03:04:05,P-1,P-2;P-3,red;blue,true,2024-02-01,7,1.25\n"
        "E-2,2024-01-01,2024-01-02T03:04:05+02:00,P-1,[],,,,,\n"
    )
    with Tables(tmp_path, TOYS) as tables:
        one, other = sorted(tables.stream, key=lambda event: event.id)
    assert one == made(
        "E-1",
        recorded_at=datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC),
        helpers=frozenset({PersonId("P-2"), PersonId("P-3")}),
        colours=frozenset({Colour.RED, Colour.BLUE}),
        safe=True,
        due=date(2024, 2, 1),
        parts=7,
        price=Decimal("1.25"),
    )
    assert other == made("E-2", recorded_at=datetime(2024, 1, 2, 1, 4, 5, tzinfo=UTC))


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("occurred_on", "2024-02-30", "is no date of the calendar"),
        ("occurred_on", "2024-01-01 10:00", "is no date of the calendar"),
        ("recorded_at", "yesterday", "is no moment"),
        ("safe", "perhaps", "is neither true nor false"),
        ("parts", "1.5", "is no whole number"),
        ("parts", "99999999999999999999", "is no whole number"),
        ("price", "0." + "1" * 39, "is no decimal"),
        ("helpers", "", "is missing"),
        ("helpers", " ; ", "is missing"),
        ("colours", "red;pink", "holds what is no Colour"),
        ("shape", "flat", "is no Shape"),
        ("maker", "", "is missing"),
    ],
)
def test_a_cell_of_csv_that_is_no_value_sets_its_row_aside(tmp_path: Path, column: str, cell: str, reason: str) -> None:
    """With file, row, field, value, reason and hint; the other rows are taken, and strict reading raises."""
    values = {"id": "E-1", "occurred_on": "2024-01-01", "maker": "P-1", "helpers": "[]", column: cell}
    sound = {"id": "E-2", "occurred_on": "2024-01-01", "maker": "P-1", "helpers": "[]"}
    lines = [",".join(values), ",".join(values.values()), ",".join(sound.get(name, "") for name in values)]
    (tmp_path / "Made.csv").write_text("\n".join(lines) + "\n")
    with Tables(tmp_path, TOYS) as tables:
        (finding,) = tables.set_aside
        assert (finding.file, finding.row, finding.type) == (str(tmp_path / "Made.csv"), 2, "Made")
        assert (finding.field, finding.reason) == (column, reason)
        assert finding.hint
        assert tables.summary() == "2 records read = 1 taken + 1 set aside"
        assert [event.id for event in tables.stream] == ["E-2"]
    with pytest.raises(StreamError, match=reason):
        Tables(tmp_path, TOYS, strict=True)


def test_arrow_tables_frames_and_files_are_given_by_type(tmp_path: Path) -> None:
    """Types by class or name; columns mapped; narrow, dictionary and all-missing columns are read as their fields."""
    path = written(tmp_path, "sales", {"id": "VARCHAR"} | SOLD, SALE)
    table = pa.table(
        {
            "number": ["E-1", "E-2"],
            "day": pa.array([date(2024, 1, 1)] * 2),
            "maker": pa.array(["P-1", "P-2"]).dictionary_encode(),
            "helpers": pa.array([[], ["P-2", "P-2"]], type=pa.list_(pa.string())),
            "parts": pa.array([3, None], type=pa.int8()),
            "price": pa.array([1, 2], type=pa.int32()),
            "due": pa.nulls(2),
            "Safe": pa.array([None, None], type=pa.int64()),
            "Shape": ["round", None],
            "recorded_at": pa.array([datetime(2024, 1, 2), None], type=pa.timestamp("s")),  # noqa: DTZ001 - read as UTC
        }
    )
    columns = {"Made": {"id": "number", "occurred_on": "day"}}
    with Tables({Made: table, "Sold": path}, TOYS, columns=columns) as tables:
        one, other = sorted((event for event in tables.stream if isinstance(event, Made)), key=lambda event: event.id)
        assert one == made(
            "E-1", shape=Shape.ROUND, parts=3, price=Decimal(1), recorded_at=datetime(2024, 1, 2, tzinfo=UTC)
        )
        assert other.helpers == {"P-2"}
        assert figures(tables) == [2, 2, 3, 3]
        assert str(tables.origin(other)) == "the table given for Made, row 2"


FRAMED = [
    {"id": "E-1", "maker": "P-1", "helpers": [], "parts": 2, "safe": True, "colours": ["red"], "price": Decimal("1.5")},
    {"id": "E-2", "maker": "P-2", "helpers": ["P-1", "P-3"], "parts": None, "safe": None, "colours": None},
]


@pytest.mark.parametrize("library", ["polars", "pandas"])
def test_frames_are_read_as_they_come(library: str) -> None:
    """Dates may be the moments at which they begin, and whole numbers of which some are missing binary fractions."""
    frames = pytest.importorskip(library)
    moments = [{**values, "occurred_on": datetime(2024, 1, 1)} for values in FRAMED]  # noqa: DTZ001 - a date
    for held in ([{**values, "occurred_on": date(2024, 1, 1)} for values in FRAMED], moments):
        frame = frames.DataFrame(held)
        with Tables({"Made": frame}, TOYS) as tables:
            assert figures(tables) == [2, 2, 2, Decimal("1.50")]
            assert tables.summary() == "2 records read = 2 taken"
            assert set(tables.stream) == {
                made("E-1", parts=2, safe=True, colours=frozenset({Colour.RED}), price=Decimal("1.5")),
                made("E-2", maker=PersonId("P-2"), helpers=frozenset({PersonId("P-1"), PersonId("P-3")})),
            }


def test_moments_that_are_no_date_and_fractions_are_set_aside(tmp_path: Path) -> None:
    """A moment within a day, and a binary fraction that is no whole number or too large to be one for certain."""
    kinds = {**MADE, "occurred_on": "TIMESTAMP", "parts": "DOUBLE"}
    day = "TIMESTAMP '2024-01-01 00:00:00'"
    whole = [row("E-1", occurred_on=day, parts="3.0"), row("E-2", occurred_on=day)]
    noon = row("E-3", occurred_on="TIMESTAMP '2024-01-01 12:00:00'")
    fractions = ("2.5", "1e16", "'NaN'", "-1e300")
    broken = [row(f"E-{n}", occurred_on=day, parts=parts) for n, parts in enumerate(fractions, 4)]
    written(tmp_path, "Made", kinds, *whole, noon, *broken)
    with Tables(tmp_path, TOYS) as tables:
        assert figures(tables) == [1, 2, 3, 0]
        assert [(found.row, found.value, found.reason) for found in tables.set_aside] == [
            (3, "'2024-01-01 12:00:00'", "is no date of the calendar"),
            (4, "'2.5'", "is no whole number"),
            (5, "'1e+16'", "is no whole number"),
            (6, "'nan'", "is no whole number"),
            (7, "'-1e+300'", "is no whole number"),
        ]


def test_a_connection_is_used_as_it_is_and_left_as_it_was() -> None:
    """Its tables are the source; temporary views are dropped at the end; it stays open, and keeps its own settings."""
    connection = duckdb.connect()
    connection.execute(f'CREATE TABLE "Made" AS {selected(MADE, [row("E-1", parts="2")])}')
    before = connection.execute("SELECT table_name FROM duckdb_tables() UNION ALL SELECT view_name FROM duckdb_views()")
    names = sorted(before.fetchall())
    assert figures(connection) == [1, 1, 2, 0]
    with Tables(connection, TOYS) as tables:
        assert figures(tables) == [1, 1, 2, 0]
    left = connection.execute("SELECT table_name FROM duckdb_tables() UNION ALL SELECT view_name FROM duckdb_views()")
    assert [name for name in sorted(left.fetchall()) if "impact_metrics" not in name[0]] == names
    with pytest.raises(StreamError, match="its own settings"):
        Tables(connection, TOYS, memory_limit="1GB")


@pytest.mark.parametrize("at_once", [2, 5, 100])
def test_many_ids_are_told_apart_in_turns(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, at_once: int) -> None:
    """Repeats, versions and contradictions are found in whichever turn they fall to."""
    monkeypatch.setattr(DuckDB, "at_once", at_once)
    again = [row(f"E-{n}", parts=str(n)) for n in range(12)]
    later = [row(f"E-{n}", recorded_at="TIMESTAMPTZ '2024-02-01 00:00:00+00'", parts="100") for n in range(3)]
    other = [row(f"E-{n}", parts="7") for n in (10, 11)]
    written(tmp_path, "Made", MADE, *again, *again[:6], *later, *other)
    with Tables(tmp_path, TOYS) as tables:
        assert tables.summary() == "23 records read = 13 taken + 6 repeated + 4 set aside"
        assert figures(tables) == [1, 10, 3 * 100 + sum(range(3, 10)), 0]


def test_tables_are_open_for_one_engine() -> None:
    """Those of DuckDB cannot be read by Spark, whether or not it is installed."""
    with Tables(Stream(), TOYS) as tables, pytest.raises(RuleError, match="open for another engine than 'spark'"):
        figures(tables, engine="spark")


@pytest.mark.parametrize("number", [1, 2, 16, 17, 40])
def test_lists_meet_few_members_or_many(number: int) -> None:
    """However many members are looked for, a list that is missing is neither."""
    dialect = DuckDB.dialect
    sought = [dialect.literal(f"code {n}") for n in range(number)]
    meets = dialect.overlaps("held", sought, decimal=False)
    text = f"SELECT {meets} FROM (VALUES (['x', 'code {number - 1}']), (['x']), ([]), (NULL)) AS rows(held)"
    assert DuckDB(connect()).rows(Statement(text)) == [(True,), (False,), (False,), (None,)]


# --- what is refused


def refused(source: Any, model: Model = TOYS, kind: type[ImpactMetricsError] = StreamError, **more: Any) -> str:
    with pytest.raises(kind) as caught:
        Tables(source, model, **more)
    return str(caught.value)


def test_a_column_that_is_missing_or_of_another_type_is_named(tmp_path: Path) -> None:
    """The error says which table and column, what the field holds and what the column should be."""
    kinds = {name: kind for name, kind in MADE.items() if name != "maker"}
    written(tmp_path, "Made", kinds, row("E-1"))
    assert "Made.parquet: there is no column 'maker', which holds the person who made it (VARCHAR)" in refused(tmp_path)
    for name, kind, value in (
        ("occurred_on", "TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ '2024-01-01 00:00:00+00'"),
        ("occurred_on", "VARCHAR", "'2024-01-01'"),
        ("maker", "INTEGER", "1"),
        ("helpers", "VARCHAR", "'P-1'"),
        ("helpers", "INTEGER[]", "[1]"),
        ("safe", "INTEGER", "1"),
        ("parts", "DECIMAL(9,2)", "1.0"),
        ("price", "DOUBLE", "1.0"),
        ("recorded_at", "DATE", "DATE '2024-01-01'"),
        ("shape", "BIGINT", "1"),
    ):
        written(tmp_path, "Made", {**MADE, name: kind}, row("E-1", **{name: value}))
        told = refused(tmp_path)
        assert f"the column {name!r} is {kind}, and the field {name!r} holds" in told
        assert "hint: make it" in told


def test_what_is_no_source_is_refused(tmp_path: Path) -> None:
    """Paths, names, mappings and settings that cannot be right are refused, each with what is right."""
    assert "there is no such folder" in refused(tmp_path / "gone")
    file = tmp_path / "x.parquet"
    file.write_text("nothing")
    assert "this is a file, not a folder" in refused(file)
    assert "did you mean 'Made'?" in refused({"Mode": file})
    assert "there is no such file" in refused({"Made": tmp_path / "gone.parquet"})
    assert "a file cannot be read" in refused({"Made": file}) or "DuckDB cannot answer" in refused({"Made": file})
    assert "has no type 'x'" in refused(tmp_path)
    assert "the folder holds no part" in refused({"Made": (tmp_path / "none").mkdir() or tmp_path / "none"})
    assert "nothing that DuckDB reads" in refused({"Made": object()})
    assert "nothing of the model" in refused(duckdb.connect())
    assert "DuckDB refuses its settings" in refused({}, memory_limit="much")
    small = duckdb.connect()
    small.execute("CREATE TABLE made (id VARCHAR)")
    assert "the table is called 'made', and the record type 'Made'" in refused(small)
    folder = tmp_path / "folder"
    written(folder, "Made", MADE, row("E-1"))
    (folder / "Made.csv").write_text("id\n")
    assert "rows of Made stand in Made.csv too" in refused(folder)
    written(folder / "Sold", "one", {"id": "VARCHAR"} | SOLD, SALE)
    (folder / "Sold" / "two.csv").write_text("id\n")
    assert "both Parquet and CSV" in refused({"Sold": folder / "Sold"})
    path = folder / "Made.parquet"
    assert "there is no column 'nobody'" in refused({"Made": path}, columns={"Made": {"maker": "nobody"}})
    assert "Made has no field 'made_by'" in refused({"Made": path}, kind=MappingError, columns={Made: {"made_by": "x"}})
    assert "did you mean 'Made'?" in refused({"Made": path}, kind=MappingError, columns={"Mode": {}})


def test_evaluate_refuses_what_it_cannot_evaluate() -> None:
    """An engine that there is not, a source that is none, and tables that were opened for another model."""
    catalogue = catalogue_of(TOYS, MEASURES)
    with pytest.raises(RuleError, match="there is no engine 'fast'"):
        evaluate(catalogue, Stream(), engine="fast")  # type: ignore[arg-type]
    with pytest.raises(StreamError, match="list is nothing that events can be read from"):
        evaluate(catalogue, [])  # type: ignore[arg-type]
    other = Model(name="other", events=(Sold,))
    with Tables(Stream(), other) as tables, pytest.raises(StreamError, match="opened for the model 'other'"):
        evaluate(catalogue, tables)
    with pytest.raises(StreamError, match="holds no event"):
        evaluate(catalogue, Stream(), engine="duckdb")


# --- what is set aside, repeated and contradicted


def test_rows_with_faults_are_set_aside_and_counted(tmp_path: Path) -> None:
    """What a column can hold and a field cannot: missing, unknown codes, dates beyond the calendar, holes in sets."""
    faulty = {
        "id": row("", id="NULL"),
        "shape": row("E-2", shape="'flat'"),
        "occurred_on": row("E-3", occurred_on="DATE '10000-01-01'"),
        "due": row("E-4", due="DATE '0001-01-01' - 1"),
        "helpers": row("E-5", helpers="['P-1', NULL]"),
        "colours": row("E-6", colours="['red', 'pink']"),
        "recorded_at": row("E-7", recorded_at="TIMESTAMPTZ '12000-01-01 00:00:00+00'"),
        "maker": row("E-8", maker="NULL"),
    }
    written(tmp_path, "Made", MADE, row("E-0", helpers="['P-2', 'P-2']"), *faulty.values())
    with Tables(tmp_path, TOYS) as tables:
        assert [finding.field for finding in tables.set_aside] == list(faulty)
        assert [finding.row for finding in tables.set_aside] == list(range(2, 10))
        assert tables.summary() == "9 records read = 1 taken + 8 set aside"
        (event,) = tables.stream
        assert event == made("E-0", helpers=frozenset({PersonId("P-2")}))
        assert figures(tables) == [1, 1, 0, 0]


def test_numbers_of_more_than_64_bits_are_set_aside(tmp_path: Path) -> None:
    """A wider column is read where its numbers fit."""
    kinds = {**MADE, "parts": "UBIGINT"}
    written(tmp_path, "Made", kinds, row("E-1", parts="5"), row("E-2", parts="18446744073709551615"))
    with Tables(tmp_path, TOYS) as tables:
        assert [(finding.field, finding.reason) for finding in tables.set_aside] == [("parts", "is no whole number")]
        assert figures(tables) == [1, 1, 5, 0]


def test_repeats_are_dropped_and_contradictions_set_aside(tmp_path: Path) -> None:
    """As when files are read: copies are one record; records of one id and moment that differ are all set aside."""
    again = row("E-2", helpers="['P-2', 'P-3']")
    turned = row("E-2", helpers="['P-3', 'P-2']")
    written(tmp_path, "Made", MADE, row("E-1"), row("E-1", maker="'P-2'"), again, turned, row("E-3"))
    owners = {"id": "VARCHAR", "recorded_at": "TIMESTAMP", "colour": "VARCHAR"}
    written(tmp_path, "Owner", owners, {"id": "'P-1'", "colour": "'red'"}, {"id": "'P-1'", "colour": "'blue'"})
    with Tables(tmp_path, TOYS) as tables:
        assert tables.summary() == "7 records read = 2 taken + 1 repeated + 4 set aside"
        assert {finding.reason.split(":")[0] for finding in tables.set_aside} == {"is not unique"}
        assert sorted(record.id for record in tables.stream) == ["E-2", "E-3"]
        assert figures(tables) == [1, 2, 0, 0]
    with pytest.raises(StreamError, match=r"maker P-1 or P-2|maker P-2 or P-1"):
        Tables(tmp_path, TOYS, strict=True)


def test_trusted_tables_are_not_checked(tmp_path: Path) -> None:
    """Who vouches for the data saves the checks, and is believed."""
    written(tmp_path, "Made", MADE, row("E-1", shape="'flat'"), row("E-1", parts="4"))
    with Tables(tmp_path, TOYS, trusted=True) as tables:
        assert figures(tables) == [1, 2, 4, 0]
        assert tables.summary() == "2 records read = 2 taken"


def test_listing_findings_stops_where_counting_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory stays bounded, however many rows are set aside."""
    monkeypatch.setattr("impact_metrics.engines.sql.intake.LISTED", 2)
    written(
        tmp_path, "Made", MADE, *(row(f"E-{n}", shape="'flat'") for n in range(3)), row("E-9"), row("E-9", parts="1")
    )
    with Tables(tmp_path, TOYS) as tables:
        assert (len(tables.set_aside), tables.set_aside_count) == (2, 5)


# --- what reports do with them


def story() -> Stream:
    when = datetime(2024, 1, 3, tzinfo=UTC)
    return Stream(
        [
            made("E-1", case=CaseId("C-1"), boxes=frozenset({BoxId("B-1")}), safe=True, shape=Shape.ROUND),
            made("E-2", maker=PersonId("P-2"), case=CaseId("C-1")),
            Sold(
                id=EventId("E-3"),
                occurred_on=date(2024, 1, 2),
                buyer=PersonId("P-3"),
                case=CaseId("C-1"),
                box=BoxId("B-1"),
                colour=Colour.RED,
                gift=True,
                pieces=0,
            ),
            Broken(
                id=EventId("E-4"),
                occurred_on=date(2024, 1, 2),
                witnesses=frozenset({PersonId("P-3")}),
                case=CaseId("C-9"),
            ),
            Broken(id=EventId("E-5"), occurred_on=date(2024, 1, 2), case=CaseId("C-1")),
            Owner(id=PersonId("P-1"), colour=Colour.RED),
            SamePerson(id=EventId("M-1"), person=PersonId("P-3"), same_as=PersonId("P-1"), recorded_at=when),
            Retraction(id=EventId("R-1"), of=EventId("E-5"), recorded_at=when),
        ]
    )


def test_a_report_on_tables_says_all_that_one_on_a_stream_says() -> None:
    """Text, evidence, subjects, books, history, violations and periods are the same."""
    catalogue = catalogue_of(STRICT_TOYS, MEASURES)
    one, other = (evaluate(catalogue, story(), engine=engine) for engine in ("reference", "duckdb"))  # type: ignore[arg-type]
    assert str(one) == str(other)
    assert one.to_dicts(evidence=True) == other.to_dicts(evidence=True)
    assert one.subjects("m0") == other.subjects("m0")
    assert one.evidence_for("m0", "P-1") == other.evidence_for("m0", "P-1")
    assert str(one.books(one.periods("month"))) == str(other.books(other.periods("month")))
    assert one.history(PersonId("P-3")) == other.history(PersonId("P-3"))
    assert [(v.constraint, v.event) for v in one.violations] == [(v.constraint, v.event) for v in other.violations]
    assert len(other.violations) == 3
    with Tables(story(), STRICT_TOYS) as tables:
        assert violations(STRICT_TOYS, tables) == other.violations
        engine = tables.engine()
        assert engine.violation_counts(STRICT_TOYS.constraints, other.as_at) == [1, 1, 1]
        assert engine.violation_counts([], other.as_at) == []
        assert engine.figures([], other.as_at) == []
    with Tables(Stream(), STRICT_TOYS) as tables:
        assert violations(STRICT_TOYS, tables) == ()


def test_circles_of_merges_are_the_same_error() -> None:
    """An error is told alike, whoever finds it."""
    when = datetime(2024, 1, 3, tzinfo=UTC)
    pairs = [("P-1", "P-2"), ("P-2", "P-1")]
    merges = [
        SamePerson(id=EventId(f"M-{n}"), person=PersonId(a), same_as=PersonId(b), recorded_at=when)
        for n, (a, b) in enumerate(pairs)
    ]
    told = set()
    for engine in ("reference", "duckdb"):
        with pytest.raises(ContradictionError) as caught:
            evaluate(catalogue_of(TOYS, MEASURES), Stream(merges), as_at=DAY, engine=engine)  # type: ignore[arg-type]
        told.add(str(caught.value))
    assert len(told) == 1


# --- long runs

LONG = "SELECT count(*) FROM range(100000000) AS a(x), range(1000) AS b(y) WHERE (x * y) % 7 = 3"


def test_a_long_statement_is_cancelled_from_another_thread() -> None:
    """It raises a clear error, and the connection can be used again."""
    with Tables(Stream(), TOYS) as tables:
        database: DuckDB = tables._database  # noqa: SLF001 - a statement that is long enough
        done = threading.Event()

        def cancel() -> None:
            while not done.wait(0.05):  # one call could come before the statement began
                tables.cancel()

        canceller = threading.Thread(target=cancel, daemon=True)
        canceller.start()
        with pytest.raises(CancelledError, match="was cancelled"):
            database.rows(Statement(LONG))
        done.set()
        canceller.join()
        assert figures(tables) == [0, 0, 0, 0]


def test_progress_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The percentage of a statement that is done, again and again while it runs, and 100 when it has ended."""
    monkeypatch.setattr("impact_metrics.engines.duckdb.database._POLL", 0.01)
    told: list[float] = []

    def tell(percent: float) -> None:
        told.append(percent)
        if len(told) >= 3:
            database.interrupt()

    database = DuckDB(connect(threads=1), tell)
    with pytest.raises(CancelledError):
        database.rows(Statement(LONG))
    assert len(told) >= 3
    assert all(0 <= percent < 100 for percent in told)
    told.clear()
    database.rows(Statement("SELECT 1"))
    assert told[-1] == 100.0


def test_memory_that_runs_out_is_told() -> None:
    """With what can be done about it."""
    database = DuckDB(connect(memory_limit="20MB", threads=1))
    database.connection.execute("SET max_temp_directory_size = '0KB'")
    with pytest.raises(StreamError, match=r"memory or the disk .* is full"):
        database.table(
            "large", Statement("SELECT x, hash(x) AS y, repeat('a', 200) || x AS z FROM range(2000000) AS a(x)")
        )


def test_sums_that_do_not_fit_are_an_error_and_never_rounded() -> None:
    """38 digits are the most; what does not fit is told, for sums, columns and constants of rules."""
    wide = Decimal(10) ** 37 * 9
    streams = Stream([made(f"E-{n}", price=wide) for n in range(20)])
    with pytest.raises(StreamError, match="a number does not fit"):
        figures(streams, engine="duckdb")
    assert figures(streams)[3] == wide * 20
    mixed = Stream([made("E-1", price=wide), made("E-2", price=Decimal("0.5"))])
    with pytest.raises(StreamError, match="38 digits before the point and 1 after it"):
        figures(mixed, engine="duckdb")
