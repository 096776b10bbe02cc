"""A catalogue with a metric of every kind, and a stream that gives each of them a figure."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from impact_metrics import (
    Catalogue,
    EventId,
    PersonId,
    Retraction,
    SamePerson,
    Scale,
    Stage,
    Stream,
    count,
    distinct,
    exists,
    followed_up,
    funnel,
    listing,
    paired_change,
    rows,
    share,
    subset,
    time_between,
    total,
)
from impact_metrics.values import CaseId
from tests.agreement import metric
from tests.toys import TOYS, BoxId, Broken, Colour, Made, Owner, Shape, Sold

MAKERS, BUYERS, SEEN = distinct(Made.maker), distinct(Sold.buyer), distinct(Broken.witnesses)
SAFE = distinct(Made.maker).where(Made.safe, exists(Sold, Sold.case == Made.case))
ALL_MAKERS, SAFE_MAKERS = metric("makers", count(MAKERS)), metric("safe_makers", count(SAFE))
SHOP = Catalogue(
    id="shop",
    version="2024.1",
    title="Toy shop",
    model=TOYS,
    metrics=(
        ALL_MAKERS,
        SAFE_MAKERS,
        metric("sales", count(rows(Sold))),
        metric("money", total(Made.price)),
        metric("safe_share", share(SAFE, of=MAKERS)),
        metric("bought_later", followed_up(BUYERS, within_months=2, of=MAKERS, lost=MAKERS - SEEN)),
        metric("way", funnel(Stage("Made", MAKERS), Stage("Sold safely", SAFE), Stage("Saw it break", SEEN))),
        metric("wait", time_between(MAKERS, BUYERS, lost=SEEN)),
        metric("orders", listing(distinct(Made.case), show=[Made.shape, Made.note, Made.price])),
        metric(
            "progress",
            paired_change(
                Made.parts,
                subject=Made.maker,
                before=Made.shape == Shape.ROUND,
                after=Made.shape == Shape.SQUARE,
                scale=Scale(id="parts", title="Parts", least=0, most=9, better="higher", least_change=2, source="us"),
            ),
        ),
    ),
    invariants=(subset(SAFE_MAKERS, ALL_MAKERS, because="whoever made safely made"),),
)


def made(name: str, day: date, maker: str, **more: Any) -> Made:
    return Made(
        **{"id": EventId(name), "occurred_on": day, "maker": PersonId(maker), "helpers": frozenset(), **more},
    )


def sold(name: str, day: date, buyer: str, case: str, **more: Any) -> Sold:
    values: dict[str, Any] = {"box": BoxId("B"), "colour": Colour.RED, "gift": False, "pieces": 1, **more}
    return Sold(id=EventId(name), occurred_on=day, buyer=PersonId(buyer), case=CaseId(case), **values)


def at(month: int) -> datetime:
    return datetime(2024, month, 28, tzinfo=UTC)


STREAM = Stream(
    [
        made(
            "M-one", date(2024, 1, 1), "Ann", case=CaseId("C-one"), safe=True, shape=Shape.ROUND, parts=1,
            price=Decimal("1.50"), note="made for Ben Barker",
        ),
        made("M-two", date(2024, 1, 20), "Ben", case=CaseId("C-two"), safe=True, price=Decimal("2.25")),
        made("M-three", date(2024, 2, 1), "Ann", shape=Shape.SQUARE, parts=5),
        made("M-four", date(2024, 2, 3), "Cem", case=CaseId("C-one"), shape=Shape.ROUND, recorded_at=at(2)),
        made("M-four", date(2024, 2, 4), "Cem", case=CaseId("C-one"), shape=Shape.ROUND, parts=4, recorded_at=at(3)),
        made("M-five", date(2024, 2, 5), "Dan", recorded_at=at(2)),
        sold("S-one", date(2024, 1, 15), "Ann", "C-one"),
        sold("S-two", date(2024, 3, 15), "Eve", "C-two", pieces=3),
        Broken(
            id=EventId("B-one"), occurred_on=date(2024, 3, 20), case=CaseId("C-one"),
            witnesses=frozenset({PersonId("Ann"), PersonId("Fay")}),
        ),
        Owner(id=PersonId("Ann"), colour=Colour.BLUE, born_on=date(1990, 5, 5)),
        Retraction(id=EventId("R-one"), of=EventId("M-five"), recorded_at=at(3), reason="Dan never made it"),
        SamePerson(id=EventId("P-one"), person=PersonId("Cem"), same_as=PersonId("Eve"), recorded_at=at(4)),
    ]
)  # fmt: skip
DAY = date(2024, 12, 31)
