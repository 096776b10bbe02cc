"""Subject tables: one row for each member of a population, under named columns, as an analyst wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.rules.measures.measure import (
    Clauses,
    Figure,
    Form,
    Heading,
    Measure,
    OverTime,
    Slot,
    States,
    Subjects,
    Unit,
    Words,
)
from impact_metrics.rules.measures.parts import VALUE, Part
from impact_metrics.rules.measures.picks import Pick
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without, subject_kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from impact_metrics.expressions import FieldRef
    from impact_metrics.rules.measures.parts import Value

K = TypeVar("K", bound=str)

SUBJECT = "subject"
"""The name of the column that holds the subject."""


@attrs.frozen
class NamedPick:
    """A column of a subject table: its name, and what it holds of each subject."""

    name: str
    pick: Pick


@attrs.frozen
class SubjectTable(Measure):
    """One row for each member of a population as at a date, with a value in each of some named columns.

    The figure is how many rows there are. A value is missing where the subject has no event that gives it. The rows are
    had as a table, or written to a Parquet file, by a report.
    """

    kind: ClassVar = "subject_table"
    called: ClassVar = "subject table"
    slots: ClassVar = (
        Slot("population", "of", Form.POPULATION),
        Slot("columns", "columns", Form.PICKS),
    )
    over_time: ClassVar = OverTime.STOCK
    heading: ClassVar = Heading.FIGURES

    population: Population[Any]
    columns: tuple[NamedPick, ...]

    def __attrs_post_init__(self) -> None:
        """Each column has a name of its own, and is of the same subjects."""
        names = [SUBJECT, *(column.name for column in self.columns)]
        for name in names:
            if not name.isidentifier() or names.count(name) > 1:
                raise RuleError(
                    f"{name!r} cannot be the name of a column here",
                    where="subject_table",
                    hint=f"give each column one name, of letters, digits and _, other than {SUBJECT!r}",
                )
        subject_kind(Both(self.every_population))

    @property
    def picks(self) -> tuple[Pick, ...]:
        """What the columns hold."""
        return tuple(column.pick for column in self.columns)

    @property
    def populations(self) -> tuple[Population[Any], ...]:
        """The population, and those whose events the columns read."""
        return (self.population, *(pick.of for pick in self.picks))

    @property
    def population_names(self) -> tuple[str, ...]:
        """The population has no name of its own; the others are called as their columns."""
        return ("", *(column.name for column in self.columns))

    @property
    def fields(self) -> tuple[FieldRef, ...]:
        """The fields that are shown."""
        return tuple(pick.field for pick in self.picks if pick.field is not None)

    @property
    def frames(self) -> tuple[Subjects]:
        """The members: the figure is how many they are."""
        return (Subjects(self.population),)

    @property
    def rows(self) -> Subjects:
        """The members with the values of their columns."""
        names = tuple(column.name for column in self.columns)
        return Subjects(self.population, tuple(pick.column for pick in self.picks), _row, names)

    def figure(self, states: States) -> Figure:
        """Count them."""
        return Figure(sum(states.values()))

    @property
    def counted(self) -> Population[Any]:
        """The members."""
        return self.population

    @property
    def parts(self) -> tuple[Part, ...]:
        """The number of rows."""
        meaning = "the figure itself: of counts how many there are, of totals the sum"
        return (Part(name=VALUE, title="", meaning=meaning, members=self.population),)

    def numbers(self, figure: Figure) -> Mapping[str, Value]:
        """The number of rows."""
        return {VALUE: figure.value}

    def said(self, figure: Figure, unit: Unit) -> tuple[str, str]:
        """Say the number of rows, and their unit."""
        return f"{figure.value:,}", unit.plural

    def settings(self) -> Iterator[tuple[str, object]]:
        """What each column holds."""
        told = (
            f"{column.name}: {column.pick.how}{'' if column.pick.field is None else f' of {column.pick.field}'}"
            for column in self.columns
        )
        yield "columns", "; ".join(told) or "none"

    def opening(self, words: Words) -> str:  # noqa: ARG002 - the clauses say it
        """Say what stands in it."""
        return "makes a table"

    def clauses(self, words: Words) -> Clauses:
        """Say who has a row, and what each column holds."""
        columns = (
            (f"in the column {column.name} is {column.pick.said(words)}, of", column.pick.of) for column in self.columns
        )
        return (("with a row is", self.population), *columns)

    def placing(self, words: Words) -> Iterator[str]:
        """Say as at when the rows are, and that a value can be missing."""
        yield (
            f"Every value is as at the date of the report. Where a {words.singular} has no event that gives it, it is "
            "missing; a number of events is then 0."
        )
        yield f"A breakdown places the {words.singular} by {words.entry(self.population)}."


def _row(*values: object) -> tuple[object, ...]:
    return values


def subject_table(population: Population[K], *, columns: Mapping[str, Pick]) -> SubjectTable:
    """Give one row for each member of a population, with named columns.

    ``columns`` are made with ``number_of``, ``sum_of``, ``first_of``, ``latest_of``, ``first_date``, ``last_date``,
    ``entry_date`` and ``is_in``, as in
    ``subject_table(CARED_FOR, columns={"sessions": number_of(SESSIONS), "rescued": is_in(RESCUED)})``.
    """
    if not isinstance(population, Distinct | Both | Either | Without):
        raise RuleError(f"{population!r} is no population", where="subject_table", hint="make it with distinct(...)")
    for name, pick in columns.items():
        if not isinstance(pick, Pick):
            raise RuleError(
                f"{pick!r} is no value of a subject", where=f"subject_table column {name!r}", hint="use number_of(...)"
            )
    return SubjectTable(population, tuple(NamedPick(name, pick) for name, pick in columns.items()))
