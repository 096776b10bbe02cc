"""Streams as tables and as Parquet folders: what is written comes back equal, and every fault has its message."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics import CaseId, Event, EventId, Field, Model, PersonId, Stream, StreamError, field
from impact_metrics.anti_trafficking import MODEL
from impact_metrics.model import Retraction
from impact_metrics.streams import (
    arrow_reading,
    arrow_writing,
    from_arrow,
    parquet,
    read_parquet,
    to_arrow,
    write_parquet,
)
from impact_metrics.testing import streams
from tests.toys import TOYS, Broken, Colour, Made, Owner, Sold


class Seen(Event):
    """A toy is seen; every kind of value comes in sets here."""

    at: Field[datetime | None] = field("when", default=None)
    moments: Field[frozenset[datetime] | None] = field("when in all", default=None)
    days: Field[frozenset[date]] = field("on which days")
    flags: Field[frozenset[bool] | None] = field("whether", default=None)
    numbers: Field[frozenset[int] | None] = field("how many", default=None)
    prices: Field[frozenset[Decimal] | None] = field("for how much", default=None)
    notes: Field[frozenset[str] | None] = field("what else", default=None)


SETS = Model(name="sets", events=(Seen,))
MOMENT = datetime(2024, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
MADE = Made(
    id=EventId("M1"),
    occurred_on=date(2024, 1, 1),
    recorded_at=MOMENT,
    maker=PersonId("Eve"),
    helpers=frozenset({PersonId("Bob"), PersonId("Ann")}),
    colours=frozenset({Colour.RED, Colour.BLUE}),
    safe=True,
    due=date(2024, 2, 29),
    parts=3,
    price=Decimal("1.50"),
    note="a remark",
)


def made(number: int = 2, **values: Any) -> Made:
    given = {"maker": PersonId("Eve"), "helpers": frozenset[PersonId](), "occurred_on": date(2024, 1, 1)}
    return Made(id=EventId(f"M{number}"), **{**given, **values})


def there_and_back(*records: Any) -> list[Any]:
    """Through tables and through files, which must agree."""
    reading = from_arrow(to_arrow(Stream(records), TOYS), TOYS)
    assert reading.set_aside_count == 0
    with TemporaryDirectory() as folder:
        write_parquet(records, Path(folder) / "toys", TOYS)
        assert list(read_parquet(Path(folder) / "toys", TOYS).stream) == list(reading.stream)
    return list(reading.stream)


def table(**changes: Any) -> pa.Table:
    """The table of one event that is right, with columns changed or, where ``...`` is given, left out."""
    right = to_arrow([MADE], TOYS)["Made"]
    columns = {**dict(zip(right.column_names, right.columns, strict=True)), **changes}
    changed = {name: column for name, column in columns.items() if column is not ...}
    return pa.table(changed)


def the_finding(**changes: Any) -> str:
    """What is said of one row whose columns are changed."""
    reading = from_arrow({"Made": table(**changes)}, TOYS)
    assert (reading.read, reading.taken, reading.set_aside_count) == (1, 0, 1)
    return str(reading.set_aside[0])


@given(streams(TOYS, bookkeeping=True))
def test_any_stream_comes_back_from_tables(stream: Stream) -> None:
    """Every record of every type, with its versions, retractions and merges; read again, the tables are equal too."""
    tables = to_arrow(stream, TOYS)
    reading = from_arrow(tables, TOYS)
    assert (reading.set_aside_count, reading.taken) == (0, len(stream))
    assert set(reading.stream) == set(stream)
    assert to_arrow(stream, TOYS) == tables


@given(streams(SETS))
def test_sets_of_every_kind_come_back(stream: Stream) -> None:
    """Of moments, days, flags, numbers, decimals and texts; also from lists that are cut, large, or of one length."""
    tables = to_arrow(stream, SETS)
    assert set(from_arrow(tables, SETS).stream) == set(stream)
    seen = tables["Seen"]
    rest = list(from_arrow({"Seen": seen.slice(1)}, SETS).stream)
    assert [record.id for record in rest] == list(dict.fromkeys(seen["id"].to_pylist()[1:]))
    large = seen["numbers"].cast(pa.large_list(pa.int64()))
    place = seen.column_names.index("numbers")
    assert set(from_arrow({"Seen": seen.set_column(place, "numbers", large)}, SETS).stream) == set(stream)


def test_lists_of_one_length_may_be_missing() -> None:
    """A list that is missing takes no members from the next."""
    boxes = pa.array([["b1", "b2"], None, ["b3", "b4"]], pa.list_(pa.string(), 2))
    three = to_arrow([made(1), made(2), made(3)], TOYS)["Made"]
    changed = three.set_column(three.column_names.index("boxes"), "boxes", boxes)
    found = [record.boxes for record in from_arrow({"Made": changed}, TOYS).stream if isinstance(record, Made)]
    assert found == [frozenset({"b1", "b2"}), None, frozenset({"b3", "b4"})]


def test_a_moment_without_zone_is_refused() -> None:
    """It would come back as another: alone and in a set."""
    naive = datetime(2024, 1, 1)  # noqa: DTZ001 - what is refused
    for values in ({"at": naive}, {"moments": frozenset({naive})}):
        record = Seen(id=EventId("S1"), occurred_on=date.min, days=frozenset(), **values)  # type: ignore[arg-type]
        with pytest.raises(StreamError, match="it has no time zone"):
            to_arrow([record], SETS)


@given(streams(MODEL, bookkeeping=True))
def test_any_stream_of_the_domain_comes_back_from_files(stream: Stream) -> None:
    """Through a folder of Parquet files, with the accounts of the reading."""
    with TemporaryDirectory() as folder:
        write_parquet(stream, Path(folder) / "stream", MODEL)
        reading = read_parquet(Path(folder) / "stream", MODEL)
    assert set(reading.stream) == set(stream)
    assert reading.summary() == f"{len(stream):,} records read = {len(stream):,} taken"


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    st.dates(),
    st.datetimes(),
    st.integers(-(2**63), 2**63 - 1),
)
def test_any_value_comes_back(text: str, day: date, naive: datetime, number: int) -> None:
    """Any text, any day, any moment to the microsecond, any number of 64 bits; texts serve as ids too."""
    record = Made(
        id=EventId(text),
        occurred_on=day,
        recorded_at=naive,
        maker=PersonId(text),
        helpers=frozenset({PersonId(text)}),
        parts=number,
        note=text,
    )
    assert there_and_back(record) == [record]


@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False, places=None, min_value=-(10**37), max_value=10**37)))
def test_decimals_are_exact(numbers: list[Decimal]) -> None:
    """As many places as the longest needs, also where the digits of all together are more than 38."""
    prices = [number for number in numbers if Decimal(number).as_tuple().exponent >= -38]  # type: ignore[operator]
    records = [made(place, price=price) for place, price in enumerate(prices)]
    assert {record.price for record in there_and_back(*records)} == set(prices)


@pytest.mark.parametrize(
    ("price", "held"),
    [
        (Decimal("1.50"), pa.decimal128(38, 2)),
        (Decimal("1E+5"), pa.decimal128(38, 0)),
        (Decimal("0E+37"), pa.decimal128(38, 0)),
        (Decimal("9" * 38), pa.decimal128(38, 0)),
        (Decimal("9" * 38 + "." + "9" * 38), pa.decimal256(76, 38)),
    ],
)
def test_a_column_of_decimals_is_as_wide_as_it_must_be(price: Decimal, held: pa.DataType) -> None:
    """Nothing is rounded: where 128 bits do not hold every value exactly, 256 do."""
    tables = to_arrow([made(price=price)], TOYS)
    assert tables["Made"].schema.field("price").type == held
    assert there_and_back(made(price=price)) == [made(price=price)]


@pytest.mark.parametrize(
    "text", ["'", '"', "a\0b", "\N{GRINNING FACE}", "x" * 10_000, "", "; DROP TABLE Made", "é\n\r"]
)
def test_hostile_texts_come_back(text: str) -> None:
    """Quotes, NUL, emoji, 10,000 characters and nothing at all are texts as any other."""
    record = made(note=text, boxes=frozenset({text}), case=CaseId(text))
    assert there_and_back(record) == [record]


def test_an_empty_set_is_not_a_missing_one() -> None:
    """Both come back as what they were."""
    records = [made(1, boxes=frozenset(), colours=None), made(2, boxes=None, colours=frozenset())]
    assert there_and_back(*records) == records


def test_a_moment_of_another_zone_comes_back_as_the_same_moment() -> None:
    """It is held in UTC; the first moment of the calendar is held too."""
    zone = timezone(timedelta(hours=5, minutes=30))
    for moment in (datetime(2024, 3, 1, 1, tzinfo=zone), datetime.min.replace(tzinfo=UTC)):
        (record,) = there_and_back(made(recorded_at=moment))
        assert (record.recorded_at, record.recorded_at.tzinfo) == (moment, UTC)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"note": "\ud800"}, r"Made 'M2', field 'note': a column of string cannot hold '\ud800': 'utf-8' codec"),
        ({"boxes": frozenset({"\ud800"})}, "field 'boxes': a column of list<"),
        ({"parts": 2**63}, "field 'parts': a column of int64 cannot hold 9223372036854775808"),
        (
            {"recorded_at": datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))},
            "field 'recorded_at': a column of timestamp[us, tz=UTC] cannot hold",
        ),
    ],
)
def test_what_no_column_holds_is_refused(values: dict[str, Any], words: str, tmp_path: Path) -> None:
    """Half of a character, more than 64 bits, a moment beyond the calendar; the record is named, nothing is left."""
    with pytest.raises(StreamError) as caught:
        write_parquet(Stream([made(1), made(2, **values)]), tmp_path / "toys", TOYS)
    assert words in str(caught.value)
    assert "hint: the field holds" in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_records_of_another_model_are_refused() -> None:
    """With the nearest name, also where only the name is the same."""
    with pytest.raises(StreamError, match=r"Made 'M1': the model 'anti_trafficking' has no such type"):
        to_arrow([MADE], MODEL)


def test_chunks_join(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Columns made and read in several chunks give the same records and the same row numbers."""
    for module in (arrow_reading, arrow_writing, parquet):
        monkeypatch.setattr(module, "CHUNK", 3)
    records = [made(number, note=f"n{number}") for number in range(10)]
    write_parquet(records, tmp_path / "toys", TOYS)
    reading = read_parquet(tmp_path / "toys", TOYS)
    assert list(reading.stream) == records
    assert [reading.origin(record).row for record in reading.stream] == list(range(1, 11))  # type: ignore[union-attr]
    assert list(from_arrow(to_arrow(records, TOYS), TOYS).stream) == records


def test_the_layout_is_the_one_that_others_read(tmp_path: Path) -> None:
    """One file a type, rows or none; columns named and typed as agreed, documented, with sets sorted."""
    write_parquet([MADE], tmp_path / "toys", TOYS)
    names = {"Made", "Sold", "Broken", "Owner", "Retraction", "SamePerson"}
    assert {path.name for path in (tmp_path / "toys").iterdir()} == {f"{name}.parquet" for name in names}
    schema = pq.read_schema(tmp_path / "toys" / "Made.parquet")
    assert {field.name: str(field.type) for field in schema} == {
        "id": "string",
        "occurred_on": "date32[day]",
        "recorded_at": "timestamp[us, tz=UTC]",
        "maker": "string",
        "helpers": "list<element: string>",
        "case": "string",
        "boxes": "list<element: string>",
        "colours": "list<element: string>",
        "shape": "string",
        "safe": "bool",
        "due": "date32[day]",
        "parts": "int64",
        "price": "decimal128(38, 2)",
        "note": "string",
    }
    assert schema.field("maker").metadata[b"doc"] == b"the person who made it"
    assert [schema.field(name).nullable for name in ("maker", "helpers", "case")] == [False, False, True]
    row = duckdb.sql(f"SELECT helpers, colours, price FROM '{tmp_path / 'toys' / 'Made.parquet'}'").fetchall()
    assert row == [(["Ann", "Bob"], ["blue", "red"], Decimal("1.50"))]


def test_equal_records_give_equal_files(tmp_path: Path) -> None:
    """The same bytes, in whatever order the members of a set lie."""
    for name, people in (("one", ("Ann", "Bob")), ("two", ("Bob", "Ann"))):
        write_parquet([made(helpers=frozenset(map(PersonId, people)))], tmp_path / name, TOYS)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"maker": pa.nulls(1, pa.string())}, "Made, row 1, Made.maker is missing; every Made gives the person who"),
        ({"maker": pa.nulls(1)}, "Made.maker is missing"),
        ({"helpers": pa.nulls(1, pa.list_(pa.string()))}, "Made.helpers is missing"),
        (
            {"helpers": pa.array([[None]], pa.list_(pa.string()))},
            "Made.helpers has a member that is missing (value None)",
        ),
        ({"helpers": pa.array([[None]])}, "has a member that is missing (value None); leave it out of the list"),
        ({"shape": pa.array(["rond"])}, "Made.shape is no code of Shape (value 'rond'); did you mean 'round'?"),
        (
            {"colours": pa.array([["red", "blu"]])},
            "Made.colours is no code of Colour (value 'blu'); did you mean 'blue'",
        ),
        ({"due": pa.array([2932897], pa.int32()).cast(pa.date32())}, "Made.due lies outside the years 1 to 9999"),
        ({"due": pa.array([-719163], pa.int32()).cast(pa.date32())}, "Made.due lies outside the years 1 to 9999"),
        ({"recorded_at": pa.array([2**62]).cast(pa.timestamp("us", "UTC"))}, "recorded_at lies outside the years 1"),
        ({"recorded_at": pa.array([1]).cast(pa.timestamp("ns"))}, "recorded_at is finer than a microsecond"),
        ({"due": pa.array([1]).cast(pa.timestamp("s"))}, "Made.due is no date: it has a time (since 1970) (value 1)"),
        ({"parts": pa.array([2.5])}, "Made.parts is no whole number (value 2.5); write digits alone"),
        ({"parts": pa.array([1e16])}, "Made.parts is no whole number (value 1e+16)"),
        ({"parts": pa.array([float("nan")])}, "Made.parts is no whole number (value nan)"),
        ({"parts": pa.array([2**63], pa.uint64())}, "Made.parts is no whole number (value 9223372036854775808)"),
        ({"price": pa.array([Decimal(10**38)], pa.decimal256(76, 0))}, "Made.price is no exact decimal number"),
        (
            {"note": pa.array([b"a\xff"]).cast(pa.binary()).view(pa.string())},
            "Made.note is not UTF-8 at its byte 2 (value 'a\N{REPLACEMENT CHARACTER}'); write texts in UTF-8",
        ),
        (
            {"shape": pa.array(["rond"]), "maker": pa.nulls(1), "safe": pa.nulls(1)},
            "Made.maker is missing; also shape is no code of Shape; every Made gives the person who made it",
        ),
    ],
)
def test_a_row_that_does_not_fit_is_set_aside(changes: dict[str, Any], words: str) -> None:
    """With row, field, value, reason and hint; of several faults each is named."""
    assert words in the_finding(**changes)


def test_rows_beside_a_wrong_one_are_taken(tmp_path: Path) -> None:
    """Only the row at fault is set aside, with its number; strict reading raises there."""
    right = to_arrow([made(1), made(2, shape=None), made(3)], TOYS)["Made"]
    shapes = pa.array(["round", "rond", None])
    tables = {"Made": right.set_column(right.column_names.index("shape"), "shape", shapes)}
    reading = from_arrow(tables, TOYS)
    assert [record.id for record in reading.stream] == ["M1", "M3"]
    assert reading.summary() == "3 records read = 2 taken + 1 set aside"
    (finding,) = reading.set_aside
    assert (finding.file, finding.row, finding.type, finding.field) == ("Made", 2, "Made", "shape")
    with pytest.raises(StreamError, match="Made, row 2"):
        from_arrow(tables, TOYS, strict=True)
    pq.write_table(tables["Made"], tmp_path / "Made.parquet")
    with pytest.raises(StreamError, match=r"Made\.parquet, row 2"):
        read_parquet(tmp_path, TOYS, strict=True)


def test_contradicting_rows_are_set_aside() -> None:
    """Two rows of one id and one moment that differ are both out, each naming the other."""
    reading = from_arrow(to_arrow([made(1), made(1, note="other")], TOYS), TOYS)
    assert [finding.row for finding in reading.set_aside] == [1, 2]
    assert "the other is Made, row 2" in str(reading.set_aside[0])


@pytest.mark.parametrize(
    "changes",
    [
        {"maker": pa.array(["Eve"]).dictionary_encode()},
        {"maker": pa.array(["Eve"], pa.large_string()), "note": pa.array(["a remark"], pa.string_view())},
        {"helpers": pa.array([["Bob", "Ann", "Bob"]], pa.large_list(pa.large_string()))},
        {"helpers": pa.array([["Bob", "Ann"]], pa.list_(pa.string(), 2))},
        {"parts": pa.array([3], pa.uint8()), "price": pa.array([Decimal("1.5")], pa.decimal256(50, 1))},
        {"recorded_at": pa.array([MOMENT.replace(tzinfo=None)], pa.timestamp("ns"))},
        {"shape": ..., "boxes": ..., "case": pa.nulls(1)},
    ],
    ids="-".join,
)
def test_other_types_that_hold_the_same_are_read(changes: dict[str, Any]) -> None:
    """As other writers make them: large, short, encoded, without a zone, or left out where nothing is known."""
    assert list(from_arrow({"Made": table(**changes)}, TOYS).stream) == [MADE]


def test_frames_hold_days_as_moments_and_whole_numbers_with_a_point() -> None:
    """A moment at which a day begins is that day, and 3.0 is 3."""
    changes = {"due": pa.array([datetime(2024, 2, 1)], pa.timestamp("ms")), "parts": pa.array([3.0])}  # noqa: DTZ001
    (record,) = from_arrow({"Made": table(**changes)}, TOYS).stream
    assert isinstance(record, Made)
    assert (record.due, record.parts) == (date(2024, 2, 1), 3)


def test_columns_that_are_not_read_are_told() -> None:
    """With the field that each may be meant for, and the fields that have no column; names differ in case at will."""
    changes = {
        "shape": ...,
        "shpae": pa.array(["x"]),
        "colour code": pa.array([1]),
        "note": ...,
        "NOTE": pa.array(["n"]),
    }
    reading = from_arrow({"Made": table(**changes)}, TOYS)
    (record,) = reading.stream
    assert isinstance(record, Made)
    assert record.note == "n"
    assert [str(note) for note in reading.notes] == [
        "Made: columns that are not read: 'shpae' (is it meant for Made.shape?), 'colour code'",
        "Made: no column for Made.shape",
        "Made: no value at all in Made.case, Made.boxes",
    ]


def test_a_whole_number_is_a_decimal_and_moments_have_their_unit() -> None:
    """A price may come as an integer, a moment in seconds."""
    changes = {"price": pa.array([2]), "recorded_at": pa.array([60], pa.timestamp("s", "Europe/Paris"))}
    (record,) = from_arrow({"Made": table(**changes)}, TOYS).stream
    assert isinstance(record, Made)
    assert (record.price, record.recorded_at) == (Decimal(2), datetime(1970, 1, 1, 0, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"maker": pa.array([5])}, "Made, column 'maker': the column is of type int64\n  hint: write it as string"),
        ({"helpers": pa.array(["x"])}, "column 'helpers': the column is of type string\n  hint: write it as list<"),
        ({"colours": pa.array([[1]])}, "column 'colours': the column is of type list<"),
        ({"safe": pa.array([1])}, "hint: write it as bool"),
        ({"due": pa.array([MOMENT])}, "hint: write it as date32[day]"),
        ({"recorded_at": pa.array([date.min])}, "hint: write it as timestamp[us, tz=UTC]"),
        ({"price": pa.array([1.5])}, "the column is of type double\n  hint: write it as decimal128(38, 0)"),
        (
            {"maker": ...},
            "Made: there is no column 'maker', and every Made gives the person who made it\n  hint: known names are",
        ),
    ],
)
def test_columns_that_are_not_the_models_are_refused(changes: dict[str, Any], words: str) -> None:
    """Which column, what it holds, and what to write instead; no row is read."""
    with pytest.raises(StreamError) as caught:
        from_arrow({"Made": table(**changes)}, TOYS)
    assert words in str(caught.value)


def test_two_columns_of_one_name_are_refused() -> None:
    """Nobody can tell which is meant."""
    doubled = table().append_column("note", pa.array(["another"]))
    with pytest.raises(StreamError, match="Made: the column 'note' is doubled"):
        from_arrow({"Made": doubled}, TOYS)


def test_tables_of_other_libraries_are_read() -> None:
    """Whatever hands itself over as Arrow data is a table; a type that the model does not know, and text, are none."""
    sold = duckdb.sql(
        "SELECT 'S1' AS id, DATE '2024-01-01' AS occurred_on, 'C1' AS \"case\", 'B1' AS box, 'red' AS colour, "
        "true AS gift, 3 AS pieces"
    )
    (record,) = from_arrow({"Sold": sold.to_arrow_table()}, TOYS).stream
    assert isinstance(record, Sold)
    assert (record.colour, record.pieces) == (Colour.RED, 3)
    with pytest.raises(StreamError, match=r"(?s)Maid: the model 'toys' has no type 'Maid'.*did you mean 'Made'"):
        from_arrow({"Maid": table()}, TOYS)
    with pytest.raises(StreamError, match="Made: this cannot be read as a table"):
        from_arrow({"Made": "text"}, TOYS)


def test_what_data_are_is_kept(tmp_path: Path) -> None:
    """``about`` goes with the files and comes back once; files that say different things are told apart."""
    about = {"title": "Toys", "note": "synthetic"}
    write_parquet([MADE], tmp_path / "toys", TOYS, about=about)
    assert read_parquet(tmp_path / "toys", TOYS).about == {str(tmp_path / "toys"): about}
    assert from_arrow(to_arrow([MADE], TOYS, about=about), TOYS).about["Made"] == about
    assert from_arrow(to_arrow([MADE], TOYS), TOYS).about == {}
    pq.write_table(to_arrow([], TOYS, about={"title": "Other"})["Sold"], tmp_path / "toys" / "Sold.parquet")
    abouts = read_parquet(tmp_path / "toys", TOYS).about
    assert abouts[str(tmp_path / "toys" / "Sold.parquet")] == {"title": "Other"}
    for damage in (b"{", b"[1]"):
        with pytest.raises(StreamError, match="Made: what the metadata say of the data is no JSON object"):
            from_arrow({"Made": table().replace_schema_metadata({b"impact_metrics.about": damage})}, TOYS)


def test_a_folder_may_hold_parts(tmp_path: Path) -> None:
    """A type's folder holds several files; names with a dot or underscore, and notes, are no data; bytes are told."""
    parts = tmp_path / "Made"
    parts.mkdir()
    for number in (1, 2):
        pq.write_table(to_arrow([made(number)], TOYS)["Made"], parts / f"part-{number}.parquet")
    (parts / "_SUCCESS").touch()
    (tmp_path / ".hidden").touch()
    (tmp_path / "README.md").touch()
    told: list[int] = []
    reading = read_parquet(tmp_path, TOYS, progress=told.append)
    assert [record.id for record in reading.stream] == ["M1", "M2"]
    assert sum(told) == sum(path.stat().st_size for path in parts.glob("*.parquet"))
    assert [account.file for account in reading.accounts] == [
        str(parts / f"part-{number}.parquet") for number in (1, 2)
    ]


def test_an_empty_stream_is_a_stream(tmp_path: Path) -> None:
    """Tables without rows are tables."""
    write_parquet(Stream(), tmp_path / "toys", TOYS)
    assert read_parquet(tmp_path / "toys", TOYS).summary() == "0 records read = 0 taken"


def _damage(home: Path, damage: str) -> None:
    if damage == "unknown type":
        (home / "Made.parquet").rename(home / "Mad.parquet")
    elif damage == "another format":
        (home / "Made.csv").touch()
    elif damage == "twice":
        (home / "Made").mkdir()
    elif damage == "no parts":
        (home / "Made.parquet").unlink()
        (home / "Made").mkdir()
    elif damage == "nested":
        (home / "Made.parquet").unlink()
        (home / "Made" / "year=2024").mkdir(parents=True)
    elif damage == "empty":
        for path in home.iterdir():
            path.unlink()
    elif damage == "no file of that kind":
        (home / "Made.parquet").write_text("id,occurred_on\n")
    elif damage == "cut off":
        data = (home / "Made.parquet").read_bytes()
        (home / "Made.parquet").write_bytes(data[:4] + bytes(len(data) // 3) + data[4 + len(data) // 3 :])


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("unknown type", "Mad.parquet: the model 'toys' has no type 'Mad'\n  hint: did you mean 'Made'?"),
        (
            "another format",
            "Made.csv: this is named as a record type, and is no table\n  hint: a table ends in .parquet",
        ),
        ("twice", "Made.parquet: rows of Made stand in Made too\n  hint: keep one"),
        ("no parts", "Made: the folder holds no part\n  hint: remove it where there are no rows"),
        ("nested", "year=2024: this is no part of a table\n  hint: a folder of parts holds files that end in .parquet"),
        ("empty", "toys: the folder holds nothing of the model 'toys'\n  hint: files are named <Type>.parquet"),
        ("no file of that kind", "Made.parquet: the file is damaged or no Parquet file"),
        ("cut off", "Made.parquet: the file is damaged or no Parquet file"),
    ],
)
def test_a_damaged_folder_is_refused(damage: str, words: str, tmp_path: Path) -> None:
    """Each damage has its message, which names the file."""
    home = tmp_path / "toys"
    write_parquet([made(number, note=f"{number}" * 50) for number in range(1000)], home, TOYS)
    _damage(home, damage)
    with pytest.raises(StreamError) as caught:
        read_parquet(home, TOYS)
    assert words in str(caught.value)


def test_a_folder_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is none, it is a file, or it may not be read; nor may a file in it."""
    with pytest.raises(StreamError, match="there is no such folder"):
        read_parquet(tmp_path / "none", TOYS)
    (tmp_path / "file").touch()
    with pytest.raises(StreamError, match="this is a file, not a folder"):
        read_parquet(tmp_path / "file", TOYS)
    write_parquet([MADE], tmp_path / "toys", TOYS)

    def refuse(*_: Any, **__: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(pq, "ParquetFile", refuse)
        with pytest.raises(StreamError, match=r"Broken\.parquet: the file cannot be read: .*Permission denied"):
            read_parquet(tmp_path / "toys", TOYS)
    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(StreamError, match="Permission denied"):
        read_parquet(tmp_path / "toys", TOYS)


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    """The records written last are there, and nothing else, neither in the folder nor beside it."""
    write_parquet([made(1)], tmp_path / "toys", TOYS)
    write_parquet([made(2)], tmp_path / "toys", TOYS)
    assert [record.id for record in read_parquet(tmp_path / "toys", TOYS).stream] == ["M2"]
    assert [path.name for path in tmp_path.iterdir()] == ["toys"]


@pytest.mark.parametrize("step", ["write", "fsync", "first rename", "second rename"])
def test_a_failure_leaves_the_old_folder(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, at whatever step, leaves the old folder whole and nothing beside it."""
    write_parquet([made(1)], tmp_path / "toys", TOYS)
    calls = 0

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls == {"first rename": 1, "second rename": 2}[step]:
            full()
        return real(self, target)

    with monkeypatch.context() as patch:
        if step == "write":
            patch.setattr(pq, "write_table", full)
        elif step == "fsync":
            patch.setattr(os, "fsync", full)
        else:
            patch.setattr(Path, "replace", replace)
        with pytest.raises(StreamError, match="the folder cannot be written: No space left on device"):
            write_parquet([made(2)], tmp_path / "toys", TOYS)
    assert [record.id for record in read_parquet(tmp_path / "toys", TOYS).stream] == ["M1"]
    assert [path.name for path in tmp_path.iterdir()] == ["toys"]


def test_an_interrupted_writing_leaves_nothing(tmp_path: Path) -> None:
    """Control-C while records are made leaves no folder at all."""

    def records() -> Any:
        yield made(1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_parquet(records(), tmp_path / "toys", TOYS)
    assert not list(tmp_path.iterdir())


def test_what_would_be_lost_is_not_replaced(tmp_path: Path) -> None:
    """A folder with anything else in it is left alone, and so is a file; a place that is not there is named."""
    write_parquet([made(1)], tmp_path / "toys", TOYS)
    (tmp_path / "toys" / "notes.txt").touch()
    with pytest.raises(StreamError, match=r"notes\.txt: the folder holds something else, which would be lost"):
        write_parquet([made(2)], tmp_path / "toys", TOYS)
    (tmp_path / "file").touch()
    with pytest.raises(StreamError, match="this is a file, not a folder"):
        write_parquet([made(2)], tmp_path / "file", TOYS)
    with pytest.raises(StreamError, match="cannot be written: No such file or directory"):
        write_parquet([made(2)], tmp_path / "nowhere" / "toys", TOYS)


def test_a_folder_that_cannot_be_opened_needs_no_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on systems where only files can be brought to the disk."""
    real = os.open

    def refuse(path: Any, *rest: Any, **more: Any) -> int:
        if Path(path).is_dir():
            raise PermissionError(13, "Permission denied")
        return real(path, *rest, **more)

    monkeypatch.setattr(os, "open", refuse)
    write_parquet([MADE], tmp_path / "toys", TOYS)
    monkeypatch.undo()
    assert list(read_parquet(tmp_path / "toys", TOYS).stream) == [MADE]


def test_persons_and_retractions_have_tables_too() -> None:
    """Every type of the model has one, under its own name."""
    owner = Owner(id=PersonId("Ann"), colour=Colour.RED)
    withdrawn = Retraction(id=EventId("R1"), of=EventId("M1"), recorded_at=MOMENT)
    broken = Broken(id=EventId("B1"), occurred_on=date.max, case=CaseId("C1"))
    tables = to_arrow([owner, withdrawn, broken], TOYS)
    assert {name: table.num_rows for name, table in tables.items() if table.num_rows} == {
        "Broken": 1,
        "Owner": 1,
        "Retraction": 1,
    }
    assert set(from_arrow(tables, TOYS).stream) == {owner, withdrawn, broken}


def test_a_name_of_a_column_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    """Bytes in the middle of a file that is otherwise whole."""
    write_parquet([MADE], tmp_path / "toys", TOYS)
    path = tmp_path / "toys" / "Made.parquet"
    path.write_bytes(path.read_bytes().replace(b"maker", b"\xffaker"))
    with pytest.raises(StreamError, match="the file is damaged or no Parquet file: 'utf-8' codec can't decode"):
        read_parquet(tmp_path / "toys", TOYS)


def test_what_arrow_has_not_learnt_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of damage that looks like a type of 128 bits: it is an error of another family."""
    write_parquet([MADE], tmp_path / "toys", TOYS)

    def refuse(*_: Any, **__: Any) -> Any:
        raise pa.ArrowNotImplementedError("Integers with more than 64 bits not implemented")

    monkeypatch.setattr(pa.parquet.ParquetFile, "iter_batches", refuse)
    with pytest.raises(StreamError, match="the file is damaged or no Parquet file: Integers with more"):
        read_parquet(tmp_path / "toys", TOYS)
    monkeypatch.setattr(pa.parquet, "ParquetFile", refuse)
    with pytest.raises(StreamError, match="the file is damaged or no Parquet file: Integers with more"):
        read_parquet(tmp_path / "toys", TOYS)
