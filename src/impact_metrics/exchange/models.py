"""Models as plain data, and the classes of events and codes built again from it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from types import new_class
from typing import TYPE_CHECKING, Any, NewType, assert_never, cast

import attrs

from impact_metrics.errors import nearest
from impact_metrics.exchange.conditions import plain_condition, plain_where, read_condition, read_where
from impact_metrics.exchange.values import Scope, plain_row, read_row
from impact_metrics.model import Constraint, Event, Field, Model, Person, field, link, role
from impact_metrics.values import Code, CodeKind, DateKind, EventId, FlagKind, IdKind, Kind, NumberKind, Purpose
from impact_metrics.values.kinds import TextKind, TimestampKind
from impact_metrics.values.names import field_name_fault, name_fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from impact_metrics.exchange.at import At
    from impact_metrics.model import Record
    from impact_metrics.values import FieldSpec, RecordType

_TYPES: dict[str, Any] = {
    "EventId": EventId,
    "bool": bool,
    "date": date,
    "datetime": datetime,
    "int": int,
    "Decimal": Decimal,
    "str": str,
}
_BASES = {spec.name: spec for spec in Event.__record__.fields}
_PERSON = {spec.name: spec for spec in Person.__record__.fields}
_SPECIFIERS = {Purpose.ROLE: role, Purpose.LINK: link, Purpose.FIELD: field}


def plain_model(model: Model) -> dict[str, Any]:
    """Write a model without its constraints: the code lists, the id types, the events and the person type."""
    specs = [spec for record in _records(model) for spec in record.__record__.fields]
    codes = {str(spec.kind): spec.kind.codes for spec in specs if isinstance(spec.kind, CodeKind)}
    ids = dict.fromkeys(spec.kind.name for spec in specs if isinstance(spec.kind, IdKind))
    plain: dict[str, Any] = {
        "name": model.name,
        "ids": [name for name in ids if name != "EventId"],
        "code_lists": [_plain_codes(item) for item in codes.values()],
        "events": [_plain_record(event.__record__, _BASES) for event in model.events],
    }
    if model.person is not None:
        plain["person"] = _plain_record(model.person.__record__, _PERSON)
    return plain


def _records(model: Model) -> Iterator[type[Record]]:
    yield from model.events
    if model.person is not None:
        yield model.person


def _plain_codes(codes: type[Code]) -> dict[str, Any]:
    members = [
        {
            "code": str(member),
            **({"name": member.name} if member.name != str(member).upper() else {}),
            **({"meaning": member.meaning} if member.meaning else {}),
        }
        for member in codes
    ]
    return {"name": codes.__name__, "doc": codes.__doc__, "codes": members}


def _plain_record(record: RecordType, inherited: Mapping[str, FieldSpec]) -> dict[str, Any]:
    own = [spec for spec in record.fields if inherited.get(spec.name) != spec]
    return {"name": record.name, "doc": record.doc, "fields": [_plain_field(spec) for spec in own]}


def _plain_field(spec: FieldSpec) -> dict[str, Any]:
    plain: dict[str, Any] = {"name": spec.name, "for": spec.purpose.value, "type": _type_name(spec.kind)}
    if spec.many:
        plain["many"] = True
    if spec.optional:
        plain["optional"] = True
    return {**plain, "doc": spec.doc}


def _type_name(kind: Kind) -> str:
    match kind:
        case IdKind() | CodeKind() | FlagKind() | DateKind() | TimestampKind() | NumberKind() | TextKind():
            return str(kind)
        case _:
            assert_never(kind)


def plain_constraint(constraint: Constraint) -> dict[str, Any]:
    """Write a constraint."""
    when = {f"when{key.removeprefix('where')}": value for key, value in plain_where(constraint.when).items()}
    return {
        "id": constraint.id,
        "row": plain_row(constraint.row),
        **when,
        "require": plain_condition(constraint.require),
        "because": constraint.because,
    }


def read_constraint(at: At, scope: Scope) -> Constraint:
    """Read a constraint."""
    at.keys(["id", "row", "require", "because"], ["when"])
    row = read_row(at["row"], scope)
    inner = scope.bind(row)
    where = attrs.evolve(at, value={"where": at["when"].value} if "when" in at else {})
    with at.building():
        return Constraint(
            id=at["id"].text(),
            row=row,
            when=read_where(where, inner),
            require=read_condition(at["require"], inner),
            because=at["because"].text(),
        )


def read_model(at: At) -> Model:
    """Build the classes of a model, which has no constraints yet."""
    at.keys(["name", "ids", "code_lists", "events"], ["person"])
    types = dict(_TYPES)
    for item in at["ids"].items():
        types[_new_name(item, types)] = NewType(item.name(), str)  # pyright: ignore[reportArgumentType] - the file's
    for listed in at["code_lists"].items():
        types[_new_name(listed["name"], types)] = _codes(listed)
    events = tuple(_record_class(item, Event, types) for item in at["events"].items())
    person = _record_class(at["person"], Person, types) if "person" in at else None
    with at.building():
        return Model(name=at["name"].text(), events=events, person=person)


def _new_name(at: At, types: Mapping[str, Any]) -> str:
    name = at.name()
    if name in types:
        at.fail(f"there is a type {name!r} already", "give each id type and code list a name of its own")
    return name


def _codes(at: At) -> type[Code]:
    at.keys(["name", "doc", "codes"])
    name = at["name"].name()
    make: Any = type(Code)
    space = make.__prepare__(name, (Code,))
    space["__doc__"] = at["doc"].text()
    with at.building():
        for member in at["codes"].items():
            member.keys(["code"], ["name", "meaning"])
            space[_member_name(member, space)] = (member["code"].text(), member.optional_text("meaning"))
        made: Any = make(name, (Code,), space)
    return cast("type[Code]", made)


def _member_name(member: At, space: Mapping[str, Any]) -> str:
    """Give the name of a code: its own, or the code in capitals."""
    code = member["code"].text()
    if member.optional_text("name"):
        name, at = member["name"].name(), member["name"]
    else:
        name, at = code.upper(), member["code"]
        if fault := name_fault(name):
            at.fail(f"the code {code!r} cannot name itself: {name!r} {fault}", "give it a name beside its code")
    if name in space or hasattr(Code, name):
        at.fail(f"the name {name!r} is taken", "give the code another name")
    return name


def _record_class(at: At, base: type[Any], types: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a class of records
    at.keys(["name", "doc", "fields"])
    space: dict[str, Any] = {"__doc__": at["doc"].text(), "__annotations__": {}, "__module__": __name__}
    for item in at["fields"].items():
        item.keys(["name", "for", "type", "doc"], ["many", "optional"])
        kinds = {purpose.value: specify for purpose, specify in _SPECIFIERS.items()}
        purpose, type_name, name = item["for"].text(), item["type"].text(), item["name"].name()
        if field_name_fault(name) or (hasattr(base, name) and name not in base.__record__.by_name):
            item["name"].fail(f"no field is named {name!r}", "it is kept for this library; give it another name")
        if name in space:
            item["name"].fail(f"there is a field {name!r} already", "keep one of them")
        if purpose not in kinds:
            item["for"].fail(f"a field is not for {purpose!r}", nearest(purpose, kinds))
        if type_name not in types:
            item["type"].fail(f"there is no type {type_name!r}", nearest(type_name, types))
        held: Any = types[type_name]
        if "many" in item and item["many"].flag():
            held = frozenset[held]
        optional = "optional" in item and item["optional"].flag()
        space["__annotations__"][name] = Field[held | None] if optional else Field[held]
        doc = item["doc"].text()
        with item.building():
            space[name] = kinds[purpose](doc, default=None) if optional else kinds[purpose](doc)
    with at.building():
        return new_class(at["name"].name(), (base,), {}, lambda body: body.update(space))
