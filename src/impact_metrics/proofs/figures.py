"""What a measure counts, in each scope: as at a date, newly within a period, or active within one.

Measures that count or sum rows have rows as their subjects.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

import attrs
import z3

from impact_metrics.proofs.logic import Term, Truth, every, opposite, some
from impact_metrics.proofs.terms import FIRST_DAY, LAST_DAY, Slot
from impact_metrics.proofs.universe import Moment, Scope
from impact_metrics.rules.measures import Count, RowCount, Tally, Total
from impact_metrics.rules.populations import Distinct, entering, subject_kind

if TYPE_CHECKING:
    from impact_metrics.expressions import Condition, Row
    from impact_metrics.proofs.encoding import Encoder
    from impact_metrics.values import IdKind


class TimeScope(Enum):
    """For which dates a claim is made."""

    AS_AT = "as at any date"
    """Who counts at a date; the claim is for every date."""
    ENTERED = "entered within any period"
    """Who counts at the end of a period and did not on the day before it; the claim is for every period."""
    ACTIVE = "active within any period"
    """Who counts at the end of a period and has an index event inside; the claim is for every period."""

    def __str__(self) -> str:
        """Say it."""
        return self.value


Subject: TypeAlias = Term | Slot
"""An id of what is counted, or the place of a row."""


@attrs.frozen
class Window:
    """The dates of a question, as terms: the date, or the end of the period, and the days from which and before it."""

    closing: Moment
    opening: Moment

    @classmethod
    def any(cls) -> Window:
        """Give dates of which nothing is known."""
        start, end = z3.Int("start"), z3.Int("end")
        return cls(Moment("end", end), Moment("before the start", start - 1))

    @property
    def start(self) -> Term:
        """The first day of the period."""
        return z3.Int("start")

    @property
    def facts(self) -> Truth:
        """The period lies in the calendar, with a day before it, and does not end before it starts."""
        return z3.And(self.start > FIRST_DAY, self.start <= self.closing.day, self.closing.day <= LAST_DAY)


WINDOW = Window.any()


@attrs.frozen
class Counted:
    """Says of a subject that a measure counts it, in one scope of time."""

    measure: Tally
    time: TimeScope

    @property
    def kind(self) -> IdKind | None:
        """The kind of id of the subjects; ``None`` for rows."""
        return subject_kind(self.measure.population) if isinstance(self.measure, Count) else None

    @property
    def row(self) -> tuple[Row, Condition]:
        """The rows that are counted, where it is rows."""
        match self.measure:
            case RowCount(rows):
                return rows.row, rows.condition
            case Total(field, condition):
                return field.row, condition
            case Count():
                raise AssertionError(self.measure)
            case _:
                assert_never(self.measure)

    def counts(self, subject: Subject, encoder: Encoder, now: Scope, *, holds: bool) -> Truth:
        """The subject is counted; or, where it must not hold, it is not. The scope is at the closing of the window."""
        if not isinstance(self.measure, Count):
            return self._row_counts(subject, encoder, now, holds=holds)
        population = self.measure.population
        at_end = encoder.member(population, subject, now, holds=holds)
        match self.time:
            case TimeScope.AS_AT:
                return at_end
            case TimeScope.ENTERED:
                before = attrs.evolve(now, moment=WINDOW.opening)
                other = encoder.member(population, subject, before, holds=not holds)
            case TimeScope.ACTIVE:
                acting = [
                    self._acts(distinct, subject, encoder, now.at("acts", number), holds=holds)
                    for number, distinct in enumerate(entering(population))
                ]
                other = (some if holds else every)(acting)
            case _:
                assert_never(self.time)
        return (every if holds else some)([at_end, other])

    def _acts(self, distinct: Distinct[Any], subject: Term, encoder: Encoder, scope: Scope, *, holds: bool) -> Truth:
        """There is an index event inside the period; or, where it must not hold, there is none."""
        enters = encoder.entry(distinct, subject)

        def fits(slot: Slot, scope: Scope, *, holds: bool) -> Truth:
            late = encoder.terms.occurred_on(scope.world.family, slot) >= WINDOW.start
            entering = enters(slot, scope, holds=holds)
            return every([late, entering]) if holds else some([opposite(late), entering])

        return encoder.exists(1, distinct.row, None, fits, scope, holds=holds)

    def _row_counts(self, subject: Subject, encoder: Encoder, scope: Scope, *, holds: bool) -> Truth:
        assert isinstance(subject, Slot)  # noqa: S101 - the subjects of rows are rows
        row, condition = self.row
        parts = [encoder.visible(subject, scope.world, scope.moment)]
        if self.time is not TimeScope.AS_AT:
            parts.append(encoder.terms.occurred_on(scope.world.family, subject) >= WINDOW.start)
        shown = every(parts)
        holding = encoder.condition(condition, scope.with_witness(row, subject), holds=holds)
        return every([shown, holding]) if holds else some([opposite(shown), holding])
