"""What rules mean, evaluated afresh at one date: every event is tried for every row.

Slow, and short enough to be read beside the definition. Nothing here is shared with an engine, so that agreement with
one is evidence.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

from impact_metrics.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Clause,
    Compare,
    Condition,
    Constant,
    Contains,
    Exists,
    FieldRef,
    IsMissing,
    Not,
    OneOf,
    Operand,
    Operator,
    Overlaps,
    Row,
    Shifted,
)
from impact_metrics.rules import (
    Average,
    Both,
    Count,
    Distinct,
    Either,
    FollowUp,
    Funnel,
    Listing,
    Measure,
    MedianOf,
    PairedChange,
    Pick,
    Population,
    Proportion,
    Ratio,
    RowCount,
    Share,
    SubjectTable,
    TimeBetween,
    Timed,
    Total,
    Without,
)
from impact_metrics.rules.measures.changes import Changes, Pair
from impact_metrics.rules.measures.life_table import Ending, LifeTable, Spell
from impact_metrics.rules.measures.standing import Parts, Standing
from impact_metrics.rules.months import months_after
from impact_metrics.values.kinds import MAX_DIGITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from impact_metrics.model import Event

Leaf: TypeAlias = Compare | OneOf | Overlaps | Contains | IsMissing
"""A condition that contains no other."""


def visible(events: Iterable[Event], day: date) -> list[Event]:
    """Give the events that occurred on or before a day."""
    return [event for event in events if event.occurred_on <= day]


def is_true(condition: Condition, bound: Mapping[Row, Event], events: Sequence[Event]) -> bool:
    """Tell whether a condition holds for the events that its free rows are bound to, where ``events`` are visible."""
    match condition:
        case Compare() | OneOf() | Overlaps() | Contains() | IsMissing():
            return _leaf_is_true(condition, bound)
        case AllOf(items):
            return all(is_true(item, bound, events) for item in items)
        case AnyOf(items):
            return any(is_true(item, bound, events) for item in items)
        case Not(item):
            return not is_true(item, bound, events)
        case Clause(condition=inner):
            return is_true(inner, bound, events)
        case Exists(row, inner):
            return bool(fitting(row, inner, bound, events))
        case AtLeast(n, row, inner, on):
            return how_many(fitting(row, inner, bound, events), on) >= n
        case _:
            assert_never(condition)


def _leaf_is_true(leaf: Leaf, bound: Mapping[Row, Event]) -> bool:
    match leaf:
        case Compare(left, operator, right):
            one, other = value_of(left, bound), value_of(right, bound)
            return one is not None and other is not None and _compare(one, operator, other)
        case OneOf(field, among, negated):
            held = value_of(field, bound)
            return held is not None and (held in among.values) != negated
        case Overlaps(field, among):
            return not among.values.isdisjoint(value_of(field, bound) or ())
        case Contains(field, item):
            wanted = value_of(item, bound)
            return wanted is not None and wanted in (value_of(field, bound) or ())
        case IsMissing(field):
            return value_of(field, bound) is None
        case _:
            assert_never(leaf)


def fitting(row: Row, condition: Condition, bound: Mapping[Row, Event], events: Sequence[Event]) -> list[Event]:
    """Give the visible events that, bound to a further row, make a condition hold."""
    return [
        event
        for event in events
        if event.__record__ == row.record and is_true(condition, {**bound, row: event}, events)
    ]


def how_many(found: Sequence[Event], on: FieldRef | None) -> int:
    """Count events, or the different known values of a field among them."""
    return len(found) if on is None else len({getattr(event, on.name) for event in found} - {None})


def value_of(operand: Operand, bound: Mapping[Row, Event]) -> Any:  # noqa: ANN401 - a field holds any value
    """Give the value of an operand, ``None`` where it is missing. A date moved beyond the calendar is its last day."""
    match operand:
        case Constant(value):
            return value
        case FieldRef(row, name):
            return getattr(bound[row], name)
        case Shifted(field, days):
            day = value_of(field, bound)
            try:
                return None if day is None else day + timedelta(days=days)
            except OverflowError:
                return date.max if days > 0 else date.min
        case _:
            assert_never(operand)


def _compare(one: Any, operator: Operator, other: Any) -> bool:  # noqa: ANN401 - two values of one kind
    match operator:
        case Operator.EQ:
            return bool(one == other)
        case Operator.NE:
            return bool(one != other)
        case Operator.LT:
            return bool(one < other)
        case Operator.LE:
            return bool(one <= other)
        case Operator.GT:
            return bool(one > other)
        case Operator.GE:
            return bool(one >= other)
        case _:
            assert_never(operator)


def members(population: Population[Any], events: Iterable[Event], day: date) -> frozenset[str]:
    """Give the subjects that are members at a day."""
    seen = visible(events, day)
    match population:
        case Distinct(subject, condition, minimum, on):
            found: dict[str, list[Event]] = {}
            for event in fitting(population.row, condition, {}, seen):
                held = getattr(event, subject.name)
                for name in () if held is None else held if subject.spec.many else (held,):
                    found.setdefault(name, []).append(event)
            return frozenset(name for name, entries in found.items() if how_many(entries, on) >= minimum)
        case Both(items):
            return frozenset.intersection(*(members(item, seen, day) for item in items))
        case Either(items):
            return frozenset[str]().union(*(members(item, seen, day) for item in items))
        case Without(base, removed):
            return members(base, seen, day) - members(removed, seen, day)
        case _:
            assert_never(population)


def standing(measure: Share, subject: str, events: Iterable[Event], day: date) -> Standing | None:
    """Give where a subject stands in a share at a day; ``None`` where it is not in the denominator."""
    seen = visible(events, day)
    if subject not in members(measure.denominator, seen, day):
        return None
    if subject in members(measure.numerator, seen, day):
        return Standing.NUMERATOR
    unknown = measure.unknown is not None and subject in members(measure.unknown, seen, day)
    return Standing.UNKNOWN if unknown else Standing.DENOMINATOR


def entry(population: Population[Any], subject: str, events: Sequence[Event], day: date) -> Event | None:
    """Give the event through which a subject is a member at a day, ``None`` where it is none."""
    if subject not in members(population, events, day):
        return None
    match population:
        case Distinct(field, condition, minimum, on):
            seen: dict[object, Event] = {}
            for event in sorted(fitting(population.row, condition, {}, visible(events, day)), key=_in_time):
                held = getattr(event, field.name)
                if subject in ((held or ()) if field.spec.many else (held,)):
                    seen.setdefault(event.id if on is None else getattr(event, on.name), event)
            return [event for value, event in seen.items() if value is not None][minimum - 1]
        case Both(items):
            return max((found for item in items if (found := entry(item, subject, events, day))), key=_in_time)
        case Either(items):
            return min((found for item in items if (found := entry(item, subject, events, day))), key=_in_time)
        case Without(base, _):
            return entry(base, subject, events, day)
        case _:
            assert_never(population)


def _in_time(event: Event) -> tuple[date, str]:
    return event.occurred_on, event.id


def course(measure: FollowUp, subject: str, events: Sequence[Event], day: date) -> Standing | None:
    """Give where a subject stands in a follow-up rate at a day; ``None`` where it is not in the cohort."""
    entered = entry(measure.cohort, subject, events, day)
    if entered is None:
        return None
    until, outcome = months_after(entered.occurred_on, measure.months), measure.outcome
    has = any(
        entered.occurred_on < event.occurred_on <= until
        for event in fitting(outcome.row, outcome.condition, {}, visible(events, day))
        for held in [getattr(event, outcome.subject.name)]
        if subject in ((held or ()) if outcome.subject.spec.many else (held,))
    )
    if until > day:
        return Standing.EARLY if has else Standing.NOT_YET_DUE
    lost = measure.lost is not None and subject in members(measure.lost, events, day)
    return Standing.NUMERATOR if has else Standing.LOST if lost else Standing.DENOMINATOR


def reached(measure: Funnel, subject: str, events: Iterable[Event], day: date) -> int:
    """Give how many stages of a funnel a subject has reached at a day: those before the first that it is not in."""
    seen = visible(events, day)
    for number, population in enumerate(measure.populations):
        if subject not in members(population, seen, day):
            return number
    return len(measure.stages)


def latest(measure: Listing, events: Iterable[Event], day: date) -> dict[str, Event]:
    """Give the entries of a list at a day, each with its latest event."""
    seen = visible(events, day)
    subject, on = measure.entries.subject, measure.entries.on
    found: dict[str, Event] = {}
    for event in sorted(fitting(measure.entries.row, measure.entries.condition, {}, seen), key=_in_time):
        held = getattr(event, subject.name)
        if on is None or getattr(event, on.name) is not None:
            found.update(dict.fromkeys((held or ()) if subject.spec.many else (held,), event))
    inside = members(measure.entries, seen, day)
    return {name: found[name] for name in sorted(inside)}


def scores(measure: PairedChange, subject: str, events: Iterable[Event], day: date) -> Pair:
    """Give a subject's score before, and its score after on a later day, at a day; ``None`` where it has none."""
    seen, name, row = visible(events, day), measure.score.name, measure.score.row
    found: list[list[tuple[date, int | Decimal]]] = []
    for condition in (measure.before, measure.after):
        rows = [
            (event.occurred_on, getattr(event, name))
            for event in fitting(row, condition, {}, seen)
            for held in [getattr(event, measure.subject.name)]
            if subject in ((held or ()) if measure.subject.spec.many else (held,))
        ]
        known = [(when, score) for when, score in rows if score is not None]
        found.append([(when, score) for when, score in known if measure.scale.least <= score <= measure.scale.most])
    before, after = found
    high = measure.scale.better == "higher"
    start, end = min((when for when, _ in before), default=None), max((when for when, _ in after), default=None)
    first = [score for when, score in before if when == start]
    last = [score for when, score in after if when == end and (start is None or when > start)]
    return Pair(
        (max(first) if high else min(first)) if first else None, (min(last) if high else max(last)) if last else None
    )


def improved(measure: PairedChange, pair: Pair) -> bool:
    """Tell whether the score after is better than the score before by enough."""
    before, after = pair
    if before is None or after is None:
        return False
    with localcontext(prec=4 * MAX_DIGITS):
        return (after - before if measure.scale.better == "higher" else before - after) >= measure.at_least


def changes_of(measure: PairedChange, events: Iterable[Event], day: date) -> Changes:
    """Count the changes of a paired change at a day, and who is not paired."""
    seen, one_by_one = visible(events, day), Counter[int | Decimal]()
    alone = {(True, False): 0, (False, True): 0, (False, False): 0}
    with localcontext(prec=4 * MAX_DIGITS):
        for subject in members(measure.cohort, seen, day):
            before, after = scores(measure, subject, seen, day)
            if before is None or after is None:
                alone[before is not None, after is not None] += 1
            else:
                one_by_one[after - before] += 1
        up = sum(number for change, number in one_by_one.items() if change >= measure.at_least)
        down = sum(number for change, number in one_by_one.items() if change <= -measure.at_least)
    better, worse = (up, down) if measure.scale.better == "higher" else (down, up)
    return Changes(
        better,
        one_by_one.total() - up - down,
        worse,
        alone[True, False],
        alone[False, True],
        alone[False, False],
        tuple(sorted(one_by_one.items())),
    )


def parts_of(measure: Proportion, events: Iterable[Event], day: date) -> Parts:
    """Give what a share or follow-up rate is made of at a day."""
    seen = visible(events, day)
    if isinstance(measure, Funnel):
        stages = range(1, len(measure.stages) + 1)
        first = members(measure.denominator, seen, day)
        there = [reached(measure, subject, seen, day) for subject in first]
        numbers = [sum(number >= stage for number in there) for stage in stages]
        return Parts(numbers[-1], numbers[0], stages=tuple(numbers))
    if isinstance(measure, PairedChange):
        changes = changes_of(measure, seen, day)
        return Parts(changes.improved, changes.improved + changes.unchanged + changes.worsened, changes=changes)
    if isinstance(measure, FollowUp):
        found = [course(measure, subject, seen, day) for subject in members(measure.cohort, seen, day)]
        early, waiting = found.count(Standing.EARLY), found.count(Standing.NOT_YET_DUE)
        top, lost = found.count(Standing.NUMERATOR), found.count(Standing.LOST)
        bottom = top + found.count(Standing.DENOMINATOR)
        return Parts(top, bottom, None, early + waiting, early, None if measure.lost is None else lost)
    standings = [standing(measure, subject, seen, day) for subject in members(measure.denominator, seen, day)]
    unknown = None if measure.unknown is None else standings.count(Standing.UNKNOWN)
    return Parts(standings.count(Standing.NUMERATOR), len(standings), unknown)


def spells(measure: Timed, events: Iterable[Event], day: date) -> dict[str, Spell]:
    """Give for how many days each subject of a cohort was watched by a day, and how that ended."""
    seen = visible(events, day)
    return {subject: spell(measure, subject, seen, day) for subject in members(measure.cohort, seen, day)}


def spell(measure: Timed, subject: str, events: Sequence[Event], day: date) -> Spell:
    """Give for how many days a subject of a cohort was watched by a day, and how that ended."""
    entered, outcome = entry(measure.cohort, subject, events, day), measure.outcome
    assert entered is not None  # noqa: S101 - a member has entered
    start = entered.occurred_on
    least, last = 0, date.max
    if isinstance(measure, FollowUp):
        least, last = 1, months_after(start, measure.months)
    found = [
        days
        for event in fitting(outcome.row, outcome.condition, {}, visible(events, day))
        for held, days in [(getattr(event, outcome.subject.name), (event.occurred_on - start).days)]
        if days >= least
        and event.occurred_on <= last
        and subject in ((held or ()) if outcome.subject.spec.many else (held,))
    ]
    if found:
        return Spell(min(found), Ending.OUTCOME)
    gone = None if measure.lost is None else entry(measure.lost, subject, events, day)
    if gone is not None and start <= gone.occurred_on <= last:
        return Spell((gone.occurred_on - start).days, Ending.LOST)
    if isinstance(measure, FollowUp) and last <= day:
        return Spell(measure.longest, Ending.NOT_YET)
    return Spell((day - start).days, Ending.NOT_YET)


def life_table(measure: Timed, events: Iterable[Event], day: date) -> LifeTable:
    """Count the subjects of a cohort by the days for which they were watched by a day."""
    return LifeTable.of(Counter(spells(measure, events, day).values()), tells_lost=measure.lost is not None)


def figure(measure: Measure, events: Iterable[Event], day: date) -> int | Decimal | None:
    """Give the value of a measure at a day; ``None`` for a share of nobody, and a median not reached."""
    seen = visible(events, day)
    match measure:
        case Count(population):
            return len(members(population, seen, day))
        case Listing():
            return len(latest(measure, seen, day))
        case RowCount(rows):
            return len(fitting(rows.row, rows.condition, {}, seen))
        case Total(field, condition):
            held = [getattr(event, field.name) for event in fitting(field.row, condition, {}, seen)]
            with localcontext(prec=4 * MAX_DIGITS):
                total: int | Decimal = sum(number for number in held if number is not None)
            return total
        case Share() | FollowUp() | Funnel() | PairedChange():
            return parts_of(measure, seen, day).share
        case TimeBetween():
            return life_table(measure, seen, day).median
        case Ratio(top, bottom, per):
            below = figure(bottom, seen, day)
            with localcontext(prec=4 * MAX_DIGITS):
                return (Decimal(figure(top, seen, day) or 0) * per / below).quantize(MILLIONTHS) if below else None
        case Average():
            return middle(measure, seen, day)
        case SubjectTable(population):
            return len(members(population, seen, day))
        case _:
            raise AssertionError(f"evaluation afresh knows no {measure.called}")


MILLIONTHS = Decimal("0.000001")


def taken(pick: Pick, subject: str, events: Sequence[Event], day: date) -> Any:  # noqa: ANN401 - any value of a subject
    """Give what is taken of one subject's events at a day; ``None`` where there is none."""
    if pick.how == "member":
        return subject in members(pick.of, events, day)
    if pick.how == "entry_date":
        entered = entry(pick.of, subject, events, day)
        return None if entered is None else entered.occurred_on
    assert isinstance(pick.of, Distinct)  # noqa: S101 - it has checked that itself
    name, many = pick.of.subject.name, pick.of.subject.spec.many
    own = [
        event
        for event in fitting(pick.of.row, pick.of.condition, {}, visible(events, day))
        if subject in ((getattr(event, name) or ()) if many else (getattr(event, name),))
    ]
    if pick.how == "number":
        return len(own)
    if pick.field is not None and pick.how == "sum":
        numbers = [number for event in own if (number := getattr(event, pick.field.name)) is not None]
        with localcontext(prec=4 * MAX_DIGITS):
            return sum(numbers) if numbers else None
    if not own:
        return None
    in_order = sorted(own, key=lambda event: (event.occurred_on, event.id))
    chosen = in_order[-1 if pick.how in {"latest", "last_date"} else 0]
    return chosen.occurred_on if pick.field is None else getattr(chosen, pick.field.name)


def middle(measure: Average, events: Sequence[Event], day: date) -> Decimal | None:
    """Give the mean, or the median, of what is taken of each subject, over those of whom something is."""
    everybody = members(measure.cohort, events, day)
    found = [taken(measure.number, subject, events, day) for subject in everybody]
    numbers = sorted(Decimal(number) for number in found if number is not None)
    if not numbers:
        return None
    with localcontext(prec=4 * MAX_DIGITS):
        if isinstance(measure, MedianOf):
            return (numbers[(len(numbers) - 1) // 2] + numbers[len(numbers) // 2]) / 2
        return (sum(numbers, Decimal(0)) / len(numbers)).quantize(MILLIONTHS)
