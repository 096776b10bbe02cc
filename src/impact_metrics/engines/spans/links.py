"""Which conditions tie an inner row to outer ones by equality, so that matching events are found by an index."""

from __future__ import annotations

from itertools import product
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import attrs

from impact_metrics.expressions import (
    AllOf,
    AtLeast,
    Clause,
    Compare,
    Condition,
    Contains,
    Exists,
    FieldRef,
    Operator,
    Row,
    children,
    free_rows,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from impact_metrics.engines.spans.access import Access, Env
    from impact_metrics.model import Event


@attrs.frozen
class Link:
    """The inner field equals the outer one; where one holds a set, it contains the other."""

    inner: FieldRef
    outer: FieldRef


@attrs.frozen
class Split:
    """The conditions on an inner row, sorted by what they depend on.

    ``own`` are plain tests of the inner event, ``nested`` depend on it and on what exists besides, ``links`` tie it to
    outer rows, and ``rest`` is everything else.
    """

    own: tuple[Condition, ...]
    nested: tuple[Condition, ...]
    links: tuple[Link, ...]
    rest: tuple[Condition, ...]


def conjuncts(condition: Condition) -> Iterator[Condition]:
    """Give the conditions that must all hold, looking through labels and nested conjunctions."""
    match condition:
        case AllOf(items):
            for item in items:
                yield from conjuncts(item)
        case Clause(condition=inner):
            yield from conjuncts(inner)
        case _:
            yield condition


def is_plain(condition: Condition) -> bool:
    """Tell whether the condition reads only rows that are bound outside of it, so that no date changes it."""
    return not isinstance(condition, Exists | AtLeast) and all(map(is_plain, children(condition)))


def split(row: Row, condition: Condition) -> Split:
    """Sort the conditions on ``row`` by what they depend on."""
    own: list[Condition] = []
    nested: list[Condition] = []
    links: list[Link] = []
    rest: list[Condition] = []
    for part in conjuncts(condition):
        link = _link(row, part)
        if link is not None:
            links.append(link)
        elif free_rows(part) <= {row}:
            (own if is_plain(part) else nested).append(part)
        else:
            rest.append(part)
    return Split(tuple(own), tuple(nested), tuple(links), tuple(rest))


def _link(row: Row, condition: Condition) -> Link | None:
    match condition:
        case Compare(FieldRef() as one, Operator.EQ, FieldRef() as other) | Contains(
            FieldRef() as one, FieldRef() as other
        ):
            if one.row == row != other.row:
                return Link(one, other)
            if other.row == row != one.row:
                return Link(other, one)
    return None


def _values(held: Any) -> Iterable[Any]:  # noqa: ANN401 - the value of any field
    if held is None:
        return ()
    return held if isinstance(held, frozenset) else (held,)


def keyed(fields: Sequence[FieldRef]) -> Callable[[Sequence[Event]], Iterator[tuple[Any, Event]]]:
    """Build the function that gives events with each key under which they are found by those fields."""
    reads = [attrgetter(field.name) for field in fields]
    if len(reads) == 1 and not fields[0].spec.many:
        (read,) = reads
        return lambda events: (
            (key, event) for key, event in zip(map(read, events), events, strict=True) if key is not None
        )
    if len(reads) == 1:
        (read,) = reads
        return lambda events: ((key, event) for event in events for key in _values(read(event)))
    return lambda events: (
        (key, event) for event in events for key in product(*(_values(read(event)) for read in reads))
    )


def outer_key(fields: Sequence[FieldRef], access: Access) -> Callable[[Env], object]:
    """Build the function that gives the one key to look up for an environment, where no field holds a set."""
    reads = [access(field) for field in fields]
    if len(reads) == 1:
        return reads[0]
    return lambda env: tuple([read(env) for read in reads])


def outer_keys(fields: Sequence[FieldRef], access: Access) -> Callable[[Env], Iterable[object]]:
    """Build the function that gives all keys to look up for an environment."""
    reads = [access(field) for field in fields]
    if len(reads) == 1:
        (read,) = reads
        return lambda env: _values(read(env))
    return lambda env: product(*(_values(read(env)) for read in reads))
