"""Through which event a subject is a member at each date: the entry event, which places it in a breakdown.

By default every member is placed exactly once at every date: by the earliest index event (ties by event id) that makes
it a member then. So for one subject the spans of its entry events are disjoint and together are its membership.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

from impact_metrics.engines.spans.index import count_spans, counts, in_time
from impact_metrics.engines.spans.intervals import NEVER, Spans, at_least, complement, intersection, since, union
from impact_metrics.engines.spans.plans import field_name
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without, distincts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from impact_metrics.engines.spans.engine import SpansEngine
    from impact_metrics.expressions import Row
    from impact_metrics.model import Event

Entry: TypeAlias = "tuple[Event, Spans]"
Placed: TypeAlias = "Mapping[str, Sequence[Entry]]"


def placed(engine: SpansEngine, population: Population[Any], row: Row | None) -> Placed:
    """Give each subject's entry events with the dates on which each is *the* entry event.

    With ``row``, only index events of that row place a subject, and a member without one is left out for these dates.
    """
    match population:
        case Distinct():
            if row is not None and population.row != row:
                return {}
            index = engine.entries_of(population)
            if index.needs_only_days and population.on is None:
                return _nth(index.keyed_events(), population.minimum)
            return {subject: _first(index.in_order(subject), population) for subject in engine.members(population)}
        case Both(items):
            return _within(_combined([placed(engine, item, row) for item in items], latest=True), engine, population)
        case Either(items):
            return _combined([placed(engine, item, row) for item in items], latest=False)
        case Without(base, _):
            return _within(placed(engine, base, row), engine, population)
        case _:
            assert_never(population)


def latest(engine: SpansEngine, population: Distinct[Any]) -> Placed:
    """Give each member's index events with the dates on which each is the latest one (ties by event id) that fits."""
    found: dict[str, list[Entry]] = {}
    index, on = engine.entries_of(population), field_name(population.on)
    for subject, membership in engine.members(population).items():
        covered: Spans = NEVER
        placing: list[Entry] = []
        for event, spans in reversed(index.in_order(subject)):
            own = intersection(intersection(spans, membership), complement(covered))
            if counts(event, on) and own:
                placing.append((event, own))
                covered = union(covered, own)
        found[subject] = placing
    return found


def touched(engine: SpansEngine, population: Population[Any], row: Row | None) -> Placed:
    """Give every index event of each member with the dates on which it is one and the subject is a member."""
    found: dict[str, list[Entry]] = {}
    for distinct in distincts(population):
        if row is not None and distinct.row != row:
            continue
        entries = engine.entries_of(distinct)
        for subject, membership in engine.members(population).items():
            for event, spans in entries.in_order(subject):
                both = intersection(spans, membership)
                if both:
                    found.setdefault(subject, []).append((event, both))
    return found


def _nth(events: Iterable[tuple[str, Event]], n: int) -> Placed:
    """Place each subject for good by its n-th event, where events need only be visible."""
    found: defaultdict[str, list[Event]] = defaultdict(list)
    for subject, event in events:
        found[subject].append(event)
    placing: dict[str, list[Entry]] = {}
    for subject, own in found.items():
        if len(own) >= n:
            event = min(own, key=in_time) if n == 1 < len(own) else sorted(own, key=in_time)[n - 1]
            placing[subject] = [(event, since(event.occurred_on))]
    return placing


def _first(rows: Sequence[Entry], population: Distinct[Any]) -> list[Entry]:
    """Give the rows that complete a subject's membership, each with the dates on which it is the one that does."""
    if population.minimum == 1 and population.on is None:
        return _earliest(rows)
    n, on = population.minimum, field_name(population.on)
    placing: list[Entry] = []
    earlier: list[Entry] = []
    for event, spans in rows:
        if not counts(event, on):
            continue
        own = intersection(spans, complement(count_spans(earlier, n, on)))
        if n > 1:
            own = intersection(own, count_spans(earlier, n - 1, on))
        if on:
            same = [entry for entry in earlier if getattr(entry[0], on) == getattr(event, on)]
            own = intersection(own, complement(count_spans(same, 1, on)))
        if own:
            placing.append((event, own))
        earlier.append((event, spans))
    return placing


def _earliest(rows: Sequence[Entry]) -> list[Entry]:
    placing: list[Entry] = []
    covered: Spans = NEVER
    for event, spans in rows:
        own = spans if not covered else intersection(spans, complement(covered))
        if own:
            placing.append((event, own))
        covered = union(covered, spans)
        if len(covered) == 1 and covered[0] <= event.occurred_on:
            break  # no later event can add a date
    return placing


def _combined(parts: Sequence[Placed], *, latest: bool) -> Placed:
    """Merge placements: at each date by the latest of the entry events (to be in all), or the earliest (in any)."""
    first, *others = parts
    result = dict(first)
    for other in others:
        for subject in other:
            result[subject] = (
                _pick(result[subject], other[subject], latest=latest) if subject in result else other[subject]
            )
    return result


def _pick(one: Iterable[Entry], other: Sequence[Entry], *, latest: bool) -> list[Entry]:
    ours = list(one)
    theirs = list(other)
    picked = [
        (_chosen(event, event_2, latest=latest), both)
        for event, spans in ours
        for event_2, spans_2 in theirs
        if (both := intersection(spans, spans_2))
    ]
    picked.extend(_alone(ours, theirs))
    picked.extend(_alone(theirs, ours))
    return picked


def _alone(ones: Iterable[Entry], others: Sequence[Entry]) -> Iterator[Entry]:
    elsewhere = complement(at_least(1, [spans for _, spans in others]))
    for event, spans in ones:
        own = intersection(spans, elsewhere)
        if own:
            yield event, own


def _chosen(one: Event, other: Event, *, latest: bool) -> Event:
    return max(one, other, key=in_time) if latest else min(one, other, key=in_time)


def _within(entries: Placed, engine: SpansEngine, population: Population[Any]) -> Placed:
    members = engine.members(population)
    return {
        subject: [(event, both) for event, spans in found if (both := intersection(spans, members[subject]))]
        for subject, found in entries.items()
        if subject in members
    }
