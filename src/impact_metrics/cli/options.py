"""Options that several commands share, and what they mean."""

from __future__ import annotations

from calendar import month_name
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from impact_metrics.cli.inputs import DEFAULT_CATALOGUE, load_catalogue, read

if TYPE_CHECKING:
    from impact_metrics.cli.inputs import Read
    from impact_metrics.rules import Catalogue

MONTH_NAMES = tuple(name.lower() for name in month_name[1:])
DATE = click.DateTime(["%Y-%m-%d"])


def inputs(function: Any) -> Any:  # noqa: ANN401 - decorators of click
    """Give a command the options that say what is read, and until when."""
    for decorate in (
        sources,
        click.option(
            "--engine", type=click.Choice(["auto", "duckdb", "spark"]), default="auto", help="what reads a folder"
        ),
        click.option("--as-at", type=DATE, help="the date by which things must have occurred"),
    ):
        function = decorate(function)
    return function


def sources(function: Any) -> Any:  # noqa: ANN401 - decorators of click
    """Give a command the options that say what is read."""
    for decorate in (
        click.argument("streams", nargs=-1, type=click.Path(path_type=Path), metavar="[STREAM]..."),
        click.option("--catalogue", default=DEFAULT_CATALOGUE, help="module:NAME or file.py:NAME", show_default=True),
        click.option("--mapping", type=click.Path(path_type=Path), help="a TOML file that says how to read exports"),
        click.option(
            "--folder", type=click.Path(path_type=Path), help="where the exports are [default: the mapping's]"
        ),
        click.option("--strict", is_flag=True, help="stop at the first record that would be set aside"),
    ):
        function = decorate(function)
    return function


def periods(function: Any) -> Any:  # noqa: ANN401 - decorators of click
    """Give a command the options that say which periods it reports on."""
    months = click.Choice(MONTH_NAMES, case_sensitive=False)
    for decorate in (
        click.option("--period", type=click.Choice(["year", "quarter", "month"]), help="keep the books by period"),
        click.option("--year-starts", type=months, default="january", help="the month in which years begin"),
    ):
        function = decorate(function)
    return function


def month(name: str) -> int:
    """Give the number of a month."""
    return MONTH_NAMES.index(name.lower()) + 1


def day(moment: datetime | None) -> date | None:
    """Give the day that an option names."""
    return None if moment is None else moment.date()


def moment(known_at: datetime | None) -> datetime | None:
    """Read a moment as UTC."""
    return None if known_at is None else known_at.replace(tzinfo=UTC)


def taken(given: dict[str, Any]) -> tuple[Catalogue, Read]:
    """Load the catalogue and read the stream that the options of ``inputs`` name."""
    catalogue = load_catalogue(given["catalogue"])
    names = ("streams", "mapping", "folder")
    return catalogue, read(catalogue, *(given[name] for name in names), strict=given["strict"], engine=given["engine"])
