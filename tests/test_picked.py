"""Conditions on one row picked out of a subject's own: latest, first, best and worst."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics import (
    Catalogue,
    EventId,
    PersonId,
    RuleError,
    Scale,
    Stream,
    alias,
    best,
    count,
    distinct,
    evaluate,
    exists,
    first,
    latest,
    not_,
    worst,
)
from impact_metrics.documents import describe
from impact_metrics.expressions import Row, bound_rows, free_rows
from impact_metrics.expressions.rebinding import rebound
from impact_metrics.testing import conditions
from tests.test_shares import metric
from tests.toys import TOYS, Broken, Made, Sold

START = date(2024, 1, 1)
PARTS = Scale(id="parts", title="Parts", least=0, most=9, better="higher", least_change=1, source="us")
FEWER = attrs.evolve(PARTS, id="fewer", better="lower")


def made(name: str, day: int, maker: str, *, safe: bool | None, parts: int | None = None, **more: Any) -> Made:
    occurred = START + timedelta(days=day)
    return Made(
        id=EventId(name),
        occurred_on=occurred,
        maker=PersonId(maker),
        helpers=frozenset(),
        safe=safe,
        parts=parts,
        **more,
    )


def makers(condition: Any, stream: Stream, day: int = 99) -> set[str]:
    only = metric(count(distinct(Made.maker).where(condition)), "m")
    catalogue = Catalogue(id="c", version="1", title="C", model=TOYS, metrics=(only,))
    return set(evaluate(catalogue, stream, as_at=START + timedelta(days=day)).subjects("m"))


LIVES = Stream(
    [
        made("A1", 1, "Ann", safe=False, parts=1),
        made("A2", 2, "Ann", safe=True, parts=3),
        made("B1", 1, "Ben", safe=True, parts=4),
        made("B2", 2, "Ben", safe=False, parts=2),
        made("C1", 2, "Cem", safe=True, parts=5),
        made("C2", 2, "Cem", safe=False, parts=5),
        made("D1", 1, "Dan", safe=True),
        made("D2", 2, "Dan", safe=None, parts=12),
    ]
)


def test_the_latest_row_says_so() -> None:
    """Every one of the last day; a row that does not say so takes the subject out again, and a missing value too."""
    condition = latest(Made.maker, Made.safe)
    assert makers(condition, LIVES) == {"Ann"}
    assert makers(condition, LIVES, day=1) == {"Ben", "Dan"}


def test_the_first_row_says_so() -> None:
    """Every one of the first day, whatever comes later."""
    assert makers(first(Made.maker, Made.safe), LIVES) == {"Ben", "Dan"}
    assert makers(first(Made.maker, Made.safe == False), LIVES) == {"Ann"}  # noqa: E712 - a condition


def test_the_best_and_the_worst_row_say_so() -> None:
    """By score on the scale, in its direction; a number that is off the scale is no score, and ties must all say so."""
    assert makers(best(Made.maker, Made.parts, PARTS, Made.safe), LIVES) == {"Ann", "Ben"}
    assert makers(worst(Made.maker, Made.parts, PARTS, Made.safe), LIVES) == set()
    assert makers(best(Made.maker, Made.parts, FEWER, Made.safe == False), LIVES) == {"Ann", "Ben"}  # noqa: E712
    assert makers(worst(Made.maker, Made.parts, FEWER, Made.safe), LIVES) == {"Ann", "Ben"}


def test_only_rows_among_those_asked_for_are_picked() -> None:
    """The latest row that has a number, for which several things are asked."""
    several = latest(Made.maker, Made.safe, Made.parts >= 3, among=not_(Made.parts.is_missing()))
    assert makers(several, LIVES) == {"Ann"}
    assert makers(latest(Made.maker, Made.parts >= 3, among=Made.safe), LIVES) == {"Ann", "Ben", "Cem"}


def by_hand(stream: Any, day: date, *, last: bool, say: Any, among: Any) -> set[str]:
    found: dict[str, list[Any]] = {}
    for event in stream:
        if isinstance(event, Made) and event.occurred_on <= day and among(event):
            found.setdefault(event.maker, []).append(event)
    pick = max if last else min
    return {
        maker
        for maker, own in found.items()
        if all(say(event) for event in own if event.occurred_on == pick(other.occurred_on for other in own))
    }


ROWS = st.lists(
    st.tuples(
        st.integers(0, 3), st.sampled_from(["Ann", "Ben"]), st.sampled_from([True, False, None]), st.integers(0, 3)
    ),
    max_size=7,
).map(
    lambda rows: Stream([made(f"M{n}", d, who, safe=safe, parts=parts) for n, (d, who, safe, parts) in enumerate(rows)])
)


@given(ROWS, st.integers(0, 3), st.booleans())
def test_they_mean_what_plain_loops_say(stream: Stream, day: int, last: bool) -> None:  # noqa: FBT001 - drawn
    """At every date: the rows of the last or first day among those asked for, all of which must say so."""
    picked = (latest if last else first)(Made.maker, Made.safe, among=Made.parts >= 1)
    expected = by_hand(
        stream,
        START + timedelta(days=day),
        last=last,
        say=lambda event: event.safe is True,
        among=lambda event: event.parts >= 1,
    )
    assert makers(picked, stream, day) == expected


@given(ROWS, st.integers(0, 3), st.booleans())
def test_best_and_worst_mean_what_plain_loops_say(stream: Stream, day: int, top: bool) -> None:  # noqa: FBT001 - drawn
    """The rows with the greatest, or least, number so far; all of them must say so."""
    own: dict[str, list[Made]] = {}
    for event in stream:
        if isinstance(event, Made) and event.occurred_on <= START + timedelta(days=day):
            own.setdefault(event.maker, []).append(event)
    pick = max if top else min
    expected = {
        maker
        for maker, events in own.items()
        if all(e.safe is True for e in events if e.parts == pick(other.parts or 0 for other in events))
    }
    assert makers((best if top else worst)(Made.maker, Made.parts, PARTS, Made.safe), stream, day) == expected


def test_english_reads_well() -> None:
    """What the row says, and that no other says otherwise."""
    told = str(describe(metric(count(distinct(Made.maker).where(latest(Made.maker, Made.safe))), "m")))
    assert "it is not so that another made of the same maker, on the same day or later, says otherwise" in told


def test_a_row_that_is_bound_inside_keeps_its_name() -> None:
    """Where what is said speaks of another row itself, the further one is called otherwise."""
    other = alias(Made, "other")
    says = exists(other, other.maker == Made.maker, other.case == Made.case, other.id != Made.id)
    condition = latest(Made.maker, says)
    assert {row.name for row in bound_rows(condition)} == {"other", "other_2"}
    assert makers(condition, LIVES) == set()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: latest(Made.maker), "it is not said what the row says"),
        (lambda: latest(Broken.witnesses, Broken.case == "C"), "a row is picked for one subject"),
        (lambda: latest(3, Made.safe), "a field of an event type is needed"),  # type: ignore[arg-type]
        (lambda: best(Made.maker, Sold.pieces, PARTS, Made.safe), "are of two rows"),
        (lambda: worst(Made.maker, Made.note, PARTS, Made.safe), "a score is a number"),  # type: ignore[arg-type]
    ],
)
def test_wrong_picks_are_refused_where_they_are_written(wrong: Any, message: str) -> None:
    """Nothing said, a subject that is a set, and a score of another event."""
    with pytest.raises(RuleError, match=message):
        wrong()


@given(st.data())
def test_a_condition_asked_of_another_row_is_the_same(data: Any) -> None:
    """Asked there and back again it is itself; and it reads the new row where it read the old."""
    row, new = Row(Made.__record__), Row(Made.__record__, "elsewhere")
    condition = data.draw(conditions(TOYS, row))
    moved = rebound(condition, row, new)
    assert rebound(moved, new, row) == condition
    assert free_rows(moved) == {new if free == row else free for free in free_rows(condition)}
