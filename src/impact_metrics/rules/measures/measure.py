"""A kind of figure: what is asked of engines, how the answers become one figure, and what the figure tells.

A kind is data and a few lines of arithmetic. Its *frame* says who or what stands in it, its *columns* what is asked of
each subject, its *fold* turns these into one small state, and its *parts* are the numbers that it tells. Engines know
frames and columns; every other reader asks the kind.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeAlias

import attrs

from impact_metrics.expressions import AllOf, Condition, FieldRef, Row
from impact_metrics.model.model import rows_read
from impact_metrics.rules.measures.columns import Column, looks_from_entry
from impact_metrics.rules.measures.parts import FLOWS, Part, Sum, Value
from impact_metrics.rules.populations import Population, distincts, population_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from impact_metrics.rules.measures.standing import Standing
    from impact_metrics.rules.scales import Scale
    from impact_metrics.values import FieldSpec

State: TypeAlias = Any
"""What the fold makes of one subject; equal for subjects that a figure does not tell apart."""
# How many subjects are in each state.
States: TypeAlias = Mapping[State, int]


def _there(*_values: object) -> State:
    return ()


@attrs.frozen(eq=False)
class Subjects:
    """The members of a population, with columns and the fold of their values.

    ``names`` are what the values are called where a database shows them: one for each column, and two for the first of
    several days, which day it is and in how many days. A subject stands in the frame from its entry event on, or
    ``by_latest`` by its latest one. ``members`` is a population of the same subjects that is found more simply, where
    nothing asks how each of them entered.
    """

    population: Population[Any]
    columns: tuple[Column, ...] = ()
    fold: Callable[..., State] = _there
    names: tuple[str, ...] = ()
    by_latest: bool = False
    members: Population[Any] | None = None

    @property
    def looks_from_entry(self) -> bool:
        """Whether any column depends on the day on which a subject entered."""
        return any(map(looks_from_entry, self.columns))

    @property
    def simplest(self) -> Population[Any]:
        """The population by which the subjects are most simply found."""
        return self.population if self.members is None else self.members


@attrs.frozen
class Lines:
    """The events of one type for which a condition holds, each by itself, with a number that is summed."""

    row: Row
    condition: Condition = attrs.field(factory=lambda: AllOf(()))
    number: FieldRef | None = None


@attrs.frozen
class LinesFound:
    """What lines come to: the sum (their number, where none is summed), how many they are, how many lack the number."""

    total: Value
    rows: int
    missing: int = 0


Frame: TypeAlias = Subjects | Lines
Answer: TypeAlias = "States | LinesFound"
"""What an engine answers for a frame."""


class OverTime(Enum):
    """What a figure is in a period."""

    STOCK = "who is there at its end, with who came and left"
    COHORT = "of those who entered in it, as at one date"
    FLOW = "of what occurred in it"
    EACH = "of each measure that it is made of: who entered in it, and what occurred in it"


class Heading(Enum):
    """Which table of a report a figure stands in."""

    FIGURES = "figure"
    SHARES = "share"
    TIMES = "median"


@attrs.frozen
class Figure:
    """The value of a measure, with what is behind it: each kind has its own, and a count has nothing."""

    value: Value
    behind: Any = None


class Form(Enum):
    """How a slot of a kind is written in a file."""

    POPULATION = "population"
    OUTCOME = "a population of one event type"
    ROW = "the event type that the other slots speak of"
    WHERE = "conditions on that event"
    CONDITION = "a condition on that event"
    FIELD = "a field of that event"
    FIELDS = "fields of that event"
    SCALE = "a scale of the catalogue"
    NUMBER = "an exact number"
    WHOLE = "a whole number"
    STAGES = "titled populations"
    MEASURE = "another measure"
    PICK = "a number of each subject"
    PICKS = "named columns"


@attrs.frozen
class Slot:
    """One thing that a kind is made of: the attribute, its key in files, its form, and what readers call it.

    ``least`` and ``most`` are the bounds of a whole number.
    """

    name: str
    key: str
    form: Form
    called: str = ""
    optional: bool = False
    least: int = 1
    most: int | None = None


class Words(Protocol):
    """How documents name things, given to a kind that says what it does."""

    @property
    def singular(self) -> str:
        """One of what is counted."""
        ...

    @property
    def plural(self) -> str:
        """Several of them."""
        ...

    def event(self, row: Row) -> str:
        """Name an event type as a noun."""
        ...

    def field(self, spec: FieldSpec) -> str:
        """Name a field as the model documents it."""
        ...

    def number(self, number: int) -> str:
        """Spell out a small number."""
        ...

    def entry(self, population: Population[Any]) -> str:
        """Say which event is the entry event of a member."""
        ...

    def listed(self, items: Iterable[str]) -> str:
        """Join things as in a sentence."""
        ...


class Unit(Protocol):
    """The nouns for what is counted."""

    @property
    def singular(self) -> str:
        """One of them."""
        ...

    @property
    def plural(self) -> str:
        """Several of them."""
        ...


Clauses: TypeAlias = "tuple[tuple[str, Population[Any]], ...]"
"""What is said of whom: a verb phrase, and the population whose members it is said of."""


class Measure(ABC):
    """How a population, or events, become a figure. Each kind is a frozen class of its own, in a file of its own.

    Class attributes: ``kind`` is its name in files, ``called`` its name for people, ``slots`` what it is made of;
    ``undecided`` says what of it claims can not be about, where proofs do not decide all of it; ``whom_undecided`` and
    ``size_undecided`` say why whom it counts, and how large it is, are not decided, each with what to ask instead.
    ``nowhere`` is said of somebody of whom it is not, ``compared`` of those in the denominator of a share, and
    ``better`` of those in its numerator.
    """

    kind: ClassVar[str]
    called: ClassVar[str]
    slots: ClassVar[tuple[Slot, ...]]
    over_time: ClassVar[OverTime] = OverTime.COHORT
    heading: ClassVar[Heading] = Heading.SHARES
    undecided: ClassVar[str] = ""
    whom_undecided: ClassVar[tuple[str, str]] = ("", "")
    size_undecided: ClassVar[tuple[str, str]] = ("", "")
    nowhere: ClassVar[str] = "is not counted"
    compared: ClassVar[str] = ""
    better: ClassVar[str] = ""

    @classmethod
    def made(cls, slots: dict[str, Any]) -> Measure:
        """Make a measure of what its slots hold, as a file gives them; the row of a kind is that of its fields."""
        return cls(**{name: held for name, held in slots.items() if name != "row"})

    # --- what engines are asked, and what comes of it

    @property
    @abstractmethod
    def frames(self) -> tuple[Frame, ...]:
        """What is asked of an engine: most kinds ask one thing."""

    @abstractmethod
    def figure(self, *answers: Any, **_: Any) -> Figure:  # noqa: ANN401 - states, or what lines come to
        """Make the figure of what an engine answered for each frame."""

    @property
    def subjects(self) -> Subjects | None:
        """The frame of subjects, where the figure is of subjects; ``None`` where it is of rows."""
        frame = self.frames[0]
        return frame if isinstance(frame, Subjects) else None

    @property
    def lines(self) -> Lines | None:
        """The frame of rows, where the figure is of rows."""
        frame = self.frames[0]
        return frame if isinstance(frame, Lines) else None

    def counts(self, state: State) -> bool:  # noqa: ARG002 - a kind without columns counts all of its frame
        """Tell whether a subject in that state is one of those that the figure counts."""
        return True

    def standing(self, state: State) -> Standing | None:  # noqa: ARG002 - most kinds place nobody
        """Say where a subject in that state stands, of kinds that divide subjects by others."""
        return None

    def words_for(self, state: State) -> str:  # noqa: ARG002 - the same
        """Say in words how a subject in that state counts."""
        return "counted"

    def place(self, state: State) -> tuple[str, int | None]:
        """Say where a subject in that state is put, in the words of test vectors, and in how many days."""
        standing = self.standing(state)
        return ("counted" if standing is None else standing.value), None

    @property
    def divides(self) -> tuple[str, str] | None:
        """The parts of which the figure is the first over the second, where it is a share."""
        return ("numerator", "denominator") if self.heading is Heading.SHARES else None

    @property
    def counted(self) -> Population[Any] | None:
        """The population whose members are those that the figure counts; ``None`` where no population is."""
        return None

    # --- what it is made of

    @property
    def inner(self) -> tuple[Measure, ...]:
        """The measures that the kind is made of; most are of none."""
        return tuple(getattr(self, slot.name) for slot in self.slots if slot.form is Form.MEASURE)

    @property
    def populations(self) -> tuple[Population[Any], ...]:
        """The populations that the kind is made of, in the order in which readers go through them."""
        return tuple(
            found
            for slot in self.slots
            if slot.form in {Form.POPULATION, Form.OUTCOME} and (found := getattr(self, slot.name)) is not None
        )

    @property
    def every_population(self) -> tuple[Population[Any], ...]:
        """The populations, with those of the measures inside."""
        return (*self.populations, *(found for inner in self.inner for found in inner.every_population))

    @property
    def every_line(self) -> tuple[Lines, ...]:
        """The frames of rows, with those of the measures inside."""
        own = () if self.lines is None else (self.lines,)
        return (*own, *(found for inner in self.inner for found in inner.every_line))

    @property
    def population_names(self) -> tuple[str, ...]:
        """What these populations are called, in their order."""
        return tuple(
            slot.called
            for slot in self.slots
            if slot.form in {Form.POPULATION, Form.OUTCOME} and getattr(self, slot.name) is not None
        )

    @property
    def fields(self) -> tuple[FieldRef, ...]:
        """The fields that are summed, compared or shown, besides those that conditions read."""
        return tuple(lines.number for lines in self.every_line if lines.number is not None)

    @property
    def scales(self) -> tuple[Scale, ...]:
        """The scales on which scores are read."""
        return ()

    @property
    def conditions(self) -> Iterator[Condition]:
        """Every condition that is not inside another."""
        for population in self.every_population:
            for distinct in distincts(population):
                yield distinct.condition
        for lines in self.every_line:
            yield lines.condition

    @property
    def rows_read(self) -> frozenset[Row]:
        """Every row that is read, at any depth."""
        found = frozenset(row for population in self.every_population for row in population_rows(population))
        return found.union(*({lines.row, *rows_read(lines.condition)} for lines in self.every_line))

    # --- what it tells

    @property
    @abstractmethod
    def parts(self) -> tuple[Part, ...]:
        """Every number that the figure tells, ``value`` first."""

    def part(self, name: str) -> Part:
        """Give the part of that name, of the figure itself or of what periods do to a stock."""
        return next(part for part in (*self.parts, *FLOWS) if part.name == name)

    @property
    def sums(self) -> tuple[Sum, ...]:
        """The sums that tie counts among the parts."""
        return ()

    @property
    def traced(self) -> tuple[tuple[Measure, Part], ...]:
        """The counts that a restatement follows from one moment of knowledge to another, each with what it is of."""
        return ((self, self.parts[0]),)

    @abstractmethod
    def numbers(self, figure: Figure) -> Mapping[str, Value]:
        """Give the counts and statistics among the parts; what is worked out from counts is left to :meth:`told`."""

    def details(self, figure: Figure) -> Iterable[tuple[str, int]]:  # noqa: ARG002 - few kinds have a distribution
        """Give the counts of a distribution behind the figure, each under a name."""
        return ()

    def told(self, figure: Figure) -> dict[str, Value]:
        """Give every part of a figure by its name."""
        found = dict(self.numbers(figure))
        worked_out = {part.name: part.by(found) for part in self.parts if part.by is not None}
        return {part.name: worked_out.get(part.name, found.get(part.name)) for part in self.parts}

    @abstractmethod
    def said(self, figure: Figure, unit: Unit) -> tuple[str, str]:
        """Say the figure in a word, and in a line what is behind it."""

    def note(self, figure: Figure) -> str:  # noqa: ARG002 - few figures need one
        """Say what a reader of the figure has to know besides, or nothing."""
        return ""

    # --- how it is described

    @abstractmethod
    def opening(self, words: Words) -> str:
        """Say what the kind does, from the verb on; nothing where its one clause says it."""

    def clauses(self, words: Words) -> Clauses:  # noqa: ARG002 - a kind of rows has none
        """Say what is done with the members of each population."""
        return ()

    @abstractmethod
    def placing(self, words: Words) -> Iterator[str]:
        """Say on which date something is taken up, whether it can be lost again, and how a breakdown places it."""

    def settings(self) -> Iterator[tuple[str, object]]:
        """Name what else two of the kind can differ in, besides populations and conditions."""
        for slot in self.slots:
            if slot.form in {Form.WHOLE, Form.NUMBER}:
                yield slot.called, getattr(self, slot.name)
