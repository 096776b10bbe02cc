"""Replay: what the prover found is run in the reference engine before it is shown to anybody."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, assert_never

import attrs

from impact_metrics.engines.spans import SpansEngine
from impact_metrics.engines.spans.intervals import holds
from impact_metrics.proofs.figures import TimeScope
from impact_metrics.proofs.places import Place
from impact_metrics.proofs.tallies import counted
from impact_metrics.rules.measures import Count, RowCount, Rows, Tally, Total
from impact_metrics.rules.populations import entering
from impact_metrics.streams import Stream

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from impact_metrics.expressions import Condition, Row
    from impact_metrics.model import Constraint, Event
    from impact_metrics.rules.measures import Measure


@attrs.frozen(eq=False)
class Replay:
    """A stream in the reference engine, over a period; for what is as at a date, its last day is the date."""

    engine: SpansEngine
    start: date
    end: date

    @classmethod
    def of(cls, events: Iterable[Event], start: date, end: date) -> Replay:
        """Take the events as a stream in which everything is known."""
        return cls(SpansEngine(Stream(events).known()), start, end)

    def subjects(self, measure: Tally, time: TimeScope) -> frozenset[str]:
        """Give whom a measure counts: ids of subjects, or of the events of its rows."""
        match measure:
            case Count():
                return self._members(measure, time)
            case RowCount(Rows(row, condition)):
                return self._rows(row, condition, time)
            case Total(field, condition):
                return self._rows(field.row, condition, time)
            case _:
                assert_never(measure)

    def places(self, measure: Measure) -> Mapping[str, Place]:
        """Give where a measure puts each subject at the end of the period."""
        if measure.inner:
            return _places_in_each([self.subjects(counted(inner), TimeScope.AS_AT) for inner in measure.inner])
        if measure.subjects is None:
            return Place.counted(self.subjects(counted(measure), TimeScope.AS_AT))
        states = self.engine.states(measure.subjects, self.end)
        return {subject: Place(*measure.place(state)) for subject, state in states.items()}

    def _members(self, measure: Count, time: TimeScope) -> frozenset[str]:
        closing = self.engine.members_at(measure.population, self.end)
        match time:
            case TimeScope.AS_AT:
                return closing
            case TimeScope.ENTERED:
                return closing - self.engine.members_at(measure.population, self.start - timedelta(days=1))
            case TimeScope.ACTIVE:
                return closing & {
                    subject
                    for distinct in entering(measure.population)
                    for subject, event, spans in self.engine.entries_of(distinct).fitting()
                    if self.start <= event.occurred_on <= self.end and holds(spans, self.end)
                }
            case _:
                assert_never(time)

    def _rows(self, row: Row, condition: Condition, time: TimeScope) -> frozenset[str]:
        found = self.engine.rows_at(row, condition, self.end)
        inside = time is TimeScope.AS_AT
        return frozenset(event.id for event in found if inside or event.occurred_on >= self.start)

    def figure(self, measure: Tally, time: TimeScope) -> int | Decimal:
        """Give the figure of a measure: how many it counts, or the sum over its rows."""
        counted = self.subjects(measure, time)
        if not isinstance(measure, Total):
            return len(counted)
        rows = self.engine.rows_of(measure.field.row)
        numbers: list[int | Decimal | None] = [getattr(row, measure.field.name) for row in rows if row.id in counted]
        return sum((number for number in numbers if number is not None), start=0)

    def broken(self, constraints: Sequence[Constraint]) -> dict[str, list[Event]]:
        """Give the events that break a constraint at some date, whether or not they break it in the end."""
        return {
            constraint.id: found for constraint in constraints if (found := self.engine.breaking(constraint, date.max))
        }


def _places_in_each(counted_by: Sequence[frozenset[str]]) -> dict[str, Place]:
    """Put whomever any of several numbers counts among those that these numbers count."""
    found: dict[str, Place] = {}
    for subject in frozenset[str]().union(*counted_by):
        numbers = [str(number) for number, subjects in enumerate(counted_by, 1) if subject in subjects]
        found[subject] = Place(f"counted in number {' and '.join(numbers)}")
    return found
