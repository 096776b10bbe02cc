"""Saying: the observations of an edition as a reader sees them, with what is rounded, not shown, or not there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import attrs

from impact_metrics.publication.disclosure import Policy, Status
from impact_metrics.rules.measures import Heading
from impact_metrics.rules.measures.parts import VALUE, Nature, PartUnit
from impact_metrics.rules.measures.shares import percent
from impact_metrics.rules.measures.time_between import NOT_REACHED, in_days

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

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
    text = f"{percent(Decimal(seen.value))} %" if seen.declared.unit is PartUnit.PARTS_OF_ONE else plain(seen.value)
    return f"{ABOUT}{text}" if seen.status is Status.ROUNDED else text


def count(value: int | None, status: Status) -> str:
    """Print a protected count of its own."""
    if value is None:
        return HIDDEN
    return f"{ABOUT}{plain(value)}" if status is Status.ROUNDED else plain(value)


@attrs.frozen
class Told:
    """A figure to date: what stands large, what that is, and the lines below that say what is behind it."""

    large: str
    unit: str
    behind: tuple[str, ...] = ()


def told(metric: Metric, parts: Mapping[str, Observation], policy: Policy | None) -> Told:
    """Say a figure to date."""
    measure, unit = metric.measure, metric.unit.plural
    if measure.heading is Heading.TIMES:
        return _time(metric, parts, unit)
    if measure.divides is None:
        return _tally(metric, parts[VALUE], policy)
    large = _share(parts[VALUE])
    return Told(large, measure.better or f"of {unit}", tuple(_behind_share(metric, parts, measure.divides)))


def _tally(metric: Metric, seen: Observation, policy: Policy | None) -> Told:
    unit = metric.unit.singular if seen.value == 1 else metric.unit.plural
    if seen.value is not None:
        note = () if policy is None or seen.status is not Status.ROUNDED else (f"rounded to {policy.base}",)
        return Told(shown(seen), unit, note)
    assert policy is not None  # noqa: S101 - without a policy a tally is always shown
    if metric.measure.part(VALUE).nature is Nature.AMOUNT:
        return Told(
            "Not shown", unit, (f"it is below {policy.threshold}, or of fewer than {policy.threshold} records",)
        )
    return Told(f"Fewer than {policy.threshold}", unit, ("not shown",))


def _share(seen: Observation) -> str:
    if seen.value is None:
        return "None" if seen.told == "none" else "Not shown"
    return shown(seen)


def _interval(parts: Mapping[str, Observation]) -> Iterator[str]:
    if parts["lower"].value is not None:
        yield f"95 % interval {shown(parts['lower'])} to {_bare(parts['upper'])}"


def _bare(seen: Observation) -> str:
    """Print the second of two numbers, of which the first says that both are rounded."""
    return shown(seen).removeprefix(ABOUT)


def _others(metric: Metric, parts: Mapping[str, Observation], known: Collection[str]) -> Iterator[str]:
    """Say the counts of a figure besides those that are said already."""
    said = [
        f"{shown(parts[part.name])} {part.title}"
        for part in metric.measure.parts
        if part.name in parts and part.nature is Nature.COUNT and part.name not in known
    ]
    if said:
        yield ", ".join(said)


def _behind_share(metric: Metric, parts: Mapping[str, Observation], divided: tuple[str, str]) -> Iterator[str]:
    top, bottom = divided
    if parts[VALUE].told == "none":
        yield f"of no {metric.unit.plural} there is a share"
    else:
        last = f": {metric.measure.part(top).title}" if top.startswith("stage_") else ""
        words = (shown(parts[top]), "of", shown(parts[bottom]), metric.unit.plural, metric.measure.compared)
        yield f"{' '.join(filter(None, words))}{last}"
    stages = {name for name in parts if name.startswith("stage_")}
    yield from _others(metric, parts, {top, bottom, "cohort", "rest", *stages})
    for part in metric.measure.parts:
        if part.nature is Nature.MIDDLE and part.name in parts and parts[part.name].value is not None:
            yield f"{part.title} {change(parts[part.name])}"
    yield from _interval(parts)


def change(seen: Observation) -> str:
    """Print a change with its sign."""
    if seen.value is None:
        return shown(seen)
    return f"+{plain(seen.value)}" if seen.value > 0 else plain(seen.value)


def _time(metric: Metric, parts: Mapping[str, Observation], unit: str) -> Told:
    median = parts[VALUE]
    large = "Not shown" if median.told == Status.SUPPRESSED.value else in_days(_whole(median)).capitalize()
    behind = [f"of {shown(parts['cohort'])} {unit}"]
    behind += _others(metric, parts, {"cohort"})
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
