"""The rows through which subjects enter a ``distinct(...)`` population."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impact_metrics.engines.spans.intervals import Spans, at_least, at_least_distinct, holds, intersection, since, union
from impact_metrics.engines.spans.links import inner_keys
from impact_metrics.engines.spans.plans import Compiler, passing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from impact_metrics.model import Event
    from impact_metrics.rules.populations import Distinct


class Entries:
    """The index events of one population, each with the dates on which it makes its subjects members."""

    def __init__(self, compiler: Compiler, population: Distinct[Any]) -> None:
        """Keep the rows that pass what is asked of them alone."""
        self._minimum = population.minimum
        self._on = "" if population.on is None else population.on.name
        tests, self._plan = compiler.of_row(population.row, population.condition)
        self._rows = passing(compiler.rows_of(population.row), tests)
        self._subjects = inner_keys([population.subject])
        self._grouped: dict[Any, list[Event]] | None = None

    @property
    def _by_subject(self) -> Mapping[Any, Sequence[Event]]:
        if self._grouped is None:
            self._grouped = {}
            for event in self._rows:
                for subject in self._subjects(event):
                    self._grouped.setdefault(subject, []).append(event)
        return self._grouped

    def _spans_of(self, event: Event) -> Spans:
        visible = since(event.occurred_on)
        return visible if self._plan is None else intersection(visible, self._plan.spans((event,)))

    def rows(self) -> Iterator[tuple[Any, Event, Spans]]:
        """Give every subject of every index event, with the dates on which its condition holds."""
        for event in self._rows:
            spans = self._spans_of(event)
            if spans:
                for subject in self._subjects(event):
                    yield subject, event, spans

    def rows_of(self, subject: str) -> list[tuple[Event, Spans]]:
        """Give a subject's index events, earliest first, each with the dates on which its condition holds."""
        found = [(event, spans) for event in self._by_subject.get(subject, ()) if (spans := self._spans_of(event))]
        return sorted(found, key=lambda entry: (entry[0].occurred_on, entry[0].id)) if len(found) > 1 else found

    def members(self) -> Iterator[tuple[Any, Spans]]:
        """Give each subject with the dates on which it is a member."""
        if self._on:
            for subject, events in self._by_subject.items():
                keyed = ((getattr(event, self._on), self._spans_of(event)) for event in events)
                yield subject, at_least_distinct(self._minimum, keyed)
        elif self._minimum > 1:
            for subject, events in self._by_subject.items():
                if len(events) >= self._minimum:
                    yield (
                        subject,
                        at_least(self._minimum, [spans for event in events if (spans := self._spans_of(event))]),
                    )
        else:
            yield from self._united().items()

    def _united(self) -> Mapping[Any, Spans]:
        """Unite the spans of a subject's rows in one pass: the common case, without grouping the rows first."""
        members: dict[Any, Spans] = {}
        for event in self._rows:
            spans = self._spans_of(event)
            if spans:
                for subject in self._subjects(event):
                    before = members.get(subject)
                    members[subject] = spans if before is None else union(before, spans)
        return members

    def witnesses(self, subject: str, day: date) -> Iterator[tuple[Event, Iterator[Event]]]:
        """Give each event that makes the subject enter at a date, with the events that made its condition hold."""
        for event in self._by_subject.get(subject, ()):
            if holds(self._spans_of(event), day) and not (self._on and getattr(event, self._on) is None):
                yield event, iter(()) if self._plan is None else self._plan.witnesses((event,), day)
