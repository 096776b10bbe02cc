"""Sections: under which headings, and in which order, a publication shows its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from impact_metrics.errors import RuleError, nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from impact_metrics.rules.metric import Metric


OTHERS = "Other figures"
"""The heading above metrics that are in no section, where others are in one."""


@attrs.frozen
class Section:
    """A heading with the ids of the metrics under it, in order.

    It belongs to the publication and not to a metric: what a figure means does not change with the place where it
    stands.
    """

    title: str
    metrics: tuple[str, ...]

    def __attrs_post_init__(self) -> None:
        """A section has a title."""
        if not self.title.strip():
            raise RuleError("a section has a title", where=f"section of {', '.join(self.metrics) or 'nothing'}")

    @classmethod
    def of(cls, title: str, metrics: Iterable[Metric]) -> Section:
        """Make a section of metrics."""
        return cls(title, tuple(metric.id for metric in metrics))


def check_sections(sections: Iterable[Section], known: Collection[str]) -> None:
    """Raise ``RuleError`` for a title that is there twice, and a metric that is unknown or in two places."""
    titles: set[str] = set()
    placed: dict[str, str] = {}
    for section in sections:
        where = f"section {section.title!r}"
        if section.title in titles:
            raise RuleError("two sections have the same title", where=where)
        titles.add(section.title)
        for name in section.metrics:
            if name not in known:
                raise RuleError(f"there is no metric {name!r}", where=where, hint=nearest(name, known))
            if name in placed:
                raise RuleError(f"the metric {name!r} is in {placed[name]!r} already", where=where)
            placed[name] = section.title
