"""Findings as commands print and write them, and the exit code that tells of them."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

import attrs
import click

from impact_metrics.errors import printable
from impact_metrics.replacing import replaced_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from impact_metrics.cli.inputs import Read
    from impact_metrics.reports import Report
    from impact_metrics.streams import SetAside

Teller: TypeAlias = "Callable[[str, SetAside], None]"
"""Takes what a finding is, and the finding."""

FINDINGS = 1
SET_ASIDE = "set aside before"
"""What data say of themselves: how many records were left out when they were made of others."""
SHOWN = 5
"""How many findings a report shows before it points to ``check``."""


def list_findings(findings: Iterable[SetAside], total: int, most: int | None = None) -> None:
    """Print findings, at most so many, and how many more there are."""
    shown = list(findings)[:most]
    for finding in shown:
        click.echo(f"  {finding}")
    if total > len(shown):
        more = "impact-metrics check lists them" if most is not None else "only the first are listed one by one"
        click.echo(f"  and {total - len(shown):,} more; {more}")


def list_notes(reading: Read) -> None:
    """Print what is told of files beside their records."""
    for note in getattr(reading, "notes", ()):
        click.echo(f"note: {note}")
    for place, about in reading.about.items():
        if said := about.get(SET_ASIDE):
            click.echo(printable(f"note: {place}: {SET_ASIDE}, when it was made of other files: {said}"))


def has_findings(reading: Read, made: Report | None = None) -> bool:
    """Tell whether anything was found that is wrong with a record."""
    broken = made is not None and bool(made.violations)
    return bool(reading.set_aside_count or broken or getattr(reading, "doubts_count", 0))


def list_problems(made: Report, reading: Read) -> None:
    """Print what is told of files, and the first of the records that are set aside or break constraints."""
    click.echo()
    list_notes(reading)
    if reading.set_aside_count:
        click.echo(f"\n{reading.set_aside_count:,} records are set aside and count nowhere:")
        list_findings(reading.set_aside, reading.set_aside_count, SHOWN)
    if made.violations:
        click.echo(f"\n{len(made.violations):,} records break constraints, and count all the same:")
        list_findings(
            [violation.finding(reading) for violation in made.violations[:SHOWN]], len(made.violations), SHOWN
        )
    list_doubts(reading, SHOWN)


def list_doubts(reading: Read, most: int | None = None) -> None:
    """Print the records that are dated later than they can be."""
    if count := getattr(reading, "doubts_count", 0):
        click.echo(f"\n{count:,} records are dated later than they can be, and count all the same:")
        list_findings(getattr(reading, "doubts", ()), count, most)


@contextmanager
def written_findings(path: Path) -> Iterator[Teller]:
    """Give what writes every finding to a file as it is met, one JSON object a line."""
    with (
        replaced_file(path) as new,
        # half a character, as in names of files that are not UTF-8, is written as JSON escapes it
        new.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as out,
    ):

        def tell(what: str, finding: SetAside) -> None:
            out.write(json.dumps({"finding": what, **attrs.asdict(finding)}, ensure_ascii=False) + "\n")

        yield tell
