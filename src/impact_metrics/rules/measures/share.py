"""Shares: the members of a population that are in another too, over all of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.rules.measures.columns import Member
from impact_metrics.rules.measures.measure import Clauses, Figure, Form, Measure, Slot, States, Subjects, Unit, Words
from impact_metrics.rules.measures.parts import DENOMINATOR, NUMERATOR, REST, Part, Sum, outside, proportion
from impact_metrics.rules.measures.shares import percent
from impact_metrics.rules.measures.standing import Parts, Standing, by_chance, in_percent, of_how_many
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without, subject_kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from impact_metrics.rules.measures.parts import Value

K = TypeVar("K", bound=str)

_UNKNOWN = Part(name="unknown", title="not known", meaning="of how many in the denominator the outcome is not known")


@attrs.frozen
class Share(Measure):
    """The number of members of the denominator that are in the numerator too, over the number of its members.

    Whoever is in the numerator and not in the denominator counts nowhere, so that a share is never above 1. Those in
    ``unknown`` are subjects of whom it is not known whether they belong in the numerator; they stay in the denominator,
    and a report tells how many they are.
    """

    kind: ClassVar = "share"
    called: ClassVar = "share"
    undecided: ClassVar = "of a share it is only decided whether anybody can be in its denominator"
    size_undecided: ClassVar = (
        "a share rises and falls with both of its numbers, and no claim about its size is decided",
        "make the claim of a count of its numerator, or of its denominator",
    )
    nowhere: ClassVar = "is not in the denominator"
    slots: ClassVar = (
        Slot("denominator", "of", Form.POPULATION, "denominator"),
        Slot("numerator", "numerator", Form.POPULATION, "numerator"),
        Slot("unknown", "unknown", Form.POPULATION, "not known", optional=True),
    )

    numerator: Population[Any]
    denominator: Population[Any]
    unknown: Population[Any] | None = None

    def __attrs_post_init__(self) -> None:
        """Only subjects of one kind can be compared."""
        subject_kind(Both(self.populations))

    @property
    def inside(self) -> Population[Any]:
        """Whom the numerator counts: those of it who are in the denominator."""
        return Both((self.denominator, self.numerator))

    @property
    def counted(self) -> Population[Any]:
        """Those in the numerator."""
        return self.inside

    @property
    def frames(self) -> tuple[Subjects]:
        """Those in the denominator: whether each is in the numerator, and whether that is not known."""
        asked = (self.numerator,) if self.unknown is None else (self.numerator, self.unknown)
        return (Subjects(self.denominator, tuple(map(Member, asked)), _standing, ("numerator", "unknown")),)

    def figure(self, states: States) -> Figure:
        """Divide."""
        found = Counter(states)
        unknown = None if self.unknown is None else found[Standing.UNKNOWN]
        parts = Parts(found[Standing.NUMERATOR], found.total(), unknown)
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
        """The share, its counts, its interval, and what it is at most."""
        counts = (NUMERATOR.of(self.inside), DENOMINATOR.of(self.denominator))
        value, *interval = proportion()
        if self.unknown is None:
            return (value, *counts, REST, *interval)
        needs = ("numerator", "denominator", "unknown")
        ends = outside(
            "what the share would be if none of those not known had the outcome",
            "what it would be if all of them had",
            needs,
            unknown="unknown",
        )
        return (value, *counts, _UNKNOWN, REST, *ends, *interval)

    @property
    def traced(self) -> tuple[tuple[Measure, Part], ...]:
        """Numerator and denominator."""
        return (self, NUMERATOR.of(self.inside)), (self, DENOMINATOR.of(self.denominator))

    @property
    def sums(self) -> tuple[Sum, ...]:
        """The denominator is made of the numerator, of those not known, and of the rest."""
        unknown = () if self.unknown is None else ("unknown",)
        return (Sum("denominator", ("numerator", *unknown, "rest")),)

    def numbers(self, figure: Figure) -> Mapping[str, Value]:
        """The counts."""
        parts: Parts = figure.behind
        rest = parts.denominator - parts.numerator - (parts.unknown or 0)
        return {
            "numerator": parts.numerator,
            "denominator": parts.denominator,
            "unknown": parts.unknown,
            "rest": rest,
        }

    def said(self, figure: Figure, unit: Unit) -> tuple[str, str]:
        """Say the share in percent, and of how many it is."""
        parts: Parts = figure.behind
        told = [of_how_many(parts, unit)]
        if parts.unknown is not None and parts.most is not None:
            at_most = f", at most {percent(parts.most)} % with them" if parts.unknown else ""
            told.append(f"{parts.unknown:,} not known{at_most}")
        return in_percent(parts), "; ".join([*told, *by_chance(parts)])

    def opening(self, words: Words) -> str:
        """Say what is divided by what."""
        return f"divides the number of {words.plural} in the numerator by that in the denominator"

    def clauses(self, words: Words) -> Clauses:  # noqa: ARG002 - it needs no other words
        """Say who is where."""
        said = (
            ("in the denominator is", self.denominator),
            ("in the numerator, if in the denominator, is", self.numerator),
        )
        if self.unknown is None:
            return said
        return (*said, ("not known, if in the denominator only, is", self.unknown))

    def placing(self, words: Words) -> Iterator[str]:
        """Say as at when it is, and of whom over periods."""
        yield (
            "Both are as at one date, and the share is never above 1. Where nobody is in the denominator there is no "
            "share."
        )
        if self.unknown is not None:
            yield (
                f"A {words.singular} of whom the outcome is not known stays in the denominator, so that a record that "
                "is lacking never raises the share; a report says how many those are, and what the share would be at "
                "most."
            )
        which = words.entry(self.denominator)
        of = "" if which.startswith("the earliest") else " of the denominator"
        yield (
            f"Over periods, the share is of those who entered the denominator in a period, by {which}{of}, with what "
            f"has become of them by the date of the report. A breakdown places the {words.singular} by the same event."
        )


def _standing(inside: bool, unknown: bool = False) -> Standing:  # noqa: FBT001, FBT002 - values of columns
    return Standing.NUMERATOR if inside else Standing.UNKNOWN if unknown else Standing.DENOMINATOR


def share(numerator: Population[K], *, of: Population[K], unknown: Population[K] | None = None) -> Share:
    """Divide the members of a population that are in the numerator by all of its members.

    ``of`` is the denominator. ``unknown`` are those of whom the outcome is not known: they stay in the denominator, so
    that a record that is lacking never raises the share. To leave them out, write ``of=denominator - unknown``.
    """
    for population in (numerator, of, *([] if unknown is None else [unknown])):
        if not isinstance(population, Distinct | Both | Either | Without):
            raise RuleError(
                f"a share is made of populations, and got {population!r}",
                hint="share(CONVICTED, of=distinct(Trial.defendant))",
            )
    return Share(numerator, of, unknown)
