"""Counts: the members of a population, or the events of a type for which a condition holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.expressions import AllOf, Condition, Predicate, Row
from impact_metrics.expressions.language import as_condition, conjunction, row_of
from impact_metrics.model.constraints import check_rows
from impact_metrics.model.model import rows_read
from impact_metrics.rules.measures.measure import (
    Clauses,
    Figure,
    Form,
    Heading,
    Lines,
    LinesFound,
    Measure,
    OverTime,
    Slot,
    States,
    Subjects,
    Unit,
    Words,
)
from impact_metrics.rules.measures.parts import VALUE, Nature, Part, PartUnit
from impact_metrics.rules.polarity import can_stop_to_hold, members_can_leave
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from impact_metrics.rules.measures.parts import Value
    from impact_metrics.values import RecordBase

K = TypeVar("K", bound=str)

ROWS = Part(
    name="rows",
    title="rows",
    meaning="how many rows stand behind the value",
    nature=Nature.AMOUNT,
    unit=PartUnit.ROWS,
    internal=True,
)


def joined(before: Condition, conditions: tuple[Predicate, ...]) -> Condition:
    """Ask for conditions besides those asked before."""
    kept = before.items if isinstance(before, AllOf) else (before,)
    return conjunction((*kept, *(as_condition(condition) for condition in conditions)))


@attrs.frozen
class Rows:
    """The events of one type for which a condition holds, each counted by itself."""

    row: Row
    condition: Condition = attrs.field(factory=lambda: AllOf(()))

    def __attrs_post_init__(self) -> None:
        """Every row that the condition reads is bound."""
        check_rows(self.condition, frozenset({self.row}), f"rows({self.row})")

    def where(self, *conditions: Predicate) -> Rows:
        """Keep the rows for which all the conditions hold, besides those asked before."""
        return attrs.evolve(self, condition=joined(self.condition, conditions))


def counts_from(population: Population[Any], unit: str) -> str:
    """Say from which day on a member of a population counts, and whether it can leave the figure again."""
    if members_can_leave(population):
        return (
            f"A {unit} counts from the first day on which all of this holds. The rule asks that something has not "
            f"happened; when it happens later, the {unit} leaves the figure again."
        )
    return f"A {unit} counts from the first day on which all of this has happened, and stays counted."


def line_counts_from(lines: Lines, event: str) -> str:
    """Say from which day on an event counts."""
    if can_stop_to_hold(lines.condition):
        return f"Each {event} counts from its own day or later, on every day on which the rule holds for it."
    if rows_read(lines.condition) - {lines.row}:
        return f"Each {event} counts from the first day on which the rule holds for it, and stays counted."
    return f"Each {event} counts from its own day on, and stays counted."


@attrs.frozen
class Count(Measure):
    """The number of members of a population."""

    kind: ClassVar = "count"
    called: ClassVar = "count"
    slots: ClassVar = (Slot("population", "", Form.POPULATION),)
    over_time: ClassVar = OverTime.STOCK
    heading: ClassVar = Heading.FIGURES

    population: Population[Any]

    @property
    def frames(self) -> tuple[Subjects]:
        """The members."""
        return (Subjects(self.population),)

    def figure(self, states: States) -> Figure:
        """Count them."""
        return Figure(sum(states.values()))

    @property
    def counted(self) -> Population[Any]:
        """The population."""
        return self.population

    @property
    def parts(self) -> tuple[Part, ...]:
        """The count itself."""
        return (
            Part(
                name=VALUE,
                title="",
                meaning="the figure itself: of counts how many there are, of totals the sum",
                members=self.population,
            ),
        )

    def numbers(self, figure: Figure) -> Mapping[str, Value]:
        """The count itself."""
        return {VALUE: figure.value}

    def said(self, figure: Figure, unit: Unit) -> tuple[str, str]:
        """Say the number, and its unit."""
        return f"{figure.value:,}", unit.plural

    def opening(self, words: Words) -> str:  # noqa: ARG002 - the one clause says it
        """Leave it to the one clause."""
        return ""

    def clauses(self, words: Words) -> Clauses:  # noqa: ARG002 - it needs no other words
        """Say who counts."""
        return (("counts once", self.population),)

    def placing(self, words: Words) -> Iterator[str]:
        """Say from when on somebody counts."""
        yield counts_from(self.population, words.singular)
        yield f"A breakdown places the {words.singular} by {words.entry(self.population)}."


@attrs.frozen
class RowCount(Measure):
    """The number of rows."""

    kind: ClassVar = "count_rows"
    called: ClassVar = "row count"
    slots: ClassVar = (Slot("row", "row", Form.ROW), Slot("condition", "where", Form.WHERE))
    over_time: ClassVar = OverTime.FLOW
    heading: ClassVar = Heading.FIGURES

    rows: Rows

    @classmethod
    def made(cls, slots: dict[str, Any]) -> RowCount:
        """Make a row count of its row and condition."""
        return cls(Rows(**slots))

    @property
    def row(self) -> Row:
        """The row that is counted."""
        return self.rows.row

    @property
    def condition(self) -> Condition:
        """What is asked of each row."""
        return self.rows.condition

    @property
    def frames(self) -> tuple[Lines]:
        """The rows."""
        return (Lines(self.row, self.condition),)

    def figure(self, found: LinesFound) -> Figure:
        """Take their number."""
        return Figure(found.rows, found)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The count itself."""
        return (
            Part(name=VALUE, title="", meaning="the figure itself: of counts how many there are, of totals the sum"),
        )

    def numbers(self, figure: Figure) -> Mapping[str, Value]:
        """The count itself."""
        return {VALUE: figure.value}

    def said(self, figure: Figure, unit: Unit) -> tuple[str, str]:
        """Say the number, and its unit."""
        return f"{figure.value:,}", unit.plural

    def opening(self, words: Words) -> str:
        """Say what is counted."""
        return f"counts every {words.event(self.row)} by itself"

    def placing(self, words: Words) -> Iterator[str]:
        """Say from when on an event counts."""
        yield line_counts_from(self.frames[0], words.event(self.row))


def rows(event: type[RecordBase]) -> Rows:
    """Start from all events of a type, to count rows instead of subjects: ``count(rows(Verdict).where(...))``."""
    return Rows(row_of(event))


def count(counted: Population[K] | Rows) -> Count | RowCount:
    """Count the members of a population, or rows."""
    if isinstance(counted, Rows):
        return RowCount(counted)
    if isinstance(counted, Distinct | Both | Either | Without):
        return Count(counted)
    raise RuleError(f"{counted!r} cannot be counted", hint="count(distinct(Trial.defendant)) or count(rows(Trial))")
