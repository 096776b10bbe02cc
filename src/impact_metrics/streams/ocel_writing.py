"""A stream written as OCEL 2.0 JSON; the layout is that of :mod:`impact_metrics.streams.ocel_form`."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impact_metrics.errors import StreamError, nearest
from impact_metrics.model import Event, Person
from impact_metrics.replacing import replaced_file
from impact_metrics.streams.about import KEY
from impact_metrics.streams.free_text import is_free_text, without_free_text
from impact_metrics.streams.json_text import by_lines
from impact_metrics.streams.ocel_form import (
    EPOCH,
    EVENT_ID,
    PERSON_ID,
    declared_type,
    object_id,
    related,
    time_field,
    told,
)
from impact_metrics.streams.stream import Stream
from impact_metrics.streams.versions import moment
from impact_metrics.values import IdKind

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence

    from impact_metrics.model import Model, Record
    from impact_metrics.streams.versions import AnyRecord
    from impact_metrics.values import FieldSpec


def write_ocel(  # noqa: PLR0913 - what is written, and how much of it
    records: Iterable[AnyRecord],
    path: str | os.PathLike[str],
    model: Model,
    *,
    known_view: bool = False,
    known_at: datetime | None = None,
    free_text: bool = True,
    about: Mapping[str, Any] | None = None,
) -> None:
    """Write records, such as a stream, as OCEL 2.0 JSON.

    By default the whole record is written, every version of every record, so that reading it gives an equal stream.
    With ``known_view``, or a moment ``known_at``, only what is known at it is written, as rules see it: the latest
    version of each event and person, nothing that was withdrawn, and one id a person. That is the form for analysis: a
    tool takes a correction of an arrest for a second arrest. ``free_text=False`` leaves text fields out (one that every
    record must have becomes empty). ``about`` says what the data are.

    The file is replaced whole at the end, so that a failure leaves an old file as it was; ends in ``.gz``: gzipped. The
    same records in the same order give the same bytes. Raises ``StreamError`` for a record that is not of the model,
    for text that no file can hold, and where the disk does not let it.
    """
    stream = records if isinstance(records, Stream) else Stream(records)
    if known_view or known_at is not None:
        view = stream.known(known_at)
        chosen: Sequence[AnyRecord] = [
            *(event for rows in view.rows.values() for event in rows),
            *view.persons.values(),
        ]
    else:
        chosen = list(stream)
    for record in chosen:
        _check_known(record, model)
    if not free_text:
        chosen = [without_free_text(record) for record in chosen]
    log = _Log(chosen, free_text=free_text).plain()
    if about is not None:
        log[KEY.decode()] = dict(about)
    target = Path(path)
    data = _encoded(log, target)
    if target.suffix == ".gz":
        data = gzip.compress(data, mtime=0)
    with replaced_file(target, StreamError) as new:
        new.write_bytes(data)


def _check_known(record: AnyRecord, model: Model) -> None:
    name = type(record).__name__
    if model.by_name.get(name) is not type(record):
        raise StreamError(
            "the model has no such type", where=f"{name} {record.id!r}", hint=nearest(name, model.by_name)
        )


def _encoded(log: Mapping[str, Any], target: Path) -> bytes:
    """Write the log as JSON, one event or object a line."""
    try:
        return by_lines(log).encode("utf-8")
    except (TypeError, ValueError) as error:
        problem = f"a text or what is said of the data cannot be written as JSON in UTF-8: {error}"
        raise StreamError(problem, where=str(target), hint="half of a character is no text") from None


class _Log:
    """Events and objects as they are gathered."""

    def __init__(self, records: Sequence[AnyRecord], *, free_text: bool) -> None:
        """Gather them from records that are one stream."""
        self._free_text = free_text
        self._events: list[dict[str, Any]] = []
        self._objects: dict[str, dict[str, Any]] = {}
        self._attributes: dict[tuple[bool, str], list[FieldSpec]] = {}
        persons = [record for record in records if isinstance(record, Person)]
        events = [record for record in records if not isinstance(record, Person)]
        self._versions = Counter(str(event.id) for event in events)
        self._linked = _linked(events)
        self._taken = set(self._versions)
        self._seen: set[str] = set()
        for event in sorted(events, key=_time_order):
            self._add_event(event)
        for person in sorted(persons, key=lambda found: (found.id, moment(found))):
            self._add_person(person)

    def plain(self) -> dict[str, Any]:
        """Give the log as plain JSON values."""
        declared: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
        for (is_event, name), specs in sorted(self._attributes.items()):
            attributes = [{"name": spec.name, "type": declared_type(spec)} for spec in specs]
            declared[is_event].append({"name": name, "attributes": attributes})
        objects = sorted(self._objects.values(), key=lambda found: str(found["id"]))
        return {
            "eventTypes": declared[True],
            "objectTypes": declared[False],
            "events": self._events,
            "objects": objects,
        }

    def _add_event(self, event: AnyRecord) -> None:
        record = event.__record__
        specs = [spec for spec in told(record) if self._is_written(spec)]
        self._attributes.setdefault((True, record.name), specs)
        relationships = [
            self._relationship(spec, member) for spec in related(record) for member in _members(event, spec)
        ]
        own_id = self._own_id(event.id)
        if own_id != event.id or self._versions[event.id] > 1 or event.id in self._linked or not relationships:
            relationships.append(self._relationship(record.field("id"), event.id))
        attributes = [
            {"name": spec.name, "value": value} for spec in specs if (value := self._value(event, spec)) is not None
        ]
        # Neither a missing set nor one without members has a relationship: the latter is told by an attribute.
        attributes.extend(
            {"name": spec.name, "value": "[]"}
            for spec in related(record)
            if spec.many and getattr(event, spec.name) == frozenset()
        )
        self._events.append(
            {
                "id": own_id,
                "type": record.name,
                "time": _text(getattr(event, time_field(record))),
                "attributes": attributes,
                "relationships": relationships,
            }
        )

    def _own_id(self, of: str) -> str:
        """Give the id of the record to its first version, and others that nobody has to the rest."""
        if of and of not in self._seen:
            self._seen.add(of)
            return of
        number = 2
        while (own_id := f"{of}#{number}") in self._taken:
            number += 1
        self._taken.add(own_id)
        return own_id

    def _relationship(self, spec: FieldSpec, of: str) -> dict[str, str]:
        assert isinstance(spec.kind, IdKind)  # noqa: S101 - only fields with ids are related
        return {"objectId": self._object(spec.kind, of)["id"], "qualifier": spec.name}

    def _object(self, kind: IdKind, of: str) -> dict[str, Any]:
        named = object_id(kind, of)
        self._attributes.setdefault((False, kind.name), [])
        plain = {"id": named, "type": kind.name, "attributes": [], "relationships": []}
        return self._objects.setdefault(named, plain)

    def _add_person(self, person: Person) -> None:
        found = self._object(PERSON_ID, person.id)
        specs = [spec for spec in person.__record__.fields if self._is_written(spec)]
        self._attributes[False, PERSON_ID.name] = specs
        since = EPOCH if person.recorded_at is None else _text(person.recorded_at)
        for spec in specs:
            value = self._value(person, spec)
            if value is not None:
                found["attributes"].append({"name": spec.name, "value": value, "time": since})

    def _is_written(self, spec: FieldSpec) -> bool:
        return self._free_text or not (is_free_text(spec) and spec.optional)

    def _value(self, record: Record, spec: FieldSpec) -> str | None:
        value = getattr(record, spec.name)
        if value is None or not spec.many:
            return None if value is None else _text(value)
        return json.dumps(sorted(map(_text, value)), ensure_ascii=False)


def _linked(events: Iterable[AnyRecord]) -> frozenset[str]:
    """Give the ids of records that other records hold."""
    return frozenset(
        member
        for event in events
        for spec in related(event.__record__)
        if spec.kind == EVENT_ID
        for member in _members(event, spec)
    )


def _members(event: AnyRecord, spec: FieldSpec) -> list[str]:
    value = getattr(event, spec.name)
    if value is None:
        return []
    return sorted(value) if spec.many else [value]


def _time_order(event: AnyRecord) -> tuple[date, str, datetime]:
    """Order events by day, and the versions of one, where they are of one day, by the moment of recording."""
    day = event.occurred_on if isinstance(event, Event) else moment(event).date()
    return day, event.id, moment(event)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00:00Z"
    return format(value, "f") if isinstance(value, Decimal) else str(value)
