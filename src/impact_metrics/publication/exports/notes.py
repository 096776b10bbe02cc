"""Notes: what a reader of an exported edition has to know, in words, so that they travel with the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impact_metrics.publication.edition import Edition
    from impact_metrics.rules import Metric

STATUSES = {
    "exact": "the number as it was counted",
    "rounded": "rounded, as the policy says",
    "suppressed": "not shown: the number is small, or a small one could be worked out from it",
    "withheld": "not shown: with the others of its table a small number could be worked out",
    "none": "there is no such number, as of a share of nobody",
}
"""What each status of a number means."""

METRIC_NOTES = (
    "metric",
    "version",
    "title",
    "unit",
    "definition",
    "source",
    "our readings",
    "limits",
    "why it differs",
)
"""What the notes say of each metric."""


def edition_notes(edition: Edition) -> Iterator[tuple[str, str]]:
    """Give what is said of the edition as a whole, as pairs of a heading and a text."""
    known = "everything that is recorded" if edition.known_at is None else edition.known_at.isoformat()
    yield "title", edition.catalogue.title
    yield "audience", edition.marking
    yield "catalogue", f"{edition.catalogue.id} {edition.catalogue.version}"
    yield "as at", edition.as_at.isoformat()
    yield "known at", known
    if edition.policy is None:
        yield "policy", "none: every number is exact"
    else:
        yield "policy", edition.policy.words
        yield "policy of", edition.policy.source
    for refusal in edition.refusals:
        yield "not published", str(refusal)
    for invariant, holds in edition.holding:
        yield "holds" if holds else "does NOT hold", invariant
    for status, words in STATUSES.items():
        if any(seen.told == status for seen in edition.observations):
            yield f"status: {status}", words
    meanings: dict[str, dict[str, None]] = {}
    for seen in edition.observations:
        meanings.setdefault(seen.part, {})[seen.meaning] = None
    for part, said in meanings.items():
        yield f"part: {part}", "; ".join(said)


def metric_notes(metric: Metric) -> tuple[str, ...]:
    """Give what is said of a metric, under ``METRIC_NOTES``, its definition word for word."""
    return (
        metric.id,
        metric.version,
        metric.title,
        metric.unit.plural,
        metric.definition or "the source gives none in words",
        str(metric.source),
        "\n".join(metric.assumptions),
        "\n".join(metric.limits),
        metric.reason,
    )
