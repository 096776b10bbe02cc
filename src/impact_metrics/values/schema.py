"""What a type of record looks like, as data: its name, its documentation and its fields."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, ClassVar

import attrs

from impact_metrics.errors import UnknownFieldError, nearest
from impact_metrics.lazy import cached_property
from impact_metrics.values.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping


class Purpose(Enum):
    """What a field is for."""

    ROLE = "role"
    """Holds the id of a person, or of several, who took part."""
    LINK = "link"
    """Holds the id of another thing that ties events together, such as a case."""
    FIELD = "field"
    """Holds anything else that is known of the event."""


@attrs.frozen
class FieldSpec:
    """One field of a record type: name, purpose, kind, whether it holds a set, may be missing, and what it means."""

    name: str
    purpose: Purpose
    kind: Kind
    many: bool
    optional: bool
    doc: str

    def __str__(self) -> str:
        """Print the type as the author would write it."""
        return f"frozenset[{self.kind}]" if self.many else str(self.kind)


@attrs.frozen(slots=False)
class RecordType:
    """A type of record: an event type, a person type, or one of the two records about records."""

    name: str
    doc: str = attrs.field(hash=False, repr=False)
    fields: tuple[FieldSpec, ...] = attrs.field(hash=False, repr=False)

    @cached_property
    def by_name(self) -> Mapping[str, FieldSpec]:
        """Find a field by its name."""
        return {spec.name: spec for spec in self.fields}

    def field(self, name: str) -> FieldSpec:
        """Give the field of that name, or raise ``UnknownFieldError`` with the nearest right name."""
        try:
            return self.by_name[name]
        except KeyError:
            raise UnknownFieldError(
                f"{self.name} has no field {name!r}", where=f"{self.name}.{name}", hint=nearest(name, self.by_name)
            ) from None


class RecordBase:
    """Anything that has a record type. The model room builds on it; rules need to know no more."""

    __record__: ClassVar[RecordType]
