"""The section that leads over from the last edition: what was shown then, what is shown now, and why it changed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from impact_metrics.publication.disclosure import Status
from impact_metrics.publication.page.elements import Content, Element, tag
from impact_metrics.publication.page.given import Section
from impact_metrics.publication.page.layout import Align, table, to_definition
from impact_metrics.publication.page.saying import ABOUT, HIDDEN, NONE, day, moment, plain, shown
from impact_metrics.reports.restate import Cause
from impact_metrics.rules.measures.parts import VALUE, Nature, PartUnit
from impact_metrics.rules.measures.shares import percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impact_metrics.publication.disclosure import Policy
    from impact_metrics.publication.observations import Observation
    from impact_metrics.publication.page.given import Given
    from impact_metrics.publication.previous import Previous, PreviousNumber
    from impact_metrics.reports.restate import Bridge, Restatement
    from impact_metrics.rules import Metric


def bridge(given: Given) -> Section | None:
    """Compare with the last edition what is shown in both; an internal page may also say why figures changed."""
    inside = [*_compared(given), *_restated(given)]
    return Section("changes", "Since the last edition", tuple(inside)) if inside else None


def _compared(given: Given) -> Iterator[Element]:
    previous = given.previous
    if previous is None:
        return
    edition = given.edition
    metrics = [metric for _, found in edition.catalogue.by_section for metric in found]
    rows = [_row(metric, given, previous) for metric in metrics]
    head: list[tuple[str, Align]] = [
        ("Figure", "text"),
        (f"As at {day(previous.as_at)}", "number"),
        (f"As at {day(edition.as_at)}", "number"),
        ("Change", "number"),
        ("Besides", "text"),
    ]
    width = len(head) if any(row[-1] for row in rows) else len(head) - 1
    yield table(
        "What was shown in the last edition, and what is shown now",
        head[:width],
        [row[:width] for row in rows],
        note="The change is worked out from what is shown, and no more is known of it than of the two.",
    )
    gone = [name for name in previous.metrics if name not in edition.catalogue.by_id]
    if gone:
        yield tag("p", "No longer reported: ", ", ".join(gone), ".")


def _row(metric: Metric, given: Given, previous: Previous) -> list[Content]:
    parts = given.edition.headline(metric.id)
    now, then = parts[VALUE], previous.headline(metric.id, VALUE)
    title = to_definition(metric)
    if then is None:
        return [title, "", shown(now), "", "new"]
    besides = "" if then.version == metric.version else f"another definition: {then.version} then, {metric.version} now"
    return [title, _then(then, now), shown(now), _change(now, then, given.edition.policy), besides]


def _then(then: PreviousNumber, now: Observation) -> str:
    if then.value is None:
        return NONE if then.status == "none" else HIDDEN
    text = f"{percent(Decimal(then.value))} %" if _in_percent(now) else plain(then.value)
    return f"{ABOUT}{text}" if then.status == Status.ROUNDED.value else text


def _in_percent(seen: Observation) -> bool:
    return seen.declared.unit is PartUnit.PARTS_OF_ONE


def _change(now: Observation, then: PreviousNumber, policy: Policy | None) -> str:
    """Say by how much a figure changed; of a publication no number below the threshold, though readers may subtract."""
    if now.value is None or then.value is None:
        return HIDDEN if HIDDEN in {shown(now), _then(then, now)} else NONE
    about = ABOUT if Status.ROUNDED.value in {now.status.value, then.status} else ""
    if _in_percent(now):
        points = Decimal(percent(Decimal(now.value - then.value)))
        return f"{about}{_signed(points)} points"
    change: int | Decimal = now.value - then.value
    if (
        policy is not None
        and now.declared.nature is not Nature.MIDDLE
        and change != 0
        and -policy.threshold < change < policy.threshold
    ):
        return f"less than {policy.threshold}"
    return f"{about}{_signed(change)}"


def _restated(given: Given) -> Iterator[Element]:
    restatement = given.restatement
    if restatement is None or not given.internal:
        return
    yield tag("h3", "Why figures for one date changed")
    changed = [found for found in restatement.bridges if any(line.change for line in found.lines)]
    if not changed:
        yield tag("p", f"No figure changed between {_between(restatement)}.")
        return
    yield table(
        f"From what was known on {_between(restatement)}",
        [
            ("Figure", "text"),
            ("Published", "number"),
            *((cause.value.capitalize(), "number") for cause in Cause),
            ("Restated", "number"),
        ],
        [_line(given, found) for found in changed],
        note="The lines add up: each kind of change is let in after the other, in the order of the columns.",
    )


def _between(restatement: Restatement) -> str:
    return f"{moment(restatement.known_from)} and {moment(restatement.known_to)}"


def _line(given: Given, found: Bridge) -> list[Content]:
    metric = given.edition.catalogue.by_id.get(found.metric.id, found.metric)
    changes = {line.cause: line.change for line in found.lines}
    part = f" ({found.part.replace('_', ' ')})" if found.part else ""
    return [
        f"{metric.title}{part}",
        plain(found.published),
        *(_signed(changes.get(cause, 0)) for cause in Cause),
        plain(found.restated),
    ]


def _signed(change: int | Decimal) -> str:
    """Print a change with its sign; none has none."""
    if change == 0:
        return "0"
    return f"+{plain(change)}" if change > 0 else plain(change)
