"""The commands ``describe``, ``compare``, ``export`` and ``explain``: what rules say, and why they count whom."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from impact_metrics import exchange
from impact_metrics.cli.inputs import DEFAULT_CATALOGUE, load_catalogue
from impact_metrics.cli.options import day, inputs, moment, taken
from impact_metrics.cli.subjects import check_stands
from impact_metrics.documents import compare as comparison
from impact_metrics.documents import describe as description
from impact_metrics.documents import explain as explanation
from impact_metrics.errors import ExchangeError
from impact_metrics.reports import evaluate

if TYPE_CHECKING:
    from datetime import datetime

    from impact_metrics.model import Model
    from impact_metrics.rules import Catalogue

_CATALOGUE = click.option("--catalogue", default=DEFAULT_CATALOGUE, help="module:NAME or a file", show_default=True)
_JSON = click.option("--json", "as_json", is_flag=True, help="print JSON")


@click.command()
@click.argument("metric")
@_CATALOGUE
@click.option("--metric-version", help="another version than the published one")
@click.option("--paragraph", is_flag=True, help="as one paragraph")
@_JSON
def describe(metric: str, *, catalogue: str, metric_version: str | None, paragraph: bool, as_json: bool) -> None:
    """Say in plain English what a metric counts."""
    found = load_catalogue(catalogue)
    chosen = found if metric_version is None else found.with_version(metric, metric_version)
    told = description(chosen[metric])
    if as_json:
        click.echo(json.dumps(told.to_dict(), indent=2, ensure_ascii=False))
    else:
        click.echo(told.paragraph if paragraph else str(told))


@click.command()
@click.argument("metric")
@click.argument("old")
@click.argument("new")
@_CATALOGUE
@click.option("--with", "other", help="the catalogue that has the new version, where it is another")
def compare(metric: str, old: str, new: str, *, catalogue: str, other: str | None) -> None:
    """Say how two versions of a metric differ."""
    before = load_catalogue(catalogue)
    after = before if other is None else _over_the_same_model(load_catalogue(other), before.model)
    click.echo(str(comparison(before.with_version(metric, old)[metric], after.with_version(metric, new)[metric])))


def _over_the_same_model(catalogue: Catalogue, model: Model) -> Catalogue:
    """Let two catalogues from two files speak of the same classes, where their models say the same."""
    try:
        return exchange.from_plain(exchange.to_plain(catalogue), model)
    except ExchangeError:
        return catalogue


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@_CATALOGUE
def export(out: Path, *, catalogue: str) -> None:
    """Write a catalogue to a YAML or JSON file, which --catalogue takes again, and print its digest."""
    found = load_catalogue(catalogue)
    exchange.save(found, out)
    click.echo(f"{out}: {found.id} {found.version}, sha256 {exchange.digest(found)}")


@click.command()
@click.argument("metric")
@click.argument("subject")
@inputs
@click.option("--known-at", type=click.DateTime(), help="the moment, in UTC, by which things must have been recorded")
@_JSON
def explain(metric: str, subject: str, *, known_at: datetime | None, as_json: bool, **given: Any) -> None:  # noqa: ANN401 - the options of inputs
    """Tell why a metric counts a subject, or why not."""
    catalogue, reading = taken(given)
    report = evaluate(catalogue, reading.source, as_at=day(given["as_at"]), known_at=moment(known_at))
    told = explanation(report, metric, subject)
    if not told.counted:
        check_stands(reading, subject, told.metric.unit.identified_by)
    click.echo(json.dumps(told.to_dict(), indent=2, ensure_ascii=False) if as_json else str(told))
