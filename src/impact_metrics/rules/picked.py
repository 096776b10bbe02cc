"""Conditions on one row picked out of a subject's own: the latest, the first, the best or the worst says so.

"Have now reached" is such a condition: the latest assessment says so, so that a survivor can leave the figure again.
Each of them is written in the language as it is, with one more row of the same type: the row says so, and none that
comes as late (as early, as good, as bad) says otherwise. Of several rows that are picked alike, all must say so.
"""

from __future__ import annotations

import re
from itertools import chain, count
from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.expressions import AllOf, Clause, Compare, Condition, Exists, FieldRef, Not, Operator, Row
from impact_metrics.expressions.language import as_condition, conjunction
from impact_metrics.expressions.rebinding import rebound
from impact_metrics.expressions.walk import bound_rows
from impact_metrics.rules.scales import Scale, field_ref

if TYPE_CHECKING:
    from decimal import Decimal

    from impact_metrics.expressions import Expr, Predicate


@attrs.frozen
class _Way:
    """How a row is picked: by the greatest or least value of a field. ``how`` says it of another that is picked too."""

    name: str
    how: str
    by: FieldRef
    order: Operator


def latest(subject: Expr[Any], *says: Predicate, among: Predicate | None = None) -> Condition:
    """The latest row of the subject says so: every one of the last day, of those for which ``among`` holds.

    It is a condition on the row that ``subject`` is a role of, as in
    ``distinct(Assessment.survivor).where(latest(Assessment.survivor, Assessment.stable))``.
    """
    way = _Way("latest", "on the same day or later", _day(subject, "latest"), Operator.GE)
    return _picked(way, subject, says, among)


def first(subject: Expr[Any], *says: Predicate, among: Predicate | None = None) -> Condition:
    """The first row of the subject says so: every one of the first day, of those for which ``among`` holds."""
    way = _Way("first", "on the same day or earlier", _day(subject, "first"), Operator.LE)
    return _picked(way, subject, says, among)


def best(
    subject: Expr[Any], score: Expr[int] | Expr[Decimal], scale: Scale, *says: Predicate, among: Predicate | None = None
) -> Condition:
    """The subject's row with the best score on the scale says so: every one of those with that score."""
    order = Operator.GE if scale.better == "higher" else Operator.LE
    way = _Way("best", "with as good a score or a better one", field_ref(score, "best"), order)
    return _picked(way, subject, says, among, scale)


def worst(
    subject: Expr[Any], score: Expr[int] | Expr[Decimal], scale: Scale, *says: Predicate, among: Predicate | None = None
) -> Condition:
    """The subject's row with the worst score on the scale says so: every one of those with that score."""
    order = Operator.LE if scale.better == "higher" else Operator.GE
    way = _Way("worst", "with as bad a score or a worse one", field_ref(score, "worst"), order)
    return _picked(way, subject, says, among, scale)


def _day(subject: Expr[Any], name: str) -> FieldRef:
    return FieldRef(field_ref(subject, name).row, "occurred_on")


def _picked(
    way: _Way, whose: Expr[Any], says: tuple[Predicate, ...], among: Predicate | None, scale: Scale | None = None
) -> Condition:
    """Write that the row says so, and that no other which is picked as well says otherwise."""
    subject, name = field_ref(whose, way.name), way.name
    if not says:
        raise RuleError("it is not said what the row says", where=name, hint=f"{name}(Event.role, ..., Event.field)")
    if subject.spec.many:
        raise RuleError(f"a row is picked for one subject, and this is {subject.spec}", where=name)
    row = subject.row
    if way.by.row != row:
        raise RuleError(f"{subject} and {way.by} are of two rows", where=name, hint="take both from one event type")
    kept = (*(() if among is None else (as_condition(among),)), *(() if scale is None else scale.held(way.by)))
    said = conjunction(says)
    other = Row(row.record, _free("other", (said, *kept), row))
    same = Compare(FieldRef(other, subject.name), Operator.EQ, subject)
    as_far = Compare(FieldRef(other, way.by.name), way.order, way.by)
    of_other = (rebound(condition, row, other) for condition in kept)
    otherwise = Exists(other, AllOf((same, as_far, *of_other, Not(rebound(said, row, other)))))
    text = f"Another {_words(row.record.name)} of the same {_words(subject.name)}, {way.how}, says otherwise."
    found = (*kept, *(as_condition(condition) for condition in says))
    return AllOf((*found, Not(Clause(f"{name}_says_otherwise", text, otherwise))))


def _free(name: str, conditions: tuple[Condition, ...], row: Row) -> str:
    """Give a name that no row has which the conditions bind, so that the rule stays readable and right."""
    taken = {row.name, *(inner.name for condition in conditions for inner in bound_rows(condition))}
    return next(found for found in chain([name], (f"{name}_{number}" for number in count(2))) if found not in taken)


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ").lower()
