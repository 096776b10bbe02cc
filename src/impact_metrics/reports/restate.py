"""The restatement bridge: from a figure as it was published to the figure for the same date as it is known now.

What became known between the two moments is let in one kind after the other, and the figure is evaluated after each
step; so the lines add up exactly, whatever the rule. The order is part of the bridge's meaning: late records,
corrections, retractions, merges of persons, and last the change of definition.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.engines.spans import SpansEngine
from impact_metrics.errors import RuleError, StreamError
from impact_metrics.model import Event, Retraction, SamePerson
from impact_metrics.reports.table import Column, Table
from impact_metrics.rules import Catalogue, Count, Metric, Total
from impact_metrics.streams.known import KnownView
from impact_metrics.streams.versions import AnyRecord, group, moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from impact_metrics.streams import Stream


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
    """From the figure published to the figure known now, for one metric and one date."""

    metric: Metric
    as_at: date
    published: int | Decimal
    lines: tuple[BridgeLine, ...]
    restated: int | Decimal

    def __attrs_post_init__(self) -> None:
        """The lines add up exactly, or there is no bridge."""
        if self.published + sum(line.change for line in self.lines) != self.restated:
            raise AssertionError(f"the bridge of {self.metric} does not add up")


@attrs.frozen(kw_only=True)
class Restatement:
    """The bridges of all metrics between two moments of knowledge."""

    known_from: datetime
    known_to: datetime
    bridges: tuple[Bridge, ...]

    def __getitem__(self, metric_id: str) -> Bridge:
        """Give the bridge of one metric. Raises ``KeyError`` for a metric that is not in it."""
        return {bridge.metric.id: bridge for bridge in self.bridges}[metric_id]

    @property
    def table(self) -> Table:
        """The bridges as a table: a row for the published figure, each cause with a change, and the restated figure."""
        return Table(_COLUMNS, tuple(row for bridge in self.bridges for row in _rows(bridge)))

    def __str__(self) -> str:
        """Lay the bridges out for a terminal."""
        head = f"From what was known at {self.known_from.isoformat()} to what was known at {self.known_to.isoformat()}"
        return f"{head}\n\n{self.table}"


_COLUMNS = (
    Column("metric", "text", "the id of the metric"),
    Column("as_at", "date", "the date that both figures are for"),
    Column("step", "text", "the published figure, a cause of change, or the restated figure"),
    Column("figure", "decimal", "a figure, or by how much it changed"),
    Column("added", "text", "subjects (for totals: events) that count now and did not"),
    Column("removed", "text", "subjects that counted and no longer do"),
    Column("merged", "text", "ids that are now counted under another id"),
    Column("records", "text", "the records that made the change"),
)


def _rows(bridge: Bridge) -> Iterator[tuple[Any, ...]]:
    name, day = bridge.metric.id, bridge.as_at
    yield name, day, "published", bridge.published, None, None, None, None
    for line in bridge.lines:
        if line != BridgeLine(line.cause, 0):
            lists = (line.added, line.removed, line.merged, line.records)
            yield name, day, line.cause.value, line.change, *(", ".join(items) or None for items in lists)
    yield name, day, "restated", bridge.restated, None, None, None, None


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
    and one that has no counterpart is left out. Raises ``StreamError`` when the moments are in the wrong order, and
    ``RuleError`` when the two catalogues share no metric.
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
        bridges=tuple(_bridge(metric, successor, stages, as_at) for metric, successor in pairs),
    )


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
    for cause, records in news.items():
        known = [*known, *records]
        stages.append(_stage(cause, known, tuple(records)))
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


def _bridge(metric: Metric, successor: Metric, stages: Sequence[_Stage], day: date) -> Bridge:
    lines: list[BridgeLine] = []
    state = _State.of(metric, stages[0], day)
    published = state.figure
    for stage in stages[1:]:
        following = _State.of(metric, stage, day)
        lines.append(_line(stage.cause, state, following, stage.news))
        state = following
    following = _State.of(successor, stages[-1], day)
    lines.append(_line(Cause.DEFINITION, state, following, ()))
    return Bridge(metric, day, published, tuple(lines), following.figure)


@attrs.frozen(eq=False)
class _State:
    """A metric's figure after one stage, with what each subject or row adds to it."""

    metric: Metric
    stage: _Stage
    day: date
    figure: int | Decimal
    parts: Mapping[str, Any]

    @classmethod
    def of(cls, metric: Metric, stage: _Stage, day: date) -> _State:
        measure = metric.measure
        figure = stage.engine.figure(measure, day).value
        if isinstance(measure, Count):
            return cls(metric, stage, day, figure, dict.fromkeys(stage.engine.members_at(measure.population, day), 1))
        name = measure.field.name if isinstance(measure, Total) else None
        row, condition = (
            (measure.field.row, measure.condition)
            if isinstance(measure, Total)
            else (measure.rows.row, measure.rows.condition)
        )
        found = stage.engine.rows_at(row, condition, day)
        return cls(
            metric, stage, day, figure, {event.id: 1 if name is None else getattr(event, name) for event in found}
        )

    def evidence(self, subject: str) -> set[str]:
        """Give the ids of the events behind a subject; a row stands for itself."""
        if not isinstance(self.metric.measure, Count):
            return {subject}
        witnesses = self.stage.engine.witnesses(self.metric.measure.population, subject, self.day)
        return {event.id for event in (*witnesses.index, *witnesses.linked)}


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
    """Find the news that made the step: in the evidence before or after, or, failing that, news of the same people."""
    found: set[str] = set()
    for subject in touched:
        behind = before.evidence(subject) | after.evidence(subject)
        direct = {record.id for record in news if record.id in behind or getattr(record, "of", None) in behind}
        found |= direct or {record.id for record in news if _mentions(record, subject)}
    return tuple(sorted(found))


def _mentions(record: AnyRecord, subject: str) -> bool:
    for spec in record.__record__.fields:
        value = getattr(record, spec.name)
        if value == subject or (spec.many and value is not None and subject in value):
            return True
    return False
