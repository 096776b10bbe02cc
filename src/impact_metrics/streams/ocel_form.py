"""OCEL 2.0 as JSON: how a stream is laid out in it, so that process-mining tools open it and it comes back equal.

An *event* of the log is one version of a record. Its type is the record class, its time the day on which it occurred,
at midnight UTC (for ``Retraction`` and ``SamePerson``, which speak of records, the moment they were recorded). Every
field that holds ids is told by relationships, one an id, whose qualifier is the name of the field; every other field is
an attribute, and a missing value has none.

An *object* stands for an id: its type is the type of the id, such as ``PersonId``, and its own id is ``<type>:<id>``.
Ids of objects are one space for the whole log, so that a person and a case of the same text would be one thing
without the type before them. It stands there always, not only where two ids meet: the same person is the same object
in every file, whatever else the file holds.

The id of an event in the log is that of its record. Of several versions the later ones get ``#2``, ``#3`` and so on
behind it, and all of them are related, as ``id``, to the object ``EventId:<id>``: a correction stands in the life of
the record that it corrects, and so does a retraction, which is related to it as ``of``. Events that have no other
object have this one too, since tools pass over events without objects.

A *person record* is told by the attributes of the object of the person, from the moment it was recorded, or from
1970-01-01T00:00:00Z where the moment is not known; its attribute ``id`` begins each version.

Values are text, as the published schema wants them, with the types of the standard declared: ``boolean``, ``integer``,
``float`` (written exactly; what a tool makes of it is its own affair), ``time`` and ``string``. A set is the text of a
JSON list. The key ``impact_metrics.about`` beside the lists of the standard says what the data are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from impact_metrics.values import (
    CodeKind,
    DateKind,
    FlagKind,
    IdKind,
    NumberKind,
    RecordType,
    TextKind,
    TimestampKind,
)

if TYPE_CHECKING:
    from impact_metrics.model import Model
    from impact_metrics.values import FieldSpec

ENDINGS = (".ocel.json", ".ocel.json.gz", ".jsonocel", ".jsonocel.gz")
"""The endings of names by which files are taken for OCEL."""

EPOCH = "1970-01-01T00:00:00Z"
"""The time of object attributes that hold from the beginning, by the habit of the standard."""

EVENT_ID = IdKind("EventId")
PERSON_ID = IdKind("PersonId")


def object_id(kind: IdKind, of: str) -> str:
    """Name the object that stands for an id."""
    return f"{kind.name}:{of}"


def declared_type(spec: FieldSpec) -> str:
    """Give the type of attribute that the standard has for a field."""
    if spec.many:
        return "string"
    match spec.kind:
        case IdKind() | CodeKind() | TextKind():
            return "string"
        case FlagKind():
            return "boolean"
        case DateKind() | TimestampKind():
            return "time"
        case NumberKind(decimal=decimal):
            return "float" if decimal else "integer"
        case _:
            assert_never(spec.kind)


def time_field(record: RecordType) -> str:
    """Name the field that is the time of an event."""
    return "occurred_on" if "occurred_on" in record.by_name else "recorded_at"


def related(record: RecordType) -> tuple[FieldSpec, ...]:
    """Give the fields of an event that relationships tell, but for its own id."""
    return tuple(spec for spec in record.fields if isinstance(spec.kind, IdKind) and spec.name != "id")


def told(record: RecordType) -> tuple[FieldSpec, ...]:
    """Give the fields of an event that attributes tell."""
    apart = time_field(record)
    return tuple(spec for spec in record.fields if not isinstance(spec.kind, IdKind) and spec.name != apart)


def id_types(model: Model) -> frozenset[str]:
    """Name every type of id that a model has: the types of objects that it knows."""
    kinds = {spec.kind for record in model.record_types for spec in record.__record__.fields}
    return frozenset(kind.name for kind in kinds if isinstance(kind, IdKind))
