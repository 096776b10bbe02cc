"""What is reported of one metric, one subject and one invariant: figures, evidence and findings."""

from __future__ import annotations

from decimal import Decimal

import attrs

from impact_metrics.engines import LifeTable, Listed, Parts
from impact_metrics.model import Event
from impact_metrics.reports.funnels import StageFigure, stage_figures
from impact_metrics.reports.lists import Tallied, tallied
from impact_metrics.reports.shares import behind, shown
from impact_metrics.reports.times import behind_times, in_days
from impact_metrics.reports.wilson import wilson
from impact_metrics.rules import Funnel, Listing, Metric, Relation


@attrs.frozen
class Evidence:
    """Why one subject counts: ``events`` through which it enters, and ``linked`` events that other conditions found.

    For a metric that counts or sums rows, ``subject`` is the id of the row's event.
    """

    subject: str
    events: tuple[Event, ...]
    linked: tuple[Event, ...]

    @property
    def event_ids(self) -> tuple[str, ...]:
        """The ids of all the events, those of entry first."""
        return tuple(event.id for event in (*self.events, *self.linked))


@attrs.frozen
class Result:
    """One metric's figure.

    For row counts and totals ``rows`` is how many rows stand behind it, and for totals ``missing`` is how many of these
    have no number. For shares ``parts`` are what it is made of, and ``value`` is ``None`` where nobody is in the
    denominator. For times ``times`` are the life table, and ``value`` is their median in days, ``None`` where that is
    not reached. ``entries`` are those of a list.
    """

    metric: Metric
    value: int | Decimal | None
    rows: int | None = None
    missing: int | None = None
    parts: Parts | None = None
    times: LifeTable | None = None
    entries: tuple[Listed, ...] = ()

    @property
    def stages(self) -> tuple[StageFigure, ...]:
        """The stages of a funnel, each with conversion and drop-off; none for other figures."""
        if not isinstance(self.metric.measure, Funnel) or self.parts is None or self.parts.stages is None:
            return ()
        return stage_figures(self.metric.measure, self.parts.stages)

    @property
    def tallied(self) -> tuple[Tallied, ...]:
        """How many entries of a list have each code of the fields that it shows; none for other figures."""
        measure = self.metric.measure
        return tallied(measure, self.entries) if isinstance(measure, Listing) else ()

    @property
    def interval(self) -> tuple[Decimal, Decimal] | None:
        """The Wilson interval of a share at 95 % confidence; ``None`` for other figures, and where there is no share.

        It speaks of chance alone, as if the subjects were a random sample of those who may come.
        """
        return None if self.parts is None else wilson(self.parts.numerator, self.parts.denominator)

    def __str__(self) -> str:
        """Print the figure: a share in percent, and times by their median, with what is behind it."""
        if self.times is not None:
            return f"{in_days(self.times.median)} ({behind_times(self.times, self.metric.unit)})"
        if self.parts is None:
            return f"{self.value:,} {self.metric.unit}"
        return f"{shown(self.parts)} ({behind(self.parts, self.metric.unit)})"

    @property
    def note(self) -> str:
        """What a reader of the figure has to know besides, or the empty string."""
        if not self.missing:
            return ""
        return f"{self.missing:,} of {self.rows:,} rows give no number and add nothing"


@attrs.frozen
class InvariantFinding:
    """Whether a declared invariant holds in this report; ``exceptions`` are the subjects that break it."""

    invariant: Relation
    holds: bool
    exceptions: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Say whether it holds, and who breaks it."""
        if self.holds:
            return f"holds: {self.invariant}"
        shown = ", ".join(self.exceptions[:5]) + (", ..." if len(self.exceptions) > 5 else "")  # noqa: PLR2004 - a line
        return f"BROKEN: {self.invariant}" + (f" except for {len(self.exceptions):,}: {shown}" if shown else "")
