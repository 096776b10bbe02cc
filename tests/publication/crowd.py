"""A shop with enough people that a publishable edition shows some figures, rounds others, and suppresses a few."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import attrs

from impact_metrics import Catalogue, Section, Stream, evaluate
from impact_metrics.publication import Audience, Edition
from impact_metrics.reports import Report
from impact_metrics.values import CaseId, EventId
from tests.publication.shop import SHOP, made, sold
from tests.toys import Broken, Shape

DAY = date(2024, 12, 31)
SECTIONED = attrs.evolve(
    SHOP,
    sections=(
        Section("Toys & people", ("makers", "safe_makers", "sales", "money", "orders")),
        Section("Outcomes", ("safe_share", "bought_later", "way", "wait", "progress")),
    ),
)


def events(number: int = 60) -> Iterator[Any]:
    """Make people who make toys over three years, some of whom buy, and whose toys break."""
    for n in range(number):
        day = date(2022, 1, 10) + timedelta(days=17 * n)
        case, who = CaseId(f"C{n}"), f"P{n:02}"
        shape = Shape.ROUND if n % 3 else Shape.SQUARE
        yield made(f"M{n}", day, who, case=case, safe=n % 2 == 0, shape=shape, parts=n % 9, price=Decimal("1.5"))
        if n % 3:
            yield made(f"N{n}", day + timedelta(days=40), who, shape=Shape.SQUARE, parts=(n * 7) % 9)
        if n % 4:
            yield sold(f"S{n}", day + timedelta(days=30 + n), who, f"C{n}")
        if n % 20 == 0:
            yield Broken(id=EventId(f"B{n}"), occurred_on=day + timedelta(days=5), case=case, witnesses=frozenset())


@cache
def report(number: int = 60, as_at: date = DAY) -> Report:
    """Evaluate the shop."""
    return evaluate(SECTIONED, Stream(list(events(number))), as_at=as_at)


def report_by(catalogue: Catalogue) -> Report:
    """Evaluate another catalogue over the shop."""
    return evaluate(catalogue, Stream(list(events())), as_at=DAY)


def edition(of: Report, audience: Audience = Audience.PUBLISHABLE, **others: Any) -> Edition:
    """Draw up an edition with breakdowns."""
    return Edition.of(of, audience=audience, **{"by": [["shape"], ["safe", "shape"]], **others})
