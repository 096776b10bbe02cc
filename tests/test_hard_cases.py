"""Attempts to break the core: inputs and rules in which a figure could go wrong without a word."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import permutations
from typing import Any

import pytest

from impact_metrics import (
    CaseId,
    Catalogue,
    ContradictionError,
    Event,
    EventId,
    Field,
    Metric,
    ModelError,
    PersonId,
    Retraction,
    RuleError,
    SamePerson,
    Source,
    Stream,
    StreamError,
    Unit,
    alias,
    all_of,
    any_of,
    at_least,
    constraint,
    count,
    distinct,
    evaluate,
    exists,
    field,
    link,
    not_,
    rows,
    total,
)
from impact_metrics.engines.spans import SpansEngine
from impact_metrics.expressions import AllOf, Exists, Row
from impact_metrics.model import Model
from impact_metrics.reports import violations
from impact_metrics.rules import Disjoint, Subset
from tests.toys import TOYS, BoxId, Broken, Colour, Made, Shape, Sold

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
    day: Any = DAY
    for ask in (lambda: stream.known(day), lambda: evaluate(catalogue, stream, known_at=day)):
        with pytest.raises(StreamError, match=r"(?s)known_at is a moment.*pass datetime"):
            ask()
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


def refused(build: Any, *words: str, error: type[Exception] = RuleError) -> None:
    """An error whose text, hint included, has all the words."""
    with pytest.raises(error) as caught:
        build()
    for word in words:
        assert word in str(caught.value)


def test_one_value_is_no_set_of_values() -> None:
    """A string is a collection of its letters: in_("P-1") would count the persons P, - and 1, and say nothing."""
    hint = "use == for one value"
    shape: Any = Made.shape
    colours: Any = Made.colours
    case: Any = Made.case
    maker: Any = Made.maker
    refused(lambda: maker.in_("P-1"), "Made.maker.in_", "'P-1' is no set", hint)
    refused(lambda: shape.not_in(Shape.ROUND), "Made.shape.not_in", hint)
    refused(lambda: colours.overlaps("red"), "Made.colours.overlaps", hint)
    refused(lambda: case.in_(Sold.case), "Expr(Sold.case) is no set", hint)
    assert shape.in_(Shape).among.members == (Shape.ROUND, Shape.SQUARE), "a code list is the set of its codes"


def test_a_threshold_is_a_whole_number() -> None:
    """Half an event cannot be counted, and True is no number."""
    wrong: Any
    for wrong in (2.5, True):
        refused(partial(at_least, wrong, Made), "at_least", f"{wrong} is no number of events", "a whole number")
        refused(partial(distinct(Made.maker).at_least, wrong), f"{wrong} is no number of events")


def test_no_rule_reads_when_something_was_recorded() -> None:
    """Not even whether it is missing: what is known is decided before a rule is asked."""
    refused(Made.recorded_at.is_missing, "Made.recorded_at", "pass known_at")


def test_a_date_moves_by_fewer_days_than_there_are() -> None:
    """Shifts add up, and one that no calendar holds is refused where it is written, not when a stream is read."""
    year = timedelta(days=365)
    assert str((Made.due + year - year).node) == "Made.due + 0 days"
    refused(lambda: Made.due + timedelta.max // timedelta(days=1) * timedelta(days=1) + year, "Made.due", "no calendar")


def test_rows_inside_each_other_have_names_of_their_own() -> None:
    """A tree that binds a row twice, or two types under one name, is refused however it was put together."""
    inner = Row(Made.__record__, "x")
    twice = Exists(inner, Exists(inner, AllOf(())))
    refused(lambda: distinct(Sold.buyer).where(twice), "x is bound twice", 'alias(Made, "other")')
    refused(lambda: rows(Sold).where(at_least(2, Made, twice)), "x is bound twice")
    made_o, sold_o = alias(Made, "o"), alias(Sold, "o")
    refused(lambda: total(Made.parts).where(exists(made_o, exists(sold_o))), "o names two rows of two types")
    refused(lambda: rows(Sold).where(exists(alias(Made, "Sold"))), "Sold names two rows of two types")
    rows(Sold).where(exists(made_o), exists(sold_o))


def metric(name: str, measure: Any, unit: Unit | None = None) -> Metric:
    unit = Unit("row", "rows") if unit is None else unit
    return Metric(
        id=name, version="1", title=name, definition=None, source=Source("A", "B"), unit=unit, measure=measure
    )


def test_a_metric_measures_something() -> None:
    """Rows are no number before they are counted."""
    refused(lambda: metric("m", rows(Made)), "metric 'm'", "Rows is no measure", "count(rows(Trial))")


@pytest.mark.parametrize("invariant", [Subset("people", "all_rows", "why"), Disjoint("people", "orders", "why")])
def test_a_catalogue_checks_invariants_however_they_were_declared(invariant: Any) -> None:
    """An invariant read from a file has not been through subset() or disjoint(); it is refused all the same."""
    metrics = (
        metric("people", count(distinct(Made.maker)), Unit("person", "persons", PersonId)),
        metric("orders", count(distinct(Made.case)), Unit("order", "orders", CaseId)),
        metric("all_rows", count(rows(Made))),
    )
    refused(
        lambda: Catalogue(id="c", version="1", title="C", model=TOYS, metrics=metrics, invariants=(invariant,)),
        "people and",
    )


def test_a_field_keeps_the_type_it_was_inherited_with() -> None:
    """Engines rely on the date of an event; its words may be chosen anew, its type may not."""

    class Reworded(Event):
        """A thing happens."""

        occurred_on: Field[date] = field("the day of the ruling")

    assert Reworded.__record__.field("occurred_on").doc == "the day of the ruling"

    def undated() -> type[Event]:
        class Undated(Event):
            """A thing happens at some time."""

            occurred_on: Field[date | None] = field("the day, where known", default=None)  # type: ignore[assignment]

        return Undated

    refused(undated, "Undated.occurred_on", "inherited as date", error=ModelError)


def test_a_field_without_type_or_with_a_hidden_name_is_refused() -> None:
    """It would be no field at all, or one that the constructor knows under another name."""

    def untyped() -> type[Event]:
        class Untyped(Event):
            """A thing happens."""

            case = link("the case")

        return Untyped

    def hidden() -> type[Event]:
        class Hidden(Event):
            """A thing happens."""

            _case: Field[CaseId] = link("the case")

        return Hidden

    refused(untyped, "Untyped.case", "needs a type", "case: Field[...]", error=ModelError)
    refused(hidden, "Hidden._case", "begins with a letter", "name it case", error=ModelError)


def test_evidence_of_a_link_between_three_is_of_its_day() -> None:
    """What is linked through two rows at once is found when the rule is asked, and only what had happened then."""
    sold = alias(Sold, "sold")
    swap = exists(sold, sold.case == Made.case, exists(Broken, Broken.case == sold.case, sold.buyer != Made.maker))
    whole = all_of(any_of(Made.parts == 1, Made.parts == 2), not_(exists(Broken, Broken.case == Made.case)))
    either = distinct(Made.maker).where(any_of(whole, swap))

    def sale(name: str, day: int) -> Sold:
        return Sold(
            id=EventId(name), occurred_on=date(2024, 1, day), buyer=PersonId("P2"), case=CaseId("C"), box=BoxId("B"),
            colour=Colour.RED, gift=False, pieces=1,
        )  # fmt: skip

    broken = [Broken(id=EventId(f"B{day}"), occurred_on=date(2024, 1, day), case=CaseId("C")) for day in (2, 4)]
    stream = Stream([made("E", case=CaseId("C"), parts=1), sale("S1", 1), sale("S5", 5), *broken])
    engine = SpansEngine(stream.known())
    found = {
        day: {event.id for event in engine.witnesses(either, "P1", date(2024, 1, day)).linked} for day in (1, 2, 4, 5)
    }
    assert found == {1: set(), 2: {"S1", "B2"}, 4: {"S1", "B2", "B4"}, 5: {"S1", "S5", "B2", "B4"}}
    unbroken = Stream([made("E", case=CaseId("C"), parts=1)])
    assert SpansEngine(unbroken.known()).members_at(either, DAY) == {"P1"}


def test_evidence_through_several_keys() -> None:
    """What any member of a set-valued role links to is evidence, as far as it had happened."""
    helped = distinct(Made.maker).where(exists(Sold, Made.helpers.contains(Sold.buyer)))
    sales = [
        Sold(
            id=EventId(name), occurred_on=date(2024, 1, day), buyer=PersonId(buyer), case=CaseId("C"), box=BoxId("B"),
            colour=Colour.RED, gift=False, pieces=1,
        )
        for name, buyer, day in [("S1", "P2", 1), ("S2", "P3", 1), ("S3", "P4", 1), ("S4", "P3", 3)]
    ]  # fmt: skip
    helpers = frozenset({PersonId("P2"), PersonId("P3")})
    toy = Made(id=EventId("E"), occurred_on=DAY, maker=PersonId("P1"), helpers=helpers)
    engine = SpansEngine(Stream([toy, *sales]).known())
    found = {day: [event.id for event in engine.witnesses(helped, "P1", date(2024, 1, day)).linked] for day in (1, 3)}
    assert found == {1: ["S1", "S2"], 3: ["S1", "S2", "S4"]}
