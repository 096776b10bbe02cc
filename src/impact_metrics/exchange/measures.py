"""Populations and measures as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never, cast, get_args

import attrs

from impact_metrics.errors import nearest
from impact_metrics.exchange.conditions import plain_condition, plain_where, read_condition, read_where
from impact_metrics.exchange.scales import read_number
from impact_metrics.exchange.values import Scope, plain_row, plain_value, read_field, read_row
from impact_metrics.rules.measures import BY_NAME, Form, Measure, NamedPick, Pick, Slot, Stage
from impact_metrics.rules.measures.picks import How
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from impact_metrics.exchange.at import At
    from impact_metrics.expressions import Row
    from impact_metrics.rules.scales import Scale

POPULATIONS = ("distinct", "both", "either", "without")


def plain_measure(measure: Measure) -> dict[str, Any]:
    """Write a measure: each slot of its kind under its key, or the one slot that has no key by itself."""
    plain: dict[str, Any] = {}
    for slot in measure.slots:
        written = _plain_slot(slot, getattr(measure, slot.name))
        if not slot.key:
            return {measure.kind: written}
        if slot.form is Form.WHERE:
            plain |= written
        elif written is not None:
            plain[slot.key] = written
    return {measure.kind: plain}


def _plain_slot(slot: Slot, value: Any) -> Any:  # noqa: ANN401 - what any slot holds
    return None if value is None else _WRITE[slot.form](value)


def plain_population(population: Population[Any]) -> dict[str, Any]:
    """Write a population."""
    match population:
        case Distinct(subject, condition, minimum, on):
            plain: dict[str, Any] = {"row": plain_row(subject.row), "of": str(subject), **plain_where(condition)}
            if minimum != 1:
                plain["at_least"] = minimum
            if on is not None:
                plain["on"] = str(on)
            return {"distinct": plain}
        case Both(items):
            return {"both": [plain_population(item) for item in items]}
        case Either(items):
            return {"either": [plain_population(item) for item in items]}
        case Without(base, removed):
            return {"without": {"base": plain_population(base), "removed": plain_population(removed)}}
        case _:
            assert_never(population)


def read_measure(at: At, scope: Scope) -> Measure:
    """Read a measure."""
    name, inside = at.only()
    if name not in BY_NAME:
        at.fail(f"there is no measure {name!r}", nearest(name, BY_NAME))
    kind = BY_NAME[name]
    with at.building():
        (first, *_) = kind.slots
        if not first.key:
            return kind(**{first.name: _read_slot(first, inside, scope)})
        always = [slot.key for slot in kind.slots if not slot.optional and slot.form is not Form.WHERE]
        inside.keys(always, [slot.key for slot in kind.slots if slot.key not in always])
        return kind.made(dict(_read_slots(kind, inside, scope)))


def _read_slots(kind: type[Measure], at: At, scope: Scope) -> Iterator[tuple[str, Any]]:
    shown = scope
    for slot in kind.slots:
        if slot.form is Form.WHERE:
            yield slot.name, read_where(at, scope)
        elif not slot.optional or slot.key in at:
            read = _read_slot(slot, at[slot.key], shown if slot.form is Form.FIELDS else scope)
            yield slot.name, read
            if slot.form is Form.OUTCOME:
                shown = scope.bind(read.row)
            elif slot.form is Form.ROW:
                scope = scope.bind(read)


def _read_slot(slot: Slot, at: At, scope: Scope) -> Any:  # noqa: ANN401 - what any slot holds
    read = _READ[slot.form](at, scope)
    if slot.form is Form.OUTCOME and not isinstance(read, Distinct):
        at.fail(f"{slot.called or 'this'} is of subjects of one event type", "write a distinct")
    return read


def _read_scale(at: At, scope: Scope) -> Scale:
    name = at.text()
    if name not in scope.scales:
        at.fail(f"there is no scale {name!r}", nearest(name, scope.scales))
    return scope.scales[name]


def _read_stage(at: At, scope: Scope) -> Stage[Any]:
    at.keys(["title", "population"])
    with at.building():
        return Stage(at["title"].text(), read_population(at["population"], scope))


def _plain_pick(pick: Pick) -> dict[str, Any]:
    plain: dict[str, Any] = {"take": pick.how, "of": plain_population(pick.of)}
    return plain if pick.field is None else {**plain, "field": str(pick.field)}


def _read_pick(at: At, scope: Scope, *others: str) -> Pick:
    at.keys([*others, "take", "of"], ["field"])
    of = read_population(at["of"], scope)
    how = at["take"].text()
    if how not in get_args(How):
        at["take"].fail(f"there is nothing to take called {how!r}", nearest(how, get_args(How)))
    if "field" in at and not isinstance(of, Distinct):
        at["of"].fail("this is of subjects of one event type", "write a distinct")
    with at.building():
        field = read_field(at["field"], scope.bind(of.row)) if isinstance(of, Distinct) and "field" in at else None
        return Pick(cast("How", how), of, field)


def _row(at: At, scope: Scope) -> tuple[Row, Scope]:
    row = read_row(at["row"], scope)
    return row, scope.bind(row)


def read_population(at: At, scope: Scope) -> Population[Any]:
    """Read a population."""
    name, inside = at.only()
    if name not in POPULATIONS:
        at.fail(f"there is no population {name!r}", nearest(name, POPULATIONS))
    scope = scope.deeper(at)
    with at.building():
        if name == "distinct":
            return _distinct(inside, scope)
        if name == "without":
            inside.keys(["base", "removed"])
            return Without(read_population(inside["base"], scope), read_population(inside["removed"], scope))
        items = tuple(read_population(item, scope) for item in inside.items())
        return Both(items) if name == "both" else Either(items)


def _distinct(at: At, scope: Scope) -> Distinct[Any]:
    at.keys(["row", "of"], ["where", "at_least", "on"])
    _, inner = _row(at, attrs.evolve(scope, depth=0))
    return Distinct(
        read_field(at["of"], inner),
        read_where(at, inner),
        at["at_least"].number() if "at_least" in at else 1,
        read_field(at["on"], inner) if "on" in at else None,
    )


_WRITE: Mapping[Form, Callable[[Any], Any]] = {
    Form.POPULATION: plain_population,
    Form.OUTCOME: plain_population,
    Form.ROW: plain_row,
    Form.WHERE: plain_where,
    Form.CONDITION: plain_condition,
    Form.FIELD: str,
    Form.FIELDS: lambda fields: [str(field) for field in fields],
    Form.SCALE: lambda scale: scale.id,
    Form.NUMBER: plain_value,
    Form.WHOLE: lambda number: number,
    Form.MEASURE: plain_measure,
    Form.PICK: _plain_pick,
    Form.PICKS: lambda picks: [{"name": item.name, **_plain_pick(item.pick)} for item in picks],
    Form.STAGES: lambda stages: [
        {"title": stage.title, "population": plain_population(stage.population)} for stage in stages
    ],
}
"""How each form of slot is written."""

_READ: Mapping[Form, Callable[[At, Scope], Any]] = {
    Form.POPULATION: read_population,
    Form.OUTCOME: read_population,
    Form.ROW: read_row,
    Form.WHERE: read_where,
    Form.CONDITION: read_condition,
    Form.FIELD: read_field,
    Form.FIELDS: lambda at, scope: tuple(read_field(field, scope) for field in at.items()),
    Form.SCALE: _read_scale,
    Form.NUMBER: lambda at, _: read_number(at),
    Form.WHOLE: lambda at, _: at.number(),
    Form.MEASURE: read_measure,
    Form.PICK: _read_pick,
    Form.PICKS: lambda at, scope: tuple(
        NamedPick(item["name"].text(), _read_pick(item, scope, "name")) for item in at.items()
    ),
    Form.STAGES: lambda at, scope: tuple(_read_stage(stage, scope) for stage in at.items()),
}
"""How it is read: from its own place, but conditions from that of the whole."""
