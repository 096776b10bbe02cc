"""The section that says what the edition was made of, so that it can be made again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.publication.page.elements import tag
from impact_metrics.publication.page.given import Section

if TYPE_CHECKING:
    from impact_metrics.publication.page.given import Given


def manifest(given: Given) -> Section | None:
    """Lay out the rows of a manifest."""
    if not given.manifest_rows:
        return None
    rows = [tag("div", tag("dt", label), tag("dd", tag("code", text))) for label, text in given.manifest_rows]
    intro = tag("p", "Whoever has the same records and the same catalogue can make the same figures again.")
    return Section("manifest", "What it was made of", (intro, tag("dl", rows, class_="facts")))
