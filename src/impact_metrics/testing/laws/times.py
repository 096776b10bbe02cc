"""Laws of times: everybody is told, what is estimated agrees with what is seen, and haste never lengthens a time."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from impact_metrics.testing.engines import REFERENCE
from impact_metrics.testing.laws.evidence import days_of_interest, expect, known_events, subjects

if TYPE_CHECKING:
    from datetime import datetime

    from impact_metrics.rules import Catalogue, Metric
    from impact_metrics.streams import Stream
    from impact_metrics.testing.engines import Answer, Engine


def times_are_told_whole(
    catalogue: Catalogue, stream: Stream, *, engine: Engine = REFERENCE, known_at: datetime | None = None
) -> None:
    """Who ended, who has not yet, and who is lost are the whole cohort, and nobody ends before entry, at every date.

    The median lies between the quartiles, and the median of those who ended only is never longer than it.
    """
    loaded = engine.load(tuple(stream), known_at)
    for day in days_of_interest(known_events(stream, known_at)):
        for metric in catalogue.metrics:
            answer = loaded.answer(metric, day)
            if answer.times is not None:
                _told_whole(metric, f"as at {day}", answer)


def _told_whole(metric: Metric, where: str, answer: Answer) -> None:
    table = answer.times
    assert table is not None  # noqa: S101 - asked before
    told = table.ended + table.not_yet + (table.lost or 0)
    expect(metric, where, "who ended, has not yet, and is lost", table.size, told)
    if table.rows:
        expect(metric, where, "the fewest days", max(0, table.rows[0].days), table.rows[0].days)
    if answer.parts is None:
        expect(metric, where, "how many ended", len(subjects(answer)), table.ended)
        expect(metric, where, "the figure", table.median, answer.value)
    found = [table.quartiles[0], table.median, table.quartiles[1]]
    reached = [days for days in found if days is not None]
    expect(metric, where, "quartiles and median", [*sorted(reached), *[None] * (len(found) - len(reached))], found)
    if table.median is not None:
        naive = table.naive_median or 0
        expect(metric, where, "the naive median, never the longer", min(naive, table.median), naive)


def survival_is_the_simple_share(
    catalogue: Catalogue, stream: Stream, *, engine: Engine = REFERENCE, known_at: datetime | None = None
) -> None:
    """Where everybody was watched to the end, the estimate of Kaplan and Meier is the simple share, at every date.

    Of times, that is where all ended: the part that remains after some days is of those who took longer. Of follow-up
    rates, it is where all are due and nobody is lost: what remains at the end are those without the outcome.
    """
    loaded = engine.load(tuple(stream), known_at)
    for day in days_of_interest(known_events(stream, known_at)):
        for metric in catalogue.metrics:
            answer, where = loaded.answer(metric, day), f"as at {day}"
            if answer.times is None:
                continue
            table, parts = answer.times, answer.parts
            if parts is not None and parts.denominator and not parts.not_yet_due and not parts.lost:
                share = Fraction(parts.denominator - parts.numerator, parts.denominator)
                expect(metric, where, "what remains at the end", share, table.remaining(table.rows[-1].days))
            if table.ended == table.size:
                left = table.size
                for row in table.rows:
                    left -= row.ended
                    share = Fraction(left, table.size)
                    expect(metric, where, f"what remains after {row.days} days", share, table.remaining(row.days))
