"""Catalogues: the metrics and invariants that are published together, with the model they read."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import attrs

from impact_metrics.errors import RuleError, nearest
from impact_metrics.model import Model
from impact_metrics.rules.invariants import AtMost, Invariant, check_same_subjects, metrics_of
from impact_metrics.rules.measures import measure_rows
from impact_metrics.rules.metric import Metric

if TYPE_CHECKING:
    from collections.abc import Mapping


@attrs.frozen(kw_only=True, slots=False)
class Catalogue:
    """Metrics, the invariants between them, and the model they read, under one version."""

    id: str
    version: str
    title: str
    model: Model
    metrics: tuple[Metric, ...]
    invariants: tuple[Invariant, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Ids are unique, rules read event types of the model, and invariants relate metrics of it that are alike."""
        if len(self.by_id) < len(self.metrics):
            raise RuleError("two metrics have the same id", where=f"catalogue {self.id!r}")
        for metric in self.metrics:
            self.model.check_known(measure_rows(metric.measure), f"metric {metric.id!r}")
        for invariant in self.invariants:
            for name in metrics_of(invariant):
                if name not in self.by_id:
                    raise RuleError(
                        f"there is no metric {name!r}", where=f"invariant {invariant}", hint=nearest(name, self.by_id)
                    )
            if not isinstance(invariant, AtMost):
                check_same_subjects(*(self.by_id[name] for name in metrics_of(invariant)))

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
