"""Records without free text, in which anybody may have written a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from impact_metrics.model import revised
from impact_metrics.values import TextKind

if TYPE_CHECKING:
    from impact_metrics.model import Record
    from impact_metrics.values import FieldSpec

R = TypeVar("R", bound="Record")


def is_free_text(spec: FieldSpec) -> bool:
    """Tell whether a field holds free text, or several such texts."""
    return isinstance(spec.kind, TextKind)


def without_free_text(record: R) -> R:
    """Give a record without its texts: each is empty. One that was missing still is, since rules may ask for that."""
    changes = {
        spec.name: frozenset[str]() if spec.many else ""
        for spec in record.__record__.fields
        if is_free_text(spec) and getattr(record, spec.name)
    }
    return revised(record, **changes) if changes else record
