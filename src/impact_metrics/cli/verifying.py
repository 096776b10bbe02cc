"""Reports that are saved and verified, and records that are handed over under pseudonyms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from impact_metrics.cli.converting import check_out, with_account, write
from impact_metrics.cli.findings import FINDINGS, list_findings
from impact_metrics.cli.inputs import load_catalogue, read, read_records
from impact_metrics.cli.options import sources
from impact_metrics.errors import ExchangeError
from impact_metrics.publication import Pseudonyms, read_saved
from impact_metrics.publication import verify as verify_report

if TYPE_CHECKING:
    from impact_metrics.publication import SavedReport
    from impact_metrics.rules import Catalogue


@click.command()
@click.argument("report", type=click.Path(path_type=Path))
@sources
@click.option("--engine", type=click.Choice(["auto", "duckdb", "spark"]), default="auto", help="what reads a folder")
@click.pass_context
def verify(ctx: click.Context, /, *, report: Path, engine: str, **given: Any) -> None:  # noqa: ANN401 - of sources
    """Make a saved report again from a stream, and say what differs.

    The report is made with the definitions that it holds; where those of --catalogue differ today, a note says so. Exit
    codes: 0 when all is identical, 1 when something differs, 2 when the report or the stream cannot be read.
    """
    saved = read_saved(report, changed_too=True)
    today = _today(ctx, saved, given["catalogue"])
    reading_by, note = _reading_by(saved, today)
    names = ("streams", "mapping", "folder")
    reading = read(reading_by, *(given[name] for name in names), strict=given["strict"], engine=engine)
    manifest = saved.manifest
    click.echo(f"{report}: {manifest.catalogue_id} {manifest.catalogue_version}, {manifest.audience}")
    click.echo("\n".join(f"  {label}: {text}" for label, text in manifest.rows))
    click.echo(f"{reading.summary()}\n")
    found = verify_report(saved, reading.source, reading_by, today=today)
    click.echo(str(found))
    if note:
        click.echo(note)
    if reading.set_aside_count != manifest.set_aside:
        click.echo(f"note: {manifest.set_aside:,} records were set aside then, and {reading.set_aside_count:,} are now")
    ctx.exit(0 if found.identical else FINDINGS)


def _today(ctx: click.Context, saved: SavedReport, place: str) -> Catalogue | None:
    """Give the catalogue to compare with: the one asked for, or the shipped one where the report is of it."""
    catalogue = load_catalogue(place)
    source = ctx.get_parameter_source("catalogue")
    asked = source is not None and source.name != "DEFAULT"
    return catalogue if asked or catalogue.id == saved.manifest.catalogue_id else None


def _reading_by(saved: SavedReport, today: Catalogue | None) -> tuple[Catalogue, str]:
    """Give the catalogue whose model reads the records: today's where it has the same model, else the report's own."""
    if today is not None:
        try:
            saved.manifest.catalogue(today.model)
        except ExchangeError as error:
            note = f"note: the records were read with the model of the report; today's is another, at {error.where}"
            return saved.manifest.catalogue(), note
        return today, ""
    return saved.manifest.catalogue(), ""


@click.command()
@sources
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--key", required=True, type=click.Path(path_type=Path), help="the file with the secret key")
@click.option("--release", help="the name of the delivery: its pseudonyms cannot be linked to those of another")
@click.pass_context
def pseudonymise(
    ctx: click.Context,
    /,
    *,
    out: Path,
    key: Path,
    release: str | None,
    **given: Any,  # noqa: ANN401 - the options of sources
) -> None:
    """Write a stream with pseudonyms in place of all ids, and without free text; every figure stays the same.

    OUT is a file of JSON Lines or OCEL, or a folder of Parquet files, by its name, as for convert.
    """
    check_out(out)
    pseudonyms = Pseudonyms.from_file(key, release)
    catalogue = load_catalogue(given["catalogue"])
    where = (given["streams"], given["mapping"], given["folder"])
    reading = read_records(catalogue, *where, strict=given["strict"])
    told = pseudonyms.pseudonymised(reading.stream)
    title = "Records under pseudonyms, without free text"
    about = {"title": title} if release is None else {"title": title, "release": release}
    write(told, out, catalogue.model, with_account(about, reading))
    click.echo(f"{reading.summary()}\nwritten: {out}, with {len(told):,} records under pseudonyms")
    if reading.set_aside_count:
        click.echo(f"\n{reading.set_aside_count:,} records are set aside, and not in {out}:")
        list_findings(reading.set_aside, reading.set_aside_count)
        ctx.exit(FINDINGS)
