"""Code lists, and named sets of codes.

A code list is an enumeration whose members carry a sentence of documentation each; a *code set* is a named part of one,
such as "offences related to exploitation". Documents print the name of a set and list its members.
"""

from __future__ import annotations

from enum import Enum, EnumMeta
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

import attrs

from impact_metrics.errors import ModelError, RuleError

if TYPE_CHECKING:
    from collections.abc import Iterator


class _CodeList(EnumMeta):
    """Makes code lists, each with a docstring: a list that nobody explains cannot be audited.

    It looks before the enumeration is built, since some versions of Python replace an error that is raised within.
    """

    def __new__(cls, name: str, bases: tuple[type, ...], space: Any, **more: Any) -> Any:  # noqa: ANN401 - as its base
        """Insist on the docstring, and keep it without its indentation, which only Python from 3.13 on leaves out."""
        doc = cleandoc(space.get("__doc__") or "").strip()
        if not doc:
            problem = "a code list needs a docstring that says what it lists and where the list comes from"
            raise ModelError(problem, where=name)
        space["__doc__"] = doc
        return super().__new__(cls, name, bases, space, **more)


class Code(str, Enum, metaclass=_CodeList):  # noqa: UP042 - StrEnum takes no meaning beside the code
    """Base of every code list.

    A member is its code and what the code means::

        class Sex(Code):
            '''Sex as recorded by the organisation.'''

            FEMALE = "female", "Recorded as female."
            MALE = "male", "Recorded as male."

    The docstring of the list is required. The meaning of a member may be left out where the code says it all.
    """

    meaning: str

    def __new__(cls, code: str, meaning: str = "") -> Self:
        """Make a member from its code and its meaning."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    # ``Enum`` hashes by a Python function; a code is looked up for every event, so the hash of ``str`` is used.
    __hash__ = str.__hash__

    def __str__(self) -> str:
        """Print the bare code."""
        return str(self.value)

    if TYPE_CHECKING:

        def __eq__(self, other: str) -> bool:  # type: ignore[override]
            """Compare as text does; checkers refuse a field compared with a code of another list."""


V = TypeVar("V")


@attrs.frozen(eq=True)
class CodeSet(Generic[V]):
    """A named set of codes (or other values) of one kind, which rules test membership in.

    ``name`` is a noun phrase that documents print ("offences related to exploitation"); it is empty for a set written
    in place. ``members`` are kept sorted and without repeats. ``source`` says who drew the line.
    """

    name: str
    members: tuple[V, ...] = attrs.field(converter=tuple)
    source: str = ""
    values: frozenset[V] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Refuse an empty set and a set of unlike values."""
        if not self.members:
            raise RuleError("a set of codes needs at least one member", where=self.name or "unnamed set")
        kinds = {type(member) for member in self.members}
        if len(kinds) > 1:
            names = " and ".join(sorted(kind.__name__ for kind in kinds))
            raise RuleError(f"the members are of unlike types: {names}", where=self.name or "unnamed set")
        object.__setattr__(self, "values", frozenset(self.members))
        object.__setattr__(self, "members", tuple(sorted(self.values, key=str)))

    def __iter__(self) -> Iterator[V]:
        """Go through the members in their sorted order."""
        return iter(self.members)

    def __len__(self) -> int:
        """Count the members."""
        return len(self.members)

    def __contains__(self, value: Any) -> bool:  # noqa: ANN401 - the collection protocol admits any object
        """Tell whether a value is a member. A rule uses ``field.in_(code_set)`` instead."""
        if getattr(value, "is_expression", False):
            raise RuleError("'in' cannot be used in a rule", hint="write field.in_(code_set)")
        return value in self.values
