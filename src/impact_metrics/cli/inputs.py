"""What a command is given: a catalogue, and files read into a stream."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeAlias

import click

from impact_metrics.documents.finding import load_catalogue
from impact_metrics.streams import Reading, load_mapping, read_json_lines, read_mapped, read_ocel, read_parquet
from impact_metrics.streams.ocel_form import ENDINGS as OCEL
from impact_metrics.streams.parquet import ENDING
from impact_metrics.streams.table_files import CSV

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from impact_metrics.engines.duckdb import Tables
    from impact_metrics.engines.spark import SparkTables
    from impact_metrics.rules import Catalogue
    from impact_metrics.streams.reading import Findings

__all__ = ["DEFAULT_CATALOGUE", "Read", "load_catalogue", "read", "read_records"]

Read: TypeAlias = "Reading | Tables | SparkTables"
"""What was read, with its account: records in memory, or tables where they are."""

DEFAULT_CATALOGUE = "impact_metrics.anti_trafficking:CATALOGUE"
_LONG = 5_000_000
"""Bytes from which on a progress bar is worth the room it takes."""


def read_records(  # noqa: PLR0913 - what a command is given
    catalogue: Catalogue,
    streams: tuple[Path, ...],
    mapping: Path | None,
    folder: Path | None,
    *,
    strict: bool,
    findings: Findings = None,
) -> Read:
    """Read what ``read`` does, but a folder of Parquet files into memory too, record by record.

    One that has CSV is read by DuckDB, but where each finding is to be told.
    """
    if mapping is None and len(streams) == 1 and streams[0].is_dir():
        home = streams[0]
        if findings is None and any(path.name.endswith(CSV) for path in home.glob("**/*")):
            return read(catalogue, streams, mapping, folder, strict=strict)
        files = list(home.glob(f"**/*{ENDING}"))
        return _watched(
            files, lambda watch: read_parquet(home, catalogue.model, strict=strict, progress=watch, findings=findings)
        )
    return read(catalogue, streams, mapping, folder, strict=strict, findings=findings)


def read(  # noqa: PLR0913 - what a command is given
    catalogue: Catalogue,
    streams: tuple[Path, ...],
    mapping: Path | None,
    folder: Path | None,
    *,
    strict: bool,
    engine: str = "auto",
    findings: Findings = None,
) -> Read:
    """Read JSON Lines, OCEL, a folder of tables, or exports through a mapping.

    ``engine`` reads a folder; ``findings`` is called with every finding in anything else. Raises
    ``click.UsageError`` when nothing is given, or more than one of them.
    """
    if mapping is not None:
        if streams:
            raise click.UsageError("give either stream files or --mapping, not both")
        home = mapping.parent if folder is None else folder
        loaded = load_mapping(mapping)
        files = [home / file.path for file in loaded.files]
        return _watched(
            files,
            lambda watch: read_mapped(loaded, catalogue.model, home, strict=strict, progress=watch, findings=findings),
        )
    if not streams:
        raise click.UsageError("give at least one stream file, a folder of tables, or --mapping")
    if any(path.is_dir() for path in streams):
        tables, *others = streams
        if others:
            raise click.UsageError("give one folder of tables, or stream files")
        # What reads streams does not wait for the SQL compiler.
        from impact_metrics.engines.duckdb import Tables  # noqa: PLC0415 - see above
        from impact_metrics.engines.spark import SparkTables  # noqa: PLC0415 - see above

        if engine == "spark":
            return SparkTables(tables, catalogue.model, strict=strict)
        return Tables(tables, catalogue.model, strict=strict)
    if engine != "auto":
        raise click.UsageError("--engine is for a folder of tables; write one with: impact-metrics convert")
    if any(path.name.endswith(OCEL) for path in streams):
        if not all(path.name.endswith(OCEL) for path in streams):
            raise click.UsageError("give files of OCEL or of JSON Lines, not both; convert makes one of the other")
        return _watched(
            list(streams),
            lambda watch: read_ocel(streams, catalogue.model, strict=strict, progress=watch, findings=findings),
        )
    return _watched(
        list(streams),
        lambda watch: read_json_lines(streams, catalogue.model, strict=strict, progress=watch, findings=findings),
    )


def _watched(files: list[Path], work: Callable[[Callable[[int], None] | None], Reading]) -> Reading:
    """Read with a progress bar, where a person is watching and it takes long enough to want one."""
    size = sum(path.stat().st_size for path in files if path.is_file())
    if size < _LONG or not sys.stderr.isatty():
        return work(None)
    with click.progressbar(length=size, label="reading", file=sys.stderr) as bar:
        return work(bar.update)
