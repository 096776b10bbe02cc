"""What a comparison means where a value is missing: a table, one row a kind of comparison."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics import CaseId, EventId, PersonId, Stream, alias, exists, not_
from impact_metrics.engines.spans import SpansEngine
from impact_metrics.expressions import Row
from impact_metrics.testing import conditions, streams
from tests import oracle
from tests.test_engine_properties import known_events
from tests.toys import TOYS, BoxId, Colour, Made, Shape

DAY = date(2024, 1, 1)
ROW = Row(Made.__record__)
NOTHING = Made(id=EventId("M"), occurred_on=DAY, maker=PersonId("P"), helpers=frozenset())
FULL = Made(
    id=EventId("M"),
    occurred_on=DAY,
    maker=PersonId("P"),
    helpers=frozenset({PersonId("P")}),
    case=CaseId("C"),
    boxes=frozenset({BoxId("B")}),
    colours=frozenset({Colour.RED}),
    shape=Shape.ROUND,
    safe=True,
    due=DAY,
    parts=2,
    price=Decimal("1.5"),
    note="",
)
other = alias(Made, "other")


@pytest.mark.parametrize(
    ("condition", "when_known", "when_missing"),
    [
        (Made.case == CaseId("C"), True, False),
        (Made.case != CaseId("C"), False, False),
        (Made.case != CaseId("D"), True, False),
        (Made.shape.in_({Shape.ROUND}), True, False),
        (Made.shape.not_in({Shape.ROUND}), False, False),
        (Made.shape.not_in({Shape.SQUARE}), True, False),
        (Made.safe == True, True, False),  # noqa: E712 - builds a condition
        (Made.safe != True, False, False),  # noqa: E712 - builds a condition
        (Made.parts < 3, True, False),
        (Made.parts >= 3, False, False),
        (Made.price <= Decimal("1.50"), True, False),
        (Made.due + timedelta(days=1) > Made.occurred_on, True, False),
        (Made.occurred_on < Made.due + timedelta(days=1), True, False),
        (Made.due + timedelta(days=9_999_999) > DAY, True, False),
        (Made.due - timedelta(days=9_999_999) < DAY, True, False),
        (Made.colours.overlaps({Colour.RED}), True, False),
        (Made.colours.overlaps({Colour.BLUE}), False, False),
        (Made.boxes.contains(BoxId("B")), True, False),
        (Made.helpers.contains(Made.maker), True, False),
        (Made.note.is_missing(), False, True),
        (Made.boxes.is_missing(), False, True),
        (not_(Made.case == CaseId("C")), False, True),
        (not_(Made.colours.overlaps({Colour.RED})), False, True),
        (exists(other, other.case == Made.case), True, False),
        (exists(other, other.case == Made.case, other.boxes.contains(BoxId("B"))), True, False),
    ],
)
def test_missing_is_not_no(condition: Any, *, when_known: bool, when_missing: bool) -> None:
    """A comparison with a missing value is false, negated or not; only is_missing and not_ see it."""
    for event, expected in ((FULL, when_known), (NOTHING, when_missing)):
        found = SpansEngine(Stream([event]).known()).rows_at(ROW, condition, DAY)
        assert bool(found) == expected


@given(streams(TOYS), st.sampled_from(TOYS.events), st.data())
def test_rows_equal_brute_force(stream: Stream, event: Any, data: st.DataObject) -> None:
    """The rows for which a condition holds are those that brute force finds, at every date."""
    row = Row(event.__record__)
    condition = data.draw(conditions(TOYS, row))
    engine = SpansEngine(stream.known())
    for day in oracle.days_of_interest(known_events(stream)):
        found = {item.id for item in engine.rows_at(row, condition, day)}
        assert found == {item.id for item in oracle.rows(row, condition, known_events(stream), day)}
