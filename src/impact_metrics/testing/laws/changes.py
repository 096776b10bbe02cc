"""Laws of paired changes: everybody stands somewhere, and what is turned round comes out turned round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from impact_metrics.rules import PairedChange
from impact_metrics.testing.engines import REFERENCE
from impact_metrics.testing.laws.evidence import days_of_interest, expect, known_events

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from impact_metrics.model import Event
    from impact_metrics.rules import Catalogue
    from impact_metrics.streams import Stream
    from impact_metrics.testing.engines import Engine


def changes_add_up(
    catalogue: Catalogue, stream: Stream, *, engine: Engine = REFERENCE, known_at: datetime | None = None
) -> None:
    """The changes of a paired change are of those who are paired, and the paired improved, worsened or did neither.

    The numerator are those who improved, and the denominator those who are paired, at every date.
    """
    loaded = engine.load(tuple(stream), known_at)
    for day in days_of_interest(known_events(stream, known_at)):
        for metric in catalogue.metrics:
            parts = loaded.answer(metric, day).parts
            if parts is None or parts.changes is None:
                continue
            changes, where = parts.changes, f"as at {day}"
            paired = changes.improved + changes.unchanged + changes.worsened
            expect(metric, where, "the denominator", paired, parts.denominator)
            expect(metric, where, "the numerator", changes.improved, parts.numerator)
            expect(metric, where, "the sum of the counts of changes", paired, sum(n for _, n in changes.counts))
            in_order = sorted({change for change, _ in changes.counts})
            expect(metric, where, "the changes", in_order, [change for change, _ in changes.counts])


def changes_turn_round(
    catalogue: Catalogue, stream: Stream, *, engine: Engine = REFERENCE, known_at: datetime | None = None
) -> None:
    """On the scale turned round, whoever improves had worsened, and the same are paired: change is antisymmetric.

    Where nobody has two scores on one day, the changes are the same, and those who improved and those who worsened
    change places. Where somebody has, the score that is less of an improvement counts on either scale, so that fewer
    may improve than had worsened, and never more.
    """
    events = known_events(stream, known_at)
    loaded = engine.load(tuple(stream), known_at)
    for day in days_of_interest(events):
        for metric in catalogue.metrics:
            measure = metric.measure
            if not isinstance(measure, PairedChange):
                continue
            turned = attrs.evolve(measure.scale, better="lower" if measure.scale.better == "higher" else "higher")
            opposite = attrs.evolve(metric, measure=attrs.evolve(measure, scale=turned))
            one, other = (loaded.answer(asked, day).parts for asked in (metric, opposite))
            where = f"as at {day}, on the scale turned round"
            assert one is not None and one.changes is not None  # noqa: S101, PT018 - paired changes tell it
            assert other is not None and other.changes is not None  # noqa: S101, PT018 - so is what it turns into
            for what in ("before_only", "after_only", "unscored", "paired"):
                expect(metric, where, what.replace("_", " "), getattr(one.changes, what), getattr(other.changes, what))
            for better, worse in ((one.changes, other.changes), (other.changes, one.changes)):
                over = max(0, better.improved - worse.worsened)
                expect(metric, where, "how many improve on one scale and do not worsen on the other", 0, over)
            if not _has_tied_scores(measure, events):
                expect(metric, where, "the changes", one.changes.counts, other.changes.counts)
                expect(metric, where, "how many improve", one.changes.worsened, other.changes.improved)
                expect(metric, where, "how many worsen", one.changes.improved, other.changes.worsened)


def _has_tied_scores(measure: PairedChange, events: Sequence[Event]) -> bool:
    """Tell whether somebody has two rows on one day."""
    seen: set[tuple[str, date]] = set()
    for event in events:
        if event.__record__ == measure.score.row.record:
            held = getattr(event, measure.subject.name)
            for subject in (held or ()) if measure.subject.spec.many else (held,):
                if (subject, event.occurred_on) in seen:
                    return True
                seen.add((subject, event.occurred_on))
    return False
