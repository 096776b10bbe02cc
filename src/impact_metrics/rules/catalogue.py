"""Catalogues: the metrics and invariants that are published together, with the model they read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import attrs

from impact_metrics.errors import RuleError, nearest
from impact_metrics.lazy import cached_property
from impact_metrics.model import Model
from impact_metrics.rules.decidability import Exactness, exactness
from impact_metrics.rules.invariants import (
    Invariant,
    Monotone,
    Relation,
    Satisfiable,
    check_claim,
    metrics_of,
)
from impact_metrics.rules.metric import Metric
from impact_metrics.rules.sections import Section, check_sections

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def _all(metrics: Iterable[Metric]) -> tuple[Metric, ...]:
    return tuple(metrics)


def _of_what_is_read(catalogue: Catalogue) -> Model:
    rows = (row for metric in (*catalogue.metrics, *catalogue.other_versions) for row in metric.measure.rows_read)
    return Model.reading(catalogue.id, rows)


@attrs.frozen(kw_only=True, slots=False)
class Catalogue:
    """Metrics, the invariants between them, and the model they read, under one version.

    ``other_versions`` are versions of these metrics that are not the ones published: earlier ones, later ones, or other
    readings of the same words. Each says in its ``reason`` what it is. ``sections`` are the headings under which a
    report shows the metrics, in order; a metric that is in none comes last. Without a ``model``, it is made of the
    event types that the rules read: constraints, and attributes of persons, need one.
    """

    id: str
    version: str
    title: str
    metrics: tuple[Metric, ...] = attrs.field(converter=_all)
    invariants: tuple[Invariant, ...] = ()
    other_versions: tuple[Metric, ...] = ()
    sections: tuple[Section, ...] = ()
    model: Model = attrs.field(default=attrs.Factory(_of_what_is_read, takes_self=True))

    def __attrs_post_init__(self) -> None:
        """Ids are unique, rules read event types of the model, and invariants relate metrics of it that are alike."""
        if len(self.by_id) < len(self.metrics):
            raise RuleError("two metrics have the same id", where=f"catalogue {self.id!r}")
        self._check_versions()
        check_sections(self.sections, self.by_id)
        for metric in (*self.metrics, *self.other_versions):
            self.model.check_known(metric.measure.rows_read, f"metric {metric.id!r}")
        for invariant in self.invariants:
            for name in metrics_of(invariant):
                if name not in self.by_id:
                    raise RuleError(
                        f"there is no metric {name!r}", where=f"invariant {invariant}", hint=nearest(name, self.by_id)
                    )
            check_claim(invariant, [self.by_id[name] for name in metrics_of(invariant)])

    def _check_versions(self) -> None:
        names = [str(metric) for metric in (*self.metrics, *self.other_versions)]
        for metric in self.other_versions:
            where = f"other version {metric}"
            if metric.id not in self.by_id:
                raise RuleError(
                    "it is the version of a metric that is not in the catalogue",
                    where=where,
                    hint=nearest(metric.id, self.by_id),
                )
            if names.count(str(metric)) > 1:
                raise RuleError("two versions of one metric have the same name", where=where)
            if not metric.reason.strip():
                raise RuleError("a version says why it differs", where=where, hint='give reason="..."')

    def versions(self, metric_id: str) -> tuple[Metric, ...]:
        """Give all versions of a metric: those with a date in its order, then the others; the published one included.

        Raises ``RuleError`` for a metric that is not in the catalogue.
        """
        found = [self[metric_id], *(metric for metric in self.other_versions if metric.id == metric_id)]
        return tuple(sorted(found, key=lambda metric: metric.effective_from or date.max))

    def with_version(self, metric_id: str, version: str) -> Catalogue:
        """Give the catalogue with another version of a metric as the one to evaluate; the two change places.

        Raises ``RuleError`` for a version that the catalogue does not have.
        """
        found = {metric.version: metric for metric in self.versions(metric_id)}
        if version not in found:
            raise RuleError(
                f"there is no version {version!r}", where=f"metric {metric_id!r}", hint=nearest(version, found)
            )
        chosen, published = found[version], self[metric_id]
        if chosen == published:
            return self
        reason = published.reason or f"the published version, instead of which {version} is evaluated"
        others = (*(m for m in self.other_versions if m != chosen), attrs.evolve(published, reason=reason))
        metrics = tuple(chosen if metric == published else metric for metric in self.metrics)
        return attrs.evolve(self, metrics=metrics, other_versions=others)

    def only(self, *metric_ids: str) -> Catalogue:
        """Give the catalogue of some of the metrics, in its order, with what speaks of no others.

        That is their other versions, the invariants between them, and the sections that have any of them. Raises
        ``RuleError`` for a metric that is not in the catalogue.
        """
        kept = {self[name].id for name in metric_ids}
        shown = (Section(section.title, tuple(n for n in section.metrics if n in kept)) for section in self.sections)
        return attrs.evolve(
            self,
            metrics=tuple(metric for metric in self.metrics if metric.id in kept),
            other_versions=tuple(metric for metric in self.other_versions if metric.id in kept),
            invariants=tuple(invariant for invariant in self.invariants if kept.issuperset(metrics_of(invariant))),
            sections=tuple(section for section in shown if section.metrics),
        )

    @property
    def by_section(self) -> tuple[tuple[str, tuple[Metric, ...]], ...]:
        """The metrics under the titles of their sections; those that are in none last, under the empty title."""
        placed = [(section.title, tuple(map(self.by_id.__getitem__, section.metrics))) for section in self.sections]
        there = {name for section in self.sections for name in section.metrics}
        rest = tuple(metric for metric in self.metrics if metric.id not in there)
        return (*placed, ("", rest)) if rest else tuple(placed)

    @property
    def relations(self) -> tuple[Relation, ...]:
        """The invariants that relate figures of one stream, which every report can check on its own data."""
        return tuple(found for found in self.invariants if not isinstance(found, Monotone | Satisfiable))

    def exactness(self, *metric_ids: str) -> Exactness:
        """Tell whether claims about whom metrics count are decided exactly, for streams that keep the constraints.

        For a claim about several metrics name all of them: two that are exact each need not be so together.
        """
        return exactness(*(self[name].measure for name in metric_ids), constraints=self.model.constraints)

    @cached_property
    def by_id(self) -> Mapping[str, Metric]:
        """Find a metric by its id."""
        return {metric.id: metric for metric in self.metrics}

    def __getitem__(self, metric_id: str) -> Metric:
        """Give the metric of that id, or raise ``RuleError`` with the nearest right one."""
        try:
            return self.by_id[metric_id]
        except KeyError:
            raise RuleError(
                f"there is no metric {metric_id!r}", where=f"catalogue {self.id!r}", hint=nearest(metric_id, self.by_id)
            ) from None
