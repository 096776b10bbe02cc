"""Fields of records, typed twice: on the class an expression for rules, on an instance the plain value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

import attrs

from impact_metrics.errors import ModelError
from impact_metrics.expressions import Expr, FieldRef
from impact_metrics.values import Purpose

if TYPE_CHECKING:
    from impact_metrics.model.records import Record

T = TypeVar("T")
V = TypeVar("V")

REQUIRED = attrs.NOTHING
"""Marks a field that every record must have."""


class Field(Generic[T]):
    """A field of an event type: ``Trial.defendant`` is an expression, ``trial.defendant`` is the value.

    The descriptor defines no ``__set__`` at run time, so reading a field of an instance finds the value in the
    instance and costs what an ordinary attribute costs.
    """

    def __init__(self, purpose: Purpose, doc: str, default: object = REQUIRED) -> None:
        """Keep what ``role``, ``link`` or ``field`` said."""
        self.purpose = purpose
        self.doc = doc
        self.default = default
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        """Learn the name under which the class holds the field."""
        self.name = name

    @overload
    def __get__(self: Field[V | None], instance: None, owner: type) -> Expr[V]: ...

    @overload
    def __get__(self, instance: None, owner: type) -> Expr[T]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object, owner: type[Record]) -> object:
        """Give the expression for the field. An instance answers from its own values and never asks."""
        return Expr(FieldRef(owner.__row__, self.name))

    if TYPE_CHECKING:

        def __set__(self, instance: object, value: T) -> None:
            """Tell checkers what a constructor takes."""


def _checked(doc: str) -> str:
    text = " ".join(doc.split())
    if not text:
        raise ModelError("a field needs a sentence that says what it holds", hint='role("the person arrested")')
    return text


def role(doc: str, *, default: Any = REQUIRED) -> Any:  # noqa: ANN401 - a field specifier fits any annotation
    """Declare a field that holds the id of a person who took part, or the ids of several.

    ``doc`` is a noun phrase for the person: documents write it into sentences. A field that may be missing has
    ``default=None`` and a type that ends in ``| None``.
    """
    return Field[Any](Purpose.ROLE, _checked(doc), default)


def link(doc: str, *, default: Any = REQUIRED) -> Any:  # noqa: ANN401 - a field specifier fits any annotation
    """Declare a field that holds the id of another thing which ties events together, such as a case."""
    return Field[Any](Purpose.LINK, _checked(doc), default)


def field(doc: str, *, default: Any = REQUIRED) -> Any:  # noqa: ANN401 - a field specifier fits any annotation
    """Declare a field that holds anything else that is known: a code, codes, a flag, a date, a number or text."""
    return Field[Any](Purpose.FIELD, _checked(doc), default)
