"""Random models: event types with fields of every kind, and constraints over them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import new_class
from typing import TYPE_CHECKING, Any, NewType, cast

import attrs
from hypothesis import strategies as st

from impact_metrics.expressions import AllOf, AnyOf, AtLeast, Compare, Exists, FieldRef, Not, Operator, Row
from impact_metrics.model import Constraint, Event, Field, Model, field, link, role
from impact_metrics.rules.decidability import asked_by_constraint, goes_round
from impact_metrics.testing.authoring import DEPTH, Author, links_between
from impact_metrics.testing.values import USUAL, Pools
from impact_metrics.values import CaseId, Code, EventId, PersonId

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from impact_metrics.expressions import Condition

ThingId = NewType("ThingId", str)
"""Identifies a thing that is neither person nor case."""


class Grade(Code):
    """Grades that drawn events have."""

    HIGH = "high"
    MIDDLE = "middle"
    LOW = "low"


class Side(Code):
    """Sides that drawn events have."""

    LEFT = "left"
    RIGHT = "right"


NAMES = ("First", "Second", "Third")
"""The names of drawn event types."""

PLAIN_TYPES = (Grade, Side, bool, date, int, Decimal)
"""What a drawn field holds besides ids."""

SETS_OF = (Grade, Side, int, Decimal, date)
"""What drawn sets hold besides ids."""


@st.composite
def models(  # noqa: PLR0913 - how large, of which shape, over which values
    draw: Callable[[st.SearchStrategy[Any]], Any],
    *,
    max_events: int = 3,
    max_fields: int = 4,
    max_constraints: int = 3,
    acyclic: bool = False,
    pools: Pools = USUAL,
) -> Model:
    """Draw a model of one to three event types, with constraints.

    Each type has at least one id, single or as a set, and up to ``max_fields`` fields: persons, one further kind of
    id (of cases, things or events), codes, flags, dates, whole numbers and decimals, some of which may be missing.
    Constraints ask for other events, for the absence of others, for values, or for whatever a drawn condition says.
    With ``acyclic``, no event can call for others for ever: what constraints ask for does not go round in a circle of
    event types. ``pools`` are the values that constraints compare with; draw streams and rules with the same, such as
    ``SMALL``, where few values are wanted.
    """
    # Sizes are drawn first, and alike rather than small ones first: a constraint needs several types to bite.
    constraints = draw(st.sampled_from([*range(max_constraints + 1), max_constraints]))
    most = min(max_events, len(NAMES))
    names = NAMES[: draw(st.sampled_from([*range(1, most + 1), most]))]
    further = draw(st.sampled_from([CaseId, ThingId, EventId]))
    ids = draw(st.sampled_from([(PersonId,), (PersonId, further), (PersonId, further)]))
    events = tuple(_draw_event_type(draw, name, ids, max_fields) for name in names)
    model = Model(name="drawn", events=events)
    found: list[Constraint] = []
    for number in range(constraints):
        drawn = _draw_constraint(Author(draw, model, pools), f"constraint_{number + 1}", downwards=acyclic)
        if not (acyclic and goes_round(asked for one in (*found, drawn) for asked in asked_by_constraint(one))):
            found.append(drawn)
    return attrs.evolve(model, constraints=tuple(found))


def _draw_event_type(
    draw: Callable[[st.SearchStrategy[Any]], Any], name: str, ids: Sequence[Any], max_fields: int
) -> type[Event]:
    space: dict[str, Any] = {"__doc__": f"The {name.lower()} thing happens.", "__annotations__": {}}
    space["__module__"] = __name__
    for number in range(1, draw(st.sampled_from(range(1, max_fields + 1))) + 1):
        holds_id = number == 1 or draw(st.booleans())
        many = draw(st.sampled_from([False, False, True]))
        held: Any = draw(st.sampled_from(ids if holds_id else SETS_OF if many else PLAIN_TYPES))
        optional = draw(st.booleans())
        specify = (role if held is PersonId else link) if holds_id else field
        noun = held.__name__.removesuffix("Id").lower()
        attribute = f"{noun}s_{number}" if many else f"{noun}_{number}"
        held = frozenset[held] if many else held
        space["__annotations__"][attribute] = Field[held | None] if optional else Field[held]
        doc = f"its {noun}" + "s" * many
        space[attribute] = specify(doc, default=None) if optional else specify(doc)
    return cast("type[Event]", new_class(name, (Event,), {}, lambda body: body.update(space)))


def _draw_constraint(author: Author, name: str, *, downwards: bool) -> Constraint:
    """Draw a constraint. ``downwards``, what it asks for is of a later type than what it is on."""
    draw, events = author.draw, author.model.events
    shape = draw(st.sampled_from(["values", "absence", "anything"] + ["presence"] * 3 * (len(events) > downwards)))
    last = len(events) - (downwards and shape == "presence")
    on = draw(st.sampled_from(range(last)))
    row = Row(events[on].__record__)
    match shape:
        case "presence":
            require = _presence(author, row, events[on + 1 :] if downwards else events)
        case "absence":
            require = _absence(author, row)
        case "values":
            require = AnyOf((author.leaf([row]), author.leaf([row]))) if draw(st.booleans()) else author.leaf([row])
        case _:
            require = author.condition([row], DEPTH)
    when = author.condition([row], draw(st.sampled_from([0, 0, 1]))) if draw(st.booleans()) else AllOf(())
    return Constraint(id=name, row=row, when=when, require=require, because="this model was drawn so")


def _presence(author: Author, row: Row, wanted: Sequence[type[Event]]) -> Condition:
    """Write that there is another event, tied to this one where their types have ids alike."""
    other = author.another(wanted)
    asked = author.asked([row], other, 0)
    if author.draw(st.booleans()):
        order = author.draw(st.sampled_from([Operator.LE, Operator.LT, Operator.GE]))
        asked = AllOf((asked, Compare(FieldRef(other, "occurred_on"), order, FieldRef(row, "occurred_on"))))
    if author.draw(st.integers(0, 2)):
        return Exists(other, asked)
    return AtLeast(author.draw(st.integers(1, 2)), other, asked, author.told_apart(other))


def _absence(author: Author, row: Row) -> Condition:
    """Write that there is no other event tied to this one, such as no second one of its type."""
    other = author.another(author.model.events)
    parts: list[Condition] = author.draw(
        st.lists(st.sampled_from(links_between(other, row) or [author.leaf([other])]), min_size=1, max_size=2)
    )
    if other.record == row.record:
        parts.append(Compare(FieldRef(other, "id"), Operator.NE, FieldRef(row, "id")))
    if author.draw(st.booleans()):
        parts.append(author.leaf([row, other]))
    return Not(Exists(other, AllOf(tuple(parts))))
