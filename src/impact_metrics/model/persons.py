"""Attributes of a person who takes part in an event: ``KnownPerson.of(Trial.defendant).sex``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.errors import RuleError
from impact_metrics.expressions import Expr, FieldRef
from impact_metrics.values import FieldSpec, IdKind, RecordType

if TYPE_CHECKING:
    from impact_metrics.model.records import Person


@attrs.frozen
class PersonAttribute:
    """An attribute of the person in a role of an event. It breaks figures down; conditions do not read it."""

    role: FieldRef
    person: RecordType
    name: str

    def __attrs_post_init__(self) -> None:
        """The role holds persons, and the person type has the attribute."""
        self.person.field(self.name)
        if self.role.spec.kind != IdKind("PersonId"):
            raise RuleError(f"the field holds {self.role.spec}, not a person", where=str(self.role))

    @property
    def spec(self) -> FieldSpec:
        """What the model says of the attribute."""
        return self.person.field(self.name)

    def __str__(self) -> str:
        """Print the attribute as the author wrote it."""
        return f"{self.person.name}.of({self.role}).{self.name}"


class PersonInRole:
    """The person in a role; its attributes are :class:`PersonAttribute`."""

    def __init__(self, role: FieldRef, person: RecordType) -> None:
        """Keep the role and the person type."""
        self._role = role
        self._person = person

    def __getattr__(self, name: str) -> PersonAttribute:
        """Give the attribute of that name, or raise ``UnknownFieldError``."""
        if name.startswith("__"):
            raise AttributeError(name)
        return PersonAttribute(self._role, self._person, name)


def person_in(role: Expr[Any], person: type[Person]) -> PersonInRole:
    """Build what ``Person.of(role)`` gives."""
    if not isinstance(role, Expr) or not isinstance(role.node, FieldRef):
        raise RuleError(f"{person.__name__}.of() needs a role of an event, and got {role!r}")
    return PersonInRole(role.node, person.__record__)
