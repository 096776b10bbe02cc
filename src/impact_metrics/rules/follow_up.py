"""Follow-up rates: an outcome within some months of each subject's own entry into a cohort."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.rules.months import months_after, most_days
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without, subject_kind

if TYPE_CHECKING:
    from datetime import date

K = TypeVar("K", bound=str)

MOST_MONTHS = 1200
"""The longest follow-up: a hundred years."""


@attrs.frozen
class FollowUp:
    """The share of a cohort that has an outcome within some months, among those whose follow-up is complete.

    A subject enters on the day of its entry event, the one that places it in a breakdown. The outcome is an event of
    ``outcome`` that happens after that day, up to and including the day ``months`` later. Follow-up is due from that
    day on; whoever is not yet due is in no denominator, also not with an outcome already. Whoever is due, has no
    outcome and is in ``lost`` is lost to follow-up, and is in no denominator either; a report bounds the rate.
    """

    outcome: Distinct[Any]
    months: int
    cohort: Population[Any]
    lost: Population[Any] | None = None

    def __attrs_post_init__(self) -> None:
        """Only subjects of one kind can be compared, and the outcome is one event."""
        where = f"followed_up(distinct({self.outcome.subject}))"
        if self.outcome.minimum != 1:
            raise RuleError("an outcome is one event, and no number of them", where=where, hint="leave out at_least")
        if isinstance(self.months, bool) or not 1 <= self.months <= MOST_MONTHS:
            raise RuleError(
                f"nobody is followed for {self.months} months", where=where, hint=f"give 1 to {MOST_MONTHS}"
            )
        subject_kind(Both(self.populations))

    @property
    def populations(self) -> tuple[Population[Any], ...]:
        """The populations as they are written: the cohort, who has the outcome, and who is lost."""
        written = (self.cohort, self.outcome)
        return written if self.lost is None else (*written, self.lost)

    def until(self, entered: date) -> date:
        """Give the last day on which an outcome counts, from which on follow-up is due."""
        return months_after(entered, self.months)

    @property
    def longest(self) -> int:
        """The most days that so many months have: 366 for twelve of them.

        Months differ in length, and complete follow-up is complete whichever they are. Where times are compared by
        their days, whoever was followed to the end counts as followed for so many.
        """
        return most_days(self.months)


def followed_up(
    outcome: Distinct[K], *, within_months: int, of: Population[K], lost: Population[K] | None = None
) -> FollowUp:
    """Give the share of a cohort that has an outcome within so many months, among those followed up so long.

    ``of`` is the cohort. ``lost`` are those of whom nothing more is known, as at the date of a report.
    """
    if not isinstance(outcome, Distinct):
        raise RuleError(
            "the outcome of a follow-up is one event of each subject",
            where="followed_up",
            hint="followed_up(distinct(ReExploitation.survivor), within_months=12, of=RESCUED)",
        )
    for population in (of, *([] if lost is None else [lost])):
        if not isinstance(population, Distinct | Both | Either | Without):
            raise RuleError(f"{population!r} is no population", where="followed_up", hint="make it with distinct(...)")
    return FollowUp(outcome, within_months, of, lost)
