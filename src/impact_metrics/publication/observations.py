"""Observations: single published numbers, each with what it is of and how it came to be shown as it is."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

import attrs

from impact_metrics.publication.disclosure import Status
from impact_metrics.rules import Metric
from impact_metrics.rules.periods import Period

if TYPE_CHECKING:
    from collections.abc import Iterable

    from impact_metrics.rules.measures import Part


@attrs.frozen(kw_only=True)
class Observation:
    """One number of a publication: a part of a metric, in a period where there is one, and in a cell of a breakdown.

    ``by`` are the dimensions and ``cell`` the labels in them. ``value`` is what is printed, and ``None`` where nothing
    is: because the number may not be told, as ``status`` says, or because there is none, as of a share of nobody.
    """

    metric: Metric
    part: str
    value: int | Decimal | None
    status: Status = Status.EXACT
    period: Period | None = None
    by: tuple[str, ...] = ()
    cell: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """Say what the number is in: parts of 1, days, points of the scale, or the unit of the metric."""
        return self.declared.unit.value or self.metric.unit.plural

    @property
    def meaning(self) -> str:
        """Say what the part means."""
        return self.declared.meaning

    @property
    def declared(self) -> Part:
        """The part as the kind of the figure declares it."""
        return self.metric.measure.part(self.part)

    @property
    def told(self) -> str:
        """Say in a word how the number is shown; who is suppressed to protect another is not told from the others."""
        status = Status.SUPPRESSED if self.status is Status.SECONDARY else self.status
        return "none" if self.value is None and status in {Status.EXACT, Status.ROUNDED} else status.value


def to_date(observations: Iterable[Observation]) -> defaultdict[str, dict[str, Observation]]:
    """Find the parts of figures to date, by metric and part."""
    found: defaultdict[str, dict[str, Observation]] = defaultdict(dict)
    for seen in observations:
        if seen.period is None and not seen.by:
            found[seen.metric.id][seen.part] = seen
    return found
