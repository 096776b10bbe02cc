"""A toy fair with a metric of every kind, and streams of any size for it: how many made what, and who bought it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from impact_metrics import (
    CaseId,
    Catalogue,
    EventId,
    Metric,
    PersonId,
    Report,
    Scale,
    Source,
    Stage,
    Stream,
    Unit,
    count,
    distinct,
    evaluate,
    followed_up,
    funnel,
    listing,
    paired_change,
    rows,
    share,
    time_between,
    total,
)
from impact_metrics.publication import Audience, Edition
from tests.toys import TOYS, BoxId, Broken, Colour, Made, Owner, Shape, Sold

DAY = date(2024, 6, 30)
MAKERS, BUYERS = distinct(Made.maker), distinct(Sold.buyer)
SAFE, SEEN = distinct(Made.maker).where(Made.safe), distinct(Broken.witnesses)
PERSONS, CASES = Unit("person", "persons", PersonId), Unit("order", "orders", CaseId)
OURS = Source("The fair", "Rules & <words>", "page 2")
SCALE = Scale(id="parts", title="Parts", least=0, most=9, better="higher", least_change=2, source="us")


def metric(name: str, measure: Any, unit: Unit, **more: Any) -> Metric:
    told = {"definition": None, "assumptions": ("One reading.", "=2+2"), "limits": ("No proof of joy.",), **more}
    return Metric(id=name, version="1.0", title=name.replace("_", " "), source=OURS, unit=unit, measure=measure, **told)


FAIR = Catalogue(
    id="fair",
    version="2024.1",
    title="The toy fair",
    model=TOYS,
    metrics=(
        metric("makers", count(MAKERS), PERSONS, definition='=HYPERLINK("x") & <all> who made toys'),
        metric("sales", count(rows(Sold)), Unit("sale", "sales")),
        metric("pieces", total(Sold.pieces), Unit("piece", "pieces")),
        metric("money", total(Made.price), Unit("pound", "pounds")),
        metric("safe_share", share(SAFE, of=MAKERS), PERSONS),
        metric("bought_later", followed_up(BUYERS, within_months=2, of=MAKERS), PERSONS),
        metric("way", funnel(Stage("Made", MAKERS), Stage("Safe", SAFE), Stage("Seen", SEEN)), PERSONS),
        metric("wait", time_between(MAKERS, BUYERS), PERSONS),
        metric(
            "progress",
            paired_change(
                Made.parts,
                subject=Made.maker,
                before=Made.shape == Shape.ROUND,
                after=Made.shape == Shape.SQUARE,
                scale=SCALE,
            ),
            PERSONS,
        ),
        metric("orders", listing(distinct(Made.case), show=[Made.shape, Made.note, Made.price, Made.safe]), CASES),
    ),
)


def made(number: int, day: date, **more: Any) -> Made:
    values: dict[str, Any] = {"maker": PersonId(f"P-{number}"), "helpers": frozenset(), **more}
    return Made(id=EventId(f"M-{number}-{day}"), occurred_on=day, **values)


def sold(number: int, day: date, **more: Any) -> Sold:
    values: dict[str, Any] = {"box": BoxId("B"), "colour": Colour.RED, "gift": False, "pieces": 1, **more}
    return Sold(
        id=EventId(f"S-{number}"), occurred_on=day, buyer=PersonId(f"P-{number}"), case=CaseId("C"), **values
    )  # fmt: skip


def crowd(size: int) -> list[Any]:
    """So many makers over two years, of whom most buy what they made. Red is the favourite of most, blue of few."""
    found: list[Any] = []
    for number in range(size):
        day = date(2022, 11, 1) + timedelta(days=number * 9)
        colour = Colour.BLUE if number % 10 == 9 else Colour.GREEN if number % 4 == 3 else Colour.RED
        found += [
            Owner(id=PersonId(f"P-{number}"), colour=colour),
            made(number, day, shape=Shape.ROUND, parts=number % 5, safe=number % 3 > 0, price=Decimal("1.25")),
            made(number, day + timedelta(days=1), shape=Shape.SQUARE, parts=5),
        ]
        if number % 4:
            found.append(sold(number, day + timedelta(days=number % 30), pieces=number + 1, colour=colour))
    notes = ("=1+1", "https://example.org", None)
    found += [made(900 + n, date(2024, 1, n + 1), case=CaseId(f"C-{n}"), note=note) for n, note in enumerate(notes)]
    return found


def fair(events: list[Any] | None = None, as_at: date = DAY) -> Report:
    return evaluate(FAIR, Stream(crowd(65) if events is None else events), as_at=as_at)


def published(report: Report | None = None, **more: Any) -> Edition:
    asked: dict[str, Any] = {"by": [["colour"]], **more}
    return Edition.of(report or fair(), **asked)


def internal(report: Report | None = None, **more: Any) -> Edition:
    return published(report, audience=Audience.INTERNAL, **more)
