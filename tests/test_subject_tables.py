"""Subject tables: one row a subject, in memory and as Parquet, under ids or pseudonyms, on every engine."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from impact_metrics import (
    Catalogue,
    EventId,
    Metric,
    PersonId,
    RuleError,
    Source,
    Stream,
    Unit,
    distinct,
    entry_date,
    evaluate,
    first_date,
    first_of,
    is_in,
    last_date,
    latest_of,
    number_of,
    subject_table,
    sum_of,
)
from impact_metrics.documents import compare, describe
from impact_metrics.engines.duckdb import Tables
from impact_metrics.exchange import from_plain, to_plain
from impact_metrics.publication.pseudonyms import Pseudonyms
from tests.toys import TOYS, Made, Shape, Sold

DAY = date(2024, 1, 31)
MAKERS = distinct(Made.maker)
COLUMNS = {
    "toys": number_of(MAKERS),
    "price": sum_of(Made.price, MAKERS),
    "shape": latest_of(Made.shape, MAKERS),
    "case": first_of(Made.case, MAKERS),
    "began": first_date(MAKERS),
    "ended": last_date(MAKERS),
    "buys": is_in(distinct(Sold.buyer)),
    "since": entry_date(MAKERS.at_least(2)),
}
TABLE = subject_table(MAKERS, columns=COLUMNS)


def made(name: str, day: int, maker: str, **more: Any) -> Made:
    """A toy that somebody makes."""
    occurred = date(2024, 1, day)
    return Made(id=EventId(name), occurred_on=occurred, maker=PersonId(maker), helpers=frozenset(), **more)


def metric(measure: Any, version: str = "1") -> Metric:
    return Metric(
        id="makers",
        version=version,
        title="Makers",
        definition=None,
        source=Source("A", "B"),
        unit=Unit("person", "persons", PersonId),
        measure=measure,
    )


def report(measure: Any = TABLE, source: Any = None) -> Any:
    catalogue = Catalogue(id="c", version="1", title="C", model=TOYS, metrics=(metric(measure),))
    return evaluate(catalogue, STREAM if source is None else source, as_at=DAY)


STREAM = Stream(
    [
        made("M1", 1, "Ann", price=Decimal("2.50"), shape=Shape.ROUND, case="C1"),
        made("M2", 2, "Ann", price=Decimal("1.25"), case="C2"),
        made("M3", 12, "Ben", shape=Shape.SQUARE),
    ]
)
ROWS = [
    ("Ann", 2, Decimal("3.75"), None, "C1", date(2024, 1, 1), date(2024, 1, 2), False, date(2024, 1, 2)),
    ("Ben", 1, None, "square", None, date(2024, 1, 12), date(2024, 1, 12), False, None),
]


def test_each_member_has_a_row() -> None:
    """In the order of ids, under a documented column for each value; the figure is how many rows there are."""
    found = report()
    assert found.subject_table("makers").rows == tuple(ROWS)
    assert [column.kind for column in found.subject_table("makers").columns] == [
        "text", "integer", "decimal", "text", "text", "date", "date", "flag", "date",
    ]  # fmt: skip
    assert str(found["makers"]) == "2 persons"
    assert [item.subject for item in found.evidence("makers")] == ["Ann", "Ben"]
    with pytest.raises(RuleError, match="is no subject table"):
        evaluate(_counted(), STREAM, as_at=DAY).subject_table("makers")


def _counted() -> Catalogue:
    from impact_metrics import count  # noqa: PLC0415 - for this one claim

    return Catalogue(id="c", version="1", title="C", model=TOYS, metrics=(metric(count(MAKERS)),))


def read(path: Path) -> list[tuple[Any, ...]]:
    return sorted(tuple(row.values()) for row in pq.read_table(path).to_pylist())


def test_the_file_holds_the_same_rows_on_every_engine(tmp_path: Path) -> None:
    """Written from objects, and by DuckDB without reading any of them."""
    report().write_subject_table(tmp_path / "objects.parquet", "makers")
    assert read(tmp_path / "objects.parquet") == ROWS
    with Tables(STREAM, TOYS) as tables:
        report(source=tables).write_subject_table(tmp_path / "duckdb.parquet", "makers")
    assert read(tmp_path / "duckdb.parquet") == ROWS
    schema = pq.read_schema(tmp_path / "objects.parquet")
    assert [str(kind) for kind in schema.types] == [
        "string", "int64", "decimal128(38, 2)", "string", "string", "date32[day]", "date32[day]", "bool", "date32[day]",
    ]  # fmt: skip


def test_ids_have_pseudonyms_where_they_are_asked_for(tmp_path: Path) -> None:
    """Of the subject and in every column; a table with free text is refused, and then nothing is written."""
    names = Pseudonyms(b"k" * 32)
    report().write_subject_table(tmp_path / "t.parquet", "makers", pseudonyms=names.of)
    rows = {row[0]: row for row in read(tmp_path / "t.parquet")}
    ann = names.of("PersonId", "Ann")
    assert set(rows) == {ann, names.of("PersonId", "Ben")}
    assert rows[ann][1:5] == (2, Decimal("3.75"), None, names.of("CaseId", "C1"))
    told = report(subject_table(MAKERS, columns={"note": latest_of(Made.note, MAKERS)}))
    with pytest.raises(RuleError, match="free text may name somebody"):
        told.write_subject_table(tmp_path / "n.parquet", "makers", pseudonyms=names.of)
    assert not (tmp_path / "n.parquet").exists()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: subject_table(MAKERS, columns={"subject": number_of(MAKERS)}), "cannot be the name"),
        (lambda: subject_table(MAKERS, columns={"a b": number_of(MAKERS)}), "cannot be the name"),
        (lambda: subject_table(MAKERS, columns={"n": MAKERS}), "no value of a subject"),  # type: ignore[dict-item]
        (lambda: subject_table(3, columns={}), "no population"),  # type: ignore[type-var]
        (lambda: subject_table(MAKERS, columns={"n": number_of(distinct(Made.case))}), "cannot mix"),
    ],
)
def test_what_makes_no_table_is_refused(wrong: Any, message: str) -> None:
    """Where it is written, with what to write instead."""
    with pytest.raises(RuleError, match=message):
        wrong()


def test_it_is_described_compared_and_kept() -> None:
    """In words, between versions, and in a file, in which a fault is named with its place."""
    told = describe(metric(TABLE)).paragraph
    assert told.startswith("Makes a table: with a row is each person who is the person who made it in a made")
    assert "in the column toys is the number of its made events, of each person" in told
    assert 'in the column price is the sum of "its price" over its made events, of' in told
    assert 'in the column shape is "its shape" of its latest made, of' in told
    assert "in the column began is the day of its first made, of" in told
    assert "in the column buys is whether it is one of those, of" in told
    assert "in the column since is the day on which it became one of those, of" in told
    fewer = subject_table(MAKERS, columns={name: COLUMNS[name] for name in ("toys", "price")})
    (change,) = compare(metric(fewer), metric(subject_table(MAKERS, columns={"a": COLUMNS["toys"]}), "2")).changes
    assert change.part == "what is counted"
    other = subject_table(MAKERS, columns={"toys": COLUMNS["toys"], "price": COLUMNS["toys"]})
    (column,) = compare(metric(fewer), metric(other, "2")).changes
    assert (column.part, column.after) == ("columns", "toys: number; price: number")
    catalogue = report().catalogue
    plain = to_plain(catalogue)
    assert from_plain(plain, TOYS) == catalogue
    columns = plain["metrics"][0]["measure"]["subject_table"]["columns"]
    columns[0]["take"] = "most"
    with pytest.raises(Exception, match=r"columns\[0\]\.take: there is nothing to take called 'most'"):
        from_plain(plain, TOYS)
    columns[0] = {"name": "a", "take": "sum", "of": {"both": [columns[1]["of"]]}, "field": "Made.price"}
    with pytest.raises(Exception, match=r"columns\[0\]\.of: this is of subjects of one event type"):
        from_plain(plain, TOYS)
