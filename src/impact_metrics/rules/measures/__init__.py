"""Measures: how a population, or a set of rows, becomes a figure. One file a kind."""

from impact_metrics.rules.measures.average import Average, Distribution, MedianOf, average, median_of
from impact_metrics.rules.measures.changes import Changes, Pair
from impact_metrics.rules.measures.count import Count, RowCount, Rows, count, rows
from impact_metrics.rules.measures.follow_up import FollowUp, followed_up
from impact_metrics.rules.measures.funnel import Funnel, Stage, funnel
from impact_metrics.rules.measures.kinds import BY_NAME, KINDS, Proportion, Tally, Timed, population_of
from impact_metrics.rules.measures.life_table import Ending, LifeRow, LifeTable, Spell
from impact_metrics.rules.measures.listing import Listing, listing
from impact_metrics.rules.measures.measure import (
    Figure,
    Form,
    Frame,
    Heading,
    Lines,
    LinesFound,
    Measure,
    OverTime,
    Slot,
    States,
    Subjects,
)
from impact_metrics.rules.measures.paired_change import KIRKPATRICK, PairedChange, paired_change
from impact_metrics.rules.measures.parts import Part
from impact_metrics.rules.measures.picks import (
    Pick,
    entry_date,
    first_date,
    first_of,
    is_in,
    last_date,
    latest_of,
    number_of,
    sum_of,
)
from impact_metrics.rules.measures.ratio import Ratio, ratio
from impact_metrics.rules.measures.share import Share, share
from impact_metrics.rules.measures.standing import Parts, Standing
from impact_metrics.rules.measures.subject_table import NamedPick, SubjectTable, subject_table
from impact_metrics.rules.measures.time_between import TimeBetween, time_between
from impact_metrics.rules.measures.total import Total, total

__all__ = [
    "BY_NAME",
    "KINDS",
    "KIRKPATRICK",
    "Average",
    "Changes",
    "Count",
    "Distribution",
    "Ending",
    "Figure",
    "FollowUp",
    "Form",
    "Frame",
    "Funnel",
    "Heading",
    "LifeRow",
    "LifeTable",
    "Lines",
    "LinesFound",
    "Listing",
    "Measure",
    "MedianOf",
    "NamedPick",
    "OverTime",
    "Pair",
    "PairedChange",
    "Part",
    "Parts",
    "Pick",
    "Proportion",
    "Ratio",
    "RowCount",
    "Rows",
    "Share",
    "Slot",
    "Spell",
    "Stage",
    "Standing",
    "States",
    "SubjectTable",
    "Subjects",
    "Tally",
    "TimeBetween",
    "Timed",
    "Total",
    "average",
    "count",
    "entry_date",
    "first_date",
    "first_of",
    "followed_up",
    "funnel",
    "is_in",
    "last_date",
    "latest_of",
    "listing",
    "median_of",
    "number_of",
    "paired_change",
    "population_of",
    "ratio",
    "rows",
    "share",
    "subject_table",
    "sum_of",
    "time_between",
    "total",
]
