"""Two versions of a metric compared: what is asked now and was not, what no longer, and what changed."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

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
from impact_metrics.rules.follow_up import FollowUp
from impact_metrics.rules.funnels import Funnel
from impact_metrics.rules.listings import Listing
from impact_metrics.rules.measures import Count, Measure, RowCount, Share, Total
from impact_metrics.rules.paired_change import KIRKPATRICK, PairedChange
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without
from impact_metrics.rules.populations import parts as parts_of
from impact_metrics.rules.time_between import TimeBetween

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


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
    changes += _measures(old, new)
    for part, before_all, after_all in (
        ("reading", old.assumptions, new.assumptions),
        ("limit", old.limits, new.limits),
    ):
        changes += [Change(Kind.REMOVED, part, text, "") for text in before_all if text not in after_all]
        changes += [Change(Kind.ADDED, part, "", text) for text in after_all if text not in before_all]
    return Comparison(old, new, tuple(changes))


_COURSE = ("cohort", "outcome", "lost")
"""What the populations of a follow-up rate or a time are called, in their order."""

_PAIRED = ("score before", "score after", "looked at")
"""What those of a paired change are called."""
_PAIRED_TEXTS = ("scale", "least change that counts", "Kirkpatrick level")


def _texts_of_pairs(old: PairedChange, new: PairedChange) -> Iterator[Change]:
    for part, before, after in zip(_PAIRED_TEXTS, _texts(old), _texts(new), strict=True):
        if before != after:
            yield Change(Kind.CHANGED, part, before, after)


def _texts(measure: PairedChange) -> tuple[str, ...]:
    """Say what a paired change has besides populations."""
    level = "none" if measure.kirkpatrick is None else f"{measure.kirkpatrick} ({KIRKPATRICK[measure.kirkpatrick]})"
    return say_scale(measure.scale), str(measure.at_least), level


def _measures(old: Metric, new: Metric) -> Iterator[Change]:
    one, other = old.measure, new.measure
    if one == other:
        return
    match one, other:
        case Count(before), Count(after):
            yield from _populations(before, after, new.unit.singular)
        case Share() | FollowUp() | Funnel(), Share() | FollowUp() | Funnel() if _alike_in_parts(one, other):
            yield from _settings(one, other)
            yield from _part_by_part(_names(other), one.populations, other.populations, new.unit.singular)
        case TimeBetween(), TimeBetween() if (one.lost is None) is (other.lost is None):
            yield from _part_by_part(_COURSE, one.populations, other.populations, new.unit.singular)
        case PairedChange(), PairedChange() if (one.of is None) is (other.of is None):
            yield from _texts_of_pairs(one, other)
            yield from _part_by_part(_PAIRED, one.populations, other.populations, new.unit.singular)
        case Listing(entries, shown), Listing(entries_now, shown_now):
            yield from _populations(entries, entries_now, new.unit.singular)
            told, told_now = (", ".join(map(str, fields)) or "nothing" for fields in (shown, shown_now))
            yield from _changed("what is shown", told, told_now)
        case RowCount(rows), RowCount(now) if rows.row == now.row:
            yield from _conditions(rows.condition, now.condition, Scope.of(rows.row), "")
        case Total(field, condition), Total(field_now, condition_now) if field == field_now:
            yield from _conditions(condition, condition_now, Scope.of(field.row), "")
        case _:
            yield Change(Kind.CHANGED, "what is counted", _whole(one, old), _whole(other, new))


_Divided: TypeAlias = Share | FollowUp | Funnel


def _alike_in_parts(old: _Divided, new: _Divided) -> bool:
    """Tell whether two shares, rates or funnels have the same parts, so that these can be compared one by one."""
    return type(old) is type(new) and len(old.populations) == len(new.populations)


def _names(measure: _Divided) -> Sequence[str]:
    """Say what the populations of a share, rate or funnel are called, in their order."""
    match measure:
        case Share():
            return "denominator", "numerator", "not known"
        case FollowUp():
            return "cohort", "outcome", "lost"
        case Funnel(stages):
            return [f"stage {number}" for number in range(1, len(stages) + 1)]
        case _:
            assert_never(measure)


def _settings(old: _Divided, new: _Divided) -> Iterator[Change]:
    """Compare what else two shares, rates or funnels are made of: months, and the titles of stages."""
    if isinstance(old, FollowUp) and isinstance(new, FollowUp):
        yield from _changed("months of follow-up", f"{old.months:,}", f"{new.months:,}")
    if isinstance(old, Funnel) and isinstance(new, Funnel):
        for name, before, after in zip(_names(new), old.stages, new.stages, strict=True):
            yield from _changed(f"title of {name}", before.title, after.title)


def _changed(part: str, before: str, after: str) -> Iterator[Change]:
    if before != after:
        yield Change(Kind.CHANGED, part, before, after)


def _part_by_part(
    names: Sequence[str], old: Sequence[Population[Any]], new: Sequence[Population[Any]], person: str
) -> Iterator[Change]:
    for part, before, after in zip(names, old, new, strict=False):
        for change in _populations(before, after, person):
            yield attrs.evolve(change, part=f"{part}, {change.part}" if change.part else part)


def _whole(measure: Measure, metric: Metric) -> str:
    return str(say_measure(measure, metric.unit))


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
