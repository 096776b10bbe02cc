"""What the commands save of a report, to be verified later."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from impact_metrics.publication import Manifest, save
from impact_metrics.publication.verify import records_of
from impact_metrics.streams import StreamDigest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from impact_metrics.cli.inputs import Read
    from impact_metrics.publication import Layout, SavedNumber
    from impact_metrics.reports import Report


def manifest_of(made: Report, reading: Read, layout: Layout, policy: str | None) -> Manifest:
    """Say what a report was made of, and for whom: internally, or as a policy lets it be published."""
    return Manifest.of(
        made,
        stream_digest=StreamDigest.of(records_of(reading.source), known_at=made.known_at),
        records=reading.read,
        set_aside=reading.set_aside_count,
        audience="internal" if policy is None else "publishable",
        policy=policy,
        created_at=_now(),
        layout=layout,
    )


def saved_report(
    made: Report, reading: Read, manifest: Manifest, path: Path, numbers: Iterable[SavedNumber] | None = None
) -> str:
    """Save a report with its manifest: an internal one with evidence, another without; say so in one line.

    ``numbers`` are those of an edition that is made already; without them a publishable report makes its own.
    """
    internal = manifest.policy is None
    save(made, path, manifest, numbers=numbers, records=records_of(reading.source) if internal else None)
    what = "INTERNAL, with the people and records behind it" if internal else f"publishable by {manifest.policy!r}"
    return f"saved: {path} ({what})"


def _now() -> datetime:
    """Give the time, or the one that the environment fixes, so that a file can be made again byte by byte."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(fixed), UTC) if fixed.isdecimal() else datetime.now(UTC).replace(microsecond=0)
