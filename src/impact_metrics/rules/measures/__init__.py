"""Measures: how a population, or a set of rows, becomes a figure. One file a kind."""

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
from impact_metrics.rules.measures.share import Share, share
from impact_metrics.rules.measures.standing import Parts, Standing
from impact_metrics.rules.measures.time_between import TimeBetween, time_between
from impact_metrics.rules.measures.total import Total, total

__all__ = [
    "BY_NAME",
    "KINDS",
    "KIRKPATRICK",
    "Changes",
    "Count",
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
    "OverTime",
    "Pair",
    "PairedChange",
    "Part",
    "Parts",
    "Proportion",
    "RowCount",
    "Rows",
    "Share",
    "Slot",
    "Spell",
    "Stage",
    "Standing",
    "States",
    "Subjects",
    "Tally",
    "TimeBetween",
    "Timed",
    "Total",
    "count",
    "followed_up",
    "funnel",
    "listing",
    "paired_change",
    "population_of",
    "rows",
    "share",
    "time_between",
    "total",
]
