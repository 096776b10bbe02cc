"""Findings as commands print them, and the exit code that tells of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    from impact_metrics.streams import SetAside

FINDINGS = 1
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
