"""The commands ``restate``, ``history`` and ``plot``: figures over time, and over what was known when."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from impact_metrics.cli.inputs import load_catalogue
from impact_metrics.cli.options import day, inputs, moment, month, periods, taken
from impact_metrics.cli.subjects import check_stands
from impact_metrics.reports import evaluate
from impact_metrics.reports.restate import restate as bridges
from impact_metrics.values import PersonId

if TYPE_CHECKING:
    from impact_metrics.reports.report import PlotKind
    from impact_metrics.rules.periods import TimeUnit


@click.command()
@inputs
@click.option("--known-from", type=click.DateTime(), required=True, help="when the figures were published, in UTC")
@click.option("--known-to", type=click.DateTime(), required=True, help="when they are looked at again, in UTC")
@click.option("--restated-by", help="the catalogue in force then, where definitions changed")
@click.option("--to-version", "versions", multiple=True, metavar="METRIC=VERSION", help="or the version of a metric")
@click.option("--plot", multiple=True, metavar="METRIC", help="draw the bridge of a metric, as METRIC.svg")
def restate(
    *,
    known_from: datetime,
    known_to: datetime,
    restated_by: str | None,
    versions: tuple[str, ...],
    plot: tuple[str, ...],
    **given: Any,  # noqa: ANN401 - the options of inputs
) -> None:
    """Explain why figures for one date changed between two moments of knowledge: whom, and which records."""
    catalogue, reading = taken(given)
    successor = catalogue if restated_by is None else load_catalogue(restated_by)
    for choice in versions:
        metric, _, version = choice.partition("=")
        successor = successor.with_version(metric, version)
    when = day(given["as_at"]) or reading.stream.known().latest_day()
    moments = (known_from.replace(tzinfo=UTC), known_to.replace(tzinfo=UTC))
    restatement = bridges(catalogue, reading.stream, as_at=when, known_at=moments, restated_by=successor)
    click.echo(str(restatement))
    for metric in plot:
        restatement.plot(metric, Path(f"{metric}.svg"))
        click.echo(f"drawn: {metric}.svg")


@click.command()
@click.argument("person")
@inputs
@click.option("--known-at", type=click.DateTime(), help="the moment, in UTC, by which things must have been recorded")
def history(*, person: str, known_at: datetime | None, **given: Any) -> None:  # noqa: ANN401 - the options of _inputs
    """Tell when one person is counted by each metric, and through which events."""
    catalogue, reading = taken(given)
    made = evaluate(catalogue, reading.source, as_at=day(given["as_at"]), known_at=moment(known_at))
    told = made.history(PersonId(person))
    if not told.stays:
        check_stands(reading, person, PersonId.__name__)
    click.echo(str(told))


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@inputs
@periods
@click.option("--metric", "names", multiple=True, required=True, help="what to draw, in this order")
@click.option("--funnel", "kind", flag_value="funnel", help="as stages, each within the one before, and not over time")
@click.option("--survival", "kind", flag_value="survival", help="one time or follow-up rate, as a survival curve")
@click.option("--change", "kind", flag_value="change", help="one paired change: how many changed by how much")
def plot(
    *,
    out: Path,
    names: tuple[str, ...],
    kind: PlotKind | None,
    period: TimeUnit | None,
    year_starts: str,
    **given: Any,  # noqa: ANN401 - the options of inputs
) -> None:
    """Draw metrics over periods, as a funnel, a survival curve or a distribution of change, into an SVG, PNG or PDF."""
    catalogue, reading = taken(given)
    made = evaluate(catalogue, reading.source, as_at=day(given["as_at"]))
    made.plot(*names, kind=kind or "cumulative", unit=period or "year", year_starts=month(year_starts), path=out)
    click.echo(f"drawn: {out}")
