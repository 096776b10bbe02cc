"""Attempts to break the core: inputs and rules in which a figure could go wrong without a word."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from impact_metrics import (
    Catalogue,
    ContradictionError,
    EventId,
    PersonId,
    Retraction,
    SamePerson,
    Stream,
    StreamError,
    constraint,
    evaluate,
    total,
)
from impact_metrics.engines.spans import SpansEngine
from impact_metrics.model import Model
from impact_metrics.reports import violations
from tests.toys import TOYS, Made

DAY = date(2024, 1, 1)


def moment(hour: int) -> datetime:
    return datetime(2024, 1, 1, hour, tzinfo=UTC)


def made(name: str, maker: str = "P1", **more: Any) -> Made:
    return Made(id=EventId(name), occurred_on=DAY, maker=PersonId(maker), helpers=frozenset(), **more)


def retraction(name: str, of: str, at: int = 3) -> Retraction:
    return Retraction(id=EventId(name), of=EventId(of), recorded_at=moment(at))


@pytest.mark.parametrize(("first", "second"), [("R1", "R2"), ("R2", "R1")])
def test_a_retraction_is_withdrawn_at_its_own_moment_whatever_the_ids_are(first: str, second: str) -> None:
    """A retraction and its withdrawal may be recorded in one batch, and ids have no say in which of them stands."""
    stream = Stream([made("E"), retraction(first, "E"), retraction(second, first)])
    assert len(stream.known().rows["Made"]) == 1


@pytest.mark.parametrize("pairs", [[("R1", "R1")], [("R1", "R2"), ("R2", "R1")]])
def test_retractions_in_a_circle_are_refused_by_name(pairs: list[tuple[str, str]]) -> None:
    """Those that withdraw each other at one moment, or themselves, cannot be decided; at different moments they can."""
    stream = Stream([retraction(name, of) for name, of in pairs])
    with pytest.raises(ContradictionError, match=", ".join(repr(name) for name, _ in pairs)):
        stream.known()
    later = Stream([made("E"), retraction("R1", "E", 2), retraction("R1x", "R2", 3), retraction("R2", "R1x", 4)])
    assert not later.known().rows


def test_a_stream_whose_events_are_all_retracted_has_no_rows() -> None:
    """It is as empty as one that never held them, and breaks no constraint."""
    strict = Model(
        name="strict",
        events=(Made,),
        constraints=(constraint("known", Made, Made.shape.is_missing(), because="it has to be"),),
    )
    stream = Stream([made("E"), retraction("R", "E")])
    assert dict(stream.known().rows) == {}
    assert violations(strict, stream) == ()


def test_a_moment_is_a_moment_and_a_day_a_day_everywhere() -> None:
    """A moment without time zone is read as UTC, and what is taken for another is refused with what to pass instead."""
    stream = Stream([made("E", recorded_at=moment(3))])
    catalogue = Catalogue(id="c", version="1", title="C", model=TOYS, metrics=())
    for hour, known in ((2, False), (3, True)):
        assert bool(stream.known(datetime(2024, 1, 1, hour)).rows) is known  # noqa: DTZ001 - without time zone
    for reader in (stream.known, lambda day: evaluate(catalogue, stream, known_at=day)):
        with pytest.raises(StreamError, match=r"(?s)known_at is a moment.*pass datetime"):
            reader(DAY)  # type: ignore[operator]  # two functions alike in what they refuse
    with pytest.raises(StreamError, match=r"(?s)as_at is a date.*moment\.date\(\)"):
        violations(TOYS, stream, as_at=moment(1))


def test_a_long_chain_of_merges_leads_to_its_end() -> None:
    """Thousands of ids of one person, in any order, are one person, under the only id that was never given up."""
    merges = [
        SamePerson(
            id=EventId(f"M{number}"),
            person=PersonId(f"P{number}"),
            same_as=PersonId(f"P{number + 1}"),
            recorded_at=moment(1),
        )
        for number in range(20_000)
    ]
    canonical = Stream(merges[::2] + merges[1::2]).known().canonical
    assert len(canonical) == 20_000
    assert set(canonical.values()) == {"P20000"}


@pytest.mark.parametrize("largest", ["1E28", "9" * 38])
def test_decimals_are_summed_exactly_in_any_order(largest: str) -> None:
    """Two engines, or two orders of one stream, would otherwise publish two figures from the same rows."""
    exact = Decimal("0.2" + "0" * 36 + "1")
    prices = [Decimal(largest), Decimal("0.1"), Decimal(f"-{largest}"), Decimal("0.1"), Decimal("1E-38")]
    for order in permutations(prices):
        stream = Stream([made(str(number), price=price) for number, price in enumerate(order)])
        assert SpansEngine(stream.known()).figure(total(Made.price), DAY).value == exact


@pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "-Infinity", "1E+38", "1E-39", "1E+999999999"])
def test_what_cannot_be_added_exactly_is_no_decimal(text: str) -> None:
    """Not-a-number would swallow a total, infinity has no sum, and a number of a million digits fills the memory."""
    with pytest.raises(StreamError, match="is no Decimal"):
        Stream([made("E", price=Decimal(text))])
