"""Findings of conditions: each node of a rule, asked of the events that it is bound to."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from typing import TYPE_CHECKING, Any, assert_never

import attrs

from impact_metrics.documents.english.conditions import Scope, parts, say
from impact_metrics.documents.english.words import event_noun
from impact_metrics.documents.explanation.findings import Finding, every, lacking, some, yes
from impact_metrics.engines.spans import SpansEngine
from impact_metrics.engines.spans.intervals import holds
from impact_metrics.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Clause,
    Compare,
    Condition,
    Contains,
    Exists,
    FieldRef,
    IsMissing,
    Not,
    OneOf,
    Overlaps,
    Row,
    free_rows,
)
from impact_metrics.expressions.operands import Constant
from impact_metrics.expressions.walk import operands

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from impact_metrics.model import Event

SHOWN = 3
"""How many events that nearly fit are shown, the nearest first."""


@attrs.frozen
class Asker:
    """Asks conditions of events at one date."""

    engine: SpansEngine
    day: date

    def ask(self, condition: Condition, bound: Mapping[Row, Event], scope: Scope, *, negated: bool = False) -> Finding:
        """Find out whether a condition (``negated``: its opposite) holds, and why."""
        match condition:
            case Clause(condition=inner):
                inside = self.ask(inner, bound, scope, negated=negated)
                text = say(condition, scope, negated=negated).text
                below = inside.findings if _is_list(inner) else (inside,)
                return attrs.evolve(inside, text=text, findings=below)
            case Not(item):
                return self.ask(item, bound, scope, negated=not negated)
            case AllOf(items) | AnyOf(items):
                return self._joined(condition, items, bound, scope, negated=negated)
            case Exists() | AtLeast():
                return self._quantified(condition, bound, scope, negated=negated)
            case Compare() | OneOf() | Overlaps() | Contains() | IsMissing():
                return self._leaf(condition, bound, scope, negated=negated)
            case _:
                assert_never(condition)

    def since(self, condition: Condition, bound: Mapping[Row, Event], *, negated: bool = False) -> date | None:
        """Give the day from which a condition has held without a break, or ``None`` where it does not hold now."""
        spans = self.engine.truth(Not(condition) if negated else condition, bound)
        position = bisect_right(spans, self.day)
        return spans[position - 1] if position % 2 else None

    def _joined(
        self,
        condition: AllOf | AnyOf,
        items: Sequence[Condition],
        bound: Mapping[Row, Event],
        scope: Scope,
        *,
        negated: bool,
    ) -> Finding:
        findings = [self.ask(item, bound, scope, negated=negated) for item in items]
        must_all = isinstance(condition, AllOf) is not negated
        text = "all of these hold" if must_all else "at least one of these holds"
        since = self._known_since(self.since(condition, bound, negated=negated), bound)
        if len(findings) == 1:
            return findings[0]
        return (every if must_all else some)(text, findings, since)

    def _known_since(self, day: date | None, bound: Mapping[Row, Event]) -> date | None:
        """A condition on an event cannot have held before the event happened."""
        if day is None:
            return None
        return max([day, *(event.occurred_on for event in bound.values())])

    def _leaf(self, condition: Condition, bound: Mapping[Row, Event], scope: Scope, *, negated: bool) -> Finding:
        text = say(condition, scope, negated=negated).text
        since = self._known_since(self.since(condition, bound, negated=negated), bound)
        if since is not None:
            return yes(text, since=since)
        missing = not isinstance(condition, IsMissing) and any(
            getattr(bound[ref.row], ref.name) is None for ref in _refs(condition)
        )
        return lacking(text, unknown=missing, needed=[text])

    def _quantified(
        self, condition: Exists | AtLeast, bound: Mapping[Row, Event], scope: Scope, *, negated: bool
    ) -> Finding:
        row, inner = condition.row, condition.condition
        n, on = (condition.n, condition.on) if isinstance(condition, AtLeast) else (1, None)
        point = say(condition, scope, negated=negated)
        text = str(point) if point.points else point.text
        fitting = [event for event in self._visible(row) if self._fits(inner, {**bound, row: event})]
        reached = n <= (len(fitting) if on is None else len(_values(fitting, on)))
        since = self._known_since(self.since(condition, bound, negated=negated), bound)
        ids = [event.id for event in fitting]
        if reached is not negated:
            return yes(text, since=since, events=ids)
        if negated:
            return lacking(text, unknown=False, needed=[f"{text}, but there is {_named(fitting)}"], events=ids)
        inside, _ = scope.bind(row)
        near = self._nearly(row, inner, bound, inside, {event.id for event in fitting})
        # Where nothing comes near, the event itself is lacking; of several, each.
        short = n - len(fitting) if on is None else n - len(_values(fitting, on))
        needed = near[0].needed if near and short == 1 else [text] * max(short, 1)
        unknown = bool(near) and near[0].lacking == 1 and near[0].verdict.value == "not known"
        return lacking(text, unknown=unknown, needed=needed, findings=near, events=ids)

    def _visible(self, row: Row) -> list[Event]:
        return [event for event in self.engine.rows_of(row) if event.occurred_on <= self.day]

    def _fits(self, condition: Condition, bound: Mapping[Row, Event]) -> bool:
        return holds(self.engine.truth(condition, bound), self.day)

    def _nearly(
        self, row: Row, inner: Condition, bound: Mapping[Row, Event], scope: Scope, fitting: set[str]
    ) -> list[Finding]:
        """Give the events that are tied to those spoken of, but do not fit otherwise: the nearest first."""
        asked = parts(inner)
        ties = [part for part in asked if isinstance(part, Compare | Contains) and len(free_rows(part)) > 1]
        if not ties:
            return []
        found: list[Finding] = []
        for event in self._visible(row):
            now_bound = {**bound, row: event}
            if event.id not in fitting and all(self._fits(tie, now_bound) for tie in ties):
                rest = [self.ask(part, now_bound, scope) for part in asked if part not in ties]
                found.append(every(describe_event(event), rest, None))
        return sorted(found, key=lambda finding: (finding.lacking, finding.text))[:SHOWN]


def describe_event(event: Event) -> str:
    """Name an event by its kind, its id and its day."""
    return f"{event_noun(event.__record__.name)} {event.id} of {event.occurred_on.isoformat()}"


def _named(events: Sequence[Event]) -> str:
    more = f" and {len(events) - SHOWN} more" if len(events) > SHOWN else ""
    return f"{', '.join(describe_event(event) for event in events[:SHOWN])}{more}"


def _values(events: Sequence[Event], on: FieldRef) -> set[Any]:
    return {value for event in events if (value := getattr(event, on.name)) is not None}


def _refs(condition: Condition) -> list[FieldRef]:
    return [
        operand if isinstance(operand, FieldRef) else operand.field
        for operand in operands(condition)
        if not isinstance(operand, Constant)
    ]


def _is_list(condition: Condition) -> bool:
    return isinstance(condition, AllOf | AnyOf) and len(condition.items) > 1
