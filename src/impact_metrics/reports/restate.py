"""The restatement bridge: from a figure as it was published to the figure for the same date as it is known now.

What became known between the two moments is let in one kind after the other, and the figure is evaluated after each
step; so the lines add up exactly, whatever the rule. The order is part of the bridge's meaning: late records,
corrections, retractions, merges of persons, and last the change of definition.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import reduce
from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.engines.spans import SpansEngine
from impact_metrics.engines.spans.exact import exact_sum
from impact_metrics.errors import ContradictionError, RuleError, StreamError, nearest
from impact_metrics.model import Event, Retraction, SamePerson, ids_in
from impact_metrics.reports.plots import waterfall
from impact_metrics.reports.table import Column, Table, Tabular, exactly
from impact_metrics.rules import Catalogue, Metric
from impact_metrics.rules.measures import Heading, Measure, Part
from impact_metrics.rules.measures.parts import VALUE
from impact_metrics.streams.known import KnownView
from impact_metrics.streams.versions import AnyRecord, group, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from matplotlib.figure import Figure

    from impact_metrics.streams import Stream


SHOWN = 3
"""How many ids a list names on a terminal."""


class Cause(Enum):
    """Why a figure for one and the same date changed."""

    LATE = "recorded late"
    CORRECTED = "corrected"
    RETRACTED = "retracted"
    MERGED = "merged persons"
    DEFINITION = "definition changed"


@attrs.frozen
class BridgeLine:
    """One step of the bridge: by how much the figure changed, through whom, and through which records.

    ``added`` and ``removed`` are subjects (for totals and row counts: event ids) that count now and did not before, and
    the reverse. ``merged`` are ids that were counted and are now counted under another id. ``records`` are the ids of
    the records that made the step for these subjects.
    """

    cause: Cause
    change: int | Decimal
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    records: tuple[str, ...] = ()


@attrs.frozen
class Bridge:
    """From the figure published to the figure known now, for one metric and one date.

    A share has two, one for its ``numerator`` and one for its ``denominator``: its own change is no sum of causes. So
    have times, one for who ``ended`` and one for the ``cohort``: what a median changes by is no sum either. A funnel
    has one for each stage, ``stage_1`` and so on, and a list the one of its number of entries.
    """

    metric: Metric
    as_at: date
    published: int | Decimal
    lines: tuple[BridgeLine, ...]
    restated: int | Decimal
    part: str = ""

    @property
    def name(self) -> str:
        """The id of the metric, with the part of a share or time: ``conviction_rate.numerator``."""
        return f"{self.metric.id}.{self.part}" if self.part else self.metric.id

    def __attrs_post_init__(self) -> None:
        """The lines add up exactly, or there is no bridge."""
        if self.published + sum(line.change for line in self.lines) != self.restated:
            raise AssertionError(f"the bridge of {self.metric} does not add up")


@attrs.frozen(kw_only=True)
class Restatement(Tabular):
    """The bridges of all metrics between two moments of knowledge."""

    known_from: datetime
    known_to: datetime
    bridges: tuple[Bridge, ...]

    def __getitem__(self, metric_id: str) -> Bridge:
        """Give the bridge of one metric, or of one part of a share or time, as ``conviction_rate.numerator``.

        Raises ``RuleError`` with the nearest right name.
        """
        found = {bridge.name: bridge for bridge in self.bridges}
        if metric_id not in found:
            raise RuleError(f"there is no metric {metric_id!r}", where="restatement", hint=nearest(metric_id, found))
        return found[metric_id]

    def plot(self, metric_id: str, path: Path | None = None) -> Figure:
        """Draw one metric's bridge as a waterfall; see :mod:`impact_metrics.reports.plots`."""
        return waterfall(self[metric_id], path)

    @property
    def table(self) -> Table:
        """The bridges as a table: a row for the published figure, each cause with a change, and the restated figure."""
        rows = tuple(row for bridge in self.bridges for row in _rows(bridge))
        return Table((*_STEP, exactly(_FIGURE, (row[len(_STEP)] for row in rows)), *_WHO), rows)

    def __str__(self) -> str:
        """Lay the bridges out for a terminal, long lists shortened; the table has them whole."""
        head = f"From what was known at {self.known_from.isoformat()} to what was known at {self.known_to.isoformat()}"
        whole = self.table
        shortened = Table(
            whole.columns, tuple((*row[: -len(_WHO)], *map(_shortened, row[-len(_WHO) :])) for row in whole.rows)
        )
        return f"{head}\n\n{shortened}"


_STEP = (
    Column("metric", "text", "the id of the metric; of a share, funnel or time, followed by which part of it"),
    Column("as_at", "date", "the date that both figures are for"),
    Column("step", "text", "the published figure, a cause of change, or the restated figure"),
)
_FIGURE = Column("figure", "integer", "a figure, or by how much it changed")
_WHO = (
    Column("added", "text", "subjects (for totals: events) that count now and did not"),
    Column("removed", "text", "subjects that counted and no longer do"),
    Column("merged", "text", "ids that are now counted under another id"),
    Column("records", "text", "the records that made the change"),
)


def _rows(bridge: Bridge) -> Iterator[tuple[Any, ...]]:
    name, day = bridge.name, bridge.as_at
    yield name, day, "published", bridge.published, None, None, None, None
    for line in bridge.lines:
        if line != BridgeLine(line.cause, 0):
            lists = (line.added, line.removed, line.merged, line.records)
            yield name, day, line.cause.value, line.change, *(", ".join(items) or None for items in lists)
    yield name, day, "restated", bridge.restated, None, None, None, None


def _shortened(listed: str | None) -> str | None:
    items = (listed or "").split(", ")
    return listed if len(items) <= SHOWN else f"{', '.join(items[:SHOWN])} and {len(items) - SHOWN:,} more"


def restate(
    catalogue: Catalogue,
    stream: Stream,
    *,
    as_at: date,
    known_at: tuple[datetime, datetime],
    restated_by: Catalogue | None = None,
) -> Restatement:
    """Explain, metric by metric, how a figure published at one moment became what is known at a later one.

    ``restated_by`` is the catalogue in force at the later moment, where definitions changed; metrics are matched by id,
    and one that has no counterpart is left out.

    A share is explained by its numerator and its denominator, each by itself, a funnel by its stages, and times by who
    ended and by their cohort. Raises ``StreamError`` when the moments are in the wrong order, and ``RuleError`` when
    the two catalogues share no metric, or when one of them makes a share, or a time, of what is none in the other.
    """
    earlier, later = (when if when.tzinfo else when.replace(tzinfo=UTC) for when in known_at)
    if later < earlier:
        raise StreamError(f"{later} is before {earlier}", where="known_at", hint="give the earlier moment first")
    now = catalogue if restated_by is None else restated_by
    pairs = [(metric, now.by_id[metric.id]) for metric in catalogue.metrics if metric.id in now.by_id]
    if not pairs:
        raise RuleError("the two catalogues have no metric in common", where=f"{catalogue.id!r} and {now.id!r}")
    stages = _stages(stream, earlier, later)
    return Restatement(
        known_from=earlier,
        known_to=later,
        bridges=tuple(bridge for pair in pairs for bridge in _bridges(*pair, stages, as_at)),
    )


def _bridges(metric: Metric, successor: Metric, stages: Sequence[_Stage], day: date) -> Iterator[Bridge]:
    before, after = metric.measure, successor.measure
    one_number = (Heading.FIGURES, Heading.FIGURES)
    if type(before) is not type(after) and (before.heading, after.heading) != one_number:
        kind = before if before.heading is not Heading.FIGURES else after
        raise RuleError(
            f"a {kind.called} and another figure cannot be restated as one", where=f"{metric} and {successor}"
        )
    if len(before.traced) != len(after.traced):
        raise RuleError(f"the {before.called}s are not made of as many parts", where=f"{metric} and {successor}")
    for one, other in zip(before.traced, after.traced, strict=True):
        name = one[1].name
        yield _bridge(metric, (_Traced(*one), _Traced(*other)), stages, day, "" if name == VALUE else name)


@attrs.frozen
class _Traced:
    """One count of a measure, or the figure of rows, that a bridge follows."""

    measure: Measure
    part: Part

    def contributions(self, engine: SpansEngine, day: date) -> Mapping[str, Any]:
        """Give what each subject or row adds."""
        if self.measure.lines is not None:
            number = self.measure.lines.number
            found = engine.rows_at(self.measure.lines.row, self.measure.lines.condition, day)
            return {event.id: 1 if number is None else getattr(event, number.name) for event in found}
        if self.part.members is not None:
            return dict.fromkeys(engine.members_at(self.part.members, day), 1)
        assert self.measure.subjects is not None  # noqa: S101 - it is of subjects or of rows
        assert self.part.among is not None  # noqa: S101 - of a population, or told by states
        states = engine.states(self.measure.subjects, day).items()
        return {subject: 1 for subject, state in states if self.part.among(state)}

    def evidence(self, engine: SpansEngine, day: date) -> Callable[[str], tuple[Event, ...]]:
        """Build what gives the events behind a subject; a row stands for itself."""
        if self.measure.lines is not None:
            row, condition = self.measure.lines.row, self.measure.lines.condition
            rows: dict[str, Event] = {event.id: event for event in engine.rows_at(row, condition, day)}
            return lambda subject: (rows[subject],) if subject in rows else ()
        if self.part.members is not None:
            population = self.part.members

            def member(subject: str) -> tuple[Event, ...]:
                witnesses = engine.witnesses(population, subject, day)
                return (*witnesses.index, *witnesses.linked)

            return member
        read = engine.witnesses_of(self.measure, day)

        def befell(subject: str) -> tuple[Event, ...]:
            witnesses = read(subject)
            return (*witnesses.index, *witnesses.linked)

        return befell


@attrs.frozen(eq=False)
class _Stage:
    """What is known after one kind of news was let in, and the records that were news."""

    cause: Cause | None
    view: KnownView
    engine: SpansEngine
    news: tuple[AnyRecord, ...]


def _stages(stream: Stream, earlier: datetime, later: datetime) -> list[_Stage]:
    known = [record for record in stream if moment(record) <= earlier]
    before: set[tuple[bool, str]] = {(isinstance(record, Event), record.id) for record in known}
    news: dict[Cause, list[AnyRecord]] = {cause: [] for cause in Cause if cause is not Cause.DEFINITION}
    for record in stream:
        if earlier < moment(record) <= later:
            news[_cause(record, before)].append(record)
    stages = [_stage(None, known, ())]
    waiting: list[AnyRecord] = []
    for cause, records in news.items():
        known = [*known, *records]
        waiting += records
        try:
            stages.append(_stage(cause, known, tuple(waiting)))
        except ContradictionError:
            # Retractions of merges may bring a circle back that other merges of the same time resolve. The step is then
            # taken together with that one; a contradiction that stays is refused.
            if cause is Cause.MERGED:
                raise
        else:
            waiting = []
    return stages


def _stage(cause: Cause | None, known: Sequence[AnyRecord], news: tuple[AnyRecord, ...]) -> _Stage:
    view = KnownView.of(group(known))
    return _Stage(cause, view, SpansEngine(view), news)


def _cause(record: AnyRecord, before: set[tuple[bool, str]]) -> Cause:
    if isinstance(record, Retraction):
        return Cause.RETRACTED
    if isinstance(record, SamePerson):
        return Cause.MERGED
    return Cause.CORRECTED if (isinstance(record, Event), record.id) in before else Cause.LATE


def _bridge(
    metric: Metric,
    traced: tuple[_Traced, _Traced],
    stages: Sequence[_Stage],
    day: date,
    part: str,
) -> Bridge:
    before, after = traced
    lines: list[BridgeLine] = []
    state = _State.of(before, stages[0], day)
    published = state.figure
    for stage in stages[1:]:
        following = _State.of(before, stage, day)
        lines.append(_line(stage.cause, state, following, stage.news))
        state = following
    following = _State.of(after, stages[-1], day)
    lines.append(_line(Cause.DEFINITION, state, following, ()))
    return Bridge(metric, day, published, tuple(lines), following.figure, part)


@attrs.frozen(eq=False)
class _State:
    """A figure after one stage, with what each subject or row adds to it."""

    stage: _Stage
    figure: int | Decimal
    parts: Mapping[str, Any]
    evidence: Callable[[str], tuple[Event, ...]]

    @classmethod
    def of(cls, traced: _Traced, stage: _Stage, day: date) -> _State:
        parts = traced.contributions(stage.engine, day)
        numbers = [number for number in parts.values() if number is not None]
        figure = reduce(exact_sum, numbers) if numbers else 0
        return cls(stage, figure, parts, traced.evidence(stage.engine, day))


def _line(cause: Cause | None, before: _State, after: _State, news: Sequence[AnyRecord]) -> BridgeLine:
    assert cause is not None  # noqa: S101 - only the first stage has no cause, and it is never a step
    canonical = after.stage.view.canonical
    renamed = {subject: canonical.get(subject, subject) for subject in before.parts}  # type: ignore[call-overload]
    merged = tuple(sorted(subject for subject, name in renamed.items() if subject != name))
    names = set(renamed.values())
    added = tuple(sorted(after.parts.keys() - names))
    removed = tuple(sorted(names - after.parts.keys()))
    changed = {
        subject for subject in before.parts.keys() & after.parts.keys() if before.parts[subject] != after.parts[subject]
    }
    touched = {*added, *removed, *merged, *changed}
    return BridgeLine(
        cause, after.figure - before.figure, added, removed, merged, _records(touched, before, after, news)
    )


def _records(touched: set[str], before: _State, after: _State, news: Sequence[AnyRecord]) -> tuple[str, ...]:
    """Find the news that made the step.

    That is news in the evidence of a subject before or after, or about it; failing that, news that holds the subject's
    id, and failing that, news tied to the evidence by another id, such as that of a case.
    """
    by_id: defaultdict[str, set[str]] = defaultdict(set)
    holding: defaultdict[str, set[str]] = defaultdict(set)
    for record in news:
        by_id[record.id].add(record.id)
        if isinstance(record, Retraction):
            by_id[record.of].add(record.id)
        for held in ids_in(record):
            holding[held].add(record.id)
    found: set[str] = set()
    for subject in touched:
        evidence = (*before.evidence(subject), *after.evidence(subject))
        tied = frozenset[str]().union(*map(ids_in, evidence))
        found |= (
            _any_of(by_id, {event.id for event in evidence}) or _any_of(holding, {subject}) or _any_of(holding, tied)
        )
    return tuple(sorted(found))


def _any_of(found: Mapping[str, set[str]], ids: Iterable[str]) -> set[str]:
    return {record for name in ids for record in found.get(name, ())}
