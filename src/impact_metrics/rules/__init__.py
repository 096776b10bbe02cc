"""What is counted: populations, measures, metrics, invariants and catalogues."""

from impact_metrics.rules.catalogue import Catalogue
from impact_metrics.rules.decidability import Exactness
from impact_metrics.rules.invariants import (
    AtMost,
    CoveredBy,
    Disjoint,
    Equivalent,
    Invariant,
    Monotone,
    Relation,
    Satisfiable,
    Subset,
    at_most,
    covered_by,
    disjoint,
    equivalent,
    monotone,
    satisfiable,
    subset,
)
from impact_metrics.rules.measures import Count, Measure, RowCount, Rows, Total, count, rows, total
from impact_metrics.rules.metric import Metric, Source, Unit
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without, distinct

__all__ = [
    "AtMost",
    "Both",
    "Catalogue",
    "Count",
    "CoveredBy",
    "Disjoint",
    "Distinct",
    "Either",
    "Equivalent",
    "Exactness",
    "Invariant",
    "Measure",
    "Metric",
    "Monotone",
    "Population",
    "Relation",
    "RowCount",
    "Rows",
    "Satisfiable",
    "Source",
    "Subset",
    "Total",
    "Unit",
    "Without",
    "at_most",
    "count",
    "covered_by",
    "disjoint",
    "distinct",
    "equivalent",
    "monotone",
    "rows",
    "satisfiable",
    "subset",
    "total",
]
