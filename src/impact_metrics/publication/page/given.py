"""What a page is made from: the edition, and for an internal page what stands behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import attrs

from impact_metrics.errors import DisclosureError
from impact_metrics.publication.certainty import Certainty
from impact_metrics.publication.edition import Audience, Edition
from impact_metrics.publication.page.elements import Node
from impact_metrics.publication.previous import Previous
from impact_metrics.reports import Report
from impact_metrics.reports.restate import Restatement

if TYPE_CHECKING:
    from impact_metrics.streams.reading import Account, SetAside


class Accounted(Protocol):
    """What was read, with its account: records in memory, or tables where they are."""

    @property
    def accounts(self) -> tuple[Account, ...]:
        """What became of the records, by file and type."""
        ...

    @property
    def set_aside(self) -> tuple[SetAside, ...]:
        """The first findings."""
        ...

    @property
    def set_aside_count(self) -> int:
        """How many records were set aside."""
        ...


@attrs.frozen(kw_only=True)
class Given:
    """What the sections of a page are made from.

    Sections of a publishable page take nothing from ``report`` and ``reading`` but totals that they protect; see
    ``internal``.
    """

    edition: Edition
    report: Report | None = None
    reading: Accounted | None = None
    about: Sequence[Mapping[str, Any]] = ()
    previous: Previous | None = None
    restatement: Restatement | None = None
    manifest_rows: Sequence[tuple[str, str]] = ()
    certainty: Certainty | None = None

    def __attrs_post_init__(self) -> None:
        """A publishable page prints no number of an internal edition, and evidence is that of its own report."""
        if not self.internal and self.previous is not None and self.previous.audience is Audience.INTERNAL:
            raise DisclosureError(
                "the previous edition is internal, and its exact figures are not published",
                where="previous",
                hint="give the table of the publishable edition, or keep this one internal too",
            )
        report, edition = self.report, self.edition
        if report is not None and (report.catalogue, report.as_at, report.known_at) != (
            edition.catalogue,
            edition.as_at,
            edition.known_at,
        ):
            raise DisclosureError(
                "the edition is of another report",
                where="report",
                hint="give the report that the edition was made from",
            )

    @property
    def internal(self) -> bool:
        """Whether the page may show evidence."""
        return self.edition.policy is None


@attrs.frozen
class Section:
    """A part of a page, with its heading: what the table of contents links to."""

    id: str
    title: str
    inside: tuple[Node, ...]
