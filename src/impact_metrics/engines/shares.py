"""What a share is made of, and where each subject stands in it."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

import attrs

from impact_metrics.engines.changes import Changes, Pair
from impact_metrics.rules.follow_up import FollowUp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from impact_metrics.rules.funnels import Funnel
    from impact_metrics.rules.measures import Share
    from impact_metrics.rules.paired_change import PairedChange

PLACES = Decimal("0.000001")
"""To how many places a share is given; its numerator and denominator are exact."""


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

    @classmethod
    def of_changes(cls, changes: Changes) -> Parts:
        """Divide those who improved by those who are paired."""
        return cls(changes.improved, changes.paired, changes=changes)

    @classmethod
    def through(cls, stages: int, reached: Iterable[int]) -> Parts:
        """Count the subjects in each of so many stages, of each of whom it is known how many it has reached."""
        found = Counter(reached)
        return cls.staged([sum(found[last] for last in range(stage, stages + 1)) for stage in range(1, stages + 1)])

    @classmethod
    def staged(cls, numbers: Sequence[int]) -> Parts:
        """Take the number of each stage of a funnel: what is asked is how many of the first are in the last."""
        return cls(numbers[-1], numbers[0], stages=tuple(numbers))

    @classmethod
    def of(cls, measure: Share | FollowUp, standings: Iterable[Standing]) -> Parts:
        """Count subjects by their standing."""
        found = Counter(standings)
        top, early, lost = found[Standing.NUMERATOR], found[Standing.EARLY], found[Standing.LOST]
        unknown, waiting = found[Standing.UNKNOWN], found[Standing.NOT_YET_DUE] + early
        return cls.told(measure, top, found.total() - waiting - lost, unknown, waiting, early, lost)

    @classmethod
    def told(cls, measure: Share | FollowUp, numerator: int, denominator: int, *others: int) -> Parts:
        """Leave out what a measure does not speak of: who is not known, not yet due, early, and lost."""
        unknown, not_yet_due, early, lost = others
        if isinstance(measure, FollowUp):
            return cls(numerator, denominator, None, not_yet_due, early, None if measure.lost is None else lost)
        return cls(numerator, denominator, None if measure.unknown is None else unknown)

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
        faster the cohort grows. ``None`` for shares and funnels, which follow nobody up.
        """
        if self.not_yet_due is None or self.early is None:
            return None
        return ratio(self.numerator + self.early, self.denominator + self.not_yet_due + (self.lost or 0))


def standing_of(measure: PairedChange, pair: Pair) -> Standing:
    """Give where a subject stands by its two scores."""
    if pair.before is None:
        return Standing.UNSCORED if pair.after is None else Standing.AFTER_ONLY
    if pair.after is None:
        return Standing.BEFORE_ONLY
    judged = measure.judged(measure.change(pair.before, pair.after))
    return Standing.NUMERATOR if judged > 0 else Standing.WORSENED if judged < 0 else Standing.UNCHANGED


def standings_of(measure: Funnel, reached: Mapping[str, int]) -> dict[str, Standing]:
    """Give where subjects stand by how many stages of a funnel each has reached."""
    last = len(measure.stages)
    return {
        subject: Standing.NUMERATOR if number == last else Standing.DENOMINATOR for subject, number in reached.items()
    }


def ratio(number: int, of: int) -> Decimal | None:
    """Divide, or give ``None`` where there is nothing to divide by."""
    return (Decimal(number) / of).quantize(PLACES) if of else None
