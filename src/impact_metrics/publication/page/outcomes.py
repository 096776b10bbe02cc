"""The sections of outcomes and funnels: shares, changes of scores, times and stages, as pictures and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from impact_metrics.publication.page.elements import Content, Element, tag
from impact_metrics.publication.page.given import Section
from impact_metrics.publication.page.layout import fold, table, to_definition
from impact_metrics.publication.page.saying import HIDDEN, change, days_by, legend, shown
from impact_metrics.publication.page.sideways import Row, bars_across, ranges, stacks
from impact_metrics.rules.measures import Heading
from impact_metrics.rules.measures.parts import VALUE, Nature
from impact_metrics.rules.measures.shares import percent, ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from impact_metrics.publication.observations import Observation
    from impact_metrics.publication.page.given import Given
    from impact_metrics.rules import Metric


Figures: TypeAlias = "Sequence[tuple[Metric, Mapping[str, Observation]]]"
Lay: TypeAlias = "Callable[[Figures], Iterator[Element]]"

_INTERVAL = (
    "An interval says how far chance alone could have moved the share, as if those counted were a random sample of "
    "those who may come. It says nothing of errors of recording."
)


def _figures(given: Given, heading: Heading, having: str = "") -> Figures:
    """Give the figures that stand under a heading and tell a part, or none of those by which others are chosen."""
    metrics = [metric for _, found in given.edition.catalogue.by_section for metric in found]
    found = [(metric, given.edition.headline(metric.id)) for metric in metrics if metric.measure.heading is heading]
    return [(metric, parts) for metric, parts in found if (having in parts if having else not _DRAWN & parts.keys())]


_DRAWN = frozenset({"unchanged", "stage_1"})
"""The parts by which changes of scores and funnels are told from other shares: they have pictures of their own."""


def outcomes(given: Given) -> Section | None:
    """Show what became of people: shares with their intervals, changes between two scores, and times."""
    parts = [
        *_part("Shares and rates", _shares, _figures(given, Heading.SHARES)),
        *_part("Changes between two scores", _changes, _figures(given, Heading.SHARES, "unchanged")),
        *_part("Times", _times, _figures(given, Heading.TIMES)),
    ]
    note = tag("p", legend(given.edition.policy), class_="note")
    return Section("outcomes", "Outcomes", (note, *parts)) if parts else None


def _part(title: str, lay_out: Lay, figures: Figures) -> Iterator[Element]:
    if figures:
        yield tag("h3", title)
        yield from lay_out(figures)


def _cells(parts: Mapping[str, Observation], names: Sequence[str]) -> list[Content]:
    return [shown(parts[name]) if name in parts else "" for name in names]


def _shares(figures: Figures) -> Iterator[Element]:
    rows = [
        Row(metric.title, shown(parts[VALUE]), _values(parts, VALUE, "lower", "upper")) for metric, parts in figures
    ]
    yield tag(
        "figure",
        tag("figcaption", "Each point is a share, and the line through it its 95 % interval"),
        ranges("picture-shares", "Shares with their 95 % intervals", _in_words(rows), rows),
    )
    yield tag("p", _INTERVAL, class_="note")
    there = _counts(figures, ("numerator", "denominator"))
    yield table(
        "Shares and rates, with what is behind them",
        [
            ("Figure", "text"),
            ("Share", "number"),
            ("95 % interval", "number"),
            *((head, "number") for head in there.values()),
        ],
        [
            [to_definition(metric), shown(parts[VALUE]), _interval(parts), *_cells(parts, [*there])]
            for metric, parts in figures
        ],
    )


_HEADS = {"numerator": "With the outcome", "denominator": "Of", "rest": "Without it"}


def _counts(figures: Figures, first: Sequence[str]) -> dict[str, str]:
    """Name the counts that any of the figures tells, in their order: those of the cohort are theirs alone."""
    found = dict.fromkeys(first, "")
    for metric, parts in figures:
        for part in metric.measure.parts:
            if part.name in parts and part.nature is Nature.COUNT and part.name != "cohort":
                found[part.name] = _HEADS.get(part.name, part.title.capitalize())
    return found


def _interval(parts: Mapping[str, Observation]) -> str:
    if parts["lower"].value is None:
        return shown(parts["lower"])
    return f"{shown(parts['lower'])} to {shown(parts['upper'])}"


def _values(parts: Mapping[str, Observation], *names: str) -> tuple[float, ...]:
    """Give numbers to draw, or none at all where one of them is not shown."""
    values = [parts[name].value for name in names]
    return tuple(float(value) for value in values if value is not None) if None not in values else ()


def _in_words(rows: Sequence[Row]) -> str:
    return f"{'; '.join(f'{row.name}: {row.said}' for row in rows)}."


def _changes(figures: Figures) -> Iterator[Element]:
    names = ("numerator", "unchanged", "worsened")
    rows = [Row(metric.title, shown(parts[VALUE]), _values(parts, *names)) for metric, parts in figures]
    yield tag(
        "figure",
        tag(
            "figcaption",
            "From left to right, of those with both scores: improved (filled; the number is their share), unchanged "
            "(outlined), and worsened (filled, at the right)",
        ),
        stacks("picture-changes", "Improved, unchanged and worsened", _in_words(rows), rows),
    )
    others = {**_counts(figures, ("denominator", *names)), "numerator": "Improved", "denominator": "With both scores"}
    yield table(
        "Changes between two scores",
        [
            ("Figure", "text"),
            ("Improved, as a share", "number"),
            ("95 % interval", "number"),
            ("Mean change", "number"),
            *((head, "number") for head in others.values()),
        ],
        [
            [
                to_definition(metric),
                shown(parts[VALUE]),
                _interval(parts),
                change(parts["mean_change"]),
                *_cells(parts, [*others]),
            ]
            for metric, parts in figures
        ],
    )


def _times(figures: Figures) -> Iterator[Element]:
    there = {"cohort": "Looked at", **_counts(figures, ())}
    ends = ("lower_quartile", VALUE, "upper_quartile")
    yield table(
        "Times in days",
        [
            ("Figure", "text"),
            ("A quarter ended", "number"),
            ("Half ended: median", "number"),
            ("Three quarters ended", "number"),
            *((head, "number") for head in there.values()),
        ],
        [
            [to_definition(metric), *(days_by(parts[name]) for name in ends), *_cells(parts, [*there])]
            for metric, parts in figures
        ],
        note="Whoever has not ended yet counts for as long as they were watched.",
    )


def funnels(given: Given) -> Section | None:
    """Draw the stages of each funnel, with how many came on from the one before."""
    found = _figures(given, Heading.SHARES, "stage_1")
    if not found:
        return None
    note = tag(
        "p", f"Each stage counts those who are in all stages before it. {legend(given.edition.policy)}", class_="note"
    )
    return Section("funnels", "Funnels", (note, *(_funnel(metric, parts) for metric, parts in found)))


def _funnel(metric: Metric, parts: Mapping[str, Observation]) -> Element:
    stages = [(part.title, parts[part.name]) for part in metric.measure.parts if part.name.startswith("stage_")]
    rows = [Row(title, shown(seen), _values({"it": seen}, "it")) for title, seen in stages]
    cells: list[list[Content]] = []
    for place, (title, seen) in enumerate(stages):
        before = stages[place - 1][1] if place else None
        cells.append(
            [title, shown(seen), "" if before is None else _part_of(seen, before), _part_of(seen, stages[0][1])]
        )
    return tag(
        "section",
        tag("h3", to_definition(metric), id=f"funnel-{metric.id}-title"),
        tag(
            "figure",
            tag("figcaption", f"{metric.unit.plural.capitalize()} in each stage"),
            bars_across(f"picture-{metric.id}-stages", f"{metric.title}: stages", _in_words(rows), rows),
        ),
        fold(
            "The numbers as a table",
            table(
                f"{metric.title}, {metric.unit.plural} by stage",
                [
                    ("Stage", "text"),
                    ("In it", "number"),
                    ("Of the stage before", "number"),
                    ("Of the first", "number"),
                ],
                cells,
            ),
        ),
        id=f"funnel-{metric.id}",
        class_="part",
        aria_labelledby=f"funnel-{metric.id}-title",
    )


def _part_of(seen: Observation, whole: Observation) -> str:
    """Divide what is shown, so that nothing else is told."""
    if seen.value is None or whole.value is None:
        return HIDDEN
    part = ratio(int(seen.value), int(whole.value))
    return "none" if part is None else f"{percent(part)} %"
