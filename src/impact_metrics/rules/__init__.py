"""What is counted: populations, measures, metrics, invariants and catalogues."""

from impact_metrics.rules.catalogue import Catalogue
from impact_metrics.rules.invariants import AtMost, Disjoint, Invariant, Subset, at_most, disjoint, subset
from impact_metrics.rules.measures import Count, Measure, RowCount, Rows, Total, count, rows, total
from impact_metrics.rules.metric import Metric, Source, Unit
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without, distinct

__all__ = [
    "AtMost",
    "Both",
    "Catalogue",
    "Count",
    "Disjoint",
    "Distinct",
    "Either",
    "Invariant",
    "Measure",
    "Metric",
    "Population",
    "RowCount",
    "Rows",
    "Source",
    "Subset",
    "Total",
    "Unit",
    "Without",
    "at_most",
    "count",
    "disjoint",
    "distinct",
    "rows",
    "subset",
    "total",
]
