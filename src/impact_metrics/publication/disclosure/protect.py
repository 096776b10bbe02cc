"""Protection: shows of each count what a policy lets, and as much less as it takes to keep the hidden ones hidden."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Generic

import attrs

from impact_metrics.errors import DisclosureError
from impact_metrics.publication.disclosure.audit import attack
from impact_metrics.publication.disclosure.policy import Policy, Range, Status
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

    Small counts are suppressed, zeros are shown, others are shown as the policy has it. A breakdown in which one
    category holds everybody of a group is refused: none of its categories is shown, and none of what they are broken
    down into. Then, as long as a reader can work out a hidden count, something near it is shown less precisely: the
    last count beside it is suppressed, a group is not broken down after all, or at last a headline is suppressed. Then
    headlines are shown exactly, those excepted whose exact number could give a hidden count away. Whether it could is
    asked of every number that a headline may have for all that a reader knows, and not of the true one alone: else its
    rounding would tell that it is one of those that could.

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
    if policy.base is not None:
        _show_headlines(piece, here, policy)
    statuses.update(here)
    return refused


def _recovered(piece: Tabulation[K], statuses: Mapping[K, Status], policy: Policy) -> tuple[K, ...]:
    return attack(piece, _known(piece, statuses, policy), _hidden(statuses)).recovered


def _known(piece: Tabulation[K], statuses: Mapping[K, Status], policy: Policy) -> dict[K, Range]:
    return {key: policy.possible(piece.counts[key], status) for key, status in statuses.items()}


def _hidden(statuses: Mapping[K, Status]) -> list[K]:
    return [key for key, status in statuses.items() if status in HIDDEN]


def _show_headlines(piece: Tabulation[K], statuses: dict[K, Status], policy: Policy) -> None:
    """Show exactly the headlines that give nothing away, whichever of the numbers they round to is the true one."""
    for key in piece.counts:
        if key in piece.headlines and statuses[key] is Status.ROUNDED:
            known = _known(piece, statuses, policy)
            possible = range(int(known[key].least), int(known[key].most) + 1)
            if not any(
                attack(piece, known | {key: Range(number, number)}, _hidden(statuses)).recovered for number in possible
            ):
                statuses[key] = Status.EXACT


def _by_itself(tabulation: Tabulation[K], key: K, policy: Policy) -> Status:
    count = tabulation.counts[key]
    if count == 0:
        return Status.EXACT
    if count < policy.threshold:
        return Status.SUPPRESSED
    return Status.EXACT if policy.base is None else Status.ROUNDED


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
    """Show something less precisely that is tied to a hidden count, and tell whether there was anything to be found.

    Where counts are rounded that is seldom needed, and the group is not broken down: a count that is suppressed for no
    other reason than this would tell readers who know the method that the others are as they seldom are. Otherwise
    it is the last count beside it, whatever its size. If it were the smallest, such readers would know that it is not
    above those beside it. Code lists have their lesser categories last.
    """
    if policy.base is not None and (
        _withheld_groups(tabulation, key, statuses) or _withheld_whole(tabulation, key, statuses)
    ):
        return True
    beside = {other for item in tabulation.sums_of[key] for other in item.keys if other != key}
    printed = [
        other
        for other in tabulation.counts
        if other in beside and statuses[other] not in HIDDEN and tabulation.counts[other]
    ]
    headlines = [other for other in printed if other in tabulation.headlines]
    own = [other for other in printed if other not in tabulation.headlines]
    if own:
        statuses[own[-1]] = Status.SECONDARY
        return True
    if _withheld_whole(tabulation, key, statuses):
        return True
    if headlines:
        statuses[headlines[-1]] = Status.SECONDARY
    return bool(headlines)


def _withheld_groups(tabulation: Tabulation[K], key: K, statuses: dict[K, Status]) -> bool:
    """Withhold the groups of which a count is a category, and tell whether there was one that was shown."""
    groups = [item for item in tabulation.sums_of[key] if item.breakdown and key in item.parts]
    shown = [item for item in groups if any(statuses[part] is not Status.WITHHELD for part in item.parts)]
    for item in shown:
        _withhold(tabulation, item, statuses)
    return bool(shown)


def _withheld_whole(tabulation: Tabulation[K], key: K, statuses: dict[K, Status]) -> bool:
    """Withhold everything but headlines in the sums in which a count stands."""
    every = {other for item in tabulation.sums_of[key] for other in item.keys} - tabulation.headlines
    open_ones = [other for other in every if statuses[other] is not Status.WITHHELD]
    statuses.update(dict.fromkeys(open_ones, Status.WITHHELD))
    return bool(open_ones)
