"""Whether a stream is fit to be reported on: what was set aside, and which constraints are broken where."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import attrs

from impact_metrics.errors import StreamError
from impact_metrics.model import Constraint, Event
from impact_metrics.reports.sources import Source, engine_over
from impact_metrics.streams import SetAside
from impact_metrics.streams.versions import as_moment

if TYPE_CHECKING:
    from impact_metrics.engines import Engine
    from impact_metrics.engines.duckdb import Tables
    from impact_metrics.engines.spark import SparkTables
    from impact_metrics.model import Model
    from impact_metrics.streams import Reading


@attrs.frozen
class Violation:
    """One event that breaks a constraint."""

    constraint: Constraint
    event: Event

    def finding(self, reading: Reading | Tables | SparkTables) -> SetAside:
        """Say where the event was read and what it breaks, in the form of the records that were set aside."""
        origin = reading.origin(self.event)
        return SetAside(
            file="" if origin is None else origin.file,
            row=0 if origin is None else origin.row,
            type=type(self.event).__name__,
            field="id",
            value=repr(self.event.id),
            reason=f"breaks the constraint {self.constraint.id}",
            hint=self.constraint.because,
        )


def violations(
    model: Model, source: Source, *, as_at: date | None = None, known_at: datetime | None = None
) -> tuple[Violation, ...]:
    """Give every visible event that breaks a constraint of the model, as at a date (without one: the latest there is).

    A violating event stays in the stream and counts; what is proved about metrics holds only where there is none.
    """
    engine = engine_over(source, model, as_moment(known_at), "auto")
    if engine.first_day() is None:
        return ()
    return broken(engine, model, engine.latest_day() if as_at is None else checked_day(as_at))


def checked_day(as_at: date) -> date:
    """Give the day back. Raises ``StreamError`` for what is no day, such as a moment."""
    if isinstance(as_at, datetime) or not isinstance(as_at, date):
        raise StreamError(f"as_at is a date, and got {as_at!r}", hint="pass date(2024, 12, 31), or moment.date()")
    return as_at


def broken(engine: Engine, model: Model, day: date) -> tuple[Violation, ...]:
    """Give the violations that an engine finds at a date, in the order of the constraints."""
    return tuple(
        Violation(constraint, event) for constraint in model.constraints for event in engine.violations(constraint, day)
    )
