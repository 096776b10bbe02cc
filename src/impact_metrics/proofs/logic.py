"""Joining truth values of the solver, with what is plainly true or false left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import z3

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Term: TypeAlias = Any
"""A term of the solver, which has no types of its own."""

Truth: TypeAlias = Any
"""A truth value: a term of the solver, or a plain ``True`` or ``False``."""


def every(truths: Iterable[Truth]) -> Truth:
    """All of them hold."""
    kept = [truth for truth in truths if truth is not True]
    if any(truth is False for truth in kept):
        return False
    return kept[0] if len(kept) == 1 else (_joined(z3.Z3_mk_and, kept) if kept else True)


def some(truths: Iterable[Truth]) -> Truth:
    """At least one of them holds."""
    kept = [truth for truth in truths if truth is not False]
    if any(truth is True for truth in kept):
        return True
    return kept[0] if len(kept) == 1 else (_joined(z3.Z3_mk_or, kept) if kept else False)


def _joined(join: Callable[..., Any], truths: list[Truth]) -> Truth:
    """Join terms without the checks of ``z3.And`` and ``z3.Or``, which take most of the time of writing a question."""
    context = truths[0].ctx
    return z3.BoolRef(join(context.ref(), len(truths), (z3.Ast * len(truths))(*(t.ast for t in truths))), context)


def opposite(truth: Truth) -> Truth:
    """It does not hold."""
    return (not truth) if isinstance(truth, bool) else z3.BoolRef(z3.Z3_mk_not(truth.ctx.ref(), truth.ast), truth.ctx)


def at_most(number: int, truths: Iterable[Truth]) -> Truth:
    """No more than so many of them hold."""
    kept = [truth for truth in truths if truth is not False]
    certain = sum(1 for truth in kept if truth is True)
    open_ones = [(truth, 1) for truth in kept if truth is not True]
    if certain > number:
        return False
    return z3.PbLe(open_ones, number - certain) if len(open_ones) > number - certain else True


def firsts(held: list[Truth], same: list[list[Truth]]) -> list[Truth]:
    """Tell of each thing that holds whether none before it is the same: as many as there are different things.

    ``same[i][j]`` says whether thing ``i`` is the same as the earlier thing ``j``.
    """
    return [every([truth, *(opposite(every([held[j], same[i][j]])) for j in range(i))]) for i, truth in enumerate(held)]
