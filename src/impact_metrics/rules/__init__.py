"""What is counted: populations, measures, metrics, invariants and catalogues."""

from impact_metrics.rules.catalogue import Catalogue
from impact_metrics.rules.decidability import Exactness
from impact_metrics.rules.follow_up import FollowUp, followed_up
from impact_metrics.rules.funnels import Funnel, Stage, funnel
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
from impact_metrics.rules.listings import Listing, listing
from impact_metrics.rules.measures import (
    Count,
    HasEntries,
    Measure,
    Proportion,
    RowCount,
    Rows,
    Share,
    Tally,
    Total,
    count,
    rows,
    share,
    total,
)
from impact_metrics.rules.metric import Metric, Source, Unit
from impact_metrics.rules.paired_change import PairedChange, paired_change
from impact_metrics.rules.picked import best, first, latest, worst
from impact_metrics.rules.populations import Both, Distinct, Either, Population, Without, distinct
from impact_metrics.rules.scales import Scale
from impact_metrics.rules.sections import Section
from impact_metrics.rules.time_between import TimeBetween, Timed, time_between

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
    "FollowUp",
    "Funnel",
    "HasEntries",
    "Invariant",
    "Listing",
    "Measure",
    "Metric",
    "Monotone",
    "PairedChange",
    "Population",
    "Proportion",
    "Relation",
    "RowCount",
    "Rows",
    "Satisfiable",
    "Scale",
    "Section",
    "Share",
    "Source",
    "Stage",
    "Subset",
    "Tally",
    "TimeBetween",
    "Timed",
    "Total",
    "Unit",
    "Without",
    "at_most",
    "best",
    "count",
    "covered_by",
    "disjoint",
    "distinct",
    "equivalent",
    "first",
    "followed_up",
    "funnel",
    "latest",
    "listing",
    "monotone",
    "paired_change",
    "rows",
    "satisfiable",
    "share",
    "subset",
    "time_between",
    "total",
    "worst",
]
