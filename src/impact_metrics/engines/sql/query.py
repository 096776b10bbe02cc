"""Statements: named parts that are written once, and values that are bound, never written into the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs

from impact_metrics.engines.sql.dialect import Value
from impact_metrics.errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from impact_metrics.engines.sql.dialect import Dialect

_PLAIN = re.compile(r"[a-z0-9]+")


@attrs.frozen
class Statement:
    """One statement of SQL, with the values of its parameters by name.

    ``parts`` are its common table expressions by quoted name; each reads only those before it.
    """

    body: str
    parameters: Mapping[str, Value] = attrs.field(factory=dict)
    parts: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def text(self) -> str:
        """The parts before the body, as one text."""
        parts = ",\n".join(f"{name} AS (\n{_indented(part)}\n)" for name, part in self.parts.items())
        return f"WITH {parts}\n{self.body}" if parts else self.body

    def by_hand(self, dialect: Dialect) -> str:
        """Give the statement with every value written into it, to be run by hand.

        A parameter stands nowhere but in its own place: quoted names and literals hold no ``$name`` that is bound.
        """
        return self.written(self.text, dialect)

    def written(self, text: str, dialect: Dialect) -> str:
        """Write the values into the body or a part."""
        pieces = _PARAMETER.split(text)
        return "".join(
            dialect.literal(self.parameters[piece]) if position % 2 else piece for position, piece in enumerate(pieces)
        )


_PARAMETER = re.compile(r"\x02([a-z0-9_]+)\x03")
"""Where a value is bound, between two characters that no text of a rule brings into a statement."""


class Query:
    """Collects the parts of one statement (common table expressions) and its parameters.

    Two parts with the same text are one part, and two equal values one parameter: what rules share is computed once.
    """

    def __init__(self, dialect: Dialect, taken: Iterable[str]) -> None:
        """Start empty; ``taken`` are the names of relations and rows, which no part may have."""
        self.dialect = dialect
        self._parts: dict[str, str] = {}
        self._taken = frozenset(name.lower() for name in taken)
        self._names = set(self._taken)
        self._bound: dict[tuple[type, Value], str] = {}
        self.parameters: dict[str, Value] = {}

    def part(self, name: str, body: str) -> str:
        """Add a part under a name like the one given, and give its quoted name."""
        if body not in self._parts:
            self._parts[body] = self.dialect.quoted(self._unique(name))
        return self._parts[body]

    def _unique(self, name: str) -> str:
        found, number = name, 1
        while found.lower() in self._names:
            number += 1
            found = f"{name} {number}"
        self._names.add(found.lower())
        return found

    def aside(self, name: str) -> str:
        """Give a quoted name for what stands beside rows of a rule, which no row has. It is the same each time."""
        while name.lower() in self._taken:
            name += " "
        return self.dialect.quoted(name)

    def bind(self, value: Value, hint: str) -> str:
        """Bind a value, and give its place in the text; the hint makes the name of the parameter."""
        if isinstance(value, str):
            value = str.__str__(value)
            _check_text(value)
        key = type(value), value
        if key not in self._bound:
            stem = "_".join(_PLAIN.findall(hint.lower())) or "value"
            name, number = stem, 1
            while name in self.parameters:
                number += 1
                name = f"{stem}_{number}"
            self._bound[key] = name
            self.parameters[name] = value
        return f"\x02{self._bound[key]}\x03"

    def statement(self, body: str) -> Statement:
        """Put the parts before the body."""
        return Statement(body, self.parameters, {name: text for text, name in self._parts.items()})


def _check_text(value: str) -> None:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise RuleError(
            f"{value!r} is no text that a database can hold", hint="it has a lone surrogate: half a character"
        ) from None


def bound(statement: Statement, dialect: Dialect) -> str:
    """Give the text of a statement as the database takes it, its parameters by name."""
    return _PARAMETER.sub(lambda found: dialect.parameter(found[1]), statement.text)


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.split("\n"))


def conjunction(conditions: Sequence[str]) -> str:
    """Join conditions by AND; none is always true."""
    return " AND ".join(conditions) or "TRUE"


def where(conditions: Sequence[str]) -> str:
    """Write the WHERE clause, or nothing; each condition on its own line."""
    return "\nWHERE " + "\n  AND ".join(conditions) if conditions else ""
