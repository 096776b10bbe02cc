"""Funnels: ordered stages, each a population, of which a subject is in one only when it is in all those before."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.rules.measures.columns import Member
from impact_metrics.rules.measures.measure import Clauses, Figure, Form, Measure, Slot, States, Subjects, Unit, Words
from impact_metrics.rules.measures.parts import Part, Sum, proportion
from impact_metrics.rules.measures.standing import Parts, Standing, by_chance, in_percent, of_how_many
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without, subject_kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from impact_metrics.rules.measures.parts import Value

K = TypeVar("K", bound=str)


@attrs.frozen
class Stage(Generic[K]):
    """One stage of a funnel: what it is called, and who is in it when in all the stages before."""

    title: str
    population: Population[K]

    def __attrs_post_init__(self) -> None:
        """A stage has a title, and is made of a population."""
        if not isinstance(self.title, str) or not self.title.strip():
            raise RuleError("a stage has a title", where="Stage", hint='Stage("Cared for", CARED_FOR)')
        if not isinstance(self.population, Distinct | Both | Either | Without):
            raise RuleError(
                f"a stage is a population, and this is {self.population!r}",
                where=f"Stage({self.title!r})",
                hint="make it with distinct(...)",
            )


@attrs.frozen
class Funnel(Measure):
    """How many subjects are in each of some stages in order, and the share of the first stage that is in the last.

    As at a date, a subject is in a stage when it is then a member of that stage's population and of those of all the
    stages before. So no stage ever has more than the one before it. The order is that of the stages as written, and
    not of time: nothing asks that what makes for one stage happened before what makes for the next; where that is
    meant, the population of the stage says so. Whoever is a member of a later population only is in no stage.

    Over periods, a funnel is of those who entered the *first stage* in a period, by its entry event, with the stages
    they have reached by the date of the report.
    """

    kind: ClassVar = "funnel"
    called: ClassVar = "funnel"
    undecided: ClassVar = "of a funnel it is only decided whether anybody can be in its first stage"
    size_undecided: ClassVar = (
        "a share rises and falls with both of its numbers, and no claim about its size is decided",
        "make the claim of a count of its numerator, or of its denominator",
    )
    nowhere: ClassVar = "is not in the first stage"
    compared: ClassVar = "reached the last stage"
    slots: ClassVar = (Slot("stages", "", Form.STAGES),)

    stages: tuple[Stage[Any], ...]

    def __attrs_post_init__(self) -> None:
        """There are two stages at least, of different titles and of subjects of one kind."""
        where = f"funnel({', '.join(repr(stage.title) for stage in self.stages)})"
        if len(self.stages) < 2:  # noqa: PLR2004 - from one stage to another
            raise RuleError("a funnel has at least two stages", where=where, hint="to count one population, use count")
        titles = [stage.title for stage in self.stages]
        for title in titles:
            if titles.count(title) > 1:
                raise RuleError(f"two stages are called {title!r}", where=where, hint="give each a title of its own")
        subject_kind(Both(self.populations))

    @property
    def populations(self) -> tuple[Population[Any], ...]:
        """The populations of the stages as they are written, in order."""
        return tuple(stage.population for stage in self.stages)

    @property
    def population_names(self) -> tuple[str, ...]:
        """The numbers of the stages."""
        return tuple(f"stage {number}" for number in range(1, len(self.stages) + 1))

    @property
    def denominator(self) -> Population[Any]:
        """Who is in the first stage."""
        return self.stages[0].population

    def through(self, number: int) -> Population[Any]:
        """Give who is in the stage of that number, counted from 1: in its population, and in all those before."""
        return self.denominator if number == 1 else Both(self.populations[:number])

    @property
    def nested(self) -> tuple[Population[Any], ...]:
        """Who is in each stage, in order."""
        return tuple(self.through(number) for number in range(1, len(self.stages) + 1))

    @property
    def inside(self) -> Population[Any]:
        """Who is in the last stage, and so in every one."""
        return self.through(len(self.stages))

    @property
    def counted(self) -> Population[Any]:
        """Those in the last stage."""
        return self.inside

    @property
    def frames(self) -> tuple[Subjects]:
        """Those in the first stage: in which of the others each is."""
        names = tuple(f"stage_{number}" for number in range(2, len(self.stages) + 1))
        return (Subjects(self.denominator, tuple(map(Member, self.populations[1:])), _reached, names),)

    def figure(self, states: States) -> Figure:
        """Count the subjects in each stage; what is asked is how many of the first are in the last."""
        found, last = Counter(states), len(self.stages)
        numbers = [sum(found[reached] for reached in range(stage, last + 1)) for stage in range(1, last + 1)]
        parts = Parts(numbers[-1], numbers[0], stages=tuple(numbers))
        return Figure(parts.share, parts)

    def counts(self, state: int) -> bool:
        """Whoever has reached the last stage counts."""
        return state == len(self.stages)

    def standing(self, state: int) -> Standing:
        """In the numerator is whoever has reached the last stage."""
        return Standing.NUMERATOR if self.counts(state) else Standing.DENOMINATOR

    def words_for(self, state: int) -> str:
        """Say which stage somebody has reached."""
        return f"reached stage {state}"

    @property
    def divides(self) -> tuple[str, str]:
        """The last stage over the first."""
        return f"stage_{len(self.stages)}", "stage_1"

    @property
    def parts(self) -> tuple[Part, ...]:
        """The share of the first stage that is in the last, and how many are in each, and drop off after it."""
        value, *interval = proportion(*self.divides)
        counts: list[Part] = []
        for number, (stage, inside) in enumerate(zip(self.stages, self.nested, strict=True), 1):
            meaning = f"how many are in stage {number}, and so in every one before"
            counts.append(Part(name=f"stage_{number}", title=stage.title, meaning=meaning, members=inside))
            if number > 1:
                meaning = f"how many are in stage {number - 1} and not in stage {number}"
                counts.append(Part(name=f"dropped_{number}", title="dropped off", meaning=meaning, internal=True))
        return (value, *counts, *interval)

    @property
    def traced(self) -> tuple[tuple[Measure, Part], ...]:
        """The stages."""
        return tuple((self, part) for part in self.parts if part.members is not None)

    @property
    def sums(self) -> tuple[Sum, ...]:
        """Each stage is made of those in the next one, and of those who are not."""
        numbers = range(2, len(self.stages) + 1)
        return tuple(Sum(f"stage_{number - 1}", (f"stage_{number}", f"dropped_{number}")) for number in numbers)

    def numbers(self, figure: Figure) -> Mapping[str, Value]:
        """The number of each stage, and how many dropped off before it."""
        stages: tuple[int, ...] = figure.behind.stages
        dropped = {f"dropped_{place}": before - stages[place - 1] for place, before in enumerate(stages[:-1], 2)}
        return {f"stage_{place}": number for place, number in enumerate(stages, 1)} | dropped

    def said(self, figure: Figure, unit: Unit) -> tuple[str, str]:
        """Say the share in percent, and the number of each stage."""
        parts: Parts = figure.behind
        stages = f"stages {' > '.join(f'{number:,}' for number in parts.stages or ())}"
        return in_percent(parts), "; ".join([of_how_many(parts, unit), stages, *by_chance(parts)])

    def settings(self) -> Iterator[tuple[str, object]]:
        """The titles of the stages."""
        for number, stage in enumerate(self.stages, 1):
            yield f"title of stage {number}", stage.title

    def opening(self, words: Words) -> str:
        """Say how many stages there are."""
        return f"follows {words.plural} through {words.number(len(self.stages))} stages"

    def clauses(self, words: Words) -> Clauses:
        """Say who is in each stage."""
        return tuple(
            (
                f'in stage {words.number(number)}, "{stage.title}",{nested} is',
                stage.population,
            )
            for number, stage in enumerate(self.stages, 1)
            for nested in ("" if number == 1 else " if in all the stages before,",)
        )

    def placing(self, words: Words) -> Iterator[str]:
        """Say in which order stages are, and of whom the figure is over periods."""
        yield (
            f"All stages are as at one date, and a {words.singular} is in one only when in all those before, so that "
            "no stage has more than the one before it. The order is that of this list, and not of time: nothing asks "
            "that what makes for one stage happened before what makes for the next, unless the stage itself says so."
        )
        yield (
            "The figure is the share of the first stage that is in the last. Where nobody is in the first stage there "
            "is no share."
        )
        yield (
            f"Over periods, it is of those who entered the first stage in a period, by {words.entry(self.denominator)},"
            " with the stages that they have reached by the date of the report. A breakdown places the "
            f"{words.singular} by the same event."
        )


def _reached(*inside: bool) -> int:
    """Give how many stages somebody has reached who is in the first: up to the first of which that is not so."""
    return 1 + next((number for number, there in enumerate(inside) if not there), len(inside))


def funnel(*stages: Stage[K]) -> Funnel:
    """Follow subjects through stages, as in ``funnel(Stage("Rescued", RESCUED), Stage("Stable", STABLE))``.

    A subject is in a stage only when it is in all the stages before; see :class:`Funnel`.
    """
    for stage in stages:
        if not isinstance(stage, Stage):
            raise RuleError(f"{stage!r} is no stage", where="funnel", hint='write Stage("Cared for", CARED_FOR)')
    return Funnel(stages)
