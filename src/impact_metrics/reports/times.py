"""Times as people and tables read them: the median, how many ended and how many did not, and the quartiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.reports.table import Column

if TYPE_CHECKING:
    from impact_metrics.engines.times import LifeTable
    from impact_metrics.rules import Unit

NOT_REACHED = "not reached"
"""What stands in the place of a median or quartile when too few have ended for it."""

TIME_COLUMNS = (
    Column("ended", "integer", "for times: how many ended"),
    Column("not_yet", "integer", "for times: how many have not yet ended, and are watched to the date of the report"),
    Column("lost_before", "integer", "for times: how many were lost before they ended"),
    Column("lower_quartile", "integer", "for times: the first day by which at least a quarter have ended"),
    Column("upper_quartile", "integer", "for times: the first day by which at least three quarters have ended"),
    Column("naive_median", "integer", "for times: the wrong median, that of those who ended only"),
)


def time_values(times: LifeTable | None) -> tuple[int | None, ...]:
    """Give the values of the columns of times; none for other figures."""
    if times is None:
        return (None,) * len(TIME_COLUMNS)
    return (times.ended, times.not_yet, times.lost, *times.quartiles, times.naive_median)


def in_days(days: int | None) -> str:
    """Print a number of days, or say that it is not reached."""
    return NOT_REACHED if days is None else f"{days:,} day{'' if days == 1 else 's'}"


def behind_times(times: LifeTable, unit: Unit) -> str:
    """Say what is behind a median: of how many, how many ended and how many did not, and the quartiles."""
    if not times.size:
        return f"nobody is in the cohort: of no {unit.plural} there is no time"
    who = unit.singular if times.size == 1 else unit.plural
    said = [f"of {times.size:,} {who}: {times.ended:,} ended, {times.not_yet:,} not yet"]
    if times.lost is not None:
        said[0] += f", {times.lost:,} lost before"
    lower, upper = times.quartiles
    if lower is not None:
        said.append(f"quartiles {lower:,} and {NOT_REACHED if upper is None else f'{upper:,}'}")
    if times.naive_median is not None and times.naive_median != times.median:
        said.append(f"naive median {times.naive_median:,}, of those who ended only")
    return "; ".join(said)
