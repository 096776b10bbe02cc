"""Protection: shows of each count what a policy lets, and as much less as it takes to keep the hidden ones hidden."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Generic

import attrs

from impact_metrics.errors import DisclosureError
from impact_metrics.publication.disclosure.audit import attack
from impact_metrics.publication.disclosure.policy import Policy, Status
from impact_metrics.publication.disclosure.tabulation import K, Sum, Tabulation

if TYPE_CHECKING:
    from collections.abc import Iterator


HIDDEN = frozenset({Status.SUPPRESSED, Status.SECONDARY, Status.WITHHELD})
"""Counts with one of these are not printed."""


@attrs.frozen
class Protected(Generic[K]):
    """A tabulation as it may be published: the status of each count.

    ``refused`` are the groups that are not broken down, since one category has all. No text of it tells a count.
    """

    tabulation: Tabulation[K] = attrs.field(repr=False)
    policy: Policy
    statuses: Mapping[K, Status] = attrs.field(repr=False)
    refused: tuple[Sum[K], ...] = ()

    def shown(self, key: K) -> int | None:
        """Give what is printed of a count; ``None`` where nothing is."""
        return self.policy.shown(self.tabulation.counts[key], self.statuses[key])

    def hidden(self) -> Iterator[K]:
        """Give the counts that are not printed."""
        return (key for key, status in self.statuses.items() if status in HIDDEN)


def protect(tabulation: Tabulation[K], policy: Policy) -> Protected[K]:
    """Protect a tabulation: no count that is not shown can then be worked out from those that are, and from the sums.

    Small counts are suppressed, others are shown as the policy has it, zeros and headlines that are not small exactly.
    A breakdown in which one category holds everybody of a group is refused: none of its categories is shown, and none
    of what they are broken down into. Then, as long as a reader can work out a hidden count, something near it is shown
    less precisely: a headline is rounded, the smallest count beside it is suppressed, at last a whole sum is withheld.

    Raises ``DisclosureError`` where nothing short of withholding a headline helps.
    """
    statuses: dict[K, Status] = {}
    refused: list[Sum[K]] = []
    for piece in tabulation.components:
        refused += _protect_piece(piece, policy, statuses)
    return Protected(tabulation, policy, statuses, tuple(refused))


def _protect_piece(piece: Tabulation[K], policy: Policy, statuses: dict[K, Status]) -> list[Sum[K]]:
    """Protect one piece, of which nothing follows for another, and give the groups that are refused."""
    here = {key: _by_itself(piece, key, policy) for key in piece.counts}
    refused = [item for item in piece.sums if item.breakdown and _one_has_all(piece, item)]
    for item in refused:
        _withhold(piece, item, here)
    while recovered := _recovered(piece, here, policy):
        if not any(_less_precise(piece, key, here, policy) for key in recovered):
            raise DisclosureError(
                "a small count could be worked out, whatever else is suppressed",
                where="the tables that are published together",
                hint="publish fewer of them, or break down by fewer dimensions",
            )
    statuses.update(here)
    return refused


def _recovered(piece: Tabulation[K], statuses: Mapping[K, Status], policy: Policy) -> tuple[K, ...]:
    known = {key: policy.possible(piece.counts[key], status) for key, status in statuses.items()}
    return attack(piece, known, [key for key, status in statuses.items() if status in HIDDEN]).recovered


def _by_itself(tabulation: Tabulation[K], key: K, policy: Policy) -> Status:
    count = tabulation.counts[key]
    if count == 0:
        return Status.EXACT
    if count < policy.threshold:
        return Status.SUPPRESSED
    return Status.EXACT if policy.base is None or key in tabulation.headlines else Status.ROUNDED


def _one_has_all(tabulation: Tabulation[K], item: Sum[K]) -> bool:
    total = tabulation.counts[item.total]
    return total > 0 and any(tabulation.counts[key] == total for key in item.parts)


def _withhold(tabulation: Tabulation[K], group: Sum[K], statuses: dict[K, Status]) -> None:
    """Withhold the categories of a group, and what these are broken down into."""
    for part in group.parts:
        statuses[part] = Status.WITHHELD
        for item in tabulation.sums_of[part]:
            if item.breakdown and item.total == part:
                _withhold(tabulation, item, statuses)


def _less_precise(tabulation: Tabulation[K], key: K, statuses: dict[K, Status], policy: Policy) -> bool:
    """Show one count less precisely that is tied to a hidden one, and tell whether there was any to be found."""
    beside = [other for item in tabulation.sums_of[key] for other in item.keys if other != key]
    exact = [other for other in beside if other in tabulation.headlines and statuses[other] is Status.EXACT]
    exact = [other for other in exact if tabulation.counts[other] >= policy.threshold]
    if policy.base is not None and exact:
        statuses[min(exact, key=tabulation.counts.__getitem__)] = Status.ROUNDED
        return True
    printed = [other for other in beside if statuses[other] not in HIDDEN and tabulation.counts[other]]
    own = [other for other in printed if other not in tabulation.headlines]
    if own:
        statuses[min(own, key=tabulation.counts.__getitem__)] = Status.SECONDARY
        return True
    return _withheld_whole(tabulation, key, statuses)


def _withheld_whole(tabulation: Tabulation[K], key: K, statuses: dict[K, Status]) -> bool:
    """Withhold everything but headlines in the sums in which a count stands."""
    every = {other for item in tabulation.sums_of[key] for other in item.keys} - tabulation.headlines
    open_ones = [other for other in every if statuses[other] is not Status.WITHHELD]
    statuses.update(dict.fromkeys(open_ones, Status.WITHHELD))
    return bool(open_ones)
