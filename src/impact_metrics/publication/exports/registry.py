"""The formats that an edition can be written in without being told anything else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import attrs

from impact_metrics.publication.edition import Edition
from impact_metrics.publication.exports.sdmx import sdmx_csv
from impact_metrics.publication.exports.xlsx import write_xlsx


@attrs.frozen
class Export:
    """A format: what it is, what a file of it is called, and what writes it."""

    title: str
    file_name: str
    write: Callable[[Edition, Path], object]


EXPORTS: Mapping[str, Export] = {
    "csv": Export("Tidy table, one row a number (CSV)", "figures.csv", Edition.to_csv),
    "xlsx": Export("Workbook with notes (XLSX)", "figures.xlsx", write_xlsx),
    "sdmx": Export("SDMX-CSV 1.0, one row an observation", "figures.sdmx.csv", sdmx_csv),
}
"""The formats by name; IATI and DHIS2 need to be told whose the figures are, and where they go."""
