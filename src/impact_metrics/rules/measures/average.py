"""Averages and medians of a number that each subject has: sessions, hours, the latest score."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.rules.measures.changes import written
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
from impact_metrics.rules.measures.parts import COHORT, VALUE, Nature, Part, PartUnit, Sum
from impact_metrics.rules.measures.picks import Pick
from impact_metrics.rules.measures.shares import PLACES
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without, subject_kind
from impact_metrics.rules.scales import Number, short
from impact_metrics.values.kinds import MAX_DIGITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from impact_metrics.rules.measures.parts import Value

K = TypeVar("K", bound=str)

_KNOWN = Part(name="known", title="with a number", meaning="how many have the number")
_MISSING = Part(name="missing", title="without one", meaning="how many have no such number, and are in no average")


def _middle(name: str, title: str, meaning: str) -> Part:
    return Part(name=name, title=title, meaning=meaning, nature=Nature.MIDDLE, unit=PartUnit.EACH, behind="known")


def _quartile(name: str, part: str) -> Part:
    meaning = f"the least number such that at least {part} of the subjects have it or a lower one"
    return attrs.evolve(_middle(name, name.replace("_", " "), meaning), nature=Nature.QUARTILE)


@attrs.frozen
class Distribution:
    """How many subjects have which number, from the least on, and how many have none."""

    counts: tuple[tuple[Number, int], ...]
    missing: int

    @classmethod
    def of(cls, states: States) -> Distribution:
        """Count subjects by their numbers."""
        known = sorted((short(number), count) for number, count in states.items() if number is not None)
        return cls(tuple(known), states.get(None, 0))

    @property
    def known(self) -> int:
        """How many have the number."""
        return sum(count for _, count in self.counts)

    @property
    def mean(self) -> Decimal | None:
        """The mean, rounded half to even; ``None`` where nobody has the number."""
        if not self.known:
            return None
        with localcontext(prec=4 * MAX_DIGITS):
            total = sum((Decimal(number) * count for number, count in self.counts), Decimal(0))
            return (total / self.known).quantize(PLACES)

    @property
    def median(self) -> Number | None:
        """The median, exact: of an even number of subjects, halfway between the two in the middle."""
        if not self.known:
            return None
        low, high = self._at((self.known - 1) // 2), self._at(self.known // 2)
        with localcontext(prec=4 * MAX_DIGITS):
            return low if low == high else short((Decimal(low) + Decimal(high)) / 2)

    def quantile(self, part: Fraction) -> Number | None:
        """Give the least number that at least a part of the subjects have, or a lower one."""
        return self._at(-(-self.known * part.numerator // part.denominator) - 1) if self.known else None

    def _at(self, position: int) -> Number:
        upto = accumulate(count for _, count in self.counts)
        return next(number for (number, _), end in zip(self.counts, upto, strict=True) if position < end)


@attrs.frozen
class Average(Measure):
    """The mean of a number that each member of a population has, over those who have it.

    Whoever has no such number (no event that has it) is ``missing``, is in no average, and is told beside it. How many
    events somebody has is never missing: it can be 0. Median, quartiles and the whole distribution are told too.
    """

    kind: ClassVar[str] = "average"
    called: ClassVar[str] = "average"
    slots: ClassVar = (Slot("cohort", "of", Form.POPULATION, "cohort"), Slot("number", "number", Form.PICK))
    heading: ClassVar = Heading.FIGURES
    undecided: ClassVar = "of an average it is only decided whether anybody can be in its cohort"
    whom_undecided: ClassVar = (
        "who has a number, and which, depends on sums over events, of which nothing is decided",
        "ask about a count of the cohort",
    )
    size_undecided: ClassVar = (
        "an average rises and falls with its numbers, and no claim about its size is decided",
        "make the claim of a count of its cohort",
    )
    nowhere: ClassVar = "is not in the cohort"

    number: Pick
    cohort: Population[Any]

    def __attrs_post_init__(self) -> None:
        """The value is a number, and of the subjects that are looked at."""
        if not self.number.is_number:
            raise RuleError(
                f"only numbers have an average, and this is {self.number.how} of a subject",
                where=self.kind,
                hint="use number_of, sum_of, or latest_of and first_of with a number field",
            )
        subject_kind(Both((self.cohort, self.number.of)))

    @property
    def populations(self) -> tuple[Population[Any], ...]:
        """The cohort, and the population whose events are looked at."""
        return self.cohort, self.number.of

    @property
    def population_names(self) -> tuple[str, ...]:
        """What they are called."""
        return "cohort", "events"

    @property
    def frames(self) -> tuple[Subjects]:
        """The cohort, and the number of each."""
        return (Subjects(self.cohort, (self.number.column,), _itself, ("number",)),)

    def figure(self, states: States) -> Figure:
        """Take the mean of the distribution."""
        found = Distribution.of(states)
        return Figure(self._of(found), found)

    def _of(self, found: Distribution) -> Value:
        return found.mean

    def counts(self, state: Number | None) -> bool:
        """Whoever has the number counts."""
        return state is not None

    def place(self, state: Number | None) -> tuple[str, None]:
        """Say which number somebody has."""
        return self.words_for(state), None

    def words_for(self, state: Number | None) -> str:
        """Say which number somebody has."""
        return "without a number" if state is None else f"has {written(state)}"

    @property
    def parts(self) -> tuple[Part, ...]:
        """The average, of how many it is, who has no number, and how the numbers are spread."""
        other = _middle("median", "median", "the median of the numbers")
        return (_middle(VALUE, "mean", "the mean of the numbers"), *self._others(other))

    def _others(self, other: Part) -> tuple[Part, ...]:
        quartiles = (_quartile("lower_quartile", "a quarter"), _quartile("upper_quartile", "three quarters"))
        return (COHORT.of(self.cohort), _KNOWN, _MISSING, other, *quartiles)

    @property
    def sums(self) -> tuple[Sum, ...]:
        """The cohort is made of those with a number and those without."""
        return (Sum("cohort", ("known", "missing")),)

    @property
    def traced(self) -> tuple[tuple[Measure, Part], ...]:
        """Those with a number, and the cohort: what an average changes by is no sum of causes."""
        return (self, attrs.evolve(_KNOWN, among=self.counts)), (self, COHORT.of(self.cohort))

    def numbers(self, figure: Figure) -> Mapping[str, Value]:
        """Everything that the distribution tells."""
        found: Distribution = figure.behind
        lower, upper = found.quantile(Fraction(1, 4)), found.quantile(Fraction(3, 4))
        return {
            VALUE: figure.value,
            "cohort": found.known + found.missing,
            "known": found.known,
            "missing": found.missing,
            "mean": found.mean,
            "median": _decimal(found.median),
            "lower_quartile": _decimal(lower),
            "upper_quartile": _decimal(upper),
        }

    def details(self, figure: Figure) -> Iterable[tuple[str, int]]:
        """How many have which number."""
        found: Distribution = figure.behind
        return ((f"number {number}", count) for number, count in found.counts)

    def said(self, figure: Figure, unit: Unit) -> tuple[str, str]:
        """Say the average, of how many it is, and how the numbers are spread."""
        found: Distribution = figure.behind
        if figure.value is None:
            return "none", f"nobody has the number: {found.missing:,} {unit.plural} without one"
        lower, upper = found.quantile(Fraction(1, 4)), found.quantile(Fraction(3, 4))
        mean = "" if found.mean is None else f"mean {found.mean.quantize(Decimal('0.01')):,}, "
        spread = f"{mean}median {_number(found.median)}, quartiles {_number(lower)} and {_number(upper)}"
        behind = f"{self.called} of {found.known:,} {unit.plural}; {found.missing:,} without a number; {spread}"
        return f"{Decimal(figure.value).quantize(Decimal('0.01')):,}", behind

    def opening(self, words: Words) -> str:
        """Say of which number of whom it is."""
        return f"gives the {self._summary} of {self.number.said(words)} of each {words.singular} of a cohort"

    _summary: ClassVar[str] = "mean"

    def clauses(self, words: Words) -> Clauses:
        """Say who is in the cohort, and whose events are looked at."""
        events = self.number.of
        assert isinstance(events, Distinct)  # noqa: S101 - a number is of one event type
        looked = f"looked at, if in the cohort, with every such {words.event(events.row)}, is"
        return ("in the cohort is", self.cohort), (looked, events)

    def placing(self, words: Words) -> Iterator[str]:
        """Say of what date the numbers are, who is in no average, and of whom it is over periods."""
        yield (
            f"Cohort and events are as at the date of the report. A {words.singular} without the number is in no "
            "average, and a report says how many those are"
            + ("; who has no such event has the number 0." if self.number.how == "number" else ".")
        )
        yield "The median, the quartiles and how many have which number are told with it."
        yield (
            f"Over periods, it is of those who entered the cohort in a period, by {words.entry(self.cohort)}, with "
            f"their numbers as at the date of the report. A breakdown places the {words.singular} by the same event."
        )

    def settings(self) -> Iterator[tuple[str, object]]:
        """What is taken of each subject's events."""
        field = "" if self.number.field is None else f" of {self.number.field}"
        yield "number", f"{self.number.how}{field}"


@attrs.frozen
class MedianOf(Average):
    """The median of a number that each member of a population has, over those who have it; see :class:`Average`."""

    kind: ClassVar[str] = "median_of"
    called: ClassVar[str] = "median"
    _summary: ClassVar[str] = "median"

    def _of(self, found: Distribution) -> Value:
        return _decimal(found.median)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The median, of how many it is, who has no number, and how the numbers are spread."""
        other = _middle("mean", "mean", "the mean of the numbers")
        return (_middle(VALUE, "median", "the median of the numbers"), *self._others(other))


def _itself(number: Number | None) -> Number | None:
    return None if number is None else short(number)


def _decimal(number: Number | None) -> Decimal | None:
    return None if number is None else Decimal(number)


def _number(number: Number | None) -> str:
    return "none" if number is None else f"{number:,}"


def average(number: Pick, *, of: Population[K]) -> Average:
    """Give the mean of a number of each member of a population: ``average(number_of(SESSIONS), of=CARED_FOR)``."""
    return Average(_pick(number, "average"), _cohort(of, "average"))


def median_of(number: Pick, *, of: Population[K]) -> MedianOf:
    """Give the median of a number of each member of a population: ``median_of(number_of(SESSIONS), of=CARED_FOR)``."""
    return MedianOf(_pick(number, "median_of"), _cohort(of, "median_of"))


def _pick(number: Pick, where: str) -> Pick:
    if not isinstance(number, Pick):
        raise RuleError(f"{number!r} is no number of a subject", where=where, hint="use number_of, sum_of or latest_of")
    return number


def _cohort(of: Population[K], where: str) -> Population[K]:
    if not isinstance(of, Distinct | Both | Either | Without):
        raise RuleError(f"{of!r} is no population", where=where, hint="make it with distinct(...)")
    return of
