"""Metrics: named, versioned, documented numbers."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.rules.decidability import Exactness, exactness
from impact_metrics.rules.measures import Measure, population_of
from impact_metrics.rules.populations import subject_kind

if TYPE_CHECKING:
    from impact_metrics.values import IdKind

_ID = re.compile(r"[a-z][a-z0-9_]*")


def _name_of(id_type: Any) -> str | None:  # noqa: ANN401 - NewType has no type of its own
    """Give the name of an id type. Two modules that each make a ``CaseId`` mean the same kind of thing."""
    return id_type if id_type is None or isinstance(id_type, str) else str(id_type.__name__)


@attrs.frozen
class Unit:
    """What one of the figure is: singular and plural, and the id type that tells one from another.

    ``identified_by`` is the id type for a count of subjects (``PersonId`` for persons), kept by its name, and ``None``
    for counts of rows and for totals. The unit of a share is that of its numerator and denominator, of a funnel that
    of all its stages, and of a time that of those whose times they are: the median itself is in days. A metric whose
    population counts something else than its unit says is refused.
    """

    singular: str
    plural: str
    identified_by: str | None = attrs.field(default=None, converter=_name_of)

    def __str__(self) -> str:
        """Print the plural."""
        return self.plural


PERSONS = Unit("person", "persons", "PersonId")
"""The unit of a metric that gives none: whatever counts anything else has to say so."""


@attrs.frozen
class Source:
    """Where a definition was published: by whom, under which title, and how it can be found."""

    publisher: str
    title: str
    locator: str = ""

    def __str__(self) -> str:
        """Print the source as a reference."""
        place = f" ({self.locator})" if self.locator else ""
        return f'{self.publisher}, "{self.title}"{place}'


@attrs.frozen(kw_only=True)
class Metric:
    """A number with everything that a reader needs to trust it.

    ``definition`` is the published prose, word for word, or ``None`` where the source gives none. ``assumptions`` are
    our readings where the source is silent or can be read in two ways. ``unit`` is that of persons where it is not
    written, and has to be for anything else: charges, cases, persons and persons in a case give different numbers on
    the same data. ``effective_from`` is the day from which a version is the one to publish, where it is known, and
    ``reason`` says why it differs from the version before, or from the one that is published. ``limits`` are what a
    reader must not conclude from the figure.
    """

    id: str
    version: str
    title: str
    definition: str | None
    source: Source
    unit: Unit = PERSONS
    measure: Measure
    assumptions: tuple[str, ...] = ()
    effective_from: date | None = None
    reason: str = ""
    limits: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        """The id can stand in files and commands, and the unit is what is counted."""
        if not _ID.fullmatch(self.id):
            raise RuleError(
                "a metric's id is made of small letters, digits and underscores",
                where=f"metric {self.id!r}",
                hint="for example: survivors_cared_for",
            )
        if not isinstance(self.measure, Measure):
            raise RuleError(
                f"{type(self.measure).__name__} is no measure",
                where=f"metric {self.id!r}",
                hint="write count(distinct(Trial.defendant)), count(rows(Trial)), total(Trial.days) or share(...)",
            )
        population = population_of(self.measure)
        _check_unit(self.unit, None if population is None else subject_kind(population), f"metric {self.id!r}")

    @property
    def exactness(self) -> Exactness:
        """Whether claims about the metric are decided exactly, and why not. Constraints are looked at by catalogues."""
        return exactness(self.measure)

    def __str__(self) -> str:
        """Print id and version."""
        return f"{self.id} {self.version}"


def _check_unit(unit: Unit, counted: IdKind | None, where: str) -> None:
    stated = unit.identified_by
    actual = None if counted is None else counted.name
    if stated != actual:
        raise RuleError(
            f"the unit {unit} is identified by {stated or 'no id'}, and the measure counts by {actual or 'rows'}",
            where=where,
            hint='give the unit of what is counted, such as unit=Unit("case", "cases", CaseId), or Unit("row", "rows")',
        )
