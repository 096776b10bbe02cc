"""What is reported of one metric, one subject and one invariant: figures, evidence and findings."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import attrs

from impact_metrics.engines import Listed
from impact_metrics.model import Event
from impact_metrics.reports.funnels import StageFigure, stage_figures
from impact_metrics.reports.lists import Tallied, tallied
from impact_metrics.rules import Funnel, Listing, Metric, Relation
from impact_metrics.rules.measures import Figure, Heading, LifeTable, LinesFound, Parts

if TYPE_CHECKING:
    from impact_metrics.rules.measures.parts import Value


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


class HasFigure:
    """What holds the figure of a metric gives its parts by their names, and what is behind it as its kind knows it."""

    metric: Metric
    figure: Figure

    @property
    def value(self) -> Value:
        """The figure itself; ``None`` for a share of nobody, and for a median that is not reached."""
        return self.figure.value

    @property
    def told(self) -> dict[str, Value]:
        """Every part of the figure by its name."""
        return self.metric.measure.told(self.figure)

    @property
    def parts(self) -> Parts | None:
        """What a share, rate, funnel or paired change is made of; ``None`` for other figures."""
        return self.figure.behind if isinstance(self.figure.behind, Parts) else None

    @property
    def times(self) -> LifeTable | None:
        """The life table of times; ``None`` for other figures."""
        return self.figure.behind if isinstance(self.figure.behind, LifeTable) else None

    @property
    def rows(self) -> int | None:
        """How many rows stand behind a total or row count; ``None`` for other figures."""
        return self.figure.behind.rows if isinstance(self.figure.behind, LinesFound) else None

    @property
    def missing(self) -> int | None:
        """How many of these have no number; ``None`` for other figures."""
        lines = self.metric.measure.lines
        return None if lines is None or lines.number is None else self.figure.behind.missing


@attrs.frozen
class Result(HasFigure):
    """One metric's figure; ``entries`` are those of a list."""

    metric: Metric
    figure: Figure
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
        lower, upper = (self.told.get(name) for name in ("lower", "upper"))
        return (lower, upper) if isinstance(lower, Decimal) and isinstance(upper, Decimal) else None

    @property
    def said(self) -> tuple[str, str]:
        """The figure as people read it, and what is behind it."""
        return self.metric.measure.said(self.figure, self.metric.unit)

    def __str__(self) -> str:
        """Print the figure: a share in percent, and times by their median, with what is behind it."""
        shown, behind = self.said
        return f"{shown} {behind}" if self.metric.measure.heading is Heading.FIGURES else f"{shown} ({behind})"

    @property
    def note(self) -> str:
        """What a reader of the figure has to know besides, or the empty string."""
        return self.metric.measure.note(self.figure)


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
