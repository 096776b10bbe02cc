"""The boundaries of follow-up rates, times and paired changes: days, months and scores, of which no solver knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.proofs.boundaries.follow_up import follow_up_boundaries
from impact_metrics.proofs.boundaries.paired_change import change_boundaries
from impact_metrics.proofs.boundaries.time_between import time_boundaries
from impact_metrics.rules.measures.follow_up import FollowUp
from impact_metrics.rules.measures.paired_change import PairedChange
from impact_metrics.rules.measures.time_between import TimeBetween

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impact_metrics.proofs.boundaries.scenes import Boundary, Scene
    from impact_metrics.rules import Catalogue, Metric


def boundaries(metric: Metric, catalogue: Catalogue) -> Iterator[tuple[Boundary, Scene]]:
    """Give the boundaries of a metric, each with the scene around which it lies.

    Most measures have none. There are none of a part of a measure in which nobody can be, or nobody was found to be.
    """
    match metric.measure:
        case FollowUp():
            yield from follow_up_boundaries(metric, metric.measure, catalogue)
        case TimeBetween():
            yield from time_boundaries(metric, metric.measure, catalogue)
        case PairedChange():
            yield from change_boundaries(metric, metric.measure, catalogue)
        case _:
            return
