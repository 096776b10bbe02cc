"""The rows of one type that pass what is asked of them alone, found by the values of some of their fields.

It serves two ends. By its subject it finds the rows through which somebody enters a population; by its links it finds
the rows that ``exists`` and ``at_least`` ask for. Rules that ask the same of the same rows share one index, with its
answers.
"""

from __future__ import annotations

from collections import defaultdict
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from impact_metrics.engines.spans.intervals import (
    NEVER,
    Spans,
    at_least,
    at_least_distinct,
    holds,
    intersection,
    since,
    union,
)
from impact_metrics.engines.spans.links import keyed
from impact_metrics.lazy import cached_property

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from impact_metrics.engines.spans.access import Test
    from impact_metrics.engines.spans.plans import Plan
    from impact_metrics.expressions import FieldRef
    from impact_metrics.model import Event

Match: TypeAlias = "tuple[Event, Spans]"

in_time = attrgetter("occurred_on", "id")
"""What events are sorted by: their days, ties by their ids."""


class Index:
    """Events by key, each with the dates on which it is visible and ``nested``, which looks at other events, holds."""

    def __init__(
        self, rows: Sequence[Event], tests: Sequence[Test], nested: Plan | None, fields: Sequence[FieldRef]
    ) -> None:
        """Keep the rows that pass the tests; the rest is worked out when it is asked for."""
        self._rows = passing(rows, tests)
        self._nested = nested
        self._keyed = keyed(fields)
        self._answers: dict[tuple[int, str], Mapping[Any, Spans]] = {}

    def answers(self, n: int, on: str) -> Mapping[Any, Spans]:
        """Give each key with the dates on which at least ``n`` events, or values of their field ``on``, are under it.

        A key for which there is no such date is left out.
        """
        if (n, on) not in self._answers:
            by_days = self._nested is None and not on
            self._answers[n, on] = self._from_days(n) if by_days else self._from_spans(n, on)
        return self._answers[n, on]

    @property
    def needs_only_days(self) -> bool:
        """Whether every event of the index fits from its own day on, whatever else happens."""
        return self._nested is None

    def keyed_events(self) -> Iterator[tuple[Any, Event]]:
        """Give each event with each of its keys, also those that never fit."""
        return self._keyed(self._rows)

    def _from_days(self, n: int) -> Mapping[Any, Spans]:
        """Answer where events need only be visible: from the n-th earliest day on."""
        days: defaultdict[Any, list[date]] = defaultdict(list)
        for key, event in self._keyed(self._rows):
            days[key].append(event.occurred_on)
        return {key: since(sorted(found)[n - 1]) for key, found in days.items() if len(found) >= n}

    def _from_spans(self, n: int, on: str) -> Mapping[Any, Spans]:
        """Answer where it also depends on other events, or on the values of a field."""
        if n > 1 or on:
            return _known({key: count_spans(matches, n, on) for key, matches in self._matches.items()})
        united: dict[Any, Spans] = {}
        for key, _, spans in self.fitting():
            united[key] = union(united.get(key, NEVER), spans)
        return _known(united)

    @cached_property
    def _matches(self) -> Mapping[Any, Sequence[Match]]:
        found: defaultdict[Any, list[Match]] = defaultdict(list)
        for key, event, spans in self.fitting():
            if spans:
                found[key].append((event, spans))
        return found

    def fitting(self) -> Iterator[tuple[Any, Event, Spans]]:
        """Give each event with each of its keys and the dates on which it fits."""
        return iter(self._fitted)

    @cached_property
    def _fitted(self) -> Sequence[tuple[Any, Event, Spans]]:
        return list(self._fit())

    def _fit(self) -> Iterator[tuple[Any, Event, Spans]]:
        """Work out the dates on which each event fits, once for all its keys."""
        last, spans = None, NEVER
        for key, event in self._keyed(self._rows):
            if event is not last:
                last, spans = event, self._spans_of(event)
            yield key, event, spans

    def _spans_of(self, event: Event) -> Spans:
        visible = since(event.occurred_on)
        return visible if self._nested is None else intersection(visible, self._nested.spans((event,)))

    def matches(self, key: object) -> Sequence[Match]:
        """Give the events under a key, each with the dates on which it fits."""
        return self._matches.get(key, ())

    def in_order(self, key: object) -> list[Match]:
        """Give the events under a key, earliest first, ties by event id."""
        matches = self.matches(key)
        return list(matches) if len(matches) == 1 else sorted(matches, key=lambda match: in_time(match[0]))

    def witnesses(self, key: object, day: date, on: str) -> Iterator[tuple[Event, Iterator[Event]]]:
        """Give the events under a key that fit on a day, each with the further events that made it fit.

        With ``on``, an event without a value in that field counts as none and is left out.
        """
        for event, spans in self.matches(key):
            if holds(spans, day) and counts(event, on):
                yield event, self.nested_witnesses(event, day)

    def nested_witnesses(self, event: Event, day: date) -> Iterator[Event]:
        """Give the further events that made an event of this index fit."""
        return iter(()) if self._nested is None else self._nested.witnesses((event,), day)


def _known(answers: Mapping[Any, Spans]) -> Mapping[Any, Spans]:
    return {key: spans for key, spans in answers.items() if spans}


def passing(rows: Sequence[Event], tests: Sequence[Test]) -> Sequence[Event]:
    """Keep the events that pass every test: two tests at a time, since each look at many events has its cost."""
    while len(tests) > 1:
        test, other, *tests = tests
        rows = [event for event in rows if test(event) and other(event)]
    for test in tests:
        rows = [event for event in rows if test(event)]
    return rows


def count_spans(matches: Iterable[Match], n: int, on: str) -> Spans:
    """Give the dates on which at least ``n`` of the events, or values of their field ``on``, are there."""
    if on:
        return at_least_distinct(n, ((getattr(event, on), spans) for event, spans in matches))
    return at_least(n, [spans for _, spans in matches])


def counts(event: Event, on: str) -> bool:
    """Tell whether the event has the value that is told apart, where one is."""
    return not on or getattr(event, on) is not None
