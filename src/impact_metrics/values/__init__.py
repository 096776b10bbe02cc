"""What a field can hold: ids, codes from named lists, flags, dates, numbers and text."""

from impact_metrics.values.codes import Code, CodeSet
from impact_metrics.values.ids import CaseId, EventId, PersonId
from impact_metrics.values.kinds import (
    CodeKind,
    DateKind,
    FlagKind,
    IdKind,
    Kind,
    NumberKind,
    TextKind,
    TimestampKind,
)
from impact_metrics.values.schema import FieldSpec, Purpose, RecordBase, RecordType

__all__ = [
    "CaseId",
    "Code",
    "CodeKind",
    "CodeSet",
    "DateKind",
    "EventId",
    "FieldSpec",
    "FlagKind",
    "IdKind",
    "Kind",
    "NumberKind",
    "PersonId",
    "Purpose",
    "RecordBase",
    "RecordType",
    "TextKind",
    "TimestampKind",
]
