"""Constraints as axioms: what every valid stream keeps, at every date.

The condition of a constraint may change with the date as events become visible. It can turn from true to false only
when an event appears of which it says that there is none (or not so many), so it holds at every date if it holds on the
day of its own event and on the day of each such event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.proofs.logic import Truth, every, opposite, some
from impact_metrics.proofs.universe import Moment, Scope, World
from impact_metrics.rules.decidability import denied

if TYPE_CHECKING:
    from impact_metrics.model import Constraint
    from impact_metrics.proofs.encoding import Encoder
    from impact_metrics.proofs.terms import Slot


def axiom(constraint: Constraint, encoder: Encoder, world: World) -> Truth:
    """Every event of the constrained type that is in the stream keeps the constraint at every date."""
    row = constraint.row
    return every(_kept(constraint, slot, encoder, world) for slot in encoder.universe.slots(row.record))


def _kept(constraint: Constraint, slot: Slot, encoder: Encoder, world: World) -> Truth:
    condition, terms = constraint.condition, encoder.terms
    own_day = terms.occurred_on(world.family, slot)
    scope = Scope(world, Moment(f"on the day of {slot.name}", own_day), path=("constraint", constraint.id))
    scope = scope.with_any(constraint.row, slot)
    held = [encoder.condition(condition, scope, holds=True)]
    for record in dict.fromkeys(other.record for other in denied(condition)):
        for late in encoder.universe.slots(record):
            day = terms.occurred_on(world.family, late)
            then = Scope(
                world,
                Moment(f"on the day of {late.name}", day),
                path=("constraint", constraint.id, "later"),
            )
            then = then.under_any(late).with_any(constraint.row, slot)
            before = some([opposite(world.has(late)), day < own_day])
            held.append(some([before, encoder.condition(condition, then, holds=True)]))
    return some([opposite(world.has(slot)), every(held)])
