"""Cells: the values by which an entry event places its subject. ``None`` is the cell of a missing value."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

from impact_metrics.rules.dimensions import Band, ByAge, ByBand, ByField, ByPerson, ByTime, Dimension
from impact_metrics.rules.periods import label_of
from impact_metrics.values.kinds import CodeKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from impact_metrics.expressions import FieldRef
    from impact_metrics.model import Event, Person
    from impact_metrics.model.persons import PersonAttribute
    from impact_metrics.values import PersonId

Label: TypeAlias = "str | None"
Cell: TypeAlias = "tuple[Label, ...]"
Reader: TypeAlias = "Callable[[Event, str | None], tuple[Label, ...]]"


def cells(readers: Sequence[Reader], *, every: bool) -> Callable[[Event, str | None], Iterable[Cell]]:
    """Build the function that gives the cells of an event and subject: one, or with ``every`` each that it touches."""
    if every:
        return lambda event, subject: product(*(read(event, subject) for read in readers))
    return lambda event, subject: (tuple(_joined(read(event, subject)) for read in readers),)


def _joined(labels: tuple[Label, ...]) -> Label:
    if len(labels) == 1:
        return labels[0]
    return " + ".join(sorted({"unknown" if label is None else label for label in labels}))


def reader(dimension: Dimension, subject: FieldRef | None, persons: Mapping[PersonId, Person]) -> Reader:
    """Build the function that reads a dimension from an index event; ``subject`` is the field of the subject."""
    match dimension:
        case ByField(field):
            held = _field_values(field)
            return lambda event, _: tuple(label for value in held(event) for label in _labels(value))
        case ByBand(field, bands):
            held = _field_values(field)
            return lambda event, _: tuple(band_of(value, bands) for value in held(event))
        case ByTime(unit, year_starts):
            return lambda event, _: (label_of(event.occurred_on, unit, year_starts),)
        case ByPerson(attribute):
            person = _person_values(attribute, subject, persons)
            return lambda event, member: tuple(label for value in person(event, member) for label in _labels(value))
        case ByAge(born, bands):
            date_of_birth = _person_values(born, subject, persons)
            return lambda event, member: tuple(
                band_of(None if day is None else age_at(day, event.occurred_on), bands)
                for day in date_of_birth(event, member)
            )
        case _:
            assert_never(dimension)


def ranks(dimension: Dimension) -> Mapping[str, int]:
    """Give the order of a dimension's cells where it is not that of their names: bands, and codes of a list."""
    match dimension:
        case ByBand(_, bands) | ByAge(_, bands):
            names = [band.name for band in bands]
        case ByField(field) if isinstance(field.spec.kind, CodeKind):
            names = [label(code) for code in field.spec.kind.codes]
        case ByPerson(attribute) if isinstance(attribute.spec.kind, CodeKind):
            names = [label(code) for code in attribute.spec.kind.codes]
        case _:
            names = []
    return {name: position for position, name in enumerate(names)}


def _labels(value: Any) -> tuple[Label, ...]:  # noqa: ANN401 - the value of any field
    if isinstance(value, frozenset):
        return tuple(sorted(map(label, value))) or ("none",)
    return (None if value is None else label(value),)


def label(value: object) -> str:
    """Print a value as the name of a cell. A code that is itself called unknown is told from a missing value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return "unknown (recorded)" if text == "unknown" else text


def band_of(number: int | None, bands: Iterable[Band]) -> Label:
    """Name the band a number falls into; a number outside of all is told apart from a missing one."""
    if number is None:
        return None
    return next((band.name for band in bands if number in band), "outside all bands")


def age_at(born: date, day: date) -> int:
    """Give the age in completed years; somebody born on 29 February turns a year older on 1 March of other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _person_values(
    attribute: PersonAttribute, subject: FieldRef | None, persons: Mapping[PersonId, Person]
) -> Callable[[Event, str | None], tuple[Any, ...]]:
    role, name = attribute.role, attribute.name

    def value(person: Any) -> Any:  # noqa: ANN401 - an id or None goes in, the value of any field comes out
        known = persons.get(person)
        return None if known is None else getattr(known, name)

    if role == subject:
        return lambda _, member: (value(member),)
    held = _field_values(role)
    if role.spec.many:
        return lambda event, _: tuple(map(value, sorted(held(event)[0] or ()))) or (None,)
    return lambda event, _: tuple(map(value, held(event)))


def _field_values(field: FieldRef) -> Callable[[Event], tuple[Any, ...]]:
    """Build the function that reads a field; an event of another type, through which a subject came in, has none."""
    record, name = field.row.record, field.name
    return lambda event: (getattr(event, name) if event.__record__ == record else None,)
