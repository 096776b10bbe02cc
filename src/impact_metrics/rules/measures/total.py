"""Totals: the sum of a number over events."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.expressions import AllOf, Condition, Expr, FieldRef, Predicate, Row
from impact_metrics.model.constraints import check_rows
from impact_metrics.rules.measures.count import ROWS, joined, line_counts_from
from impact_metrics.rules.measures.measure import (
    Figure,
    Form,
    Heading,
    Lines,
    LinesFound,
    Measure,
    OverTime,
    Slot,
    Unit,
    Words,
)
from impact_metrics.rules.measures.parts import VALUE, Nature, Part, PartUnit
from impact_metrics.values import NumberKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from impact_metrics.rules.measures.parts import Value


@attrs.frozen
class Total(Measure):
    """The sum of a number over rows. Rows without the number add nothing, and a report tells how many they are."""

    kind: ClassVar = "total"
    called: ClassVar = "total"
    slots: ClassVar = (
        Slot("row", "row", Form.ROW),
        Slot("field", "of", Form.FIELD),
        Slot("condition", "where", Form.WHERE),
    )
    over_time: ClassVar = OverTime.FLOW
    heading: ClassVar = Heading.FIGURES
    undecided: ClassVar = "totals are compared row by row, not as sums"

    field: FieldRef
    condition: Condition = attrs.field(factory=lambda: AllOf(()))

    def __attrs_post_init__(self) -> None:
        """The field is a number, and every row that the condition reads is bound."""
        spec = self.field.spec
        if not isinstance(spec.kind, NumberKind) or spec.many:
            raise RuleError(f"only a number can be summed, and this is {spec}", where=f"total({self.field})")
        check_rows(self.condition, frozenset({self.field.row}), f"total({self.field})")

    def where(self, *conditions: Predicate) -> Total:
        """Keep the rows for which all the conditions hold, besides those asked before."""
        return attrs.evolve(self, condition=joined(self.condition, conditions))

    @property
    def row(self) -> Row:
        """The row whose number is summed."""
        return self.field.row

    @property
    def frames(self) -> tuple[Lines]:
        """The rows, with the number."""
        return (Lines(self.row, self.condition, self.field),)

    def figure(self, found: LinesFound) -> Figure:
        """Take their sum."""
        return Figure(found.total, found)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The sum, with the rows behind it."""
        return (
            Part(
                name=VALUE,
                title="",
                meaning="the figure itself: of counts how many there are, of totals the sum",
                nature=Nature.AMOUNT,
                behind="rows",
            ),
            ROWS,
            Part(
                name="missing",
                title="without a number",
                meaning="how many of these rows have no number, and add nothing",
                nature=Nature.AMOUNT,
                unit=PartUnit.ROWS,
                internal=True,
            ),
        )

    def numbers(self, figure: Figure) -> Mapping[str, Value]:
        """The sum, with the rows behind it."""
        found: LinesFound = figure.behind
        return {VALUE: figure.value, "rows": found.rows, "missing": found.missing}

    def said(self, figure: Figure, unit: Unit) -> tuple[str, str]:
        """Say the sum, and its unit."""
        return f"{figure.value:,}", unit.plural

    def note(self, figure: Figure) -> str:
        """Say how many rows add nothing."""
        found: LinesFound = figure.behind
        return f"{found.missing:,} of {found.rows:,} rows give no number and add nothing" if found.missing else ""

    def opening(self, words: Words) -> str:
        """Say what is added up."""
        return f'adds up "{words.field(self.field.spec)}" over every {words.event(self.row)}'

    def placing(self, words: Words) -> Iterator[str]:
        """Say from when on an event counts."""
        yield line_counts_from(self.frames[0], words.event(self.row))
        yield "An event for which the number is not known adds nothing, and a report says how many those are."


def total(field: Expr[int] | Expr[Decimal]) -> Total:
    """Sum a number field over all events of its type; narrow them with ``.where(...)``."""
    if not isinstance(field, Expr) or not isinstance(field.node, FieldRef):
        raise RuleError(f"total() needs a number field, and got {field!r}")
    return Total(field.node)
