"""Whole reports, drawn and compared: the same question asked of the reference engine, databases and brute force."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import attrs
from hypothesis import strategies as st

from impact_metrics import Catalogue, Metric, Model, Source, Stream, Unit
from impact_metrics.engines import Engine
from impact_metrics.engines.duckdb.database import connect
from impact_metrics.engines.spans import SpansEngine
from impact_metrics.errors import ImpactMetricsError
from impact_metrics.expressions import FieldRef
from impact_metrics.model.persons import PersonAttribute
from impact_metrics.reports.history import evidence_of
from impact_metrics.rules import Listing, Measure, SubjectTable, Timed, Total
from impact_metrics.rules.breakdowns import Breakdown
from impact_metrics.rules.dimensions import Band, ByAge, ByBand, ByField, ByPerson, ByTime, Dimension
from impact_metrics.rules.measures import Ending, Parts, Proportion, Subjects, population_of
from impact_metrics.rules.periods import periods, periods_between
from impact_metrics.rules.populations import entering, subject_kind
from impact_metrics.streams.versions import ALWAYS_KNOWN
from impact_metrics.testing import measures, streams
from impact_metrics.testing.values import DAYS, MOMENTS
from impact_metrics.values import DateKind, IdKind, NumberKind, TimestampKind
from tests import oracle

BANDS = (Band("none or one", 0, 1), Band("two", 2, 2), Band("more", 4))
BOUNDARIES = [DAYS[0], DAYS[1], DAYS[3], DAYS[4], DAYS[5] + timedelta(days=2)]


@attrs.frozen
class Question:
    """What is asked: some measures of one stream, with a breakdown for each that has one."""

    model: Model
    stream: Stream
    measures: tuple[Measure, ...]
    as_at: date
    known_at: datetime | None
    breakdowns: tuple[Breakdown, ...]


def readable(row: Any) -> list[Any]:
    """Give the fields by which events of a row can be broken down."""
    return [FieldRef(row, spec.name) for spec in row.record.fields if not isinstance(spec.kind, TimestampKind)]


def dimensions(model: Model, measure: Measure) -> list[Dimension]:
    """Give every dimension that a measure of a model can be broken down by."""
    population = population_of(measure)
    if population is not None:
        rows = list(dict.fromkeys(distinct.row for distinct in entering(population)))
    else:
        rows = [] if measure.lines is None else [measure.lines.row]
    found: list[Dimension] = [ByTime("year"), ByTime("month"), ByTime("quarter", 4), ByTime("year", 7)]
    for row in rows:
        for field in readable(row):
            found.append(ByField(field))
            if field.spec.kind == NumberKind() and not field.spec.many:
                found.append(ByBand(field, BANDS))
            if field.spec.kind == IdKind("PersonId") and model.person is not None:
                for spec in model.person.__record__.fields:
                    if isinstance(spec.kind, TimestampKind):
                        continue
                    attribute = PersonAttribute(field, model.person.__record__, spec.name)
                    found.append(ByPerson(attribute))
                    if isinstance(spec.kind, DateKind):
                        found.append(ByAge(attribute, (Band("newborn", 0, 0), Band("older", 1))))
    return found


@st.composite
def questions(draw: Callable[[st.SearchStrategy[Any]], Any], model: Model, most: int = 5) -> Question:
    """Draw a question: rules, stream, dates of both kinds, periods and dimensions."""
    asked = tuple(draw(st.lists(measures(model), min_size=1, max_size=most)))
    drawn = draw(
        st.sampled_from(
            [
                periods_between(BOUNDARIES),
                periods_between([DAYS[2], DAYS[3]]),
                periods("month", DAYS[0], DAYS[-1]),
                periods("year", DAYS[0], DAYS[-1], year_starts=4),
            ]
        )
    )
    breakdowns = []
    for measure in asked:
        by = draw(st.lists(st.sampled_from(dimensions(model, measure)), max_size=2))
        breakdowns.append(Breakdown(drawn, tuple(by), draw(st.booleans())))
    return Question(
        model=model,
        stream=draw(streams(model, bookkeeping=draw(st.booleans()))),
        measures=asked,
        as_at=draw(st.sampled_from([*DAYS, DAYS[0] - timedelta(days=1), date.min, date.max])),
        known_at=draw(st.sampled_from([None, None, ALWAYS_KNOWN, *MOMENTS[::3]])),
        breakdowns=tuple(breakdowns),
    )


def outcome(work: Callable[[], Any]) -> Any:
    """Give what comes out, or the error that is raised, as text."""
    try:
        return work()
    except ImpactMetricsError as error:
        return f"{type(error).__name__}: {error}"


def answers(question: Question, engine: Engine) -> Iterator[tuple[str, Any]]:
    """Ask an engine everything that reports ask."""
    yield "figures", list(engine.figures(question.measures, question.as_at))
    yield "first day", engine.first_day()
    yield "latest day", outcome(engine.latest_day)
    for measure, breakdown in zip(question.measures, question.breakdowns, strict=True):
        for frame in measure.frames:
            if isinstance(frame, Subjects):
                yield "states", dict(engine.states(frame, question.as_at))
                yield "tallies", outcome(lambda f=frame, b=breakdown: tallies(engine, f, b, question.as_at))
                yield "stocks", outcome(lambda f=frame, b=breakdown: dict(engine.stocks(f, b)))
            else:
                yield "sums", outcome(lambda f=frame, b=breakdown: plain_lists(engine.sums(f, b)))
        if isinstance(measure, SubjectTable):
            yield "rows", dict(engine.states(measure.rows, question.as_at))
        if isinstance(measure, Listing):
            yield "listed", list(engine.listed(measure.entries, question.as_at))
        if isinstance(measure, Timed):
            yield "spells", dict(engine.states(measure.watching.frame, question.as_at))
            yield (
                "life tables",
                outcome(lambda m=measure, b=breakdown: tallies(engine, m.watching.frame, b, question.as_at)),
            )
        if measure.counted is not None:
            yield "members", engine.members_at(measure.counted, question.as_at)
        if (counted := measure.counted or measure.lines) is not None:
            yield "entries", list(engine.entries(counted, question.as_at))
        yield "evidence", evidence(engine, measure, question.as_at)
    for constraint in question.model.constraints:
        yield "violations", sorted(event.id for event in engine.violations(constraint, question.as_at))


def tallies(engine: Engine, frame: Subjects, breakdown: Breakdown, day: date) -> Any:
    """Give who entered in each period, by cell, as plain data."""
    found = engine.tallies(frame, breakdown, day)
    return {cell: [dict(states) for states in periods] for cell, periods in found.items()}


def plain_lists(found: Any) -> Any:
    """Give what stands in each cell as lists."""
    return {cell: list(periods) for cell, periods in found.items()}


def evidence(engine: Engine, measure: Measure, day: date) -> Any:
    """Give the evidence as reports work it out."""
    return list(evidence_of(engine, measure, day))


def disagreement(question: Question, opening: Callable[[Stream, Model], Any]) -> str:
    """Name the first thing about which a database disagrees with the reference or with brute force, or nothing."""
    expected = outcome(lambda: SpansEngine(question.stream.known(question.known_at)))
    with opening(question.stream, question.model) as tables:
        engine = outcome(lambda: tables.engine(question.known_at))
        if isinstance(expected, str):
            return "" if engine == expected else f"error: {expected} / {engine}"
        assert not isinstance(engine, str), engine
        asked = zip(answers(question, expected), answers(question, engine), strict=True)
        for (what, one), (_, other) in asked:
            if one != other:
                return f"{what}: {one} / {other}"
        events = oracle.known(question.stream, question.known_at)
        for measure, figure in zip(question.measures, engine.figures(question.measures, question.as_at), strict=True):
            value, rows, missing = oracle.figure(measure, events, question.as_at)
            behind = figure.behind
            if figure.value != value or (
                isinstance(measure, Total) and (behind.rows, behind.missing) != (rows, missing)
            ):
                return f"brute force: {value} / {figure}"
            if isinstance(measure, SubjectTable) and engine.states(measure.rows, question.as_at) != (
                table := oracle.table(measure, events, question.as_at)
            ):
                return f"brute force: {table}"
            if isinstance(measure, Listing):
                expected_entries = oracle.entries(measure, events, question.as_at)
                if dict(engine.listed(measure.entries, question.as_at)) != expected_entries:
                    return f"brute force: {expected_entries}"
            if isinstance(measure, Proportion):
                expected_parts = oracle.parts(measure, events, question.as_at)
                if plain(behind) != expected_parts:
                    return f"brute force: {expected_parts} / {behind}"
            if isinstance(measure, Timed):
                lives = oracle.lives(measure, events, question.as_at)
                told = {
                    who: (spell.days, _WORDS[spell.ending])
                    for who, spell in engine.states(measure.watching.frame, question.as_at).items()
                }
                if told != lives:
                    return f"brute force: {lives} / {told}"
    return ""


def plain(parts: Parts) -> tuple[Any, ...]:
    """Give what a share is made of as brute force gives it."""
    *numbers, changes = attrs.astuple(parts, recurse=False)
    return *numbers, None if changes is None else attrs.astuple(changes, recurse=False)


_WORDS = {Ending.OUTCOME: "ended", Ending.NOT_YET: "waiting", Ending.LOST: "lost"}


def small_connection() -> Any:
    """Open a connection for little data."""
    return connect(threads=1)


def catalogue_of(model: Model, asked: tuple[Measure, ...]) -> Catalogue:
    """Make a catalogue of measures."""
    return Catalogue(
        id="c", version="1", title="C", model=model, metrics=tuple(metric(f"m{n}", m) for n, m in enumerate(asked))
    )


def metric(name: str, measure: Measure) -> Metric:
    """Make a metric of a measure."""
    population = population_of(measure)
    counted = None if population is None else subject_kind(population).name
    return Metric(
        id=name,
        version="1",
        title=name,
        definition=None,
        source=Source("A", "B"),
        unit=Unit("one", "several", counted),
        measure=measure,
    )
