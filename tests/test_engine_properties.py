"""The reference engine against brute force, for random rules and streams."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics import Catalogue, Metric, Source, Stream, Unit, evaluate
from impact_metrics.engines.spans import SpansEngine
from impact_metrics.expressions import AtLeast, Compare, Condition, Not, Operand, Operator, walk
from impact_metrics.expressions.walk import operands
from impact_metrics.model import Event
from impact_metrics.rules import (
    Count,
    Distinct,
    Funnel,
    Listing,
    Measure,
    Population,
    Proportion,
    RowCount,
    TimeBetween,
    Total,
    Without,
)
from impact_metrics.rules.measures import KINDS
from impact_metrics.rules.populations import distincts, parts
from impact_metrics.streams.versions import ALWAYS_KNOWN
from impact_metrics.testing import measures, populations, streams
from impact_metrics.testing.values import MOMENTS
from tests import oracle
from tests.conftest import PROFILE
from tests.toys import TOYS

if TYPE_CHECKING:
    from collections.abc import Iterator


def known_events(stream: Stream, known_at: Any = None) -> list[Event]:
    return [event for events in stream.known(known_at).rows.values() for event in events]


@given(streams(TOYS), populations(TOYS))
def test_spans_equal_brute_force_at_every_date(stream: Stream, population: Population[Any]) -> None:
    """Membership as a step function of the date is membership evaluated afresh at each date."""
    events = known_events(stream)
    engine = SpansEngine(stream.known())
    for day in oracle.days_of_interest(events):
        assert engine.members_at(population, day) == oracle.members(population, events, day)


@given(streams(TOYS), measures(TOYS))
def test_figures_equal_brute_force_at_every_date(stream: Stream, measure: Measure) -> None:
    """Counts, row counts and totals, with their rows and missing numbers, are those of brute force at each date."""
    events = known_events(stream)
    engine = SpansEngine(stream.known())
    for day in oracle.days_of_interest(events):
        figure = engine.figure(measure, day)
        value, rows, missing = oracle.figure(measure, events, day)
        assert figure.value == value
        if isinstance(measure, Total):
            assert (figure.behind.rows, figure.behind.missing) == (rows, missing)


@given(streams(TOYS, bookkeeping=True), st.sampled_from([None, ALWAYS_KNOWN, *MOMENTS]))
def test_known_view_equals_brute_force(stream: Stream, known_at: Any) -> None:
    """What is known at a moment is what reading the definition record by record gives."""
    expected = sorted(oracle.known(stream, known_at), key=lambda event: event.id)
    assert sorted(known_events(stream, known_at), key=lambda event: event.id) == expected


@given(streams(TOYS, bookkeeping=True), populations(TOYS), st.randoms(use_true_random=False))
def test_order_and_repeats_of_records_do_not_matter(stream: Stream, population: Population[Any], chance: Any) -> None:
    """A stream is a collection: shuffling it, and repeating some of it, changes nobody's membership."""
    shuffled = list(stream)
    shuffled += shuffled[:3]
    chance.shuffle(shuffled)
    again = SpansEngine(Stream(shuffled).known())
    assert dict(again.members(population)) == dict(SpansEngine(stream.known()).members(population))


@given(streams(TOYS), measures(TOYS))
def test_evidence_is_real(stream: Stream, measure: Measure) -> None:
    """Everybody who counts has evidence, it is visible, and for rules that only add it is enough by itself."""
    events = known_events(stream)
    day = max((event.occurred_on for event in events), default=date(2024, 1, 1))
    engine = SpansEngine(stream.known())
    for subject, witnesses in engine.evidence(measure, day):
        assert witnesses.index
        behind = [*witnesses.index, *witnesses.linked]
        assert all(event in events and event.occurred_on <= day for event in behind)
        assert len({event.id for event in behind}) == len(behind)
        if only_adds(measure):
            alone = SpansEngine(Stream(behind).known())
            assert subject in dict(alone.evidence(measure, day))


def only_adds(measure: Measure) -> bool:
    """Whether no event can take anybody out of a figure."""
    nodes = list(conditions_of(measure))
    return not any(isinstance(node, Not) for node in nodes) and not takes_away(measure)


def takes_away(measure: Measure) -> bool:
    return any(isinstance(item, Without) for population in counted_by(measure) for item in all_parts(population))


def counted_by(measure: Measure) -> tuple[Population[Any], ...]:
    """The populations that decide on whom a measure counts."""
    if isinstance(measure, Funnel):
        return measure.populations
    if isinstance(measure, Proportion | TimeBetween):
        return measure.populations[:2]
    if isinstance(measure, Listing):
        return (measure.entries,)
    return measure.every_population


def all_parts(population: Population[Any]) -> Iterator[Population[Any]]:
    yield population
    for part in parts(population):
        yield from all_parts(part)


def conditions_of(measure: Measure) -> Iterator[Condition]:
    whole = counted_by(measure) if isinstance(measure, Proportion | TimeBetween) else measure.every_population
    for population in whole:
        for distinct in distincts(population):
            yield from walk(distinct.condition)
    for lines in measure.every_line:
        yield from walk(lines.condition)


def sampled(strategy: st.SearchStrategy[Any], count: int) -> list[Any]:
    """Draw so many values, the same each time."""
    found: list[Any] = []

    @given(strategy)
    def draw(value: Any) -> None:
        found.append(value)

    from hypothesis import HealthCheck, Phase, seed, settings  # noqa: PLC0415 - only here

    fixed = settings(max_examples=count, phases=[Phase.generate], database=None, deadline=None)
    seed(1)(settings(fixed, suppress_health_check=list(HealthCheck))(draw))()
    return found


def test_strategies_reach_every_node_operator_and_record() -> None:
    """Drawn rules hold every node class, operand, operator and threshold; drawn streams every record class."""
    drawn = sampled(measures(TOYS), 600)
    nodes = [node for measure in drawn for node in conditions_of(measure)]
    assert {type(node) for node in nodes} == set(get_args(Condition))
    read = {type(operand) for node in nodes for operand in operands(node)}
    assert read == set(get_args(Operand))
    assert {node.operator for node in nodes if isinstance(node, Compare)} == set(Operator)
    assert {type(measure) for measure in drawn} == set(KINDS)
    reached = [item for measure in drawn if isinstance(measure, Count) for item in all_parts(measure.population)]
    assert {type(item).__name__ for item in reached} == {"Distinct", "Both", "Either", "Without"}
    assert {(item.minimum > 1, item.on is None) for item in reached if isinstance(item, Distinct)} == {
        (several, on) for several in (True, False) for on in (True, False)
    }
    assert {node.on is None for node in nodes if isinstance(node, AtLeast)} == {True, False}
    records = [record for stream in sampled(streams(TOYS, bookkeeping=True), 100) for record in stream]
    assert {type(record) for record in records} == set(TOYS.record_types)
    for event in TOYS.events:
        optional = [spec.name for spec in event.__record__.fields if spec.optional]
        found = [record for record in records if isinstance(record, event)]
        assert all({getattr(record, name) is None for record in found} == {True, False} for name in optional)


def test_drawn_rules_count_somebody_often_enough() -> None:
    """The properties are about something: a good part of drawn populations has members, in drawn streams."""
    pairs = sampled(st.tuples(streams(TOYS), populations(TOYS)), 400 if PROFILE == "thorough" else 80)
    counted = sum(bool(SpansEngine(stream.known()).members(population)) for stream, population in pairs)
    assert counted > len(pairs) / 20


@pytest.mark.parametrize("known_at", [None, MOMENTS[10]])
def test_a_report_says_what_its_engine_says(known_at: Any) -> None:
    """Evaluation hands the figures of the engine through, for the known view that was asked for."""
    stream = next(stream for stream in sampled(streams(TOYS, bookkeeping=True), 50) if len(known_events(stream)) > 4)
    measure = next(item for item in sampled(measures(TOYS), 50) if isinstance(item, RowCount))
    metric = Metric(
        id="m",
        version="1",
        title="M",
        definition=None,
        source=Source("A", "B"),
        unit=Unit("row", "rows"),
        measure=measure,
    )
    catalogue = Catalogue(id="c", version="1", title="C", model=TOYS, metrics=(metric,))
    day = date(2024, 1, 1)
    report = evaluate(catalogue, stream, as_at=day, known_at=known_at)
    assert report.values() == {"m": oracle.figure(measure, oracle.known(stream, known_at), day)[0]}
