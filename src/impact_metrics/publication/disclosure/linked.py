"""Linked tables: counts that sums tie in more than one way, as row and column totals do. An integer solver decides."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from impact_metrics.errors import DisclosureError, missing_extra

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from impact_metrics.publication.disclosure.policy import Range
    from impact_metrics.publication.disclosure.tabulation import K, Tabulation

MILLISECONDS = 60_000
"""How long one question may take."""


def certain(tabulation: Tabulation[K], known: Mapping[K, Range], asked: Iterable[K]) -> list[K]:
    """Give those of some counts that have the same number in every table that fits what is known; none if none fits.

    A count is certain when one table fits, and none with another number for it does. Raises ``MissingExtraError``
    without the extra ``prove``, and ``DisclosureError`` where the solver does not come to an end: what is not decided
    is not published.
    """
    try:
        import z3  # noqa: PLC0415 - an optional dependency
    except ImportError:
        raise missing_extra("checking tables that are tied in two ways", "z3-solver", "prove") from None
    solver: Any = z3.Solver()
    solver.set("timeout", MILLISECONDS)
    terms = {key: z3.Int(f"count_{number}") for number, key in enumerate(tabulation.counts)}
    for key, term in terms.items():
        solver.add(term >= int(known[key].least))
        if known[key].most != inf:
            solver.add(term <= int(known[key].most))
    for item in tabulation.sums:
        solver.add(z3.Sum([sign * terms[key] for key, sign in item.signed]) == 0)
    if not fits(solver):
        return []
    model = solver.model()
    first = {key: model.eval(terms[key], model_completion=True) for key in asked}
    return [key for key, number in first.items() if not fits(solver, terms[key] != number)]


def fits(solver: Any, *more: Any) -> bool:  # noqa: ANN401 - terms of the solver
    """Tell whether some table fits. Raises ``DisclosureError`` where the solver does not know."""
    answer = str(solver.check(*more))
    if answer == "unknown":
        raise DisclosureError(
            "the solver did not decide whether a suppressed count can be worked out",
            where="the tables that are published together",
            hint="publish fewer tables that are tied to each other",
        )
    return answer == "sat"
