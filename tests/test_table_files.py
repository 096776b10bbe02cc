"""Files of tables: nothing of how they are read is guessed, from a name or from the data, and no row is lost."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from impact_metrics import (
    Event,
    Field,
    Model,
    PersonId,
    Stream,
    StreamError,
    count,
    distinct,
    evaluate,
    field,
    role,
)
from impact_metrics.engines.duckdb import Tables, csv_files, parquet_files
from impact_metrics.engines.duckdb.database import DuckDB, connect
from impact_metrics.streams import read_parquet
from tests.agreement import catalogue_of


class Need(Event):
    """A need is told."""

    who: Field[PersonId] = role("who has it")
    kinds: Field[frozenset[str]] = field("the kinds of it")
    remark: Field[str | None] = field("a remark", default=None)
    weight: Field[Decimal] = field("how much it weighs", default=Decimal("0.25"))
    tags: Field[frozenset[str]] = field("its tags", default=frozenset({"new"}))


MODEL = Model(name="needs", events=(Need,))
HEADER = "id,occurred_on,who,kinds"
DAY = date(2024, 1, 1)


def table(*ids: str, **more: Any) -> pa.Table:
    """Make a table of needs of as many people."""
    return pa.table(
        {
            "id": list(ids),
            "occurred_on": [DAY] * len(ids),
            "who": [f"P-{name}" for name in ids],
            "kinds": pa.array([["rest"]] * len(ids), pa.list_(pa.string())),
            **more,
        }
    )


def csv(path: Path, *lines: str) -> Path:
    """Write lines of text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def line(name: str) -> str:
    """Write a row of CSV."""
    return f"{name},2024-01-01,P-{name},rest"


def ids(folder: Any) -> set[str]:
    """Read the ids of what is taken."""
    with Tables(folder, MODEL) as tables:
        return {record.id for record in tables.records()}


def refusal(source: Any, **more: Any) -> str:
    """Give what is said of a source that is refused."""
    with pytest.raises(StreamError) as caught:
        Tables(source, MODEL, **more)
    return str(caught.value)


# --- no name is a pattern, and none is data


@pytest.mark.parametrize(
    "name", ["export[12]", "a*b", "q?", "who=X", "n=7", "{a,b}", "**", "[!a]", "back\\slash", "o'k"]
)
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_folder_may_be_called_anything(tmp_path: Path, form: str, name: str) -> None:
    """Its own rows are read, and neither those of its neighbours nor what its name looks like."""
    for number, folder in enumerate([name, "export1", "aXb", "q1", "a", "b"]):
        home = tmp_path / folder / "s"
        home.mkdir(parents=True)
        if form == "csv":
            csv(home / "Need.csv", HEADER, line(str(number)))
        else:
            pq.write_table(table(str(number)), home / "Need.parquet")
    with Tables(tmp_path / name / "s", MODEL) as tables:
        (event,) = tables.stream
        assert (event.id, event.who) == ("0", "P-0")  # type: ignore[attr-defined]  # it is a need


def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """No text of SQL can hold it; as CSV it is read, since no database opens it."""
    folder = tmp_path / "caf\udce9"
    folder.mkdir()
    pq.write_table(table("1"), tmp_path / "n.parquet")
    (tmp_path / "n.parquet").rename(folder / "Need.parquet")
    assert "the name is not UTF-8" in refusal(folder)
    (folder / "Need.parquet").unlink()
    csv(folder / "Need.csv", HEADER, line("1"))
    assert ids(folder) == {"1"}


def test_every_setting_of_the_database_is_stated() -> None:
    """Or left out with a reason: one that a new version brings is looked at before it can change a figure."""
    known = DuckDB(connect()).settings_of("read_parquet") - {"path", "paths", "col0"}
    stated = parquet_files.STATED | parquet_files.SINCE | parquet_files.LEFT_OUT
    assert sorted(known - stated.keys()) == []
    assert "read_csv" not in "".join(path.read_text() for path in Path(parquet_files.__file__).parent.glob("*.py"))


# --- rows are counted twice


def test_a_reading_that_loses_rows_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever setting does it: the footers of Parquet, and the reader of CSV, have counted the rows as well."""
    reading = parquet_files.reading
    (tmp_path / "p").mkdir()
    pq.write_table(table("1", "2", "3"), tmp_path / "p" / "Need.parquet")
    with monkeypatch.context() as patch:
        patch.setattr(parquet_files, "reading", lambda *given: f"(FROM {reading(*given)} WHERE id <> '2')")
        assert "p/Need.parquet: the file holds 3 rows, and the database reads 2 of it" in refusal(tmp_path / "p")
    csv(tmp_path / "c" / "Need.csv", HEADER, line("1"), line("2"))
    insert = DuckDB.insert
    with monkeypatch.context() as patch:
        patch.setattr(DuckDB, "insert", lambda self, text, values: insert(self, f"{text} LIMIT 1", values))
        assert "c/Need.csv: the file holds 2 rows, and the database reads 1 of it" in refusal(tmp_path / "c")


def test_a_pattern_that_finds_other_files_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should a way to write names fail, the files that are read are not those that were asked for."""
    for name in ("a[1]", "a1"):
        (tmp_path / name).mkdir()
        pq.write_table(table(name), tmp_path / name / "Need.parquet")
    monkeypatch.setattr(parquet_files, "escaped", str)
    assert "DuckDB reads other files than it is told to" in refusal(tmp_path / "a[1]")


# --- CSV


def test_rows_that_do_not_fit_the_header_are_set_aside(tmp_path: Path) -> None:
    """With file, row and reason, and none before or behind them is lost; strict reading raises at the first."""
    lines = [HEADER, line("1"), f"{HEADER},remark", line("2") + ",x", "3", "", line("4")]
    path = csv(tmp_path / "Need.csv", *lines)
    with Tables(tmp_path, MODEL) as tables:
        assert tables.summary() == "5 records read = 2 taken + 3 set aside"
        assert {record.id for record in tables.stream} == {"1", "4"}
        assert [(found.file, found.row) for found in tables.set_aside] == [
            (str(path), 3),
            (str(path), 4),
            (str(path), 5),
        ]
        assert tables.set_aside[0].reason == "the row has 5 cells, and the header has 4"
        assert [account.set_aside for account in tables.accounts] == [3]
    assert "Need.csv, row 3, Need: the row has 5 cells" in refusal(tmp_path, strict=True)
    with Tables(tmp_path, MODEL, trusted=True) as tables:
        assert tables.summary() == "5 records read = 2 taken + 3 set aside"


def test_many_rows_that_do_not_fit_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first are listed."""
    monkeypatch.setattr(csv_files, "LISTED", 2)
    csv(tmp_path / "Need.csv", HEADER, *["x"] * 5, line("1"))
    with Tables(tmp_path, MODEL) as tables:
        assert tables.summary() == "6 records read = 1 taken + 5 set aside"
        assert [found.row for found in tables.set_aside] == [2, 3]


def test_no_row_is_a_comment_and_no_cell_is_more_than_its_text(tmp_path: Path) -> None:
    """Signs that other readers take for comments, quotes, escapes or ends are text, in whichever chunk they stand."""
    names = ["#17", "a\\", "it's", "x\ue000y", "-", "NULL", "\ue001", "tab\there", "NA", "é", "nul\0"]
    quoted = ['"a, b"', '"two\nlines"', '"say ""so"""']
    csv(
        tmp_path / "Need.csv",
        HEADER,
        *(f" {name} ,2024-01-01,P,rest" for name in names),
        *(f"{name},2024-01-01,P,rest" for name in quoted),
    )
    assert ids(tmp_path) == {*names, "a, b", "two\nlines", 'say "so"'}


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    """Nothing is read of it, and nothing is wrong."""
    csv(tmp_path / "Need.csv", HEADER)
    with Tables(tmp_path, MODEL) as tables:
        assert tables.summary() == "0 records read = 0 taken"


def test_rows_are_handed_over_in_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are of them, each row keeps its place."""
    monkeypatch.setattr(csv_files, "_AT_ONCE", 40)
    csv(tmp_path / "Need.csv", HEADER, *(line(str(number)) for number in range(20)))
    with Tables(tmp_path, MODEL) as tables:
        places = {record.id: tables.origin(record) for record in tables.records()}
        assert {name: place.row for name, place in places.items() if place} == {str(n): n + 2 for n in range(20)}


def test_files_of_a_folder_are_read_by_their_own_headers(tmp_path: Path) -> None:
    """Columns in another order, or more of them, are no matter; a file without one that must be there is named."""
    home = tmp_path / "Need"
    csv(home / "1.csv", HEADER, line("1"))
    csv(home / "2.csv", "Remark,kinds,who,occurred_on,id,", "late,rest;food,P-2,2024-01-01,2,")
    with Tables(tmp_path, MODEL) as tables:
        one, other = sorted(tables.stream, key=lambda event: event.id)
        assert (one.remark, other.remark, other.kinds) == (None, "late", {"rest", "food"})  # type: ignore[attr-defined]
        assert str(tables.origin(other)) == f"{home / '2.csv'}, row 2"
    csv(home / "3.csv", "id,occurred_on,whom,kinds", line("3"))
    assert "3.csv: there is no column 'who', which holds who has it" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"id;occurred_on;who;kinds\n1;2024-01-01;P;rest\n", "the header is one column, 'id;occurred_on;who;kinds'"),
        (b"id,occurred_on,who,kinds\n1,2024-01-01,\xe9,rest\n", "the file is not utf-8-sig"),
        (b'id,occurred_on,who,kinds\n1,2024-01-01,"P,rest\n', "a quote is not closed"),
        (b"id,occurred_on,who,kinds,Who\n", "the column 'Who' is doubled, as 'who' and 'Who'"),
        (b"id,occurred_on,who,kinds,who\n", "the column 'who' is doubled"),
    ],
)
def test_a_file_that_is_no_such_csv_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    """By its name, with what a folder of tables is."""
    (tmp_path / "Need.csv").write_bytes(content)
    told = refusal(tmp_path)
    assert "Need.csv: " in told
    assert words in told


def test_a_cell_that_is_empty_is_no_empty_set(tmp_path: Path) -> None:
    """Of a set that must be there it says nothing, so that its row is set aside; ``[]`` says that there is none."""
    csv(tmp_path / "Need.csv", HEADER, "1,2024-01-01,P,", "2,2024-01-01,P,[]", "3,2024-01-01,P,\u2003a b\xa0; ;c")
    with Tables(tmp_path, MODEL) as tables:
        event, other = sorted(tables.stream, key=lambda event: event.id)
        assert other.kinds == {"a b", "c"}  # type: ignore[attr-defined]  # it is a need
        assert (event.id, event.kinds) == ("2", frozenset())  # type: ignore[attr-defined]  # it is a need
        (found,) = tables.set_aside
        assert (found.row, found.field, found.reason) == (2, "kinds", "is missing")


def test_decimals_have_as_many_places_as_their_column_needs(tmp_path: Path) -> None:
    """And room for the default of the field, which holds where nothing is known: nothing is rounded."""
    cells = ["7", "0.123456789012", "-1.50", "", "1.5" + "0" * 50]
    csv(tmp_path / "Need.csv", f"{HEADER},weight", *(f"{line(str(n))},{cell}" for n, cell in enumerate(cells)))
    with Tables(tmp_path, MODEL) as tables:
        weights = {event.id: event.weight for event in tables.stream}  # type: ignore[attr-defined]  # they are needs
    assert weights == dict(zip("01234", map(Decimal, ["7", "0.123456789012", "-1.5", "0.25", "1.5"]), strict=True))


# --- Parquet


def test_the_columns_of_each_file_are_checked(tmp_path: Path) -> None:
    """No file is read by the types of others: numbers in one of them are no ids. A column of nothing has any type."""
    home = tmp_path / "Need"
    home.mkdir()
    pq.write_table(table("1", remark=pa.array(["r"])), home / "1.parquet")
    pq.write_table(table("2", remark=pa.array([None], pa.int64()), weight=pa.array([7], pa.int8())), home / "2.parquet")
    assert ids(tmp_path) == {"1", "2"}
    with Tables(tmp_path, MODEL) as tables:
        weights = {event.id: event.weight for event in tables.stream}  # type: ignore[attr-defined]  # they are needs
    assert weights == {"1": Decimal("0.25"), "2": Decimal(7)}
    third = table("3").set_column(2, "who", pa.array([3]))
    pq.write_table(third, home / "3.parquet")
    assert "3.parquet: the column 'who' is BIGINT, and the field 'who' holds" in refusal(tmp_path)
    pq.write_table(third.drop_columns(["who"]), home / "3.parquet")
    assert "3.parquet: there is no column 'who'" in refusal(tmp_path)


def test_a_column_of_nothing_is_missing_in_every_row(tmp_path: Path) -> None:
    """Whatever its type; where it must be there, each row is set aside."""
    pq.write_table(table("1").set_column(2, "who", pa.array([None], pa.int64())), tmp_path / "Need.parquet")
    with Tables(tmp_path, MODEL) as tables:
        assert [(found.field, found.reason) for found in tables.set_aside] == [("who", "is missing")]


def test_a_doubled_column_is_refused_by_that_word(tmp_path: Path) -> None:
    """In files, in frames and in Arrow data; what a column is made of is no column."""
    path = tmp_path / "Need.parquet"
    nested = pa.array([{"who": "x", "id": "y"}])
    pq.write_table(table("1", more=nested), path)
    assert ids(tmp_path) == {"1"}
    double = table("1").append_column("Who", pa.array(["x"]))
    pq.write_table(double, path)
    words = "the column 'Who' is doubled"
    assert f"{path}: {words}" in refusal(tmp_path)
    assert f"the table given for Need: {words}" in refusal({"Need": double})
    polars = pytest.importorskip("polars")
    pandas = pytest.importorskip("pandas")
    assert words in refusal({"Need": polars.DataFrame({"who": ["x"], "Who": ["y"]})})
    assert "the column 'who' is doubled" in refusal({"Need": pandas.DataFrame([["x", "y"]], columns=["who", "who"])})
    assert words in refusal({"Need": double.to_reader()})
    with pytest.raises(StreamError, match=words):
        read_parquet(tmp_path, MODEL)


def test_what_is_named_as_a_type_is_a_table_or_refused(tmp_path: Path) -> None:
    """What could be meant as data is not passed over; hidden files, and notes of other names, are."""
    csv(tmp_path / "Need.csv", HEADER, line("1"))
    for name in ("_SUCCESS", ".Need.parquet", "notes.txt"):
        (tmp_path / name).touch()
    (tmp_path / "_old").mkdir()
    assert ids(tmp_path) == {"1"}
    (tmp_path / "Need.xlsx").touch()
    assert "Need.xlsx: this is named as a record type, and is no table" in refusal(tmp_path)
    (tmp_path / "Need.xlsx").unlink()
    csv(tmp_path / "Need" / "year=2024" / "1.csv", HEADER, line("2"))
    assert "year=2024: this is no part of a table" in refusal({"Need": tmp_path / "Need"})


# --- columns that are not there


@pytest.mark.parametrize("form", ["csv", "parquet", "table"])
def test_columns_are_told_once_a_file(tmp_path: Path, form: str) -> None:
    """Those that are not read, with what each may be meant for, and fields that have none; ``columns`` names one."""
    place = str(tmp_path / f"Need.{form}")
    if form == "csv":
        csv(tmp_path / "Need.csv", f"{HEADER},remrak,other", line("1") + ",x,y")
    elif form == "parquet":
        pq.write_table(table("1", remrak=["x"], other=["y"]), place)
    held = {"Need": table("1", remrak=["x"], other=["y"])} if form == "table" else tmp_path
    place = "the table given for Need" if form == "table" else place
    with Tables(held, MODEL) as tables:
        assert [str(note) for note in tables.notes] == [
            f"{place}: columns that are not read: 'remrak' (is it meant for Need.remark?), 'other'",
            f"{place}: no column for Need.recorded_at, Need.remark, Need.weight, Need.tags",
        ]
    with Tables(held, MODEL, columns={"Need": {"remark": "remrak"}}) as tables:
        assert [str(note) for note in tables.notes] == [
            f"{place}: columns that are not read: 'other'",
            f"{place}: no column for Need.recorded_at, Need.weight, Need.tags",
        ]
        assert [event.remark for event in tables.stream] == ["x"]  # type: ignore[attr-defined]  # it is a need


def test_a_stream_has_every_column() -> None:
    """Nothing is told of what was read already."""
    with Tables(Stream(), MODEL) as tables:
        assert tables.notes == ()


# --- files that change


@pytest.mark.parametrize("how", ["replaced", "overwritten", "gone"])
def test_a_file_that_changes_after_it_was_opened_is_told(tmp_path: Path, how: str) -> None:
    """Nothing is told of it any more: what was checked is not what would be read."""
    path = tmp_path / "Need.parquet"
    pq.write_table(table("1", "2"), path)
    with Tables(tmp_path, MODEL) as tables:
        assert len(Stream(tables.records())) == 2
        pq.write_table(table("1"), tmp_path / "other")
        if how == "replaced":
            (tmp_path / "other").replace(path)
        elif how == "overwritten":
            path.write_bytes((tmp_path / "other").read_bytes())
        else:
            path.unlink()
        with pytest.raises(StreamError, match=r"Need\.parquet: the file was changed or replaced after it was opened"):
            tables.engine().first_day()


def test_csv_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told afterwards is of that state, whatever becomes of the file; one that changes meanwhile is refused."""
    path = csv(tmp_path / "Need.csv", HEADER, line("1"))
    with Tables(tmp_path, MODEL) as tables:
        path.unlink()
        assert [record.id for record in tables.records()] == ["1"]
        assert tables.engine().first_day() == DAY
    csv(path, HEADER, line("1"))
    insert = DuckDB.insert

    def meanwhile(self: DuckDB, text: str, values: Any) -> None:
        insert(self, text, values)
        csv(path, HEADER, line("1"), line("2"))

    monkeypatch.setattr(DuckDB, "insert", meanwhile)
    assert "Need.csv: the file was changed or replaced" in refusal(tmp_path)


# --- tables of a connection


def connection(*statements: str) -> duckdb.DuckDBPyConnection:
    """Open a connection with a table for each name."""
    made = duckdb.connect()
    for statement in statements:
        made.execute(
            statement.replace(
                "ROWS", "AS SELECT '1' AS id, DATE '2024-01-01' AS occurred_on, 'P' AS who, ['x'] AS kinds"
            )
        )
    return made


def test_a_table_is_that_of_the_schema_in_use() -> None:
    """Or a temporary one; of two nobody says which is meant, and what stands elsewhere is not passed over."""
    assert ids(connection('CREATE TABLE "Need" ROWS')) == {"1"}
    assert ids(connection('CREATE TEMP TABLE "Need" ROWS')) == {"1"}
    assert ids(connection("CREATE SCHEMA s", "USE s", 'CREATE TABLE "Need" ROWS')) == {"1"}
    backup = ("ATTACH ':memory:' AS old", 'CREATE TABLE old."Need" AS SELECT 7 AS x')
    assert ids(connection(*backup, 'CREATE TABLE "Need" ROWS')) == {"1"}
    told = refusal(connection(*backup))
    assert 'the table of Need is "old"."main"."Need", and not one in the schema in use' in told
    assert "USE its schema" in told
    two = connection('CREATE TABLE "Need" ROWS', 'CREATE TEMP TABLE "Need" ROWS')
    assert "drop or rename one of them" in refusal(two)


def test_a_variable_is_no_table() -> None:
    """DuckDB would read a frame of Python that is called as a type is; the tables of a connection are in it."""
    Need = table("1")  # noqa: N806 - a name that DuckDB could take
    assert "nothing of the model" in refusal(duckdb.connect())
    assert Need.num_rows == 1


# --- what is equal

PEOPLE = (
    "INSERT INTO \"Need\" VALUES ('1', '2024-01-01', 'P', ['x']), ('2', '2024-01-01', 'p', ['X']), "
    "('3', '2024-01-01', 'José', ['x']), ('4', '2024-01-01', 'Jose', ['x']), ('p4', '2024-01-01', 'Q', NULL)"
)
HELD = "occurred_on DATE, who VARCHAR COLLATE {0}, kinds VARCHAR[]"


@pytest.mark.parametrize("collation", ["NOCASE", "NOACCENT", "NOCASE.NOACCENT", "NFC"])
def test_a_collation_of_columns_is_not_heeded(collation: str) -> None:
    """Ids are texts as they are: five people are five, in a table and in a view of it, which may gather them."""
    made = connection(f'CREATE TABLE "Need" (id VARCHAR COLLATE {collation}, {HELD.format(collation)})', PEOPLE)
    viewed = connection(f"CREATE TABLE held (id VARCHAR COLLATE {collation}, {HELD.format(collation)})")
    viewed.execute(PEOPLE.replace('"Need"', "held"))
    viewed.execute('CREATE VIEW "Need" AS SELECT id, occurred_on, who, list(who) AS kinds FROM held GROUP BY ALL')
    for source in (made, viewed):
        report = evaluate(EVERYBODY, source, as_at=DAY)
        assert report["m0"].value == (4 if source is made else 5)
    with Tables(viewed, MODEL) as tables:
        assert {record.id: record.kinds for record in tables.records()}["2"] == {"p"}  # type: ignore[union-attr]


EVERYBODY = catalogue_of(MODEL, (count(distinct(Need.who)),))


@pytest.mark.parametrize(
    "setting",
    [
        "default_collation = 'nocase'",
        "default_null_order = 'nulls_first'",
        "default_order = 'desc'",
        "integer_division = true",
        "ieee_floating_point_ops = false",
        "preserve_insertion_order = false",
        "Calendar = 'japanese'",
    ],
)
def test_a_connection_that_means_something_else_is_refused(setting: str) -> None:
    """When it is opened, and later when it is changed; the error names the setting, and its own is what was before."""
    given = connection('CREATE TABLE "Need" ROWS')
    with Tables(given, MODEL) as tables:
        given.execute(f"SET {setting}")
        with pytest.raises(StreamError, match="the connection has the setting"):
            tables.engine().first_day()
        told = refusal(given)
        name = setting.split(" ", 1)[0]
        assert f"the connection has the setting {name} = " in told
        assert f"RESET {name} there" in told
        given.execute(f"RESET {name}")
        assert tables.engine().first_day() == DAY


def test_a_time_zone_changes_nothing() -> None:
    """Neither days nor moments, nor what comes before what."""
    told = set()
    for zone in ("UTC", "Pacific/Kiritimati", "America/Los_Angeles"):
        given = connection(f"SET TimeZone = '{zone}'")
        moments = "TIMESTAMPTZ '2024-01-01 23:30:00+00' AS recorded_at, TIMESTAMP '2024-01-01 00:00:00' AS occurred_on"
        given.execute(f"CREATE TABLE \"Need\" AS SELECT '1' AS id, 'P' AS who, ['x'] AS kinds, {moments}")
        with Tables(given, MODEL) as tables:
            told.add((*tables.records(), tables.engine(datetime(2024, 1, 1, 23, 30, tzinfo=UTC)).first_day()))
    assert len(told) == 1
