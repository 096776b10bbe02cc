"""The command ``check``: what is set aside, which records break constraints, and a file of every finding."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from impact_metrics.cli.certainty import proofs_on_data
from impact_metrics.cli.findings import FINDINGS, has_findings, list_doubts, list_findings, list_notes, written_findings
from impact_metrics.cli.inputs import load_catalogue, read_records
from impact_metrics.cli.options import day, inputs, taken
from impact_metrics.reports import evaluate, violations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from impact_metrics.cli.findings import Teller
    from impact_metrics.cli.inputs import Read
    from impact_metrics.rules import Catalogue


@click.command()
@inputs
@click.option("--proofs", is_flag=True, help="check what the proofs of invariants need, at every date")
@click.option("--findings", type=click.Path(path_type=Path), help="write every finding to a file, as JSON Lines")
@click.pass_context
def check(
    ctx: click.Context,
    /,
    *,
    proofs: bool,
    findings: Path | None,
    **given: Any,  # noqa: ANN401 - the options of inputs
) -> None:
    """Read a stream and list what is set aside, and which records break constraints.

    With --findings each is written as it is met, however many there are; a folder of tables is then read into memory.
    """
    with nullcontext() if findings is None else written_findings(findings) as tell:
        well = _checked(given, tell, proofs=proofs)
    ctx.exit(0 if well else FINDINGS)


def _checked(given: dict[str, Any], tell: Teller | None, *, proofs: bool) -> bool:
    catalogue, reading = taken(given) if tell is None else _told(given, tell)
    for account in reading.accounts:
        click.echo(str(account))
    click.echo(reading.summary())
    list_notes(reading)
    broken = violations(catalogue.model, reading.source, as_at=day(given["as_at"]))
    kept = True
    if proofs:
        lines, kept = proofs_on_data(evaluate(catalogue, reading.source, as_at=day(given["as_at"])))
        click.echo("\n".join(lines))
    if not broken and not has_findings(reading):
        click.echo(f"all is well: {reading.taken:,} records are in the stream and satisfy the constraints")
        return kept
    if reading.set_aside_count:
        click.echo(f"\n{reading.set_aside_count:,} records are set aside:")
        list_findings(reading.set_aside, reading.set_aside_count)
    if broken:
        found = [violation.finding(reading) for violation in broken]
        click.echo(f"\n{len(broken):,} records break constraints; they are in the stream:")
        list_findings(found, len(broken))
        if tell is not None:
            for finding in found:
                tell("breaks a constraint", finding)
    list_doubts(reading)
    if tell is not None:
        for finding in getattr(reading, "doubts", ()):
            tell("is dated later than it can be", finding)
    return False


def _told(given: Mapping[str, Any], tell: Teller) -> tuple[Catalogue, Read]:
    """Read a stream, and let every finding be told."""
    if given["engine"] != "auto":
        raise click.UsageError("--findings reads record by record: leave out --engine")
    catalogue = load_catalogue(given["catalogue"])
    where = (given["streams"], given["mapping"], given["folder"])
    reading = read_records(catalogue, *where, strict=given["strict"], findings=partial(tell, "set aside"))
    return catalogue, reading
