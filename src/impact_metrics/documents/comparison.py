"""Two versions of a metric compared: what is asked now and was not, what no longer, and what changed."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.documents.english.conditions import Scope, parts, say
from impact_metrics.documents.english.populations import lead, say_measure, say_population
from impact_metrics.documents.english.scales import say_scale
from impact_metrics.documents.english.words import lowered
from impact_metrics.expressions import (
    AnyOf,
    AtLeast,
    Clause,
    Compare,
    Condition,
    Contains,
    Exists,
    IsMissing,
    Not,
    OneOf,
    Overlaps,
)
from impact_metrics.rules import Metric
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without
from impact_metrics.rules.populations import parts as parts_of
from impact_metrics.rules.scales import Scale

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from impact_metrics.rules import Measure, Unit


class Kind(Enum):
    """What became of a part of a definition."""

    ADDED = "added"
    REMOVED = "left out"
    CHANGED = "changed"


@attrs.frozen
class Change:
    """One difference: ``part`` says of what, ``before`` and ``after`` how it read; empty where there is nothing."""

    kind: Kind
    part: str
    before: str
    after: str

    def __str__(self) -> str:
        """Say the change in one line."""
        place = f" ({self.part})" if self.part else ""
        if self.kind is Kind.CHANGED:
            return f"{self.kind.value}{place}: from: {self.before}; to: {self.after}"
        return f"{self.kind.value}{place}: {self.before or self.after}"


@attrs.frozen
class Comparison:
    """What differs between two versions of a metric, in the order of the rule."""

    old: Metric
    new: Metric
    changes: tuple[Change, ...]

    def __str__(self) -> str:
        """Lay the comparison out for a terminal."""
        head = f"{self.old} and {self.new}"
        if not self.changes:
            return f"{head} say the same"
        reason = [f"reason given: {self.new.reason}"] if self.new.reason else []
        return "\n".join([f"from {self.old} to {self.new}", *reason, *(f"- {change}" for change in self.changes)])

    def to_dicts(self) -> list[dict[str, str]]:
        """Give one plain dict a change."""
        return [
            {"kind": item.kind.value, "part": item.part, "before": item.before, "after": item.after}
            for item in self.changes
        ]


def compare(old: Metric, new: Metric) -> Comparison:
    """Say in plain English how one metric differs from another, such as two versions of one."""
    changes: list[Change] = []
    for part in ("title", "definition", "source", "unit"):
        changes += _changed(part, str(getattr(old, part) or "none"), str(getattr(new, part) or "none"))
    changes += _measures(old.measure, new.measure, (old.unit, new.unit))
    for part, before_all, after_all in (
        ("reading", old.assumptions, new.assumptions),
        ("limit", old.limits, new.limits),
    ):
        changes += [Change(Kind.REMOVED, part, text, "") for text in before_all if text not in after_all]
        changes += [Change(Kind.ADDED, part, "", text) for text in after_all if text not in before_all]
    return Comparison(old, new, tuple(changes))


def _measures(one: Measure, other: Measure, units: tuple[Unit, Unit]) -> Iterator[Change]:
    if one == other:
        return
    if not _alike_in_parts(one, other):
        before, after = (str(say_measure(found, unit)) for found, unit in zip((one, other), units, strict=True))
        yield Change(Kind.CHANGED, "what is counted", before, after)
        return
    for inside, another in zip(one.inner, other.inner, strict=True):
        yield from _measures(inside, another, units)
    for (name, was), (_, now) in zip(one.settings(), other.settings(), strict=True):
        yield from _changed(name, _setting(was), _setting(now))
    yield from _part_by_part(other.population_names, one.populations, other.populations, units[1].singular)
    if one.lines is not None and other.lines is not None:
        yield from _conditions(one.lines.condition, other.lines.condition, Scope.of(other.lines.row), "")


def _alike_in_parts(old: Measure, new: Measure) -> bool:
    """Tell whether two measures are made of the same parts, so that these can be compared one by one."""
    lines, now = old.lines, new.lines
    of_same_rows = lines is None or now is None or (lines.row, lines.number) == (now.row, now.number)
    return type(old) is type(new) and len(old.populations) == len(new.populations) and of_same_rows


def _setting(value: object) -> str:
    return say_scale(value) if isinstance(value, Scale) else f"{value:,}" if isinstance(value, int) else str(value)


def _changed(part: str, before: str, after: str) -> Iterator[Change]:
    if before != after:
        yield Change(Kind.CHANGED, part, before, after)


def _part_by_part(
    names: Sequence[str], old: Sequence[Population[Any]], new: Sequence[Population[Any]], person: str
) -> Iterator[Change]:
    for part, before, after in zip(names, old, new, strict=False):
        for change in _populations(before, after, person):
            yield attrs.evolve(change, part=", ".join(filter(None, (part, change.part))))


def _populations(old: Population[Any], new: Population[Any], person: str) -> Iterator[Change]:
    if old == new:
        return
    match old, new:
        case Distinct(), Distinct() if old.row == new.row:
            before, after = lead(old, f"the {person}"), lead(new, f"the {person}")
            if before != after:
                yield Change(Kind.CHANGED, "who is counted", before, after)
            yield from _conditions(old.condition, new.condition, Scope.of(new.row, new.subject, person), "")
        case (Both(), Both()) | (Either(), Either()) | (Without(), Without()) if len(parts_of(old)) == len(
            parts_of(new)
        ):
            for one, other in zip(parts_of(old), parts_of(new), strict=True):
                yield from _populations(one, other, person)
        case _:
            before, after = (str(say_population(population, person)) for population in (old, new))
            yield Change(Kind.CHANGED, "who is counted", before, after)


def _conditions(old: Condition, new: Condition, scope: Scope, part: str) -> Iterator[Change]:
    yield from _lists(parts(old), parts(new), scope, part)


def _lists(old: Sequence[Condition], new: Sequence[Condition], scope: Scope, part: str) -> Iterator[Change]:
    """Leave out what is in both, pair what asks the same thing otherwise, and name the rest."""
    removed = [item for item in old if item not in new]
    added = [item for item in new if item not in old]
    for before in removed:
        after = next((item for item in added if _alike(before, item)), None)
        if after is None:
            yield Change(Kind.REMOVED, part, str(say(before, scope)), "")
            continue
        added.remove(after)
        yield from _pair(before, after, scope, part)
    for after in added:
        yield Change(Kind.ADDED, part, "", str(say(after, scope)))


def _pair(before: Condition, after: Condition, scope: Scope, part: str) -> Iterator[Change]:
    match before, after:
        case Clause(name, text, inner), Clause(_, text_now, inner_now):
            if text != text_now:
                yield Change(Kind.CHANGED, part, lowered(text), lowered(text_now))
            yield from _conditions(inner, inner_now, scope, name.replace("_", " "))
        case AnyOf(items), AnyOf(items_now):
            yield from _lists(items, items_now, scope, f"{part}, one of several" if part else "one of several")
        case _:
            yield Change(Kind.CHANGED, part, str(say(before, scope)), str(say(after, scope)))


def _alike(one: Condition, other: Condition) -> bool:
    """Tell whether two conditions ask for the same kind of thing, so that one is the other changed."""
    match one, other:
        case Clause(name), Clause(name_now):
            return name == name_now
        case (Exists() | AtLeast(), Exists() | AtLeast()):
            return one.row == other.row
        case (Not(item), Not(item_now)):
            return _alike(item, item_now)
        case (Compare(left=left), Compare(left=left_now)):
            return left == left_now
        case (OneOf() | Overlaps() | Contains() | IsMissing(), OneOf() | Overlaps() | Contains() | IsMissing()):
            return one.field == other.field
        case _:
            return isinstance(one, AnyOf) and isinstance(other, AnyOf)
