"""Times between: from each subject's own entry into a cohort to its outcome, in days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.rules.measures.columns import Window
from impact_metrics.rules.measures.life_table import Ending, LifeTable, Spell, Watching
from impact_metrics.rules.measures.measure import (
    Clauses,
    Figure,
    Form,
    Heading,
    Measure,
    Slot,
    States,
    Subjects,
    Unit,
    Words,
)
from impact_metrics.rules.measures.parts import COHORT, LOST, VALUE, Nature, Part, PartUnit, Sum
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without, subject_kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from impact_metrics.rules.measures.parts import Value

K = TypeVar("K", bound=str)

NOT_REACHED = "not reached"
"""What stands in the place of a median or quartile when too few have ended for it."""

_MEDIAN = Part(
    name=VALUE,
    title="median",
    meaning="the median in days, after Kaplan and Meier",
    nature=Nature.MIDDLE,
    unit=PartUnit.DAYS,
    behind="ended",
)
_ENDED = Part(name="ended", title="ended", meaning="how many have ended")
_NOT_YET = Part(
    name="not_yet", title="not yet ended", meaning="how many have not ended yet, and are watched to the date"
)


def _quartile(name: str, part: str) -> Part:
    return Part(
        name=name,
        title=name.replace("_", " "),
        meaning=f"the first day by which at least {part} have ended",
        nature=Nature.QUARTILE,
        unit=PartUnit.DAYS,
        behind="ended",
    )


_QUARTILES = (_quartile("lower_quartile", "a quarter"), _quartile("upper_quartile", "three quarters"))
_NAIVE = attrs.evolve(
    _MEDIAN, name="naive_median", title="naive median", meaning="wrong: of those who ended only", internal=True
)


@attrs.frozen
class TimeBetween(Measure):
    """The days from each subject's entry into a cohort to its outcome, of which a figure gives the median.

    The cohort is as at the date of a report. A subject enters on the day of its entry event, the one that places it in
    a breakdown. Its time ends with its earliest event of ``outcome`` on that day (0 days) or later. Whoever has none by
    the date of the report has *not yet* ended: so much is known of its time, that it is longer than the days until
    then. Of whoever has none and is in ``lost`` it is known only until the day of its entry event there, where that is
    not before its own entry. Nobody is left out: the median and the quartiles are those of Kaplan and Meier (1958),
    which take each subject into account for as long as it was watched.
    """

    kind: ClassVar = "time_between"
    called: ClassVar = "time"
    undecided: ClassVar = "of a time it is only decided whether anybody can be in its cohort"
    whom_undecided: ClassVar = (
        "times are compared day by day, of which nothing is decided",
        "ask about a count of the cohort, or of the outcome",
    )
    size_undecided: ClassVar = (
        "a median of times rises and falls with them, and no claim about its size is decided",
        "make the claim of a count of its cohort, or of its outcome",
    )
    nowhere: ClassVar = "is not in the cohort"
    slots: ClassVar = (
        Slot("cohort", "of", Form.POPULATION, "cohort"),
        Slot("outcome", "outcome", Form.OUTCOME, "outcome"),
        Slot("lost", "lost", Form.POPULATION, "lost", optional=True),
    )
    heading: ClassVar = Heading.TIMES

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
    def watching(self) -> Watching:
        """The cohort, watched from entry to the outcome."""
        return Watching(self.cohort, self.outcome, self.lost, Window())

    @property
    def frames(self) -> tuple[Subjects]:
        """The cohort: for how many days each subject was watched, and how that ended."""
        return (self.watching.frame,)

    def figure(self, states: States) -> Figure:
        """Make a life table, and take its median."""
        times = LifeTable.of(states, tells_lost=self.lost is not None)
        return Figure(times.median, times)

    def counts(self, state: Spell) -> bool:
        """Whoever ended counts."""
        return state.ending is Ending.OUTCOME

    def place(self, state: Spell) -> tuple[str, int | None]:
        """Say how the time of a subject ended, and after how many days."""
        return state.ending.value, state.days

    def words_for(self, state: Spell) -> str:
        """Say for how long somebody was watched, and how that ended."""
        return str(state)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The median, who ended and who did not, and the quartiles."""
        lost = () if self.lost is None else (LOST,)
        return (_MEDIAN, COHORT.of(self.cohort), _ENDED, _NOT_YET, *lost, *_QUARTILES, _NAIVE)

    @property
    def traced(self) -> tuple[tuple[Measure, Part], ...]:
        """Those who ended, and the cohort: what a median changes by is no sum of causes."""
        return (self, attrs.evolve(_ENDED, among=self.counts)), (self, COHORT.of(self.cohort))

    @property
    def sums(self) -> tuple[Sum, ...]:
        """The cohort is made of those who ended and those who did not."""
        lost = () if self.lost is None else ("lost",)
        return (Sum("cohort", ("ended", "not_yet", *lost)),)

    def numbers(self, figure: Figure) -> Mapping[str, Value]:
        """Everything that the life table tells."""
        times: LifeTable = figure.behind
        lower, upper = times.quartiles
        return {
            VALUE: figure.value,
            "cohort": times.size,
            "ended": times.ended,
            "not_yet": times.not_yet,
            "lost": times.lost,
            "lower_quartile": lower,
            "upper_quartile": upper,
            "naive_median": times.naive_median,
        }

    def details(self, figure: Figure) -> Iterable[tuple[str, int]]:
        """Every row of the life table, from which the curve is drawn."""
        times: LifeTable = figure.behind
        for row in times.rows:
            for name in ("ended", "not_yet", "lost"):
                yield f"{name} after {row.days} days", getattr(row, name)

    def said(self, figure: Figure, unit: Unit) -> tuple[str, str]:
        """Say the median, of how many it is, how many ended and how many did not, and the quartiles."""
        times: LifeTable = figure.behind
        return in_days(times.median), behind_times(times, unit)

    def opening(self, words: Words) -> str:
        """Say between which events the days are."""
        return f"gives the days from the entry of each {words.singular} into a cohort to the outcome"

    def clauses(self, words: Words) -> Clauses:  # noqa: ARG002 - it needs no other words
        """Say who is in the cohort, has the outcome, and is lost."""
        had = "with the outcome, if it happens on the day of entry or later, is"
        said = (("in the cohort is", self.cohort), (had, self.outcome))
        return said if self.lost is None else (*said, ("lost, if without the outcome, is", self.lost))

    def placing(self, words: Words) -> Iterator[str]:
        """Say when a time starts and ends, who is censored, what the median is, and of whom it is over periods."""
        unit, which = words.singular, words.entry(self.cohort)
        yield (
            f"A {unit} enters on the day of {which}{'' if which.startswith('the earliest') else ' of the cohort'}. The "
            "time ends with the earliest outcome on that day or later, and is 0 days where it is the same day; an "
            "outcome before that day does not count, and later ones change nothing."
        )
        yield (
            f"Where a {unit} has no outcome by the date of the report, the time has not yet ended: it is known to be "
            "longer than the days until then."
        )
        if self.lost is not None:
            yield (
                f"Of a {unit} that is lost, this is known only until the day of the event that says so; where that day "
                f"is before entry, the {unit} is not lost by it. With the outcome it is not lost either, whatever came "
                "between."
            )
        yield (
            "The figure is the median of Kaplan and Meier: the first day by which at least half are estimated to have "
            f"ended, where each {unit} counts for the days for which it was watched. A report tells how many ended and "
            "how many did not, and the quartiles. Where too few have ended for it, there is no median."
        )
        yield (
            "The median of those who ended only is told beside it. It leaves out whoever takes long, and so is too "
            "short, or at best the same."
        )
        yield (
            "Over periods, the times are of those who entered in a period, as at the date of the report. A breakdown "
            f"places the {unit} by the same event."
        )


def in_days(days: int | None) -> str:
    """Print a number of days, or say that it is not reached."""
    return NOT_REACHED if days is None else f"{days:,} day{'' if days == 1 else 's'}"


def behind_times(times: LifeTable, unit: Unit) -> str:
    """Say what is behind a median: of how many, how many ended and how many did not, and the quartiles."""
    if not times.size:
        return f"nobody is in the cohort: of no {unit.plural} there is no time"
    who = unit.singular if times.size == 1 else unit.plural
    told = [f"of {times.size:,} {who}: {times.ended:,} ended, {times.not_yet:,} not yet"]
    if times.lost is not None:
        told[0] += f", {times.lost:,} lost before"
    lower, upper = times.quartiles
    if lower is not None:
        told.append(f"quartiles {lower:,} and {NOT_REACHED if upper is None else f'{upper:,}'}")
    if times.naive_median is not None and times.naive_median != times.median:
        told.append(f"naive median {times.naive_median:,}, of those who ended only")
    return "; ".join(told)


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
