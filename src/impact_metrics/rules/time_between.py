"""Times between: from each subject's own entry into a cohort to its outcome, in days."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.rules.follow_up import FollowUp
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without, subject_kind

K = TypeVar("K", bound=str)


@attrs.frozen
class TimeBetween:
    """The days from each subject's entry into a cohort to its outcome, of which a figure gives the median.

    The cohort is as at the date of a report. A subject enters on the day of its entry event, the one that places it in
    a breakdown. Its time ends with its earliest event of ``outcome`` on that day (0 days) or later. Whoever has none by
    the date of the report has *not yet* ended: so much is known of its time, that it is longer than the days until
    then. Of whoever has none and is in ``lost`` it is known only until the day of its entry event there, where that is
    not before its own entry. Nobody is left out: the median and the quartiles are those of Kaplan and Meier (1958),
    which take each subject into account for as long as it was watched.
    """

    outcome: Distinct[Any]
    cohort: Population[Any]
    lost: Population[Any] | None = None

    def __attrs_post_init__(self) -> None:
        """Only subjects of one kind can be compared, and the outcome is one event."""
        if self.outcome.minimum != 1:
            raise RuleError(
                "an outcome is one event, and no number of them",
                where=f"time_between(..., distinct({self.outcome.subject}))",
                hint="leave out at_least",
            )
        subject_kind(Both(self.populations))

    @property
    def populations(self) -> tuple[Population[Any], ...]:
        """The populations as they are written: the cohort, who has the outcome, and who is lost."""
        written = (self.cohort, self.outcome)
        return written if self.lost is None else (*written, self.lost)


Timed: TypeAlias = TimeBetween | FollowUp
"""What watches each subject of a cohort from its own entry on, for an outcome."""


def time_between(cohort: Population[K], outcome: Distinct[K], *, lost: Population[K] | None = None) -> TimeBetween:
    """Give the days from each subject's entry into a cohort to its outcome.

    ``lost`` are those of whom nothing more is known from the day on that makes them members of it.
    """
    for population in (cohort, *([] if lost is None else [lost])):
        if not isinstance(population, Distinct | Both | Either | Without):
            raise RuleError(f"{population!r} is no population", where="time_between", hint="make it with distinct(...)")
    if not isinstance(outcome, Distinct):
        raise RuleError(
            "a time ends with one event of each subject",
            where="time_between",
            hint="time_between(distinct(Trial.case), distinct(Verdict.case))",
        )
    return TimeBetween(outcome, cohort, lost)
