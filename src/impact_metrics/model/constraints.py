"""Constraints: what must be true of every valid stream.

Load-time checking, the test strategies, the prover's axioms and the documents all read the same object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from impact_metrics.errors import ModelError, RuleError
from impact_metrics.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Exists,
    Not,
    Predicate,
    Row,
    children,
    free_rows,
)
from impact_metrics.expressions.language import conjunction, row_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from impact_metrics.model.records import Record


@attrs.frozen(kw_only=True)
class Constraint:
    """On every visible row of one event type: where ``when`` holds, so does ``require``.

    ``because`` says in one sentence why, and is what a reader of a violation is told.
    """

    id: str
    row: Row
    when: Condition
    require: Condition
    because: str

    def __attrs_post_init__(self) -> None:
        """Only the constrained row may be read from outside ``exists``."""
        if not self.because.strip():
            raise ModelError("a constraint says why it must hold", where=self.id)
        for condition in (self.when, self.require):
            check_rows(condition, frozenset({self.row}), self.id)

    @property
    def condition(self) -> Condition:
        """The whole as one condition: not ``when``, or ``require``."""
        return self.require if self.when == AllOf(()) else AnyOf((Not(self.when), self.require))


def constraint(
    name: str,
    on: type[Record],
    *require: Predicate,
    when: Predicate | None = None,
    because: str,
) -> Constraint:
    """Declare a constraint on every row of an event type; see :class:`Constraint`."""
    if not require:
        raise ModelError("a constraint requires at least one condition", where=name)
    return Constraint(
        id=name,
        row=row_of(on),
        when=conjunction(() if when is None else (when,)),
        require=conjunction(require),
        because=because,
    )


def check_rows(condition: Condition, available: frozenset[Row], where: str) -> None:
    """Raise ``RuleError`` when a condition reads a row that nothing binds, or binds one that is there already."""
    for row in sorted(free_rows(condition) - available, key=str):
        names = " or ".join(sorted(str(known) for known in available))
        raise RuleError(
            f"the rule reads a field of {row}, but no {row} is bound here; bound: {names}",
            where=where,
            hint=f"put the condition inside exists({row}, ...)",
        )
    _check_bindings(condition, {row.name: row for row in available}, where)


def _check_bindings(condition: Condition, outer: Mapping[str, Row], where: str) -> None:
    """Refuse a row that is bound, or named, like one outside of it: readers of the rule tell rows by their names."""
    if isinstance(condition, Exists | AtLeast):
        row = condition.row
        if row.name in outer:
            twice = "is bound twice, one inside the other" if outer[row.name] == row else "names two rows of two types"
            raise RuleError(
                f"{row} {twice}", where=where, hint=f'name the inner one: other = alias({row.record.name}, "other")'
            )
        outer = {**outer, row.name: row}
    for child in children(condition):
        _check_bindings(child, outer, where)
