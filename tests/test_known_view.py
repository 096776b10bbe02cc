"""Streams, what was known at a moment, and spans of dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics import (
    CaseId,
    ContradictionError,
    EventId,
    PersonId,
    Retraction,
    SamePerson,
    Stream,
    StreamError,
    revised,
)
from impact_metrics.engines.spans.intervals import (
    ALWAYS,
    NEVER,
    at_least,
    at_least_distinct,
    complement,
    holds,
    intersection,
    union,
)
from impact_metrics.model import Event
from tests.toys import Broken, Colour, Made, Owner

DAY = date(2024, 1, 1)


def moment(hour: int) -> datetime:
    return datetime(2024, 1, 1, hour, tzinfo=UTC)


def made(name: str, maker: str = "P1", at: int | None = None, **more: Any) -> Made:
    recorded = None if at is None else moment(at)
    return Made(
        id=EventId(name), occurred_on=DAY, recorded_at=recorded, maker=PersonId(maker), helpers=frozenset(), **more
    )


def merge(name: str, person: str, same_as: str, at: int) -> SamePerson:
    return SamePerson(id=EventId(name), person=PersonId(person), same_as=PersonId(same_as), recorded_at=moment(at))


def retraction(name: str, of: str, at: int) -> Retraction:
    return Retraction(id=EventId(name), of=EventId(of), recorded_at=moment(at))


def makers(stream: Stream, at: int | None = None) -> dict[str, str]:
    view = stream.known(None if at is None else moment(at))
    events: list[Event] = [event for events in view.rows.values() for event in events]
    return {event.id: event.maker for event in events if isinstance(event, Made)}


def test_a_correction_replaces_from_its_moment_on() -> None:
    """The latest version recorded by a moment is what is known then; without a moment, the last."""
    stream = Stream([made("E", "P2", at=5), made("E", "P1"), made("E", "P3", at=9)])
    assert len(stream) == 3
    assert [makers(stream, at) for at in (1, 5, 8, 9, None)] == [{"E": f"P{n}"} for n in (1, 2, 2, 3, 3)]


def test_a_retraction_withdraws_until_recorded_again() -> None:
    """A retracted event is unknown from then on, unless the retraction is retracted or the event recorded anew."""
    stream = Stream([made("E", at=1), retraction("R", "E", 3), retraction("Q", "R", 5), made("E", "P2", at=7)])
    assert [makers(stream, at) for at in (0, 1, 3, 5, 7)] == [{}, {"E": "P1"}, {}, {"E": "P1"}, {"E": "P2"}]
    again = Stream([made("E", at=1), retraction("R", "E", 3), made("E", "P2", at=7)])
    assert [makers(again, at) for at in (3, 7)] == [{}, {"E": "P2"}]


def test_merges_are_followed_to_the_id_that_stays() -> None:
    """Chains, sets, two targets and a retracted merge all lead to one id for one person."""
    helper = revised(made("F"), helpers=frozenset({PersonId("P1"), PersonId("P2"), PersonId("P9")}))
    stream = Stream(
        [made("E"), helper, merge("M1", "P1", "P2", 2), merge("M2", "P2", "P3", 4), retraction("R", "M2", 6)]
    )
    assert [makers(stream, at)["E"] for at in (1, 2, 4, 6)] == ["P1", "P2", "P3", "P2"]
    known = stream.known(moment(4)).rows["Made"][1]
    assert isinstance(known, Made)
    assert known.helpers == {"P3", "P9"}
    assert stream.known(moment(4)).canonical == {"P1": "P3", "P2": "P3"}
    both = Stream([made("E"), merge("M1", "P1", "P2", 2), merge("M2", "P1", "P0", 4)])
    assert makers(both)["E"] == "P0"


def test_a_circle_of_merges_is_an_error_that_names_them() -> None:
    """No id stays, and the reader is told which statements contradict."""
    stream = Stream([made("E"), merge("M1", "P1", "P2", 2), merge("M2", "P2", "P1", 4)])
    assert makers(stream, 3) == {"E": "P2"}
    with pytest.raises(ContradictionError, match=r"'M1' \(P1 is P2\), 'M2' \(P2 is P1\)"):
        stream.known()


def test_persons_are_known_under_the_id_that_stays() -> None:
    """The record of the id that stays wins; else the latest of those given up; other people are left alone."""
    one = Owner(id=PersonId("P1"), colour=Colour.RED, recorded_at=moment(1))
    two = Owner(id=PersonId("P2"), colour=Colour.BLUE, recorded_at=moment(2))
    other = Owner(id=PersonId("P7"), colour=Colour.GREEN)
    to_two = Stream([one, two, other, merge("M", "P1", "P2", 3)]).known()
    assert {name: person.colour for name, person in to_two.persons.items() if isinstance(person, Owner)} == {
        "P2": Colour.BLUE,
        "P7": Colour.GREEN,
    }
    to_three = Stream([one, two, merge("M", "P1", "P3", 3), merge("N", "P2", "P3", 3)]).known()
    assert {name: person.colour for name, person in to_three.persons.items() if isinstance(person, Owner)} == {
        "P3": Colour.BLUE
    }


def test_contradictions_are_refused_by_name() -> None:
    """One id, one moment, two contents: an error that says what differs; also between two types, and two persons."""
    with pytest.raises(ContradictionError, match=r"(?s)Made 'E'.*maker P1 or P2.*later recorded_at"):
        Stream([made("E", "P1", at=1), made("E", "P2", at=1)])
    broken = Broken(id=EventId("E"), occurred_on=DAY, case=CaseId("C"))
    with pytest.raises(ContradictionError, match="one is a Made, the other a Broken"):
        Stream([made("E"), broken])
    with pytest.raises(ContradictionError, match="colours blue, red or missing"):
        Stream([made("E", colours=frozenset({Colour.RED, Colour.BLUE})), made("E")])
    with pytest.raises(ContradictionError, match="helpers none or P1"):
        Stream([made("E"), revised(made("E"), helpers=frozenset({PersonId("P1")}))])
    assert len(Stream([Owner(id=PersonId("E")), made("E")])) == 2, "persons and events have ids of their own"


def test_values_of_the_wrong_type_are_refused() -> None:
    """What Python did not check when the event was made, the stream does: the field, the value and what it holds."""
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"maker": 5}, "5 is no PersonId"),
        ({"maker": None}, "None is no PersonId"),
        ({"occurred_on": moment(1)}, "is no date"),
        ({"helpers": {"P1"}}, "is no frozenset"),
        ({"helpers": frozenset({5})}, "is no frozenset"),
        ({"safe": 1}, "1 is no bool"),
        ({"parts": True}, "True is no int"),
        ({"price": 1.5}, "1.5 is no Decimal"),
        ({"shape": "round"}, "'round' is no Shape"),
    ]
    for changes, words in wrong:
        (name,) = changes
        with pytest.raises(StreamError, match=f"(?s)field '{name}'.*{words}"):
            Stream([revised(made("E"), **changes)])
    with pytest.raises(StreamError, match="is no record"):
        Stream(["x"])  # type: ignore[list-item]


def test_the_latest_day_is_the_last_anything_occurred() -> None:
    """It is the day of a report that is given none; an empty stream has no such day."""
    assert Stream([made("E"), revised(made("F"), occurred_on=date(2024, 5, 1))]).known().latest_day() == date(
        2024, 5, 1
    )
    with pytest.raises(StreamError, match="pass as_at"):
        Stream().known().latest_day()


# --- spans

FIRST = date(2024, 1, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(8)]
spans = st.builds(
    lambda days, early: tuple(sorted({*days, *([date.min] if early else [])})),
    st.frozensets(st.sampled_from(DAYS), max_size=5),
    st.booleans(),
)


def covered(one: tuple[date, ...]) -> set[date]:
    return {day for day in [date.min, *DAYS, date.max] if holds(one, day)}


EVERY = {date.min, *DAYS, date.max}


@given(spans, spans)
def test_span_algebra_is_set_algebra(one: tuple[date, ...], other: tuple[date, ...]) -> None:
    """Union, intersection and complement of spans are those of the sets of dates; spans stay sorted."""
    assert covered(union(one, other)) == covered(one) | covered(other)
    assert covered(intersection(one, other)) == covered(one) & covered(other)
    assert covered(complement(one)) == EVERY - covered(one)
    assert complement(complement(one)) == one
    assert list(union(one, other)) == sorted(set(union(one, other)))


@given(st.lists(st.tuples(st.sampled_from(["a", "b", None]), spans), max_size=4), st.integers(1, 3))
def test_thresholds_count_overlaps(keyed: list[tuple[Any, tuple[date, ...]]], n: int) -> None:
    """At least n holds where n spans overlap, and with keys where n known keys do."""
    several = [one for _, one in keyed]
    for day in EVERY:
        assert holds(at_least(n, several), day) == (sum(holds(one, day) for one in several) >= n)
        keys = {key for key, one in keyed if holds(one, day)} - {None}
        assert holds(at_least_distinct(n, keyed), day) == (len(keys) >= n)


def test_always_and_never_are_each_others_complement() -> None:
    """The two ends of the algebra."""
    assert (complement(ALWAYS), complement(NEVER)) == (NEVER, ALWAYS)
