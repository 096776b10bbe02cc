"""Laws of funnels: stages never grow, and each is the number of those who are in it and in all those before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from impact_metrics.rules import Count, Funnel
from impact_metrics.testing.engines import REFERENCE
from impact_metrics.testing.laws.evidence import days_of_interest, expect, known_events

if TYPE_CHECKING:
    from datetime import datetime

    from impact_metrics.rules import Catalogue
    from impact_metrics.streams import Stream
    from impact_metrics.testing.engines import Engine


def stages_nest(
    catalogue: Catalogue, stream: Stream, *, engine: Engine = REFERENCE, known_at: datetime | None = None
) -> None:
    """No stage has more than the one before, and each has as many as a count of all populations up to it, at any date.

    The first is the denominator of the funnel's share, and the last its numerator.
    """
    loaded = engine.load(tuple(stream), known_at)
    for day in days_of_interest(known_events(stream, known_at)):
        for metric in catalogue.metrics:
            if not isinstance(metric.measure, Funnel):
                continue
            parts, where = loaded.answer(metric, day).parts, f"as at {day}"
            numbers = () if parts is None or parts.stages is None else parts.stages
            counts = (attrs.evolve(metric, measure=Count(inside)) for inside in metric.measure.nested)
            expected = tuple(loaded.answer(count, day).value for count in counts)
            expect(metric, where, "the stages", expected, numbers)
            expect(metric, where, "that no stage grows", sorted(numbers, reverse=True), [*numbers])
            ends = None if parts is None else (parts.denominator, parts.numerator)
            expect(metric, where, "first and last stage", (expected[0], expected[-1]), ends)
