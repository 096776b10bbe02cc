"""Cells: the values by which an entry event places its subject. ``None`` is the cell of a missing value."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

from impact_metrics.rules.dimensions import Band, ByAge, ByBand, ByField, ByPerson, ByTime, Dimension
from impact_metrics.rules.labels import BETWEEN, NONE, OUTSIDE_BANDS, UNKNOWN, label
from impact_metrics.rules.periods import label_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from impact_metrics.engines.results import Cell, Label
    from impact_metrics.expressions import FieldRef
    from impact_metrics.model import Event, Person
    from impact_metrics.model.persons import PersonAttribute
    from impact_metrics.values import PersonId

Labels: TypeAlias = "tuple[Label, ...]"
Values: TypeAlias = "tuple[Any, ...]"


class Placer:
    """Gives the cells of an event and subject, and works out those of each combination of values once.

    ``subject`` is the field that holds the subject in index events, and ``None`` for totals and row counts.
    """

    def __init__(
        self,
        dimensions: Sequence[Dimension],
        subject: FieldRef | None,
        persons: Mapping[PersonId, Person],
        *,
        every: bool,
    ) -> None:
        """Build what reads the dimensions. With ``every``, an event has each cell that it touches, otherwise one."""
        # Several units of time are read once: the month decides on all of them.
        kinds = [ByTime("month") if isinstance(dimension, ByTime) else dimension for dimension in dimensions]
        distinct = list(dict.fromkeys(kinds))
        self._reads = [_reader(dimension, subject, persons) for dimension in distinct]
        self._labels = [(distinct.index(kind), _labeller(item)) for kind, item in zip(kinds, dimensions, strict=True)]
        self._every = every
        self._homes: dict[Values, frozenset[Cell]] = {}

    def values(self, event: Event, subject: str | None) -> Values:
        """Give the values that place an event and subject: what has the same values is in the same cells."""
        return tuple([read(event, subject) for read in self._reads])

    def homes(self, values: Values) -> frozenset[Cell]:
        """Give the cells of what has these values, and the subtotals that they are in, but for the whole."""
        if values not in self._homes:
            labels = [label(values[position]) for position, label in self._labels]
            cells = product(*labels) if self._every else (tuple(map(_joined, labels)),)
            self._homes[values] = frozenset(
                cell[:length] for cell in cells for length in range(1, len(self._labels) + 1)
            )
        return self._homes[values]


def _joined(labels: Labels) -> Label:
    if len(labels) == 1:
        return labels[0]
    return BETWEEN.join(sorted({UNKNOWN if label is None else label for label in labels}))


def _reader(
    dimension: Dimension, subject: FieldRef | None, persons: Mapping[PersonId, Person]
) -> Callable[[Event, str | None], Any]:
    """Build the function that reads from an event what its labels depend on."""
    match dimension:
        case ByField(field) | ByBand(field):
            held = _field_value(field)
            return lambda event, _: held(event)
        case ByTime():
            return lambda event, _: event.occurred_on.replace(day=1)
        case ByPerson(attribute):
            return _person_values(attribute, subject, persons)
        case ByAge(born):
            dates_of_birth = _person_values(born, subject, persons)
            return lambda event, member: tuple(
                None if day is None else age_at(day, event.occurred_on) for day in dates_of_birth(event, member)
            )
        case _:
            assert_never(dimension)


def _labeller(dimension: Dimension) -> Callable[[Any], Labels]:
    """Build the function that names the cells of what was read."""
    match dimension:
        case ByField():
            return _labels
        case ByBand(_, bands):
            return lambda value: (band_of(value, bands),)
        case ByTime(unit, year_starts):
            return lambda day: (label_of(day, unit, year_starts),)
        case ByPerson():
            return lambda values: tuple(label for value in values for label in _labels(value))
        case ByAge(_, bands):
            return lambda ages: tuple(band_of(age, bands) for age in ages)
        case _:
            assert_never(dimension)


def _labels(value: Any) -> Labels:  # noqa: ANN401 - the value of any field
    if isinstance(value, frozenset):
        return tuple(sorted(map(label, value))) or (NONE,)
    return (None if value is None else label(value),)


def band_of(number: int | None, bands: Iterable[Band]) -> Label:
    """Name the band a number falls into; a number outside of all is told apart from a missing one."""
    if number is None:
        return None
    return next((band.name for band in bands if number in band), OUTSIDE_BANDS)


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
    held = _field_value(role)
    if role.spec.many:
        return lambda event, _: tuple(map(value, sorted(held(event) or ()))) or (None,)
    return lambda event, _: (value(held(event)),)


def _field_value(field: FieldRef) -> Callable[[Event], Any]:
    """Build the function that reads a field; an event of another type, through which a subject came in, has none."""
    record, name = field.row.record, field.name
    return lambda event: getattr(event, name) if event.__record__ is record else None
