"""The meaning of rules by brute force: every event is tried for every row, at one date. No engine is used."""

from __future__ import annotations

import statistics
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

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
)
from impact_metrics.model import Event, Retraction, SamePerson, revised
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
    Ratio,
    RowCount,
    Scale,
    Share,
    SubjectTable,
    TimeBetween,
    Total,
    Without,
)
from impact_metrics.values import IdKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from impact_metrics.streams.versions import AnyRecord

Binding = dict[Row, Event]


def visible(events: Iterable[Event], day: date) -> list[Event]:
    """Events that occurred on or before the day."""
    return [event for event in events if event.occurred_on <= day]


def value(operand: Operand, binding: Binding) -> Any:
    """The value of an operand, or None."""
    if isinstance(operand, Constant):
        return operand.value
    if isinstance(operand, FieldRef):
        return getattr(binding[operand.row], operand.name)
    day = getattr(binding[operand.field.row], operand.field.name)
    if day is None:
        return None
    try:
        return day + timedelta(days=operand.days)
    except OverflowError:
        return date.max if operand.days > 0 else date.min


def compare(one: Any, operator: Operator, other: Any) -> bool:
    """A comparison of two known values."""
    return {
        Operator.EQ: lambda: one == other,
        Operator.NE: lambda: one != other,
        Operator.LT: lambda: one < other,
        Operator.LE: lambda: one <= other,
        Operator.GT: lambda: one > other,
        Operator.GE: lambda: one >= other,
    }[operator]()


def true(condition: Condition, binding: Binding, events: list[Event]) -> bool:
    """Whether a condition is true for a binding, over events that are all visible."""
    if isinstance(condition, Compare):
        one, other = value(condition.left, binding), value(condition.right, binding)
        return one is not None and other is not None and compare(one, condition.operator, other)
    if isinstance(condition, OneOf):
        held = value(condition.field, binding)
        return held is not None and (held in condition.among.members) != condition.negated
    if isinstance(condition, Overlaps):
        return any(member in condition.among.members for member in value(condition.field, binding) or ())
    if isinstance(condition, Contains):
        item = value(condition.item, binding)
        return item is not None and item in (value(condition.field, binding) or ())
    if isinstance(condition, IsMissing):
        return value(condition.field, binding) is None
    if isinstance(condition, AllOf):
        return all(true(item, binding, events) for item in condition.items)
    if isinstance(condition, AnyOf):
        return any(true(item, binding, events) for item in condition.items)
    if isinstance(condition, Not):
        return not true(condition.item, binding, events)
    if isinstance(condition, Clause):
        return true(condition.condition, binding, events)
    fitting = [
        event
        for event in events
        if event.__record__ == condition.row.record
        and true(condition.condition, {**binding, condition.row: event}, events)
    ]
    if isinstance(condition, Exists):
        return bool(fitting)
    assert isinstance(condition, AtLeast)
    return enough(fitting, condition.n, condition.on)


def enough(events: list[Event], n: int, on: FieldRef | None) -> bool:
    """Whether there are n events, or n known values of a field among them."""
    if on is None:
        return len(events) >= n
    return len({getattr(event, on.name) for event in events} - {None}) >= n


def rows(row: Row, condition: Condition, events: Iterable[Event], day: date) -> list[Event]:
    """The visible events of a row's type for which the condition holds at the day."""
    seen = visible(events, day)
    return [event for event in seen if event.__record__ == row.record and true(condition, {row: event}, seen)]


def members(population: Population[Any], events: Iterable[Event], day: date) -> set[str]:
    """The subjects that are members at the day."""
    events = list(events)
    if isinstance(population, Distinct):
        found: dict[str, list[Event]] = {}
        for event in rows(population.row, population.condition, events, day):
            held = getattr(event, population.subject.name)
            for subject in held if isinstance(held, frozenset) else [held] if held is not None else []:
                found.setdefault(subject, []).append(event)
        return {subject for subject, mine in found.items() if enough(mine, population.minimum, population.on)}
    if isinstance(population, Both):
        return set.intersection(*(members(item, events, day) for item in population.items))
    if isinstance(population, Either):
        return set.union(*(members(item, events, day) for item in population.items))
    return members(population.base, events, day) - members(population.removed, events, day)


def figure(measure: Measure, events: Iterable[Event], day: date) -> tuple[Any, int | None, int | None]:
    """The value of a measure at the day, with its rows and how many of them have no number."""
    if isinstance(measure, Count):
        return len(members(measure.population, events, day)), None, None
    if isinstance(measure, RowCount):
        return len(rows(measure.rows.row, measure.rows.condition, events, day)), None, None
    if isinstance(measure, Listing):
        return len(entries(measure, events, day)), None, None
    if isinstance(measure, Share | FollowUp | Funnel | PairedChange):
        numerator, denominator, *_ = parts(measure, events, day)
        return (round(Decimal(numerator) / denominator, 6) if denominator else None), None, None
    if isinstance(measure, TimeBetween):
        return median(lives(measure, events, day)), None, None
    if isinstance(measure, SubjectTable):
        return len(members(measure.population, events, day)), None, None
    if isinstance(measure, Ratio):
        events = list(events)
        top, bottom = (figure(part, events, day)[0] for part in (measure.top, measure.bottom))
        return (None if bottom == 0 else exactly(Fraction(top) * measure.per / Fraction(bottom), 6)), None, None
    if isinstance(measure, Average):
        return summary(measure, events, day), None, None
    assert isinstance(measure, Total)
    found = [getattr(event, measure.field.name) for event in rows(measure.field.row, measure.condition, events, day)]
    known = [number for number in found if number is not None]
    return sum(known), len(found), len(found) - len(known)


def exactly(number: Fraction, places: int) -> Decimal:
    """A fraction as a decimal, rounded half to even."""
    return Decimal(round(number * 10**places)).scaleb(-places)


def value_of(pick: Pick, subject: str, events: Iterable[Event], day: date) -> Any:
    """What is taken of one subject at the day, read from the definition; ``None`` for nothing."""
    events = list(events)
    if pick.how == "member":
        return subject in members(pick.of, events, day)
    if pick.how == "entry_date":
        found = entry(pick.of, subject, events, day) if subject in members(pick.of, events, day) else None
        return None if found is None else found.occurred_on
    assert isinstance(pick.of, Distinct)
    holder = pick.of.subject.name
    own = [e for e in rows(pick.of.row, pick.of.condition, events, day) if subject in as_set(getattr(e, holder))]
    own.sort(key=in_time)
    held = [getattr(e, pick.field.name) for e in own] if pick.field is not None else []
    known = [number for number in held if number is not None]
    last = pick.how in {"latest", "last_date"}
    match pick.how:
        case "number":
            return len(own)
        case "sum":
            return sum(map(Fraction, known)) if known else None
        case "first" | "latest":
            return held[-1 if last else 0] if held else None
        case _:
            return own[-1 if last else 0].occurred_on if own else None


def table(measure: SubjectTable, events: Iterable[Event], day: date) -> dict[str, tuple[Any, ...]]:
    """What stands in the columns of each member at the day."""
    events = list(events)
    everybody = members(measure.population, events, day)
    picks = [column.pick for column in measure.columns]
    return {who: tuple(value_of(pick, who, events, day) for pick in picks) for who in everybody}


def summary(measure: Average, events: Iterable[Event], day: date) -> Any:
    """The mean or the median of a number of each subject, in fractions."""
    events = list(events)
    taken = [value_of(measure.number, who, events, day) for who in members(measure.cohort, events, day)]
    numbers = sorted(Fraction(number) for number in taken if number is not None)
    if not numbers:
        return None
    if isinstance(measure, MedianOf):
        return statistics.median(numbers)
    return exactly(sum(numbers) / Fraction(len(numbers)), 6)


def entries(measure: Listing, events: Iterable[Event], day: date) -> dict[str, Event]:
    """The entries of a list at the day, each with the latest event that fits."""
    events = list(events)
    fitting = rows(measure.entries.row, measure.entries.condition, events, day)
    found: dict[str, Event] = {}
    for subject in sorted(members(measure.entries, events, day)):
        mine = [event for event in fitting if subject in as_set(getattr(event, measure.entries.subject.name))]
        if measure.entries.on is not None:
            mine = [event for event in mine if getattr(event, measure.entries.on.name) is not None]
        found[subject] = max(mine, key=in_time)
    return found


def stages(measure: Funnel, events: Iterable[Event], day: date) -> list[set[str]]:
    """Those in each stage of a funnel: in its population, and in the stage before."""
    events = list(events)
    found: list[set[str]] = []
    for stage in measure.stages:
        inside = members(stage.population, events, day)
        found.append(inside & found[-1] if found else inside)
    return found


def parts(measure: Share | FollowUp | Funnel | PairedChange, events: Iterable[Event], day: date) -> tuple[Any, ...]:
    """Numerator, denominator, and how many are not known, not yet due, early and lost, where the measure tells it.

    Last come, for funnels, the numbers of the stages, and for paired changes what :func:`changed` tells.
    """
    events = list(events)
    if isinstance(measure, Funnel):
        numbers = tuple(map(len, stages(measure, events, day)))
        return numbers[-1], numbers[0], None, None, None, None, numbers, None
    if isinstance(measure, PairedChange):
        better, same, worse, *_ = told = changed(measure, events, day)
        return better, better + same + worse, None, None, None, None, None, told
    return *_parts(measure, events, day), None, None


def changed(measure: PairedChange, events: list[Event], day: date) -> tuple[Any, ...]:
    """How many improved, did not change, worsened, are before only, after only and unscored; and the changes."""
    found = compared(measure, events, day)
    places = [place for place, _ in found.values()]
    differences = [change for _, change in found.values() if change is not None]
    counts = tuple(places.count(place) for place in ("better", "same", "worse", "before", "after", "neither"))
    return *counts, tuple((change, differences.count(change)) for change in sorted(set(differences)))


def compared(measure: PairedChange, events: list[Event], day: date) -> dict[str, tuple[str, Fraction | None]]:
    """For each subject, which of these it is, and by how much its score changed where it is paired."""
    name, scale, sign = measure.score.name, measure.scale, 1 if measure.scale.better == "higher" else -1
    own: dict[str, tuple[list[Event], list[Event]]] = {}
    for end, condition in enumerate((measure.before, measure.after)):
        for event in rows(measure.score.row, condition, events, day):
            for subject in as_set(getattr(event, measure.subject.name)):
                own.setdefault(subject, ([], []))[end].append(event)
    if measure.of is not None:
        own = {subject: own[subject] for subject in own.keys() & members(measure.of, events, day)}
    found: dict[str, tuple[str, Fraction | None]] = {}
    for subject, ends in own.items():
        first, last = ([event for event in end if on_scale(getattr(event, name), scale)] for end in ends)
        # Whatever two rows of the two outermost days are compared, the change is at least this good.
        changes = [
            sign * (Fraction(getattr(late, name)) - Fraction(getattr(early, name)))
            for early in first
            for late in last
            if early.occurred_on < late.occurred_on
            if early.occurred_on == min(event.occurred_on for event in first)
            if late.occurred_on == max(event.occurred_on for event in last)
        ]
        if changes:
            least, asked = min(changes), Fraction(measure.at_least)
            found[subject] = ("better" if least >= asked else "worse" if least <= -asked else "same", sign * least)
        else:
            found[subject] = ("before" if first else "after" if last else "neither", None)
    return found


def on_scale(score: Any, scale: Scale) -> bool:
    """Whether a number is a score of the scale."""
    return score is not None and scale.least <= score <= scale.most


def _parts(measure: Share | FollowUp, events: list[Event], day: date) -> tuple[int | None, ...]:
    """The parts of a share or follow-up rate."""
    if isinstance(measure, FollowUp):
        found = followed(measure, events, day)
        due = {subject for subject in found if found[subject][0]}
        having = {subject for subject in found if found[subject][1]}
        gone = set() if measure.lost is None else members(measure.lost, events, day)
        lost = (due - having) & gone
        told = None if measure.lost is None else len(lost)
        return len(due & having), len(due - lost), None, len(found.keys() - due), len(having - due), told
    whole = members(measure.denominator, events, day)
    inside = members(measure.numerator, events, day) & whole
    if measure.unknown is None:
        return len(inside), len(whole), None, None, None, None
    return (
        len(inside),
        len(whole),
        len((members(measure.unknown, events, day) & whole) - inside),
        None,
        None,
        None,
    )


def followed(measure: FollowUp, events: list[Event], day: date) -> dict[str, tuple[bool, bool]]:
    """For each member of the cohort, whether its follow-up is due, and whether it had the outcome in its time."""
    found: dict[str, tuple[bool, bool]] = {}
    for subject in members(measure.cohort, events, day):
        entered = entry(measure.cohort, subject, events, day)
        assert entered is not None
        until = later(entered.occurred_on, measure.months)
        outcomes = [
            event
            for event in rows(measure.outcome.row, measure.outcome.condition, events, day)
            if entered.occurred_on < event.occurred_on <= until
            and subject in as_set(getattr(event, measure.outcome.subject.name))
        ]
        found[subject] = until <= day, bool(outcomes)
    return found


Life = tuple[int, str]


def lives(measure: TimeBetween | FollowUp, events: Iterable[Event], day: date) -> dict[str, Life]:
    """For each member of the cohort, the days for which it was watched, and ended, waiting or lost."""
    events = list(events)
    found: dict[str, Life] = {}
    for subject in members(measure.cohort, events, day):
        entered = entry(measure.cohort, subject, events, day)
        assert entered is not None
        start, last, least = entered.occurred_on, date.max, 0
        if isinstance(measure, FollowUp):
            last, least = later(start, measure.months), 1
        ends = {
            (event.occurred_on - start).days
            for event in rows(measure.outcome.row, measure.outcome.condition, events, day)
            if subject in as_set(getattr(event, measure.outcome.subject.name)) and event.occurred_on <= last
        }
        gone = None if measure.lost is None else entry(measure.lost, subject, events, day)
        if any(days >= least for days in ends):
            found[subject] = min(days for days in ends if days >= least), "ended"
        elif gone is not None and start <= gone.occurred_on <= last:
            found[subject] = (gone.occurred_on - start).days, "lost"
        elif isinstance(measure, FollowUp) and last <= day:
            found[subject] = most_days(measure.months), "waiting"
        else:
            found[subject] = (day - start).days, "waiting"
    return found


@cache
def most_days(months: int) -> int:
    """The most days that so many months have, from any first of a month on."""
    starts = [date(2000 + number // 12, number % 12 + 1, 1) for number in range(4800)]
    return max((later(start, months) - start).days for start in starts)


def staying(found: dict[str, Life], days: int) -> Fraction:
    """The part that has not ended after so many days: of those at risk on each day, those who do not end on it."""
    part = Fraction(1)
    for day in {length for length, how in found.values() if how == "ended" and length <= days}:
        at_risk = [how for length, how in found.values() if length >= day]
        ending = [1 for length, how in found.values() if length == day and how == "ended"]
        part *= Fraction(len(at_risk) - len(ending), len(at_risk))
    return part


def median(found: dict[str, Life], part: Fraction = Fraction(1, 2)) -> int | None:
    """The first day by which at least a part has ended."""
    days = sorted({length for length, how in found.values() if how == "ended"})
    return next((day for day in days if 1 - staying(found, day) >= part), None)


def as_set(held: Any) -> frozenset[Any]:
    """What a field holds, as a set."""
    return held if isinstance(held, frozenset) else frozenset({held} - {None})


def later(day: date, months: int) -> date:
    """The day some months later, one month after the other, and back to a day that there is."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    number = day.day
    while year <= 9999:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1
    return date.max


def entry(population: Population[Any], subject: str, events: Iterable[Event], day: date) -> Event | None:
    """The event through which a subject is a member at the day; None where it is no member."""
    events = list(events)
    if subject not in members(population, events, day):
        return None
    if isinstance(population, Distinct):
        seen: list[object] = []
        for event in sorted(rows(population.row, population.condition, events, day), key=in_time):
            held = getattr(event, population.subject.name)
            told_apart = event.id if population.on is None else getattr(event, population.on.name)
            if subject not in (held if isinstance(held, frozenset) else [held]) or told_apart in [None, *seen]:
                continue
            seen.append(told_apart)
            if len(seen) == population.minimum:
                return event
    if isinstance(population, Without):
        return entry(population.base, subject, events, day)
    assert isinstance(population, Both | Either)
    found = [event for item in population.items if (event := entry(item, subject, events, day)) is not None]
    return max(found, key=in_time) if isinstance(population, Both) else min(found, key=in_time)


def in_time(event: Event) -> tuple[date, str]:
    """What events are sorted by."""
    return event.occurred_on, event.id


def moment(record: AnyRecord) -> datetime:
    """When a record became known."""
    return record.recorded_at or datetime.min.replace(tzinfo=UTC)


def known(records: Iterable[AnyRecord], known_at: datetime | None) -> list[Event]:
    """The events known at a moment: the latest versions, less what was retracted, persons merged."""
    by_then = [record for record in records if known_at is None or moment(record) <= known_at]

    def in_force(retraction: Retraction) -> bool:
        return not any(
            other.of == retraction.id and other.recorded_at >= retraction.recorded_at and in_force(other)
            for other in by_then
            if isinstance(other, Retraction)
        )

    def withdrawn(record: AnyRecord) -> bool:
        return any(
            other.of == record.id and other.recorded_at >= moment(record) and in_force(other)
            for other in by_then
            if isinstance(other, Retraction)
        )

    def latest(record: AnyRecord) -> bool:
        return not any(other.id == record.id and moment(other) > moment(record) for other in by_then)

    merges = {
        (record.person, record.same_as)
        for record in by_then
        if isinstance(record, SamePerson) and not withdrawn(record)
    }

    def canonical(person: str) -> str:
        together, before = {person}, set[str]()
        while together != before:
            before = set(together)
            for pair in merges:
                if together & set(pair):
                    together |= set(pair)
        staying = together - {given_up for given_up, _ in merges}
        return min(staying)

    found: dict[str, Event] = {}
    for record in by_then:
        if isinstance(record, Event) and latest(record) and not withdrawn(record):
            changes: dict[str, Any] = {}
            for spec in record.__record__.fields:
                held = getattr(record, spec.name)
                if spec.kind == IdKind("PersonId") and held is not None:
                    changes[spec.name] = frozenset(map(canonical, held)) if spec.many else canonical(held)
            found[record.id] = revised(record, **changes)
    return list(found.values())


def days_of_interest(events: Iterable[Event]) -> list[date]:
    """Every date on which something can change, the day before, and the ends of time."""
    days = {event.occurred_on for event in events}
    return sorted({date.min, date.max, *days, *(day - timedelta(days=1) for day in days)})
