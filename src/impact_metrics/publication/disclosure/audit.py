"""The audit: what a reader can work out of suppressed counts who knows everything that is published.

The answer is exact, not hoped. Where the sums of a table tie no two counts in two ways, the ranges of the counts are
narrowed by each sum until none gives more; every number left in a range is then part of some whole table that a reader
cannot tell from the true one. (Ranges without gaps have sums without gaps, and without a circle what holds sum by sum
holds at once.) Tables with circles, such as those with row and column totals, go to an integer solver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic

import attrs

from impact_metrics.publication.disclosure.linked import certain
from impact_metrics.publication.disclosure.policy import Range
from impact_metrics.publication.disclosure.tabulation import K

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from impact_metrics.publication.disclosure.tabulation import Sum, Tabulation


@attrs.frozen
class Attack(Generic[K]):
    """What follows from a publication: the counts that were not shown, and that only one number fits."""

    recovered: tuple[K, ...]


def attack(tabulation: Tabulation[K], known: Mapping[K, Range], hidden: Iterable[K]) -> Attack[K]:
    """Find the hidden counts that a reader can work out who knows the ranges of all counts, and the sums.

    Where no table at all fits what is known, nothing is worked out.

    Raises ``MissingExtraError`` for sums that tie two counts in two ways, without the extra ``prove``.
    """
    asked = set(hidden)
    found: list[K] = []
    for piece in tabulation.components:
        here = [key for key in piece.counts if key in asked]
        if not here:
            continue
        if piece.is_tree:
            ranges = narrowed(piece.sums, {key: known[key] for key in piece.counts})
            found += [key for key in here if ranges and ranges[key].least == ranges[key].most]
        else:
            found += certain(piece, known, here)
    return Attack(tuple(found))


def narrowed(sums: Iterable[Sum[K]], known: Mapping[K, Range]) -> dict[K, Range]:
    """Narrow ranges by sums, until none of them gives more; nothing is left where no table fits."""
    ranges, waiting = dict(known), list(sums)
    sums_of: dict[K, list[Sum[K]]] = {}
    for item in waiting:
        for key in item.keys:
            sums_of.setdefault(key, []).append(item)
    while waiting:
        item = waiting.pop()
        for key, new in _by_sum(item, ranges):
            if new.least > new.most:
                return {}
            if new != ranges[key]:
                ranges[key] = new
                waiting.extend(other for other in sums_of[key] if other is not item)
    return ranges


def _by_sum(item: Sum[K], ranges: Mapping[K, Range]) -> Iterable[tuple[K, Range]]:
    """Give for each count of a sum what the others leave open."""
    signed = [(key, sign, *_signed(ranges[key], sign)) for key, sign in item.signed]
    for key, sign, _, _ in signed:
        least = -sum(most for other, _, _, most in signed if other != key)
        most = -sum(least for other, _, least, _ in signed if other != key)
        fits = Range(least, most) if sign > 0 else Range(-most, -least)
        yield key, Range(max(ranges[key].least, fits.least), min(ranges[key].most, fits.most))


def _signed(held: Range, sign: int) -> tuple[float, float]:
    return (held.least, held.most) if sign > 0 else (-held.most, -held.least)
