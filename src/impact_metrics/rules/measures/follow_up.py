"""Follow-up rates: an outcome within some months of each subject's own entry into a cohort."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.rules.measures.columns import Due, FirstDate, Known, Member, Window
from impact_metrics.rules.measures.life_table import Watching
from impact_metrics.rules.measures.measure import Clauses, Figure, Form, Measure, Slot, States, Subjects, Unit, Words
from impact_metrics.rules.measures.parts import (
    COHORT,
    DENOMINATOR,
    LOST,
    NUMERATOR,
    REST,
    Part,
    Sum,
    outside,
    proportion,
    quotient,
    whole,
)
from impact_metrics.rules.measures.shares import percent, ratio
from impact_metrics.rules.measures.standing import COMPARED, Parts, Standing, by_chance, in_percent, of_how_many
from impact_metrics.rules.months import months_after, most_days
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without, subject_kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from impact_metrics.rules.measures.parts import Value

K = TypeVar("K", bound=str)

MOST_MONTHS = 1200
"""The longest follow-up: a hundred years."""

_NOT_YET_DUE = Part(
    name="not_yet_due", title="not yet due", meaning="how many entered too short a time ago, and are in no rate"
)
_EARLY = Part(
    name="early",
    title="not yet due, with the outcome",
    meaning="how many of those not yet due have the outcome already, and are in no rate either",
)
_WAITING = Part(
    name="waiting",
    title="not yet due, without the outcome",
    meaning="how many of those not yet due do not have the outcome yet",
    internal=True,
)


@attrs.frozen
class FollowUp(Measure):
    """The share of a cohort that has an outcome within some months, among those whose follow-up is complete.

    A subject enters on the day of its entry event, the one that places it in a breakdown. The outcome is an event of
    ``outcome`` that happens after that day, up to and including the day ``months`` later. Follow-up is due from that
    day on; whoever is not yet due is in no denominator, also not with an outcome already. Whoever is due, has no
    outcome and is in ``lost`` is lost to follow-up, and is in no denominator either; a report bounds the rate.
    """

    kind: ClassVar = "follow_up"
    called: ClassVar = "follow-up rate"
    undecided: ClassVar = "of a follow-up rate it is only decided whether anybody can be in its cohort"
    whom_undecided: ClassVar = (
        "whom a follow-up rate counts depends on months of the calendar, of which nothing is decided",
        "ask about a count of its cohort, or of its outcome",
    )
    size_undecided: ClassVar = (
        "a share rises and falls with both of its numbers, and no claim about its size is decided",
        "make the claim of a count of its numerator, or of its denominator",
    )
    nowhere: ClassVar = "is not in the cohort"
    compared: ClassVar = "followed up"
    slots: ClassVar = (
        Slot("cohort", "of", Form.POPULATION, "cohort"),
        Slot("outcome", "outcome", Form.OUTCOME, "outcome"),
        Slot("months", "within_months", Form.WHOLE, "months of follow-up", most=MOST_MONTHS),
        Slot("lost", "lost", Form.POPULATION, "lost", optional=True),
    )

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

    @property
    def frames(self) -> tuple[Subjects]:
        """The cohort: whether each subject is due, has the outcome in its own time, and is lost."""
        had = Known(FirstDate(self.outcome, Window(1, self.months)))
        lost = () if self.lost is None else (Member(self.lost),)
        return (Subjects(self.cohort, (Due(self.months), had, *lost), _standing, ("due", "outcome", "lost")),)

    @property
    def watching(self) -> Watching:
        """The cohort watched as times are: for an outcome after the day of entry and within the months."""
        return Watching(self.cohort, self.outcome, self.lost, Window(1, self.months))

    def figure(self, states: States) -> Figure:
        """Divide those with the outcome by those whose follow-up is complete."""
        found = Counter(states)
        early, lost = found[Standing.EARLY], found[Standing.LOST]
        waiting = found[Standing.NOT_YET_DUE] + early
        parts = Parts(
            found[Standing.NUMERATOR],
            found.total() - waiting - lost,
            None,
            waiting,
            early,
            None if self.lost is None else lost,
        )
        return Figure(parts.share, parts)

    def counts(self, state: Standing) -> bool:
        """Whoever is in the numerator counts."""
        return state is Standing.NUMERATOR

    def standing(self, state: Standing) -> Standing:
        """The state is where a subject stands."""
        return state

    def words_for(self, state: Standing) -> str:
        """Say where a subject stands."""
        return state.value

    @property
    def parts(self) -> tuple[Part, ...]:
        """The rate, its counts and interval, who is in no rate, and between which rates the truth lies."""
        value, *interval = proportion()
        waiting = (_NOT_YET_DUE, _EARLY, _WAITING)
        naive = quotient(
            "naive_rate",
            "naive rate",
            "wrong, and here for contrast: everybody with an outcome over everybody who entered",
            ("numerator", "denominator", "not_yet_due", "early", "lost"),
            lambda n: ratio(whole(n, "numerator", "early"), whole(n, "denominator", "not_yet_due", "lost")),
        )
        naive = attrs.evolve(naive, internal=True)
        ends: tuple[Part, ...] = ()
        if self.lost is not None:
            needs = ("numerator", "denominator", "lost")
            ends = outside(
                "what the rate would be if none of the lost had the outcome",
                "what it would be if all of them had",
                needs,
                lost="lost",
            )
        lost = () if self.lost is None else (LOST,)
        counts = (COHORT.of(self.cohort), NUMERATOR, DENOMINATOR, REST)
        return (value, *counts, *waiting, *lost, *ends, naive, *interval)

    @property
    def traced(self) -> tuple[tuple[Measure, Part], ...]:
        """Numerator and denominator, by where subjects stand."""
        compared = attrs.evolve(DENOMINATOR, among=lambda state: self.standing(state) in COMPARED)
        return (self, attrs.evolve(NUMERATOR, among=self.counts)), (self, compared)

    @property
    def sums(self) -> tuple[Sum, ...]:
        """The cohort is made of those in the rate and of those in none."""
        lost = () if self.lost is None else ("lost",)
        return (
            Sum("cohort", ("denominator", "not_yet_due", *lost)),
            Sum("denominator", ("numerator", "rest")),
            Sum("not_yet_due", ("early", "waiting")),
        )

    def numbers(self, figure: Figure) -> Mapping[str, Value]:
        """The counts."""
        parts: Parts = figure.behind
        waiting, early = parts.not_yet_due or 0, parts.early or 0
        return {
            "cohort": parts.denominator + waiting + (parts.lost or 0),
            "numerator": parts.numerator,
            "denominator": parts.denominator,
            "rest": parts.denominator - parts.numerator,
            "not_yet_due": waiting,
            "early": early,
            "waiting": waiting - early,
            "lost": parts.lost,
        }

    def said(self, figure: Figure, unit: Unit) -> tuple[str, str]:
        """Say the rate in percent, of how many it is, and who is in no rate."""
        parts: Parts = figure.behind
        early = f", {parts.early:,} with the outcome already" if parts.early else ""
        told = [of_how_many(parts, unit), f"{parts.not_yet_due:,} not yet due{early}"]
        if parts.lost is not None:
            ends = ""
            if parts.lost and parts.least is not None and parts.most is not None:
                ends = f", {percent(parts.least)} to {percent(parts.most)} % with them"
            told.append(f"{parts.lost:,} lost{ends}")
        return in_percent(parts), "; ".join([*told, *by_chance(parts)])

    def _within(self, words: Words) -> str:
        return f"within {words.number(self.months)} month{'' if self.months == 1 else 's'}"

    def opening(self, words: Words) -> str:
        """Say what the rate is of."""
        return f"gives the share of {words.plural} of a cohort with an outcome {self._within(words)} of their entry"

    def clauses(self, words: Words) -> Clauses:
        """Say who is in the cohort, has the outcome, and is lost."""
        had = f"with the outcome, if it happens after the day of entry and {self._within(words)} of it, is"
        said = (("in the cohort is", self.cohort), (had, self.outcome))
        return (
            said if self.lost is None else (*said, ("lost to follow-up, if due and without the outcome, is", self.lost))
        )

    def placing(self, words: Words) -> Iterator[str]:
        """Say when somebody enters, whose follow-up is complete, and of whom the rate is over periods."""
        which = words.entry(self.cohort)
        months = f"{words.number(self.months)} month{'' if self.months == 1 else 's'}"
        yield (
            f"A {words.singular} enters on the day of "
            f"{which}{'' if which.startswith('the earliest') else ' of the cohort'}. An outcome on that day does not "
            f"count; one on the day {months} later does. Where that month has no such day, it is the last day of the "
            "month."
        )
        yield (
            "Only those whose follow-up is complete are in the denominator: they entered at least "
            f"{months} before the date of the report. Whoever entered later is not yet due, and is in no number, also "
            "not with an outcome already; a report says how many those are."
        )
        if self.lost is not None:
            yield (
                "Whoever is lost to follow-up, as at the date of the report, is in no number either; a report says how "
                "many those are, and between which rates the truth lies, whatever became of them."
            )
        yield (
            "Over periods, the rate is of those who entered in a period, as at the date of the report. A breakdown "
            f"places the {words.singular} by the same event. Where nobody's follow-up is complete there is no rate."
        )


def _standing(due: bool, had: bool, gone: bool = False) -> Standing:  # noqa: FBT001, FBT002 - values of columns
    if not due:
        return Standing.EARLY if had else Standing.NOT_YET_DUE
    return Standing.NUMERATOR if had else Standing.LOST if gone else Standing.DENOMINATOR


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
