"""Saying: the observations of an edition as a reader sees them, with what is rounded, not shown, or not there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, assert_never

import attrs

from impact_metrics.publication.disclosure import Policy, Status
from impact_metrics.reports.shares import percent
from impact_metrics.reports.times import NOT_REACHED, in_days
from impact_metrics.rules import Count, FollowUp, Funnel, Listing, PairedChange, RowCount, Share, TimeBetween, Total

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from impact_metrics.publication.observations import Observation
    from impact_metrics.rules import Metric

HIDDEN = "[c]"
"""What stands in the place of a number that is not shown, as official statistics have it: it is confidential."""
ABOUT = "≈\N{NO-BREAK SPACE}"
"""What stands before a number that is rounded."""
NONE = "none"
"""What stands in the place of a number that there is not, such as a share of nobody."""
MINUS = "\N{MINUS SIGN}"


def day(when: date) -> str:
    """Print a day as people write it, whatever the language of the machine."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def moment(when: datetime) -> str:
    """Print a moment in UTC."""
    utc = when.astimezone(UTC)
    return f"{day(utc)}, {utc:%H:%M:%S} UTC"


def legend(policy: Policy | None) -> str:
    """Say what the signs in the place of numbers mean."""
    if policy is None:
        return "Every number is exact."
    rounded = (
        "" if policy.base is None else f" {ABOUT.strip()} stands before a number that is rounded to {policy.base}."
    )
    return (
        f"{HIDDEN} stands for a number that is not shown: it is below {policy.threshold}, or one that is could be "
        f"worked out from it, or too few stand behind it.{rounded}"
    )


def plain(value: int | Decimal) -> str:
    """Print a number, with a true minus sign."""
    return f"{value:,}".replace("-", MINUS)


def shown(seen: Observation) -> str:
    """Print one observation, for the cell of a table or inside a sentence."""
    if seen.value is None:
        return NONE if seen.told == "none" else HIDDEN
    text = f"{percent(Decimal(seen.value))} %" if seen.part in _PARTS_OF_ONE else plain(seen.value)
    return f"{ABOUT}{text}" if seen.status is Status.ROUNDED else text


def count(value: int | None, status: Status) -> str:
    """Print a protected count of its own."""
    if value is None:
        return HIDDEN
    return f"{ABOUT}{plain(value)}" if status is Status.ROUNDED else plain(value)


_PARTS_OF_ONE = frozenset({"share", "lower", "upper"})


@attrs.frozen
class Told:
    """A figure to date: what stands large, what that is, and the lines below that say what is behind it."""

    large: str
    unit: str
    behind: tuple[str, ...] = ()


def told(metric: Metric, parts: Mapping[str, Observation], policy: Policy | None) -> Told:
    """Say a figure to date."""
    unit = metric.unit.plural
    match metric.measure:
        case Count() | Listing() | RowCount() | Total():
            return _tally(metric, parts["value"], policy)
        case Share():
            return Told(_share(parts), f"of {unit}", tuple(_behind_share(parts, unit)))
        case FollowUp():
            return Told(_share(parts), f"of {unit}", tuple(_behind_rate(parts, unit)))
        case Funnel() as measure:
            last = measure.stages[-1].title
            return Told(_share(parts), f"of {unit}", tuple(_behind_funnel(parts, unit, last)))
        case PairedChange():
            return Told(_share(parts), "improved", tuple(_behind_change(parts, unit)))
        case TimeBetween():
            return _time(parts, unit)
        case _:
            assert_never(metric.measure)


def _tally(metric: Metric, seen: Observation, policy: Policy | None) -> Told:
    unit = metric.unit.singular if seen.value == 1 else metric.unit.plural
    if seen.value is not None:
        note = () if policy is None or seen.status is not Status.ROUNDED else (f"rounded to {policy.base}",)
        return Told(shown(seen), unit, note)
    assert policy is not None  # noqa: S101 - without a policy a tally is always shown
    if isinstance(metric.measure, Total):
        return Told(
            "Not shown", unit, (f"it is below {policy.threshold}, or of fewer than {policy.threshold} records",)
        )
    return Told(f"Fewer than {policy.threshold}", unit, ("not shown",))


def _share(parts: Mapping[str, Observation]) -> str:
    seen = parts["share"]
    if seen.value is None:
        return "None" if seen.told == "none" else "Not shown"
    return shown(seen)


def _of(parts: Mapping[str, Observation], top: str, whole: str, unit: str) -> str:
    if parts["share"].told == "none":
        return f"of no {unit} there is a share"
    return f"{shown(parts[top])} of {shown(parts[whole])} {unit}"


def _interval(parts: Mapping[str, Observation]) -> Iterator[str]:
    if parts["lower"].value is not None:
        yield f"95 % interval {shown(parts['lower'])} to {_bare(parts['upper'])}"


def _bare(seen: Observation) -> str:
    """Print the second of two numbers, of which the first says that both are rounded."""
    return shown(seen).removeprefix(ABOUT)


def _some(parts: Mapping[str, Observation], words: Mapping[str, str]) -> Iterator[str]:
    said = [f"{shown(parts[name])} {text}" for name, text in words.items() if name in parts]
    if said:
        yield ", ".join(said)


def _behind_share(parts: Mapping[str, Observation], unit: str) -> Iterator[str]:
    yield _of(parts, "numerator", "denominator", unit)
    yield from _some(parts, {"unknown": "not known"})
    yield from _interval(parts)


def _behind_rate(parts: Mapping[str, Observation], unit: str) -> Iterator[str]:
    yield f"{_of(parts, 'numerator', 'denominator', unit)} followed up"
    yield from _some(parts, {"not_yet_due": "not yet due", "lost": "lost to follow-up"})
    yield from _interval(parts)


def _behind_funnel(parts: Mapping[str, Observation], unit: str, last: str) -> Iterator[str]:
    stages = stages_of(parts)
    yield f"{_of(parts, stages[-1], stages[0], unit)} reached the last stage: {last}"
    yield from _interval(parts)


def _behind_change(parts: Mapping[str, Observation], unit: str) -> Iterator[str]:
    yield f"{_of(parts, 'numerator', 'denominator', unit)} with both scores"
    yield from _some(parts, {"unchanged": "unchanged", "worsened": "worsened"})
    if parts["mean_change"].value is not None:
        yield f"mean change {change(parts['mean_change'])}"
    yield from _interval(parts)


def change(seen: Observation) -> str:
    """Print a change with its sign."""
    if seen.value is None:
        return shown(seen)
    return f"+{plain(seen.value)}" if seen.value > 0 else plain(seen.value)


def _time(parts: Mapping[str, Observation], unit: str) -> Told:
    median = parts["median"]
    large = "Not shown" if median.told == Status.SUPPRESSED.value else in_days(_whole(median)).capitalize()
    behind = [f"of {shown(parts['cohort'])} {unit}"]
    behind += _some(parts, {"ended": "ended", "not_yet": "not yet", "lost": "lost to follow-up"})
    low, high = parts["lower_quartile"], parts["upper_quartile"]
    if low.value is not None:
        behind.append(f"a quarter by day {plain(low.value)}, three quarters {days_by(high)}")
    return Told(large, "median", tuple(behind))


def days_by(seen: Observation) -> str:
    """Say by which day, or that it is not reached."""
    if seen.value is None:
        return NOT_REACHED if seen.told == "none" else HIDDEN
    return f"by day {plain(seen.value)}"


def _whole(seen: Observation) -> int | None:
    return None if seen.value is None else int(seen.value)


def stages_of(parts: Mapping[str, Observation]) -> list[str]:
    """Give the names of the stages of a funnel, in order."""
    return sorted((name for name in parts if name.startswith("stage_")), key=lambda name: int(name[6:]))
