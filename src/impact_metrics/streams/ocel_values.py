"""The values of an event or object of an OCEL log, brought to the plain form that lines of JSON have.

What does not fit is left as it is: the converters of records then say what is wrong with it.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from impact_metrics.errors import nearest
from impact_metrics.limits import MAX_LOG_DEPTH, is_deeper
from impact_metrics.streams.converters import ValueFaultError, read_moment, shown
from impact_metrics.streams.ocel_form import EPOCH, EVENT_ID, PERSON_ID, object_id, time_field
from impact_metrics.values import DateKind, FlagKind, IdKind, NumberKind, TimestampKind, written

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from impact_metrics.values import FieldSpec, Kind, RecordType

_BEGINNING = EPOCH.removesuffix("Z")
_ATTRIBUTE = 'write {"name": ..., "value": ...}'
_RELATIONSHIP = 'write {"objectId": ..., "qualifier": ...}'


class OcelFaultError(ValueFaultError):
    """A part of an event or object is not what it should be: its field and value beside reason and hint."""

    def __init__(self, field: str, value: object, reason: str, hint: str = "") -> None:
        """Keep where the fault is."""
        super().__init__(reason, hint)
        self.field = field
        self.value = shown(value)


def event_values(
    item: Mapping[str, Any], record: RecordType, object_types: Mapping[str, str], id_types: Container[str]
) -> dict[str, Any]:
    """Give the fields of an event. Raises ``OcelFaultError`` for a part that no record could have."""
    plain: dict[str, Any] = {"id": _plain(item.get("id"), EVENT_ID)}
    when = time_field(record)
    plain[when] = _plain(item.get("time"), record.field(when).kind)
    for name, value, _ in _attributes(item):
        if name in plain:
            raise OcelFaultError(name, value, "stands twice", "each attribute has one value in an event")
        spec = record.by_name.get(name)
        plain[name] = value if spec is None else _of_field(value, spec)
    held: dict[str, list[str]] = {}
    for qualifier, name in _relationships(item):
        spec = record.by_name.get(qualifier)
        if spec is None or not isinstance(spec.kind, IdKind):
            fields = [known.name for known in record.fields if isinstance(known.kind, IdKind)]
            raise OcelFaultError("relationships", qualifier, "is no role or link of it", nearest(qualifier, fields))
        kind = object_types.get(name, spec.kind.name)
        if kind != spec.kind.name and kind in id_types:
            problem = f"is an object of type {kind}, and the field holds {spec.kind}"
            raise OcelFaultError(qualifier, name, problem, "check the qualifier")
        held.setdefault(qualifier, []).append(_id_of(name, spec.kind))
    for qualifier, ids in held.items():
        _hold(plain, record.field(qualifier), ids)
    return {name: value for name, value in plain.items() if value is not None}


def _hold(plain: dict[str, Any], spec: FieldSpec, ids: list[str]) -> None:
    if spec.name in plain and spec.name != "id":
        raise OcelFaultError(spec.name, ids, "stands twice", "give it as relationships or as an attribute")
    if spec.many:
        plain[spec.name] = ids
    elif len(set(ids)) > 1:
        raise OcelFaultError(spec.name, ids, "holds one id", "relate the event to one object by this qualifier")
    else:
        plain[spec.name] = ids[0]


def person_versions(item: Mapping[str, Any], record: RecordType) -> Iterator[dict[str, Any]]:
    """Give the fields of every version of a person that an object tells. Raises ``OcelFaultError`` as above.

    In our own files each version stands whole, with its ``id``. In others an attribute holds until it has another
    value, so that each moment makes a version of everything that holds by then.
    """
    name = item.get("id")
    own = _id_of(name, PERSON_ID) if isinstance(name, str) else name
    by_time: dict[str, dict[str, Any]] = {}
    for attribute, value, time in _attributes(item):
        spec = record.by_name.get(attribute)
        version = by_time.setdefault(_moment(attribute, time), {})
        if attribute in version:
            raise OcelFaultError(attribute, value, "stands twice", "each attribute has one value at a time")
        version[attribute] = value if spec is None else _of_field(value, spec)
    if not any("id" in version for version in by_time.values()):
        by_time = _cumulated(by_time, own)
    for version in by_time.values():
        yield {attribute: value for attribute, value in version.items() if value is not None}


def _cumulated(by_time: Mapping[str, dict[str, Any]], own: object) -> dict[str, dict[str, Any]]:
    """Let every version say what holds by then, and when it was recorded, unless it has held from the beginning."""
    holds: dict[str, Any] = {"id": own}
    versions: dict[str, dict[str, Any]] = {}
    for time in sorted(by_time, key=read_moment):
        recorded_at = None if time.startswith(_BEGINNING) else time
        holds = {**holds, "recorded_at": recorded_at, **by_time[time]}
        versions[time] = holds
    return versions


def _moment(attribute: str, time: object) -> str:
    """Give the time of an attribute as it is written, if it is one; without any it holds from the beginning."""
    if time is None:
        return EPOCH
    text = _plain(time, TimestampKind())
    try:
        read_moment(text)
    except ValueFaultError as fault:
        raise OcelFaultError(attribute, time, f"has a time that {fault.reason}", f"write it as {EPOCH}") from None
    return str(text)


def _attributes(item: Mapping[str, Any]) -> Iterator[tuple[str, Any, object]]:
    """Give name, value and time of every attribute, from a list or from an object of names and values."""
    attributes = item.get("attributes")
    if isinstance(attributes, dict):
        yield from ((name, value, None) for name, value in attributes.items())
        return
    for attribute in _listed(attributes, "attributes"):
        if not isinstance(attribute, dict) or not isinstance(attribute.get("name"), str):
            raise OcelFaultError("attributes", attribute, "is no attribute with a name", _ATTRIBUTE)
        yield attribute["name"], attribute.get("value"), attribute.get("time")


def _relationships(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give qualifier and id of the object of every relationship."""
    for relationship in _listed(item.get("relationships", item.get("relationship")), "relationships"):
        if not isinstance(relationship, dict):
            raise OcelFaultError("relationships", relationship, "is no relationship", _RELATIONSHIP)
        qualifier = relationship.get("qualifier", relationship.get("relationship"))
        name = _plain(relationship.get("objectId"), EVENT_ID)
        if not isinstance(qualifier, str) or not isinstance(name, str):
            raise OcelFaultError("relationships", relationship, "has no qualifier or no object", _RELATIONSHIP)
        yield qualifier, name


def _listed(value: object, field: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise OcelFaultError(field, value, "is no list", "write [ ... ]")
    return value


def _id_of(name: str, kind: IdKind) -> str:
    return name.removeprefix(object_id(kind, ""))


def _of_field(value: object, spec: FieldSpec) -> object:
    """Bring the value of a field to its plain form; a set is a list, or the text of one."""
    if not spec.many:
        return _plain(value, spec.kind)
    if isinstance(value, str):
        try:
            made = json.loads(value)
        except (ValueError, RecursionError):
            return value
        if is_deeper(made, MAX_LOG_DEPTH):  # what is so deep could not even be printed
            return value
        value = made
    if not isinstance(value, list) or any(isinstance(member, list | dict) for member in value):
        return shown(value) if isinstance(value, list | dict) else value
    return [_plain(member, spec.kind) for member in value]


def _plain(value: object, kind: Kind) -> Any:  # noqa: ANN401 - any JSON value
    match kind:
        case FlagKind():
            return written.FLAGS.get(value.strip().lower(), value) if isinstance(value, str) else value
        case NumberKind(decimal=decimal):
            return _number(value, decimal=decimal)
        case DateKind():
            return _day(value)
        case TimestampKind():
            return value.strip() if isinstance(value, str) else value
        case _:  # ids, codes and text, which a tool may have taken for numbers
            return str(value) if type(value) is int else value


def _number(value: object, *, decimal: bool) -> object:
    """Take numbers as text or as JSON has them; of a float its shortest digits."""
    if decimal:
        return format(Decimal(repr(value)), "f") if type(value) is float else value
    if not isinstance(value, str):
        return value
    number = written.whole(value.strip())
    return value if number is None else number


def _day(value: object) -> object:
    """Give the day that a time names, in the zone in which it is written."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    moment = written.moment(text, exact=False)
    return text if moment is None else moment.date().isoformat()
