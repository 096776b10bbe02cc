"""Names and values that are hostile to SQL come back intact, or are refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NewType

import duckdb
import pytest

from impact_metrics import (
    Code,
    CodeSet,
    Event,
    EventId,
    Field,
    Model,
    PersonId,
    RuleError,
    Stream,
    StreamError,
    alias,
    count,
    distinct,
    evaluate,
    exists,
    field,
    role,
    rows,
)
from impact_metrics.engines.duckdb import Tables
from impact_metrics.engines.duckdb.script import script
from impact_metrics.engines.sql.dialect import DuckDBDialect
from impact_metrics.reports.report import Report
from impact_metrics.rules.breakdowns import Breakdown
from impact_metrics.rules.dimensions import Band, ByBand, ByField
from impact_metrics.rules.periods import periods_between
from tests.agreement import catalogue_of, metric
from tests.toys import TOYS, Made

DAY = date(2024, 1, 1)
VALUES = (
    "plain",
    "it's",
    'a "quoted" one',
    '\'; DROP TABLE "select"; --',
    "$as_at",
    "\x02as_at\x03",
    "{0} %s %(x)s ? :name",
    "a\0b",
    "back\\slash\nand line",
    "😀 Ω ﷽",
    "unknown",
    "x" * 10_000,
)
TableId = NewType("TableId", str)


class Hostile(Code):
    """Codes that mean something to a database."""

    QUOTE = "it's"
    NUL = "a\0b"
    COMMENT = "*/ -- ;"


def reserved(name: str) -> Any:
    """Make an event type with a hostile name, whose fields are words of SQL."""
    body = {
        "__doc__": "An event with a hostile name.",
        "__module__": __name__,
        "__annotations__": {
            "select": Field[PersonId],
            "group": Field[TableId],
            "order": Field[Hostile | None],
            "day": Field[int | None],
            "subject": Field[str | None],
            "k1": Field[bool | None],
        },
        "select": role("who"),
        "group": field("which"),
        "order": field("a code", default=None),
        "day": field("a number", default=None),
        "subject": field("a text", default=None),
        "k1": field("a flag", default=None),
    }
    return type(Event)(name, (Event,), body)


def can_be_made(name: str) -> bool:
    """Before version 25.3, attrs writes the name of a class into source, and can make those of words only."""
    try:
        reserved(name)
    except SyntaxError:
        return False
    return True


WANTED = ("select", 'quo"te', "semi;colon", "two words", "period ends", "x" * 1000, "Größe", "found")
NAMES = tuple(name for name in WANTED if can_be_made(name))
TYPES = {name: reserved(name) for name in NAMES}


def made(kind: Any, number: int, value: str, **more: Any) -> Any:
    return kind(id=EventId(f"{value}{number}"), occurred_on=DAY, select=PersonId(value), group=TableId(value), **more)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name[:20])
def test_names_of_types_and_fields_may_be_words_of_sql(name: str) -> None:
    """Whatever a type is called, its rules count what they count, in every kind of statement."""
    kind = TYPES[name]
    model = Model(name="hostile", events=tuple(TYPES.values()))
    other = alias(kind, "other")
    asked = (
        count(distinct(kind.select).where(exists(other, other.group == kind.group, other.id != kind.id))),
        count(distinct(kind.group).where(kind.order.in_({Hostile.QUOTE, Hostile.NUL}), kind.day >= 1, kind.k1)),
        count(rows(kind).where(kind.subject.is_missing())),
    )
    more = {"order": Hostile.NUL, "day": 1, "k1": True}
    stream = Stream([made(kind, 1, "A", **more), made(kind, 2, "A", subject="text"), made(kind, 1, "B")])
    split = Breakdown(periods_between([DAY, date(2024, 2, 1)]), (ByField(kind.order.node), ByField(kind.subject.node)))
    told = []
    for engine in ("reference", "duckdb"):
        report = evaluate(catalogue_of(model, asked), stream, as_at=DAY, engine=engine)  # type: ignore[arg-type]
        books = report.books(split.periods, by=split.by)
        told.append((report.values(), report.evidence("m0"), str(books), report.history(PersonId("A")).stays))
    assert told[0] == told[1]
    assert list(told[0][0].values()) == [1, 1, 2]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: ascii(value)[:20])
def test_values_come_back_as_they_went_in(value: str) -> None:
    """As ids, texts, constants of rules, labels of cells and names of bands, bound and written by hand."""
    kind = TYPES["select"]
    model = Model(name="hostile", events=(kind,))
    stream = Stream([made(kind, 1, value, subject=value, day=2), made(kind, 2, "other")])
    measure = count(distinct(kind.select).where(kind.group == TableId(value), kind.select.in_({PersonId(value)})))
    with Tables(stream, model) as tables:
        report = evaluate(catalogue_of(model, (measure,)), tables, as_at=DAY)
        assert report.subjects("m0") == {value}
        (evidence,) = report.evidence("m0")
        assert evidence.events == (made(kind, 1, value, subject=value, day=2),)
        assert report.canonical(value) == value
        assert labels(report, ByField(kind.subject.node)) == {"unknown (recorded)" if value == "unknown" else value}
        assert labels(report, ByBand(kind.day, (Band(value, 1, 3),))) == {value}


def labels(report: Report, dimension: Any) -> set[str | None]:
    books = report.books(by=[dimension])
    return {line.cell[0] for line in books.lines} - {"all"}


@pytest.mark.parametrize("value", VALUES, ids=lambda value: ascii(value)[:20])
def test_literals_hold_every_text(value: str) -> None:
    """A value that is written into a statement is that value, and nothing else."""
    ((found,),) = duckdb.connect().execute(f"SELECT {DuckDBDialect().literal(value)}").fetchall()
    assert found == value


def test_a_script_holds_hostile_values_and_folders() -> None:
    """What is printed to be run by hand is safe as well: names, values, folders and versions."""
    kind = TYPES.get('quo"te', TYPES["select"])
    model = Model(name="hostile", events=(kind,))
    among = CodeSet("", tuple(PersonId(value) for value in VALUES))
    hostile = metric("m", count(distinct(kind.select).where(kind.select.in_(among))))
    object.__setattr__(hostile, "version", "1\nSELECT 1;")
    text = script(hostile, model, DAY, "/it's nowhere")
    assert f"read_parquet('/it''s nowhere/{kind.__name__}.parquet', " in text
    assert text.splitlines()[0] == "-- m 1 SELECT 1;, as at 2024-01-01, with every record as it is in the files"
    assert len(duckdb.extract_statements(text)) == 2


def test_what_no_database_can_hold_is_refused() -> None:
    """Half a character, a name with a control character, names that differ in case, and numbers of too many digits."""
    kind = TYPES["select"]
    half = count(distinct(kind.select).where(kind.select == PersonId("\ud800")))
    with pytest.raises(RuleError, match="no text that a database can hold"):
        evaluate(catalogue_of(Model(name="m", events=(kind,)), (half,)), Stream(), as_at=DAY, engine="duckdb")
    if can_be_made("a\x02b"):
        with pytest.raises(StreamError, match="no table's name"):
            Tables(Stream(), Model(name="m", events=(reserved("a\x02b"),)))
    with pytest.raises(StreamError, match="the same name in a database"):
        Tables(Stream(), Model(name="m", events=(kind, reserved("SELECT"))))
    wide = count(rows(Made).where(Made.price > Decimal(f"{10**37}.01")))
    with pytest.raises(RuleError, match="a database compares at most 38"):
        evaluate(catalogue_of(TOYS, (wide,)), Stream(), as_at=DAY, engine="duckdb")


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**40, -(10**40)])
def test_numbers_beyond_those_of_a_column_are_compared_as_numbers(number: int) -> None:
    """A constant may be larger than every number of the data."""
    stream = Stream(
        [
            Made(
                id=EventId("E"),
                occurred_on=DAY,
                maker=PersonId("P"),
                helpers=frozenset(),
                parts=2**62,
            )
        ]
    )
    asked = (
        count(rows(Made).where(Made.parts < number)),
        count(rows(Made).where(Made.parts != number)),
        count(rows(Made).where(Made.parts.in_({number, 7}))),
    )
    told = [
        evaluate(catalogue_of(TOYS, asked), stream, as_at=DAY, engine=engine).values()  # type: ignore[arg-type]
        for engine in ("reference", "duckdb")
    ]
    assert told[0] == told[1] == {"m0": int(number > 0), "m1": 1, "m2": 0}
