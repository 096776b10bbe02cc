"""The command ``sql``: a metric as SQL, to be read and run by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from impact_metrics.cli.inputs import DEFAULT_CATALOGUE, load_catalogue
from impact_metrics.cli.options import DATE, day


@click.command()
@click.argument("metric")
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--catalogue", default=DEFAULT_CATALOGUE, help="module:NAME or a file", show_default=True)
@click.option("--metric-version", help="another version than the published one")
@click.option("--as-at", type=DATE, help="the date by which things must have occurred [default: today]")
def sql(metric: str, folder: Path, *, catalogue: str, metric_version: str | None, as_at: datetime | None) -> None:
    """Print the SQL of a metric, ready for the DuckDB shell over a FOLDER of Parquet files."""
    from impact_metrics.engines.duckdb.script import script  # noqa: PLC0415 - other commands need no SQL

    found = load_catalogue(catalogue)
    chosen = found if metric_version is None else found.with_version(metric, metric_version)
    when = day(as_at) or datetime.now(tz=UTC).date()
    click.echo(script(chosen[metric], found.model, when, folder))
