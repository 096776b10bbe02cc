"""Paired change: the same subject's score before and after."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.expressions import AllOf, Condition, Expr, FieldRef
from impact_metrics.expressions.language import as_condition
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without, subject_kind
from impact_metrics.rules.scales import Number, Scale, field_ref
from impact_metrics.values.kinds import MAX_DIGITS

if TYPE_CHECKING:
    from impact_metrics.expressions import Predicate

K = TypeVar("K", bound=str)

KIRKPATRICK = {1: "reaction", 2: "learning", 3: "behaviour", 4: "results"}
"""The four levels on which training is evaluated, after D. L. Kirkpatrick."""


@attrs.frozen
class PairedChange:
    """The share of subjects whose score is better after than before by at least ``at_least``, of those with both.

    The score *before* is that of the subject's earliest day with a row for which ``before`` holds, the score *after*
    that of its latest day with a row for which ``after`` holds. Only rows with a score on the scale are looked at.
    Subjects are paired when they have both, and the day of the second is later than that of the first. Where a day has
    several such rows, the best score of it is the one before, and the worst of it the one after: a change is never
    overstated. Change is the score after minus the score before; it is an improvement in the scale's better direction.

    Whoever is not paired is in no denominator: those with a score *before only* (no score after on a later day), with
    one *after only* (none before at all), and those *without a score*, whose rows have none that is on the scale. With
    ``of``, only its members are looked at. ``kirkpatrick`` is the level on which training is evaluated, 1 to 4.
    """

    score: FieldRef
    subject: FieldRef
    before: Condition
    after: Condition
    scale: Scale
    at_least: Number
    of: Population[Any] | None = None
    kirkpatrick: int | None = None

    def __attrs_post_init__(self) -> None:
        """Score, subject and conditions are of one row, and of kinds that can be what they are."""
        where = f"paired_change({self.score})"
        if self.subject.row != self.score.row:
            raise RuleError(
                f"{self.subject} and {self.score} are of two rows", where=where, hint="take both from one event type"
            )
        if not isinstance(self.scale, Scale):
            raise RuleError(
                f"{self.scale!r} is no scale", where=where, hint="declare one: Scale(id=..., least=..., ...)"
            )
        object.__setattr__(self, "at_least", self.scale.check_change(self.at_least, where))
        if self.kirkpatrick is not None and self.kirkpatrick not in KIRKPATRICK:
            levels = ", ".join(f"{level} ({name})" for level, name in KIRKPATRICK.items())
            raise RuleError(f"{self.kirkpatrick!r} is no Kirkpatrick level", where=where, hint=f"levels are: {levels}")
        subject_kind(Both(self.populations))

    @property
    def scored_before(self) -> Distinct[Any]:
        """Those with a score before."""
        return self._scored(self.before)

    @property
    def scored_after(self) -> Distinct[Any]:
        """Those with a score after."""
        return self._scored(self.after)

    def _scored(self, condition: Condition) -> Distinct[Any]:
        asked = condition.items if isinstance(condition, AllOf) else (condition,)
        return Distinct(self.subject, AllOf((*asked, *self.scale.held(self.score))))

    @property
    def populations(self) -> tuple[Population[Any], ...]:
        """Those with a score before, those with one after, and whom it is of where that is said."""
        written = (self.scored_before, self.scored_after)
        return written if self.of is None else (*written, self.of)

    @property
    def everybody(self) -> Population[Any]:
        """Everybody with a row for either end, with a score or without."""
        return self._looked_at(Either((Distinct(self.subject, self.before), Distinct(self.subject, self.after))))

    @property
    def cohort(self) -> Population[Any]:
        """Everybody with a row for either end too; each enters by the first row of the end that it has.

        That is the row of the score before for those who have one.
        """
        before, after = self.scored_before, self.scored_after
        rows: Population[Any] = Either((Distinct(self.subject, self.before), Distinct(self.subject, self.after)))
        return self._looked_at(Either((before, Without(after, before), Without(rows, Either((before, after))))))

    def _looked_at(self, every: Population[Any]) -> Population[Any]:
        return every if self.of is None else Both((every, self.of))

    def change(self, before: Number, after: Number) -> Number:
        """Give the score after minus the score before, exactly."""
        if isinstance(before, int) and isinstance(after, int):
            return after - before
        with localcontext(prec=4 * MAX_DIGITS):
            return Decimal(after) - Decimal(before)

    def judged(self, change: Number) -> int:
        """Say whether a change is an improvement that counts (1), one for the worse that counts (-1), or neither."""
        with localcontext(prec=4 * MAX_DIGITS):
            better = change if self.scale.better == "higher" else -change
            return (better >= self.at_least) - (better <= -self.at_least)


def paired_change(  # noqa: PLR0913 - whose score, at which two ends, and what counts
    score: Expr[int] | Expr[Decimal],
    *,
    subject: Expr[K] | Expr[frozenset[K]],
    before: Predicate,
    after: Predicate,
    scale: Scale,
    at_least: Number | None = None,
    of: Population[K] | None = None,
    kirkpatrick: int | None = None,
) -> PairedChange:
    """Give the share of those with a score before and after whose score is better by at least so much.

    ``score`` is a number field of an event type, ``subject`` the role whose score it is. ``before`` and ``after`` are
    conditions on such an event; the earliest fitting day gives the score before, the latest the score after. Without
    ``at_least``, what counts is the least change of the scale that means something. ``of`` are those who are looked at,
    and ``kirkpatrick`` the level on which training is evaluated; see :class:`PairedChange`.
    """
    where = "paired_change"
    if of is not None and not isinstance(of, Distinct | Both | Either | Without):
        raise RuleError(f"{of!r} is no population", where=where, hint="make it with distinct(...)")
    return PairedChange(
        field_ref(score, where),
        field_ref(subject, where),
        as_condition(before),
        as_condition(after),
        scale,
        at_least if at_least is not None else getattr(scale, "least_change", 0),
        of,
        kirkpatrick,
    )
