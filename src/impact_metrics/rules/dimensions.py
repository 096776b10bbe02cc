"""Dimensions: what a figure is broken down by.

A dimension is data, like a rule. A subject is placed by its entry event, so a dimension reads a field of the index
event, an attribute of a person in it, the person's age then, or its date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.expressions import Expr, FieldRef, Row
from impact_metrics.model.persons import PersonAttribute
from impact_metrics.rules.periods import MONTHS, TimeUnit
from impact_metrics.rules.populations import entering
from impact_metrics.values import DateKind, IdKind, NumberKind, TimestampKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from impact_metrics.model import Model
    from impact_metrics.rules.measures import Measure


@attrs.frozen
class Band:
    """A named range of whole numbers, both ends included; ``to`` is ``None`` where it is open."""

    name: str
    start: int
    to: int | None = None

    def __contains__(self, number: object) -> bool:
        """Tell whether a number falls into the band."""
        return isinstance(number, int) and self.start <= number and (self.to is None or number <= self.to)


CTDC_AGE_BANDS = (
    Band("0-8", 0, 8),
    Band("9-17", 9, 17),
    Band("18-20", 18, 20),
    Band("21-23", 21, 23),
    Band("24-26", 24, 26),
    Band("27-29", 27, 29),
    Band("30-38", 30, 38),
    Band("39-47", 39, 47),
    Band("48+", 48),
)
"""Age bands in completed years, as the Counter Trafficking Data Collaborative (CTDC) publishes them."""


def _checked_bands(bands: Sequence[Band]) -> tuple[Band, ...]:
    previous: Band | None = None
    for band in bands:
        if band.to is not None and band.to < band.start:
            raise RuleError(f"the band {band.name!r} ends before it starts", where="bands")
        if previous is not None and (previous.to is None or band.start <= previous.to):
            raise RuleError(
                f"the bands {previous.name!r} and {band.name!r} overlap", where="bands", hint="put them in order"
            )
        previous = band
    return tuple(bands)


@attrs.frozen
class ByField:
    """By a field of the index event."""

    field: FieldRef

    def __attrs_post_init__(self) -> None:
        """A moment of recording is no property of what happened."""
        if isinstance(self.field.spec.kind, TimestampKind):
            raise RuleError("a figure is not broken down by when it was recorded", where=str(self.field))

    def __str__(self) -> str:
        """Name the column."""
        return self.field.name


@attrs.frozen
class ByPerson:
    """By an attribute of the person in a role of the index event, or of the subject itself when it is in that role."""

    attribute: PersonAttribute

    def __attrs_post_init__(self) -> None:
        """A moment of recording is no property of a person."""
        if isinstance(self.attribute.spec.kind, TimestampKind):
            raise RuleError("a figure is not broken down by when it was recorded", where=str(self.attribute))

    def __str__(self) -> str:
        """Name the column."""
        return self.attribute.name


@attrs.frozen
class ByAge:
    """By the age in completed years, at the index event, of the person whose date of birth the attribute is."""

    born: PersonAttribute
    bands: tuple[Band, ...] = attrs.field(default=CTDC_AGE_BANDS, converter=_checked_bands)

    def __attrs_post_init__(self) -> None:
        """An age needs a date of birth."""
        if not isinstance(self.born.spec.kind, DateKind):
            raise RuleError(f"an age needs a date of birth, and this is {self.born.spec}", where=str(self.born))

    def __str__(self) -> str:
        """Name the column."""
        return "age"


def _field_ref(field: Expr[int] | FieldRef) -> FieldRef:
    node = field.node if isinstance(field, Expr) else field
    if not isinstance(node, FieldRef):
        raise RuleError("bands are of a field itself, not of a date moved by days", where=str(node))
    return node


@attrs.frozen
class ByBand:
    """By bands of a whole-number field of the index event, as in ``ByBand(CaseReceived.age)``."""

    field: FieldRef = attrs.field(converter=_field_ref)
    bands: tuple[Band, ...] = attrs.field(default=CTDC_AGE_BANDS, converter=_checked_bands)

    def __attrs_post_init__(self) -> None:
        """Bands are of whole numbers."""
        if self.field.spec.kind != NumberKind() or self.field.spec.many:
            raise RuleError(f"bands are of whole numbers, and this is {self.field.spec}", where=str(self.field))

    def __str__(self) -> str:
        """Name the column."""
        return f"{self.field.name}_band"


@attrs.frozen
class ByTime:
    """By the year, quarter or month of the index event; years may start in any month."""

    unit: TimeUnit
    year_starts: int = 1

    def __str__(self) -> str:
        """Name the column."""
        return self.unit


Dimension: TypeAlias = ByField | ByPerson | ByAge | ByBand | ByTime


def field_read(dimension: Dimension) -> FieldRef | None:
    """Give the field of the index event that a dimension reads, or ``None`` where any event will do."""
    match dimension:
        case ByField(field) | ByBand(field):
            return field
        case ByPerson(attribute) | ByAge(attribute):
            return attribute.role
        case ByTime():
            return None
        case _:
            assert_never(dimension)


def by(dimension: Dimension | Expr[Any] | PersonAttribute) -> Dimension:
    """Turn what a user wrote into a dimension: a field of an event, an attribute of a person, or a dimension itself."""
    if isinstance(dimension, PersonAttribute):
        return ByPerson(dimension)
    if isinstance(dimension, Expr) and isinstance(dimension.node, FieldRef):
        return ByField(dimension.node)
    if isinstance(dimension, ByField | ByPerson | ByAge | ByBand | ByTime):
        return dimension
    raise RuleError(
        f"{dimension!r} is nothing to break a figure down by",
        hint="use a field such as Trial.case, Person.of(Trial.defendant).sex, ByAge, ByBand or ByTime",
    )


def named(name: str, measure: Measure, model: Model) -> Dimension | None:
    """Find the dimension that a name means for a measure, or ``None`` where it means none.

    A name is ``year``, ``quarter`` or ``month``; a field of an index event; an attribute of the person who is counted;
    or ``age``, by the person type's date of birth, in the default bands.
    """
    if name in MONTHS:
        return ByTime(name)
    for row, subject in _entries(measure):
        if name in row.record.by_name and name not in {"id", "recorded_at"}:
            return ByField(FieldRef(row, name))
        if subject is None or model.person is None or subject.spec.kind != IdKind("PersonId"):
            continue
        person = model.person.__record__
        if name in person.by_name and name not in {"id", "recorded_at"}:
            return ByPerson(PersonAttribute(subject, person, name))
        born = [spec.name for spec in person.fields if isinstance(spec.kind, DateKind)]
        if name == "age" and born:
            return ByAge(PersonAttribute(subject, person, born[0]))
    return None


def names(measure: Measure, model: Model) -> frozenset[str]:
    """Give every name that means a dimension for a measure; see :func:`named`."""
    person = () if model.person is None else model.person.__record__.by_name
    fields = (name for row, _ in _entries(measure) for name in row.record.by_name)
    return frozenset(name for name in (*MONTHS, "age", *person, *fields) if named(name, measure, model) is not None)


def _entries(measure: Measure) -> list[tuple[Row, FieldRef | None]]:
    if measure.subjects is not None:
        return [(distinct.row, distinct.subject) for distinct in entering(measure.subjects.population)]
    return [] if measure.lines is None else [(measure.lines.row, None)]
