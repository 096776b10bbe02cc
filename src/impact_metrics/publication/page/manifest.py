"""The section that says what the edition was made of, so that it can be made again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.publication.edition import Audience
from impact_metrics.publication.page.elements import tag
from impact_metrics.publication.page.given import Section

if TYPE_CHECKING:
    from impact_metrics.publication.manifest import Manifest
    from impact_metrics.publication.page.given import Given


def manifest(given: Given) -> Section | None:
    """Lay out the rows of a manifest."""
    if not given.manifest_rows:
        return None
    rows = [tag("div", tag("dt", label), tag("dd", tag("code", text))) for label, text in given.manifest_rows]
    intro = tag("p", "Whoever has the same records and the same catalogue can make the same figures again.")
    return Section("manifest", "What it was made of", (intro, tag("dl", rows, class_="facts")))


def manifest_rows(manifest: Manifest) -> tuple[tuple[str, str], ...]:
    """Give what a page shows of a manifest: what it does not say elsewhere, and no number of records.

    Of a publishable edition that is the catalogue and the version of this library. The digest of the records is left
    out there, since whoever has all but a few of them could try what the others are.
    """
    catalogue = (
        ("Catalogue", f"{manifest.catalogue_id} {manifest.catalogue_version}"),
        ("SHA-256 of the catalogue", manifest.catalogue_digest),
    )
    if manifest.audience == Audience.PUBLISHABLE.value:
        return (*catalogue, *((f"Version of {name}", number) for name, number in manifest.versions if name == _OURS))
    return (
        *catalogue,
        ("SHA-256 of the records", manifest.stream.sha256),
        ("Engine", manifest.engine),
        *((f"Version of {name}", number) for name, number in manifest.versions),
    )


_OURS = "impact-metrics"
