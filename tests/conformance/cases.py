"""What stands in one record of each kind, and what becomes of it."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from impact_metrics import EventId
from tests.conformance.kinds import Kind, Written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impact_metrics import Event

DAY = date(2020, 1, 1)
FIELDS = ("must", "may", "has")


class Held(Enum):
    """What a field holds that is no value."""

    NOTHING = "nothing"
    NONE = "none"


Content: TypeAlias = "Written | Held"


@attrs.frozen(kw_only=True)
class Case:
    """A record: its name, which is its id; what each of its fields holds; the record that it is, or its one fault."""

    name: str
    content: dict[str, Content]
    record: Event | None
    fault: tuple[str, str] | None = None


def cases(kind: Kind) -> Iterator[Case]:
    """Give every case of a kind."""
    value = kind.written
    yield _taken("a value", kind, (value, value, value))
    yield _taken("nothing known", kind, (value, Held.NOTHING, Held.NOTHING))
    yield _refused("nothing known of what must be there", (Held.NOTHING, value, value), "is missing")
    if kind.many:
        yield _taken("known to be none", kind, (Held.NONE, Held.NONE, Held.NONE))
    for number, other in enumerate(kind.also, 1):
        yield _taken(f"written otherwise {number}", kind, (other, value, value))
    for number, bad in enumerate(kind.bad, 1):
        yield _refused(f"bad {number}", (bad, value, value), "is wrong")


def _taken(name: str, kind: Kind, content: tuple[Content, ...]) -> Case:
    held = dict(zip(FIELDS, content, strict=True))
    values: dict[str, Any] = {}
    for field, what in held.items():
        if what is Held.NONE:
            values[field] = frozenset()
        elif what is not Held.NOTHING:
            values[field] = kind.value
    make: Any = kind.holder
    return Case(name=name, content=held, record=make(id=EventId(name), occurred_on=DAY, **values))


def _refused(name: str, content: tuple[Content, ...], why: str) -> Case:
    return Case(name=name, content=dict(zip(FIELDS, content, strict=True)), record=None, fault=("must", why))
