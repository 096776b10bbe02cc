"""Where a subject stands in a figure that divides subjects by others, and what such a figure is made of."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import attrs

from impact_metrics.rules.measures.changes import Changes
from impact_metrics.rules.measures.shares import percent, ratio
from impact_metrics.rules.measures.wilson import wilson

if TYPE_CHECKING:
    from decimal import Decimal

    from impact_metrics.rules.measures.measure import Unit

NONE = "none"
"""What stands in the place of a share that nobody is in the denominator of."""


class Standing(Enum):
    """Where a subject stands in a share, follow-up rate or paired change. Whoever it is not of stands nowhere.

    In the denominator of a follow-up rate are neither those not yet due nor those lost; in that of a paired change are
    those with a score before and after, and nobody else. In the numerator of a funnel is whoever is in its last stage,
    and in the denominator whoever is in its first.
    """

    NUMERATOR = "in the numerator"
    DENOMINATOR = "in the denominator only"
    UNKNOWN = "in the denominator, with an outcome that is not known"
    NOT_YET_DUE = "not yet due"
    EARLY = "not yet due, with the outcome already"
    LOST = "lost to follow-up"
    UNCHANGED = "in the denominator only, without a change that counts"
    WORSENED = "in the denominator only, and worse"
    BEFORE_ONLY = "not paired, with a score before and none after"
    AFTER_ONLY = "not paired, with a score after and none before"
    UNSCORED = "not paired, without any score"


COMPARED = frozenset(
    {Standing.NUMERATOR, Standing.DENOMINATOR, Standing.UNKNOWN, Standing.UNCHANGED, Standing.WORSENED}
)
"""Those who are in the denominator."""


@attrs.frozen
class Parts:
    """How many subjects are in the numerator and in the denominator, and of how many of these the outcome is not known.

    ``unknown`` is ``None`` where the share names nobody whose outcome is not known. Follow-up rates also tell how many
    are ``not_yet_due``, how many of these have the outcome already (``early``), and how many are ``lost``; the last is
    ``None`` where the rate names nobody who is. Funnels tell the number of each of their ``stages``, in order. Of
    paired changes, ``changes`` tell how large they are and who is not paired; the numerator are those who improved, and
    the denominator those who are paired.
    """

    numerator: int
    denominator: int
    unknown: int | None = None
    not_yet_due: int | None = None
    early: int | None = None
    lost: int | None = None
    stages: tuple[int, ...] | None = None
    changes: Changes | None = None

    @property
    def share(self) -> Decimal | None:
        """The share, rounded half to even; ``None`` where nobody is in the denominator."""
        return ratio(self.numerator, self.denominator)

    @property
    def least(self) -> Decimal | None:
        """What it would be if none of those not known, or lost, had the outcome."""
        return ratio(self.numerator, self.denominator + (self.lost or 0))

    @property
    def most(self) -> Decimal | None:
        """What it would be if all of those not known, or lost, had the outcome."""
        lost = self.lost or 0
        return ratio(self.numerator + (self.unknown or 0) + lost, self.denominator + lost)

    @property
    def naive_rate(self) -> Decimal | None:
        """The rate that is wrong: everybody in the denominator, however short a time ago they entered.

        Whoever entered a short time ago has had little time for the outcome, so that it is too low, and the more so the
        faster the cohort grows.
        """
        early, not_yet_due = self.early or 0, self.not_yet_due or 0
        return ratio(self.numerator + early, self.denominator + not_yet_due + (self.lost or 0))


def in_percent(parts: Parts) -> str:
    """Print a share, or say that there is none."""
    return NONE if parts.share is None else f"{percent(parts.share)} %"


def of_how_many(parts: Parts, unit: Unit, who: str = "") -> str:
    """Say of how many a share is."""
    if parts.share is None:
        return f"nobody is in the denominator: of no {unit.plural} there is no share"
    return f"{parts.numerator:,} of {parts.denominator:,} {unit.plural}{who}"


def by_chance(parts: Parts) -> list[str]:
    """Say between which bounds chance alone lets the share lie, where there is a share."""
    bounds = wilson(parts.numerator, parts.denominator)
    return [] if bounds is None else [f"95 % interval {percent(bounds[0])} to {percent(bounds[1])} %"]
