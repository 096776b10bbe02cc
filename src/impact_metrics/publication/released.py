"""Numbers for a saved report that is publishable: those of the edition that its manifest describes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.errors import RuleError
from impact_metrics.publication.disclosure import POLICIES
from impact_metrics.publication.edition import Edition
from impact_metrics.publication.numbers import PeriodNamed, SavedNumber

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impact_metrics.publication.manifest import Manifest
    from impact_metrics.reports import Report


def released(report: Report, manifest: Manifest) -> Iterator[SavedNumber]:
    """Give the numbers of the edition that is published of a report.

    The manifest says by which policy, over which periods and by which dimensions. Raises ``RuleError`` where its policy
    is none that this library has, or its periods lie between boundaries, which editions do not have; and
    ``MissingExtraError`` where protecting the tables needs the extra ``prove``.
    """
    policy, layout = manifest.policy, manifest.layout
    if not isinstance(policy, str) or policy not in POLICIES:
        hint = f"name one of them in the manifest ({', '.join(POLICIES)}), or give the numbers that were released"
        raise RuleError(f"the library has no policy of disclosure {policy!r}", where="manifest.policy", hint=hint)
    if layout.boundaries or layout.every:
        hint = "give a unit of periods, and leave out every"
        raise RuleError("an edition has whole periods, and cells that add up", where="manifest.layout", hint=hint)
    yield from shown_of(
        Edition.of(
            report,
            policy=POLICIES[policy],
            by=layout.breakdowns,
            period=layout.period,
            year_starts=layout.year_starts,
            lists=layout.lists,
        )
    )


def shown_of(edition: Edition) -> Iterator[SavedNumber]:
    """Give the numbers that an edition shows."""
    for seen in edition.observations:
        period = seen.period
        yield SavedNumber(
            metric=seen.metric.id,
            part=seen.part,
            value=seen.value,
            status=seen.told,
            period=None if period is None else PeriodNamed(period.label, period.start, period.end),
            by=seen.by,
            cell=seen.cell,
        )
