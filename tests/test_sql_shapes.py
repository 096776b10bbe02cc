"""Every shape of SQL once, by rules made for it: both engines say the same of everything that a report tells."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from impact_metrics import (
    Event,
    EventId,
    Field,
    Model,
    PersonId,
    RuleError,
    Stream,
    anti_trafficking,
    clause,
    count,
    distinct,
    evaluate,
    field,
)
from impact_metrics.documents import explain
from impact_metrics.engines.duckdb import Tables
from impact_metrics.engines.duckdb.database import DuckDB, connect
from impact_metrics.engines.duckdb.script import script
from impact_metrics.engines.sql.dates import OneDate
from impact_metrics.engines.sql.dialect import DuckDBDialect
from impact_metrics.engines.sql.query import Query, Statement
from impact_metrics.engines.sql.since import SinceWhen, stays
from impact_metrics.errors import StreamError
from impact_metrics.rules import Count
from impact_metrics.rules.dimensions import Band, ByAge, ByBand, ByField, ByPerson, ByTime
from impact_metrics.rules.periods import periods_between
from impact_metrics.streams import read_json_lines
from tests.agreement import catalogue_of, metric
from tests.spec.cases import Case, letter, visit
from tests.spec.running import day, measure_of, names, record
from tests.toys import TOYS, Colour, Made, Owner

EXAMPLE = Path(__file__).parents[1] / "examples" / "justice_and_care" / "stream.jsonl.gz"
EVENTS = (
    visit("V1", 1, "Ann", case="C1", hours=3, paid=True, hosts=["Ben", "Cem"], mood="good"),
    visit("V2", 2, "Ben", case="C1", hours=1, mood="bad"),
    visit("V3", 3, "Ann", case="C2", hours=2, hosts=["Ann"]),
    visit("V4", 4, "Cem", paid=False, due=2),
    letter("L1", 2, "Ann", case="C1", room="R1"),
    letter("L2", 3, "Ben", case="C1", room="R2"),
    letter("L3", 4, "Ben", case="C1"),
    letter("L4", 5, "Cem", case="C2", room="R1"),
)
RULES = (
    "exists(Letter, Letter.occurred_on >= Visit.occurred_on)",
    "exists(Letter, Letter.writer == 'nobody')",
    "exists(Letter, Letter.writer == 'Ben')",
    "exists(later, Visit.hosts.contains(later.guest))",
    "exists(later, later.hosts.contains(Visit.guest), later.occurred_on != Visit.occurred_on)",
    "any_of(Visit.paid, all_of(exists(Letter, Letter.case == Visit.case), Visit.hours >= 1))",
    "all_of(all_of(exists(Letter, Letter.case == Visit.case), Visit.hours >= 1), Visit.paid)",
    "at_least(2, Letter, Letter.case == Visit.case)",
    "at_least(2, Letter, Letter.case == Visit.case, on_distinct=Letter.room)",
    "at_least(3, Letter, Letter.case == Visit.case, on_distinct=Letter.occurred_on)",
    "at_least(2, Letter, Letter.occurred_on > Visit.occurred_on, on_distinct=Letter.room)",
    "at_least(3, Letter)",
    (
        "exists(Letter, Letter.case == Visit.case, "
        "exists(later, later.occurred_on < Letter.occurred_on, later.guest == Visit.guest))"
    ),
    "exists(Letter, Letter.case == Visit.case, exists(later, later.guest == Letter.writer))",
    "not_(exists(Letter, Letter.writer == Visit.guest))",
    "not_(any_of(exists(Letter, Letter.writer == Visit.guest), Visit.hours == 1))",
    "labelled",
    "distinct(Visit.guest) & distinct(Letter.writer)",
    "distinct(Visit.guest) | distinct(Letter.writer)",
    "(distinct(Visit.guest) | distinct(Letter.writer)) - distinct(Visit.hosts)",
    "distinct(Visit.hosts)",
    "distinct(Visit.guest).at_least(2)",
    "distinct(Letter.writer).at_least(2, on_distinct=Letter.room)",
    "distinct(Letter.writer).at_least(3, on_distinct=Letter.occurred_on)",
    "count(rows(Visit).where(Visit.paid))",
    "total(Visit.hours)",
)


def rule_of(text: str) -> Any:
    if text != "labelled":
        return measure_of(Case("", text, (), {}))
    space = names()

    @clause
    def wrote() -> Any:
        """A letter came, or it was paid."""
        return space["any_of"](
            space["exists"](space["Letter"], space["Letter"].case == space["Visit"].case), space["Visit"].paid
        )

    @clause
    def came() -> Any:
        """A letter came."""
        return space["exists"](space["Letter"], space["Letter"].case == space["Visit"].case)

    return count(distinct(space["Visit"].guest).where(wrote(), came()))


@pytest.mark.parametrize("text", RULES)
def test_both_engines_tell_the_same(text: str) -> None:
    """Figures, books with and without cells, evidence, history and explanations."""
    model, measure = names()["HOUSE"], rule_of(text)
    stream = Stream([record(row) for row in EVENTS])
    split = periods_between([day(number) for number in (1, 2, 3, 4, 6)])
    told = []
    for engine in ("reference", "duckdb"):
        report = evaluate(catalogue_of(model, (measure,)), stream, engine=engine)  # type: ignore[arg-type]
        found: list[Any] = [str(report), report.evidence("m0"), str(report.books(split)), report.periods("month")]
        if isinstance(measure, Count):
            found += [report.history(PersonId(name)) for name in ("Ann", "Ben", "Cem")]
            found += [str(explain(report, "m0", name)) for name in ("Ann", "Ben", "Cem", "Eve")]
        else:
            found += [str(explain(report, "m0", name)) for name in ("V1", "V4")]
        for dimension in (ByField(names()["Visit"].mood.node), ByBand(names()["Visit"].hours, (Band("few", 0, 1),))):
            if "Visit.guest" in text or not isinstance(measure, Count):
                found += [str(report.books(split, by=[dimension], every=every)) for every in (False, True)]
        told.append(found)
    assert told[0] == told[1]


def test_only_what_nothing_can_end_has_a_date_since_when() -> None:
    """A rule that asks that something has not happened has none, and is never asked for one."""
    space = names()
    ends = measure_of(Case("", "not_(exists(Letter, Letter.writer == Visit.guest))", (), {})).population
    less = measure_of(Case("", "distinct(Visit.guest) - distinct(Visit.hosts)", (), {})).population
    assert not stays(ends)
    assert not stays(less)
    query = Query(DuckDBDialect(), ())
    writer = SinceWhen(query, OneDate(query, query.dialect.quoted, day(1)))
    with pytest.raises(AssertionError):
        writer.since(less, "m")
    with pytest.raises(AssertionError):
        writer.since(ends, "m")
    assert space["HOUSE"].name == "house"


def test_what_stands_beside_rows_is_called_like_none_of_them() -> None:
    """A name that a record type has is not given to anything else."""
    query = Query(DuckDBDialect(), ["Since 1"])
    assert query.aside("since 1") == '"since 1 "'
    assert query.part("since 1", "SELECT 1") == '"since 1 2"'


def test_numbers_and_moments_are_written_by_hand_as_they_are() -> None:
    """The script of a rule with a number runs."""
    space = names()
    rule = metric("m", count(distinct(space["Visit"].guest).where(space["Visit"].hours >= 2)))
    text = script(rule, space["HOUSE"], day(3), "nowhere")
    assert '"Visit"."hours" >= 2' in text
    assert len(duckdb.extract_statements(text)) == 2
    assert DuckDBDialect().literal(Decimal("1.50")) == "1.50"


def test_a_statement_that_duckdb_refuses_is_an_error_of_the_library() -> None:
    """Whatever it is, the first line of what DuckDB says is told."""
    database = DuckDB(connect(threads=1))
    with pytest.raises(StreamError, match="DuckDB cannot answer: Catalog Error"):
        database.rows(Statement("SELECT * FROM nothing"))
    with pytest.raises(StreamError, match="a file cannot be read or written: IO Error"):
        database.rows(Statement("SELECT * FROM read_parquet('/nowhere/nothing.parquet')"))


def test_a_person_is_not_broken_down_by_when_it_was_recorded() -> None:
    """As an event is not."""
    with pytest.raises(RuleError, match="not broken down by when it was recorded"):
        ByPerson(Owner.of(Made.maker).recorded_at)
    assert TOYS.person is Owner
    assert date.min < date.max


def test_the_synthetic_example_is_the_same_report_on_both_engines() -> None:
    """Figures, invariants, evidence, books and violations of the shipped catalogue over its example."""
    stream = read_json_lines(EXAMPLE, anti_trafficking.MODEL).stream
    one = evaluate(anti_trafficking.CATALOGUE, stream)
    other = evaluate(anti_trafficking.CATALOGUE, stream, engine="duckdb")
    assert str(one) == str(other)
    assert one.to_dicts(evidence=True) == other.to_dicts(evidence=True)
    assert str(one.books(one.periods("year"))) == str(other.books(other.periods("year")))
    assert one.violations == other.violations


class Rain(Event):
    """It rains, on nobody in particular."""

    heavy: Field[bool] = field("whether it rained hard")


def test_cells_of_sets_persons_and_quarters_are_the_same() -> None:
    """Each by itself and joined; a person of whom nothing is known, and one of a type that the model has not."""
    helpers = frozenset({PersonId("P-1"), PersonId("P-2")})
    more = {"occurred_on": day(1), "colours": frozenset({Colour.RED, Colour.BLUE})}
    stream = Stream(
        [
            Made(id=EventId("E-1"), maker=PersonId("P-1"), helpers=helpers, **more),
            Made(id=EventId("E-2"), maker=PersonId("P-3"), helpers=frozenset(), occurred_on=day(2)),
            Owner(id=PersonId("P-1"), colour=Colour.RED, born_on=date(2000, 2, 29)),
        ]
    )
    measure = count(distinct(Made.maker))
    told = []
    for engine in ("reference", "duckdb"):
        report = evaluate(catalogue_of(TOYS, (measure,)), stream, engine=engine)  # type: ignore[arg-type]
        helper = Owner.of(Made.helpers)
        dimensions = (Made.colours, Made.helpers, helper.colour, ByAge(helper.born_on), ByTime("quarter"))
        told += [[str(report.books(by=[item], every=every)) for every in (False, True)] for item in dimensions]
        visits = Stream([record(row) for row in EVENTS])
        house = evaluate(catalogue_of(names()["HOUSE"], (rule_of("distinct(Visit.guest)"),)), visits, engine=engine)  # type: ignore[arg-type]
        told.append([str(house.books(by=[Owner.of(names()["Visit"].guest).colour]))])
    assert told[:6] == told[6:]


def test_events_that_hold_no_id_speak_of_nobody() -> None:
    """They are not looked through for whom they speak of."""
    model = Model(name="weather", events=(Rain, Made))
    rain = Rain(id=EventId("E-1"), occurred_on=day(1), heavy=True)
    made = Made(id=EventId("E-2"), occurred_on=day(1), maker=PersonId("P-1"), helpers=frozenset())
    with Tables(Stream([rain, made]), model) as tables:
        assert tables.engine().events_on(day(1), {"P-1"}) == [made]
