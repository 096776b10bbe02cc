"""Pictures where people rather look: lines, a funnel, a survival curve, paired change, and the waterfall of news.

Every picture names its unit, prints its numbers, and is readable in grey: series differ by line style and marker, and
rises and falls by hatching. They need the extra ``plots``; each function gives a matplotlib ``Figure`` and, with
``path``, also saves it as SVG, PNG or PDF, by the ending of the name.
"""

from __future__ import annotations

from itertools import cycle, pairwise
from typing import TYPE_CHECKING

from impact_metrics.errors import ImpactMetricsError, RuleError, missing_extra
from impact_metrics.replacing import replaced_file
from impact_metrics.reports.books import ALL
from impact_metrics.rules import FollowUp, Funnel, PairedChange, Proportion, TimeBetween
from impact_metrics.rules.measures.time_between import in_days

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from impact_metrics.reports.books import Books
    from impact_metrics.reports.report import Report
    from impact_metrics.reports.restate import Bridge
    from impact_metrics.reports.survival import Survival
from impact_metrics.rules import Unit

_GREYS = ("#1a1a1a", "#5a5a5a", "#8a8a8a")
_STYLES = ("-", "--", "-.", ":")
_MARKERS = ("o", "s", "^", "D", "v", "P")


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 - an optional dependency
    except ImportError:
        raise missing_extra("drawing pictures", "matplotlib", "plots") from None
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _saved(figure: Figure, path: Path | None) -> Figure:
    if path is not None:
        try:
            with replaced_file(path, what="picture") as new:
                figure.savefig(new, dpi=150)
        except ValueError as error:
            hint = "name a file that ends in .svg, .png or .pdf, in a folder that exists"
            raise ImpactMetricsError(f"the picture cannot be saved: {error}", where=str(path), hint=hint) from None
    return figure


def cumulative(books: Books, metrics: Sequence[str], path: Path | None = None) -> Figure:
    """Draw the closing figures of metrics, period by period, as lines. Metrics of one unit share a picture.

    Raises ``RuleError`` for metrics of different units, and for totals, shares and times, which have no closing.
    """
    lines = {name: [line for line in books.of(name) if all(label == ALL for label in line.cell)] for name in metrics}
    for name, found in lines.items():
        if not found or any(line.flow is None for line in found):
            raise RuleError("only counts of subjects in the books can be drawn as cumulative lines", where=name)
    units = {line.metric.unit.plural for found in lines.values() for line in found}
    if len(units) != 1:
        raise RuleError(f"{' and '.join(sorted(units))} do not share an axis", where="cumulative")
    figure, axes = _figure(8, 4.5)
    for found, style, marker, grey in zip(lines.values(), cycle(_STYLES), cycle(_MARKERS), cycle(_GREYS), strict=False):
        values = [line.flow.closing for line in found if line.flow is not None]
        axes.plot(range(len(values)), values, linestyle=style, marker=marker, color=grey, label=found[0].metric.title)
        axes.annotate(
            f"{values[-1]:,}", (len(values) - 1, values[-1]), xytext=(6, 0), textcoords="offset points", va="center"
        )
    axes.set_xticks(range(len(books.periods)), [period.label for period in books.periods])
    axes.set_ylim(bottom=0)
    axes.set_ylabel(f"{units.pop()}, to date")
    axes.set_title("Figures to date, at the end of each period")
    axes.tick_params(axis="x", rotation=45)
    axes.legend(frameon=False)
    return _saved(figure, path)


def funnel(report: Report, names: Sequence[str], path: Path | None = None) -> Figure:
    """Draw ordered stages, such as arrested, tried, convicted, as bars with the share of the stage before.

    One metric that is a funnel is drawn with its own stages. Several metrics are drawn as stages: each counts only
    those who were in every one before it, so the stages are nested; the picture says so, and names the unit. Raises
    ``RuleError`` for metrics of different units, and for shares and times, which are no stage.
    """
    if len(names) == 1 and isinstance(report.catalogue[names[0]].measure, Funnel):
        result = report[names[0]]
        stages = [(stage.title, stage.number) for stage in result.stages]
        return _saved(_bars(stages, result.metric.unit, report.as_at, result.metric.title), path)
    metrics = [report.catalogue[name] for name in names]
    for metric in metrics:
        if isinstance(metric.measure, Proportion):
            raise RuleError("a share is no stage of a funnel", where=metric.id, hint="name metrics that count subjects")
        if isinstance(metric.measure, TimeBetween):
            raise RuleError("a time is no stage of a funnel", where=metric.id, hint="name metrics that count subjects")
    units = {metric.unit for metric in metrics}
    if len(units) != 1:
        raise RuleError("the stages of a funnel have one unit", where=" and ".join(names))
    subjects = report.subjects(names[0])
    counted: list[tuple[str, int]] = []
    for metric in metrics:
        subjects &= report.subjects(metric.id)
        counted.append((metric.title, len(subjects)))
    title = "How many went through every stage so far"
    return _saved(_bars(counted, units.pop(), report.as_at, title), path)


def _bars(stages: Sequence[tuple[str, int]], unit: Unit, day: date, title: str) -> Figure:
    """Draw one bar a stage, the first on top, each with its number and the share of the stage before."""
    counts = [number for _, number in stages]
    figure, axes = _figure(8, 0.9 * len(stages) + 1.4)
    positions = list(range(len(stages)))[::-1]
    axes.barh(positions, counts, color="#b5b5b5", edgecolor="#1a1a1a")
    axes.set_yticks(positions, [name for name, _ in stages])
    for position, count, before in zip(positions, counts, [None, *counts], strict=False):
        share = f"  ({count / before:.0%} of the stage before)" if before else ""
        axes.annotate(f" {count:,}{share}", (count, position), va="center")
    axes.set_xlim(right=max([1, *counts]) * 1.5)
    axes.set_title(title)
    axes.set_xlabel(f"{unit.plural}, each in this and every stage above, as at {day}")
    return figure


def survival(curve: Survival, path: Path | None = None) -> Figure:
    """Draw a survival curve as steps, with its interval, and below it how many were watched so long.

    A tick marks where somebody left unended. Raises ``RuleError`` where nobody is in the cohort.
    """
    if not curve.steps:
        raise RuleError("nobody is in the cohort, so that there is no curve", where=curve.metric.id)
    figure, axes = _figure(8, 5)
    days = [0, *(step.days for step in curve.steps)]
    parts = [1.0, *(float(step.survival) for step in curve.steps)]
    lower = [1.0, *(float(step.survival if step.lower is None else step.lower) for step in curve.steps)]
    upper = [1.0, *(float(step.survival if step.upper is None else step.upper) for step in curve.steps)]
    axes.fill_between(days, lower, upper, step="post", color="#dcdcdc", linewidth=0, label="95 % interval")
    axes.step(days, parts, where="post", color=_GREYS[0], label="estimate (Kaplan-Meier)")
    left = [step for step in curve.steps if step.censored]
    axes.plot(
        [step.days for step in left],
        [float(step.survival) for step in left],
        linestyle="",
        marker="|",
        color=_GREYS[0],
        label="watched no longer",
    )
    if (median := curve.times.median) is not None:
        axes.plot(
            [0, median, median], [0.5, 0.5, 0], linestyle=":", color=_GREYS[1], label=f"median: {in_days(median)}"
        )
    axes.set_xlim(0, max(1, days[-1]))
    low = max(0.0, 2 * min(lower) - 1) if min(lower) < 1 else 0.0
    axes.set_ylim(low, 1 + (1 - low) / 50)
    axes.locator_params(axis="x", nbins=8, integer=True)
    axes.xaxis.set_major_formatter(lambda day, _: f"{day:,.0f}")
    axes.yaxis.set_major_formatter(lambda part, _: f"{100 * part:.3g} %")
    followed = isinstance(curve.metric.measure, FollowUp)
    axes.set_ylabel(f"{curve.metric.unit.plural} {'without the outcome' if followed else 'not yet ended'}")
    axes.set_xlabel("days since entry" + ("; the upright axis does not start at 0" if low else ""))
    axes.set_title(f"{curve.metric.title}\nas at {curve.as_at}")
    below = axes.get_xaxis_transform()
    axes.text(0, -0.2, f"{curve.metric.unit.plural} still watched (at risk):", transform=below, fontsize="small")
    for day in axes.get_xticks():
        if 0 <= day <= axes.get_xlim()[1]:
            axes.text(day, -0.26, f"{curve.times.at_risk(int(day)):,}", transform=below, ha="center", fontsize="small")
    axes.legend(frameon=False)
    return _saved(figure, path)


_READINGS = {
    1: ("improved", "//", "#8a8a8a"),
    0: ("no change that counts", "", "#ffffff"),
    -1: ("worsened", "..", "#e6e6e6"),
}
"""How a change is read, and how its bar is filled: bars differ by hatching, so that grey is enough."""


def change(report: Report, metrics: Sequence[str], path: Path | None = None) -> Figure:
    """Draw how many subjects changed by how much, from one score to the other, and who is not paired.

    Zero is marked, and which way is better is said. Raises ``RuleError`` for anything but one paired change.
    """
    if len(metrics) != 1:
        raise RuleError("one paired change is drawn at a time", where=" and ".join(metrics), hint="name one metric")
    metric, parts = report.catalogue[metrics[0]], report[metrics[0]].parts
    if not isinstance(metric.measure, PairedChange) or parts is None or parts.changes is None:
        raise RuleError("only a paired change can be drawn as change", where=metric.id)
    measure, changes = metric.measure, parts.changes
    figure, axes = _figure(8, 4.8)
    width = 0.8 * min((float(b - a) for (a, _), (b, _) in pairwise(changes.counts)), default=1.0)
    for judged, (name, hatch, face) in _READINGS.items():
        bars = [(float(by), n) for by, n in changes.counts if measure.judged(by) == judged]
        label = f"{name}: {sum(n for _, n in bars):,}"
        axes.bar(
            [by for by, _ in bars], [n for _, n in bars], width=width, color=face, edgecolor="#1a1a1a", hatch=hatch,
            label=label,
        )  # fmt: skip
    for by, n in changes.counts:
        axes.annotate(f"{n:,}", (float(by), n), xytext=(0, 2), textcoords="offset points", ha="center", va="bottom")
    axes.axvline(0, color="#1a1a1a", linewidth=0.8, linestyle=":", zorder=0)
    better = "right" if measure.scale.better == "higher" else "left"
    axes.set_xlabel(f"score after minus score before ({measure.scale.title}), better to the {better}")
    axes.set_ylabel(f"{metric.unit.plural} with both scores: {changes.paired:,}")
    axes.margins(y=0.12)
    axes.set_ylim(bottom=0)
    axes.set_title(f"{metric.title}, as at {report.as_at}")
    axes.legend(frameon=False)
    alone = f"not paired: {changes.before_only:,} before only, {changes.after_only:,} after only"
    figure.supxlabel(f"{alone}, {changes.unscored:,} without a score", fontsize="small")
    return _saved(figure, path)


def waterfall(bridge: Bridge, path: Path | None = None) -> Figure:
    """Draw a bridge: the figure published, what each cause changed, and the figure known now."""
    steps = [line for line in bridge.lines if line.change]
    labels = ["published", *(line.cause.value for line in steps), "known now"]
    figure, axes = _figure(max(6.0, 1.4 * len(labels)), 4.5)
    level = float(bridge.published)
    axes.bar(0, level, color="#8a8a8a", edgecolor="#1a1a1a")
    axes.annotate(f"{bridge.published:,}", (0, level), ha="center", va="bottom")
    for position, line in enumerate(steps, 1):
        change = float(line.change)
        hatch, face = ("//", "#e6e6e6") if change > 0 else ("..", "#ffffff")
        axes.bar(position, change, bottom=level, color=face, edgecolor="#1a1a1a", hatch=hatch)
        axes.annotate(f"{line.change:+,}", (position, max(level, level + change)), ha="center", va="bottom")
        level += change
    axes.bar(len(labels) - 1, float(bridge.restated), color="#8a8a8a", edgecolor="#1a1a1a")
    axes.annotate(f"{bridge.restated:,}", (len(labels) - 1, float(bridge.restated)), ha="center", va="bottom")
    axes.set_xticks(range(len(labels)), labels)
    axes.set_ylabel(bridge.metric.unit.plural)
    named = f"{bridge.metric.title}, {bridge.part}" if bridge.part else bridge.metric.title
    axes.set_title(f"{named}, as at {bridge.as_at}: why the figure changed")
    levels = [float(bridge.published), float(bridge.restated)]
    if steps and min(levels) > 0:
        spread = sum(abs(float(line.change)) for line in steps)
        low = max(0.0, min(levels) - 2 * spread)
        axes.set_ylim(bottom=low, top=max(levels) + spread)
        if low > 0:
            axes.set_xlabel("the axis does not start at 0")
    return _saved(figure, path)
