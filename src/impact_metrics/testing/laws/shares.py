"""Laws of shares: a share lies between 0 and 1, and what it is made of is told whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.testing.engines import REFERENCE
from impact_metrics.testing.laws.evidence import days_of_interest, expect, known_events

if TYPE_CHECKING:
    from datetime import datetime

    from impact_metrics.rules import Catalogue
    from impact_metrics.streams import Stream
    from impact_metrics.testing.engines import Engine


def shares_lie_within(
    catalogue: Catalogue, stream: Stream, *, engine: Engine = REFERENCE, known_at: datetime | None = None
) -> None:
    """Numerator and those not known lie within the denominator, and a share between 0 and 1, at every date.

    Where nobody is in the denominator there is no share; where somebody is, there is one.
    """
    loaded = engine.load(tuple(stream), known_at)
    for day in days_of_interest(known_events(stream, known_at)):
        for metric in catalogue.metrics:
            answer = loaded.answer(metric, day)
            if answer.parts is None:
                continue
            parts, where = answer.parts, f"as at {day}"
            inside = parts.numerator + (parts.unknown or 0)
            expect(metric, where, "how many are not in the denominator", 0, max(0, inside - parts.denominator))
            expect(metric, where, "that there is a share", parts.denominator > 0, answer.value is not None)
            within = answer.value is None or 0 <= answer.value <= 1
            expect(metric, where, f"that 0 <= {answer.value} <= 1", True, within)  # noqa: FBT003 - what is expected
