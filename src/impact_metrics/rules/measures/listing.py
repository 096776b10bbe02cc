"""Lists: metrics whose value is the evidence itself, each subject with what its latest event says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.expressions import Expr, FieldRef
from impact_metrics.rules.measures.count import counts_from
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
from impact_metrics.rules.populations import Distinct, Population

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from impact_metrics.rules.measures.parts import Value

K = TypeVar("K", bound=str)


@attrs.frozen
class Listing(Measure):
    """The members of a population one by one, each with the fields of its latest event that are named in ``show``.

    The subjects are those that ``count`` would count as at the same date, and the figure is how many they are. What an
    entry shows is read from *one* event, the latest index event of the subject that fits as at the date: that of the
    latest day, and of several on one day that with the greatest id. (With ``on_distinct`` only events that have that
    value count, here as there.) A field that is missing in this event is shown as missing: nothing is filled in from an
    earlier one. Only fields that are named are shown, besides the subject, and the day and the id of the event.

    A breakdown places an entry by its latest event too, and not by the one through which it entered, so that a thing
    that goes through stages is counted in the stage that it has reached. Over periods it is a stock, like a count.
    """

    kind: ClassVar = "list"
    called: ClassVar = "list"
    slots: ClassVar = (Slot("entries", "of", Form.OUTCOME), Slot("show", "show", Form.FIELDS))
    over_time: ClassVar = OverTime.STOCK
    heading: ClassVar = Heading.FIGURES

    entries: Distinct[Any]
    show: tuple[FieldRef, ...]

    def __attrs_post_init__(self) -> None:
        """Each column is a field of the index event, and there once."""
        where = f"listing(distinct({self.entries.subject}))"
        always = {self.entries.subject.name, "occurred_on", "id"}
        for field in self.show:
            if field.row != self.entries.row:
                raise RuleError(
                    f"it shows fields of {self.entries.row}, and {field} is none", where=where, hint=_OF_ONE_EVENT
                )
            if field.name in always:
                raise RuleError(f"{field} is shown in any case", where=where, hint="leave it out of show")
            if self.show.count(field) > 1:
                raise RuleError(f"{field} is shown twice", where=where)

    @property
    def columns(self) -> tuple[FieldRef, ...]:
        """What is shown of an entry: the subject, the fields named, and the day and the id of its latest event."""
        row = self.entries.row
        last = (FieldRef(row, "occurred_on"), FieldRef(row, "id"))
        return tuple(dict.fromkeys((self.entries.subject, *self.show, *last)))

    @property
    def fields(self) -> tuple[FieldRef, ...]:
        """The fields that are shown."""
        return self.show

    @property
    def frames(self) -> tuple[Subjects]:
        """The members, by their latest events."""
        return (Subjects(self.entries, by_latest=True),)

    def figure(self, states: States) -> Figure:
        """Count them."""
        return Figure(sum(states.values()))

    @property
    def counted(self) -> Population[Any]:
        """The members."""
        return self.entries

    @property
    def parts(self) -> tuple[Part, ...]:
        """The number of entries."""
        return (
            Part(
                name=VALUE,
                title="",
                meaning="the figure itself: of counts how many there are, of totals the sum",
                members=self.entries,
            ),
        )

    def numbers(self, figure: Figure) -> Mapping[str, Value]:
        """The number of entries."""
        return {VALUE: figure.value}

    def said(self, figure: Figure, unit: Unit) -> tuple[str, str]:
        """Say the number of entries, and their unit."""
        return f"{figure.value:,}", unit.plural

    def settings(self) -> Iterator[tuple[str, object]]:
        """What is shown of an entry."""
        yield "what is shown", ", ".join(map(str, self.show)) or "nothing"

    def opening(self, words: Words) -> str:  # noqa: ARG002 - the one clause says it
        """Leave it to the one clause."""
        return ""

    def clauses(self, words: Words) -> Clauses:  # noqa: ARG002 - it needs no other words
        """Say who is listed."""
        return (("lists once", self.entries),)

    def placing(self, words: Words) -> Iterator[str]:
        """Say from when on somebody is listed, and what an entry shows."""
        yield counts_from(self.entries, words.singular)
        shown = words.listed([*(field.name.replace("_", " ") for field in self.show), "the day", "the id"])
        yield (
            f"The figure is the number of entries. Each shows {shown} of its latest such "
            f"{words.event(self.entries.row)}; of several on one day, of the one with the greatest id. What is missing "
            "there is shown as missing, and not filled in from an earlier one."
        )
        yield (
            f"A breakdown places the {words.singular} by the same event, so that it is counted where it has come to."
        )


_OF_ONE_EVENT = "an entry shows what one event says: name fields of the event that the population is made of"


def listing(entries: Distinct[K], *, show: Sequence[Expr[Any]] = ()) -> Listing:
    """List the members of a population with fields of their latest event: ``listing(distinct(Change.id), show=[...])``.

    ``show`` are the fields that are shown, in order, of one and the same event; see :class:`Listing`.
    """
    if not isinstance(entries, Distinct):
        raise RuleError(
            f"a list is of subjects of one event type, and this is {entries!r}",
            where="listing",
            hint="listing(distinct(Order.customer).where(...), show=[Order.state])",
        )
    fields: list[FieldRef] = []
    for field in show:
        if not isinstance(field, Expr) or not isinstance(field.node, FieldRef):
            raise RuleError(f"only a field itself can be shown, and this is {field!r}", where="listing")
        fields.append(field.node)
    return Listing(entries, tuple(fields))
