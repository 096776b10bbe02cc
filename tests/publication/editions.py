"""Editions for tests: of the shipped example, which has every kind of figure, and of toys."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from impact_metrics import (
    CaseId,
    Catalogue,
    EventId,
    Metric,
    PersonId,
    Report,
    Source,
    Stream,
    Unit,
    count,
    distinct,
    evaluate,
    listing,
    rows,
    share,
    subset,
    total,
)
from impact_metrics.anti_trafficking import CATALOGUE, MODEL
from impact_metrics.streams import read_json_lines
from tests.toys import TOYS, BoxId, Colour, Made, Owner, Shape, Sold

EXAMPLE = Path(__file__).parents[2] / "examples" / "justice_and_care" / "stream.jsonl.gz"
DAY = date(2024, 12, 31)
SOURCE = Source("Toys", "Annual report")
PERSONS = Unit("person", "persons", PersonId)
CASES = Unit("order", "orders", CaseId)
ROWS = Unit("row", "rows")

MAKERS = distinct(Made.maker)
OF_ROUND = distinct(Made.maker).where(Made.shape == Shape.ROUND)


@cache
def example() -> Report:
    """Give the report of the example."""
    return evaluate(CATALOGUE, read_json_lines(EXAMPLE, MODEL).stream, as_at=DAY)


def metric(name: str, unit: Unit, measure: object) -> Metric:
    """Make a metric of toys."""
    return Metric(id=name, version="1", title=name.title(), definition=None, source=SOURCE, unit=unit, measure=measure)


ALL_MAKERS = metric("makers", PERSONS, count(MAKERS))
ROUND_MAKERS = metric("round_makers", PERSONS, count(OF_ROUND))

CATALOGUE_OF_TOYS = Catalogue(
    id="toys",
    version="1",
    title="Toys",
    model=TOYS,
    metrics=(
        ALL_MAKERS,
        ROUND_MAKERS,
        metric("round_share", PERSONS, share(OF_ROUND, of=MAKERS)),
        metric("sales", ROWS, count(rows(Sold))),
        metric("pieces", ROWS, total(Sold.pieces)),
        metric("price", ROWS, total(Made.price)),
        metric("people", PERSONS, listing(MAKERS, show=[Made.shape])),
        metric("orders", CASES, listing(distinct(Made.case), show=[Made.shape, Made.note])),
        metric("orders_with_makers", CASES, listing(distinct(Made.case), show=[Made.maker])),
    ),
    invariants=(subset(ROUND_MAKERS, ALL_MAKERS, because="a round toy is a toy"),),
)


def made(number: int, maker: str, shape: Shape | None = Shape.ROUND, **more: object) -> Made:
    """Make a toy in the year 2020 and a tenth of its number."""
    day = date(2020 + number // 10, 1, 1 + number % 10)
    return Made(
        id=EventId(f"M-{number}"), occurred_on=day, maker=PersonId(maker), helpers=frozenset(), shape=shape, **more
    )


def sold(number: int, pieces: int = 1, colour: Colour = Colour.RED) -> Sold:
    """Sell a toy."""
    return Sold(
        id=EventId(f"S-{number}"),
        occurred_on=date(2021, 1, 1 + number % 28),
        case=CaseId("C"),
        box=BoxId("B"),
        colour=colour,
        gift=False,
        pieces=pieces,
    )


def owner(name: str, colour: Colour | None = None, born: date | None = None) -> Owner:
    """Describe a person."""
    return Owner(id=PersonId(name), colour=colour, born_on=born)


def of_toys(*records: object) -> Report:
    """Evaluate the catalogue of toys over records."""
    return evaluate(CATALOGUE_OF_TOYS, Stream(records), as_at=DAY)
