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

PARTS = {
    "value": "the figure itself: of counts how many there are, of totals the sum",
    "numerator": "of shares: how many of the denominator have what is asked",
    "denominator": "of shares: of how many",
    "unknown": "of shares: of how many in the denominator the outcome is not known",
    "rest": "of shares: how many of the denominator are neither in the numerator nor unknown",
    "not_yet_due": "of follow-up rates: how many entered too short a time ago, and are in no rate",
    "lost": "of follow-up rates and times: how many were lost to follow-up",
    "cohort": "of follow-up rates, times and paired changes: everybody who is looked at",
    "dropped": "of funnels: how many of the stage are not in the next one",
    "improved": "of paired changes: how many are better by as much as counts",
    "unchanged": "of paired changes: how many have no change that counts",
    "worsened": "of paired changes: how many are worse by as much as counts",
    "before_only": "of paired changes: how many have a score before only",
    "after_only": "of paired changes: how many have a score after only",
    "unscored": "of paired changes: how many have no score on the scale",
    "ended": "of times: how many have ended",
    "not_yet": "of times: how many have not ended yet",
    "share": "numerator over denominator, as a part of 1, from the two as they are shown",
    "lower": "the lower bound of the share's Wilson interval at 95 % confidence, from what is shown",
    "upper": "its upper bound",
    "median": "of times: the median in days",
    "lower_quartile": "of times: the first day by which at least a quarter have ended",
    "upper_quartile": "of times: the first day by which at least three quarters have ended",
    "mean_change": "of paired changes: the mean of the score after minus the score before",
    "entered": "of counts in a period: how many came in and are in at its end",
    "left": "of counts in a period: how many were in before it and are not at its end",
    "closing": "of counts in a period: how many are in at its end",
}
"""What each part of a figure means; the stages of a funnel are ``stage_1``, ``stage_2`` and so on."""

_UNITS = {
    **dict.fromkeys(("share", "lower", "upper"), "parts of 1"),
    **dict.fromkeys(("median", "lower_quartile", "upper_quartile"), "days"),
    "mean_change": "points of the scale",
}
"""What parts are in that are no numbers of what the metric counts."""


DAYS = frozenset({"median", "lower_quartile", "upper_quartile"})
"""Parts that are numbers of days, and count nobody."""


def meaning(part: str) -> str:
    """Say what a part of a figure means."""
    return PARTS.get(part, "of funnels: how many are in the stage, and so in every one before")


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
        return _UNITS.get(self.part, self.metric.unit.plural)

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
