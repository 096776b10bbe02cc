"""Funnels: ordered stages, each a population, of which a subject is in one only when it is in all those before."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without, subject_kind

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
class Funnel:
    """How many subjects are in each of some stages in order, and the share of the first stage that is in the last.

    As at a date, a subject is in a stage when it is then a member of that stage's population and of those of all the
    stages before. So no stage ever has more than the one before it. The order is that of the stages as written, and
    not of time: nothing asks that what makes for one stage happened before what makes for the next; where that is
    meant, the population of the stage says so. Whoever is a member of a later population only is in no stage.

    Over periods, a funnel is of those who entered the *first stage* in a period, by its entry event, with the stages
    they have reached by the date of the report.
    """

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


def funnel(*stages: Stage[K]) -> Funnel:
    """Follow subjects through stages, as in ``funnel(Stage("Rescued", RESCUED), Stage("Stable", STABLE))``.

    A subject is in a stage only when it is in all the stages before; see :class:`Funnel`.
    """
    for stage in stages:
        if not isinstance(stage, Stage):
            raise RuleError(f"{stage!r} is no stage", where="funnel", hint='write Stage("Cared for", CARED_FOR)')
    return Funnel(stages)
