"""The command ``convert``: a stream from one form of file to another."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from impact_metrics.cli.findings import FINDINGS, SET_ASIDE, list_findings, list_notes
from impact_metrics.cli.inputs import load_catalogue, read_records
from impact_metrics.cli.options import sources
from impact_metrics.streams import write_json_lines, write_ocel, write_parquet
from impact_metrics.streams.ocel_form import ENDINGS as OCEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from impact_metrics.cli.inputs import Read
    from impact_metrics.model import Model
    from impact_metrics.streams import Stream

LINES = (".jsonl", ".jsonl.gz")
"""The endings of files of JSON Lines; beside them and those of OCEL, a name without an ending is that of a folder."""
_ENDING = re.compile(r"[.][A-Za-z][A-Za-z0-9]*$")


@click.command()
@sources
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--known-view", is_flag=True, help="OCEL: only what is known, each event once, for analysis")
@click.option("--no-free-text", is_flag=True, help="OCEL: leave text fields out")
@click.pass_context
def convert(
    ctx: click.Context,
    /,
    *,
    out: Path,
    known_view: bool,
    no_free_text: bool,
    **given: Any,  # noqa: ANN401 - the options of sources
) -> None:
    """Convert a stream into a folder of Parquet files, or into a file.

    It becomes JSON Lines where OUT ends in .jsonl or .jsonl.gz, and OCEL 2.0, for process mining, where it ends in
    .ocel.json, .ocel.json.gz or .jsonocel. What is set aside is not in it, and it says so whenever it is read.
    """
    if (known_view or no_free_text) and not out.name.endswith(OCEL):
        raise click.UsageError("--known-view and --no-free-text are for OCEL: let OUT end in .ocel.json")
    check_out(out)
    catalogue = load_catalogue(given["catalogue"])
    where = (given["streams"], given["mapping"], given["folder"])
    reading = read_records(catalogue, *where, strict=given["strict"])
    about = with_account(united(reading.about.values()), reading)
    write(reading.stream, out, catalogue.model, about, known_view=known_view, free_text=not no_free_text)
    for account in reading.accounts:
        click.echo(str(account))
    held = "what is known of " if known_view else ""
    click.echo(f"{reading.summary()}\nwritten: {out}, with {held}{len(reading.stream):,} records")
    list_notes(reading)
    if reading.set_aside_count:
        click.echo(f"\n{reading.set_aside_count:,} records are set aside, and not in {out}:")
        list_findings(reading.set_aside, reading.set_aside_count)
        ctx.exit(FINDINGS)


def check_out(out: Path) -> None:
    """Refuse a name that ends as files do which cannot be written: a folder of that name would help nobody."""
    if not out.name.endswith((*LINES, *OCEL)) and not out.is_dir() and (found := _ENDING.search(out.name)):
        raise click.UsageError(
            f"{found[0]} cannot be written: let OUT end in {', '.join((*LINES, *OCEL))}, "
            "or name a folder of Parquet files, without an ending"
        )


def with_account(about: dict[str, Any] | None, reading: Read) -> dict[str, Any] | None:
    """Add to what data say of themselves how many records are not among them, by their types."""
    by_type = Counter[str]()
    for account in reading.accounts:
        by_type[account.type or "of no known type"] += account.set_aside
    told = ", ".join(f"{name} {count:,}" for name, count in by_type.items() if count)
    if not told:
        return about
    read = sum(account.read for account in reading.accounts)
    said = {SET_ASIDE: f"{reading.set_aside_count:,} of {read:,} records: {told}"}
    return united([said]) if about is None else united([about, said])


def write(  # noqa: PLR0913 - what is written, where, and how much of it
    stream: Stream,
    out: Path,
    model: Model,
    about: dict[str, Any] | None,
    *,
    known_view: bool = False,
    free_text: bool = True,
) -> None:
    """Write a stream in the form that the name of the file or folder says."""
    if out.name.endswith(LINES):
        write_json_lines(stream, out, about=about)
    elif out.name.endswith(OCEL):
        write_ocel(stream, out, model, known_view=known_view, free_text=free_text, about=about)
    else:
        write_parquet(stream, out, model, about=about)


def united(abouts: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Say in one what several files say of themselves; where they differ, each is quoted."""
    said: dict[str, list[Any]] = {}
    for about in abouts:
        for key, value in about.items():
            values = said.setdefault(key, [])
            if value not in values:
                values.append(value)
    if not said:
        return None
    return {key: values[0] if len(values) == 1 else "; ".join(map(str, values)) for key, values in said.items()}
