"""What databases do otherwise than a reader expects: dates, missing values, sets, decimals, and hostile texts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from impact_metrics import (
    CodeSet,
    EventId,
    Model,
    PersonId,
    Stream,
    alias,
    count,
    distinct,
    evaluate,
    exists,
    not_,
    rows,
    total,
)
from impact_metrics.engines.spark import SparkTables
from impact_metrics.engines.spark.dialect import SparkDialect
from impact_metrics.rules import Total
from impact_metrics.rules.dimensions import ByField, ByTime, Dimension
from impact_metrics.rules.periods import periods_between
from impact_metrics.values import CaseId
from tests.agreement import catalogue_of
from tests.spark.session import session
from tests.test_sql_hostile import NAMES, TYPES, VALUES
from tests.test_sql_hostile import made as made_hostile
from tests.toys import TOYS, WARM, Colour, Made

pytestmark = pytest.mark.spark
LEAP = date(2024, 2, 29)
TINY = Decimal("0.1000000000000000000000000000001")
"""It differs from 0.1 in a place that a column of large numbers and this one cannot both have in one type."""
CASE, OTHER = CaseId("C"), CaseId("D")


def made(name: str, on: date = LEAP, **values: Any) -> Made:
    return Made(**{"id": EventId(name), "occurred_on": on, "maker": PersonId(name), "helpers": frozenset(), **values})


EVENTS = (
    made("due on the day", due=LEAP, case=CASE, parts=2**63 - 1, price=Decimal("0.1")),
    made("due a year on", due=date(2025, 2, 28), parts=2**63 - 1, price=Decimal("123456789012345678901234567.5")),
    made("due at the end", due=date.max, colours=frozenset(), price=Decimal("-0.5")),
    made("due at the start", due=date.min, colours=frozenset({Colour.RED, Colour.BLUE}), safe=False),
    made("the day after", on=LEAP + timedelta(days=1), due=LEAP, safe=True),
    made("with a space", case=CaseId("C ")),
    made("in small letters", case=CaseId("c")),
)
AFTER = alias(Made, "after")
TRAPS: dict[str, tuple[Any, Any]] = {
    "a leap day and 365 days": (rows(Made).where(Made.occurred_on + timedelta(days=365) <= Made.due), 2),
    "a bound is inclusive": (rows(Made).where(Made.due <= LEAP), 2),
    "a bound is exclusive": (rows(Made).where(Made.due < LEAP), 1),
    "moved beyond the end": (rows(Made).where(Made.due + timedelta(days=4_000_000) <= date.max), 4),
    "moved before the start": (rows(Made).where(Made.due - timedelta(days=4_000_000) >= date.min), 4),
    "moved by one day beyond the end": (rows(Made).where(Made.due + timedelta(days=1) == Made.due), 1),
    "a missing case is no other case": (rows(Made).where(Made.case != OTHER), 3),
    "a missing case ties nothing": (rows(Made).where(exists(AFTER, AFTER.case == Made.case)), 3),
    "not of a missing value": (rows(Made).where(not_(Made.case == CASE)), 5),
    "not of a missing flag": (rows(Made).where(not_(Made.safe)), 6),
    "an empty set meets nothing": (rows(Made).where(Made.colours.overlaps(WARM)), 1),
    "an empty set is not missing": (rows(Made).where(Made.colours.is_missing()), 4),
    "each member of a set": (distinct(Made.maker).where(Made.colours.contains(Colour.BLUE)), 1),
    "one of several": (rows(Made).where(Made.case.in_({CASE, OTHER})), 1),
    "none of several": (rows(Made).where(Made.case.not_in({CASE, OTHER})), 2),
    "decimals of many places differ": (rows(Made).where(Made.price == TINY), 0),
    "decimals of many places are in order": (rows(Made).where(Made.price < TINY), 2),
    "decimals are none of others": (rows(Made).where(Made.price.not_in({TINY, Decimal(7)})), 3),
    "decimals are one of others": (rows(Made).where(Made.price.in_({Decimal("0.10"), TINY})), 1),
    "decimals are others": (rows(Made).where(Made.price != Decimal("-0.50")), 2),
    "a sum beyond 64 bits": (total(Made.parts), 2**64 - 2),
    "a sum of decimals": (total(Made.price), Decimal("123456789012345678901234567.1")),
}


def test_the_traps_of_dates_missing_values_sets_and_decimals() -> None:
    """Each figure is what the semantics say, and what the reference gives, as at the leap day itself."""
    asked = tuple(rule if isinstance(rule, Total) else count(rule) for rule, _ in TRAPS.values())
    catalogue = catalogue_of(TOYS, asked)
    reference = evaluate(catalogue, Stream(EVENTS), as_at=LEAP)
    with SparkTables(Stream(EVENTS), TOYS, session=session()) as tables:
        report = evaluate(catalogue, tables, as_at=LEAP)
    expected = {name: value for name, (_, value) in TRAPS.items()}
    assert dict(zip(TRAPS, reference.values().values(), strict=True)) == expected
    assert dict(zip(TRAPS, report.values().values(), strict=True)) == expected


def test_cells_have_the_names_that_the_reference_gives() -> None:
    """Of sets that are joined, of decimals without zeros at their end, of flags, dates, months and quarters."""
    catalogue = catalogue_of(TOYS, (count(distinct(Made.maker)),))
    split = periods_between([date(2024, 1, 1), date(2024, 4, 1)])
    by: list[Dimension] = [ByField(field.node) for field in (Made.colours, Made.price, Made.safe, Made.due)]
    by += [ByTime("month"), ByTime("quarter", 4)]
    told = []
    with SparkTables(Stream(EVENTS), TOYS, session=session()) as tables:
        for source in (Stream(EVENTS), tables):
            report = evaluate(catalogue, source, as_at=date(2024, 3, 1))
            told.append([str(report.books(split, by=[dimension])) for dimension in by])
    assert told[0] == told[1]
    assert "blue + red" in told[0][0]
    assert "-0.5" in told[0][1]


def test_lists_of_decimals_are_compared_one_by_one() -> None:
    """Members of other sizes than the constants are found all the same, and those that differ far behind are not."""
    dialect, held = SparkDialect(), "array(CAST('0.1' AS DECIMAL(38, 9)), CAST('2' AS DECIMAL(38, 9)))"
    texts = {
        dialect.contains(held, dialect.literal(Decimal("0.10")), decimal=True): True,
        dialect.contains(held, dialect.literal(TINY), decimal=True): False,
        dialect.overlaps(held, [dialect.literal(TINY), dialect.literal(Decimal(2))], decimal=True): True,
        dialect.overlaps(held, [dialect.literal(TINY), dialect.literal(Decimal(3))], decimal=True): False,
    }
    (found,) = session().sql(f"SELECT {', '.join(texts)}").collect()
    assert list(found) == list(texts.values())


def test_hostile_values_come_back_as_they_went_in() -> None:
    """As ids, texts, constants of rules and labels of cells; nothing in them is read as SQL."""
    kind = TYPES["select"]
    model = Model(name="hostile", events=(kind,))
    values = (*VALUES, "${env:HOME}", "`tick`", "\\u0041", "trailing ")
    stream = Stream([made_hostile(kind, number, value, subject=value) for number, value in enumerate(values)])
    among = CodeSet("", tuple(PersonId(value) for value in values))
    measure = count(distinct(kind.select).where(kind.select.in_(among)))
    with SparkTables(stream, model, session=session()) as tables:
        report = evaluate(catalogue_of(model, (measure,)), tables, as_at=date(2024, 1, 1))
        assert report.subjects("m0") == set(values)
        assert set(tables.stream) == set(stream)
        books = report.books(periods_between([date(2024, 1, 1), date(2024, 1, 2)]), by=[ByField(kind.subject.node)])
        labels = {line.cell[0] for line in books.lines} - {"all"}
        assert labels == {"unknown (recorded)" if value == "unknown" else value for value in values}


def test_names_of_types_and_fields_may_be_words_of_sql() -> None:
    """Whatever types are called, their rules count what they count."""
    model = Model(name="hostile", events=tuple(TYPES.values()))
    asked = []
    for name in NAMES:
        kind = TYPES[name]
        other = alias(kind, "other")
        asked.append(count(distinct(kind.select).where(exists(other, other.group == kind.group, other.id != kind.id))))
    events = [made_hostile(kind, 10 * n + m, "A") for n, kind in enumerate(TYPES.values()) for m in range(2)]
    with SparkTables(Stream(events), model, session=session()) as tables:
        engine = tables.engine()
        assert [engine.figures([rule], date(2024, 1, 1))[0].value for rule in asked] == [1] * len(NAMES)


@pytest.mark.parametrize("value", [Decimal("-1.50"), 10**37, -(10**37), 2**63, date.min, date.max, True, False])
def test_literals_of_numbers_and_dates_are_those(value: Any) -> None:
    """Written into a statement and read back, each is the same."""
    ((found,),) = session().sql(f"SELECT {SparkDialect().literal(value)}").collect()
    assert found == value


def test_a_bound_value_has_a_place_by_its_name() -> None:
    """For statements that are to be read with their parameters."""
    assert SparkDialect().parameter("as_at") == ":as_at"
