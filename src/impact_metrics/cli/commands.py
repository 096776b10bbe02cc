"""The commands: what they read, what they print, and how they end."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from impact_metrics.cli.certainty import examples, proofs_on_data, prove
from impact_metrics.cli.checking import check
from impact_metrics.cli.converting import convert
from impact_metrics.cli.findings import FINDINGS, has_findings, list_problems
from impact_metrics.cli.hints import told
from impact_metrics.cli.inputs import DEFAULT_CATALOGUE, load_catalogue
from impact_metrics.cli.options import DATE, day, inputs, moment, month, periods, taken
from impact_metrics.cli.over_time import history, plot, restate
from impact_metrics.cli.publishing import publish
from impact_metrics.cli.reading import compare, describe, explain, export
from impact_metrics.cli.saving import manifest_of, saved_report
from impact_metrics.cli.sql import sql
from impact_metrics.cli.verifying import pseudonymise, verify
from impact_metrics.errors import ImpactMetricsError
from impact_metrics.publication import POLICIES, Layout
from impact_metrics.reports import evaluate
from impact_metrics.rules import Funnel, Listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impact_metrics.cli.inputs import Read
    from impact_metrics.reports import Report
    from impact_metrics.rules import Measure, Metric
    from impact_metrics.rules.periods import TimeUnit

UNUSABLE = 2


class _Group(click.Group):
    """Prints every error of the library as one message, and ends with the exit code of unusable input."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        try:
            return super().invoke(ctx)
        except ImpactMetricsError as error:
            click.echo(f"error: {told(error)}", err=True)
            ctx.exit(UNUSABLE)


@click.group(cls=_Group)
@click.version_option(package_name="impact-metrics")
def command() -> None:
    """Impact metrics whose definitions are programs.

    Exit codes: 0 when all is well, 1 when records were set aside or break constraints, 2 when the input or the call
    cannot be used.
    """


@command.command()
@inputs
@click.option("--known-at", type=click.DateTime(), help="the moment, in UTC, by which they must have been recorded")
@click.option("--evidence", is_flag=True, help="name the events behind every subject counted")
@click.option("--proofs", is_flag=True, help="say what is proved, and whether the data keep what proofs need")
@click.option("--json", "as_json", is_flag=True, help="print JSON instead of a table")
@periods
@click.option(
    "--boundary", "boundaries", multiple=True, type=DATE, help="or over periods from each to the day before the next"
)
@click.option(
    "--by", multiple=True, help="break down by a field, an attribute of the person, age, year, quarter or month"
)
@click.option("--every", is_flag=True, help="count in every cell that is touched; cells then overlap")
@click.option("--save", type=click.Path(path_type=Path), help="write the report to a file, to be verified later")
@click.option("--policy", type=click.Choice([*POLICIES]), help="save what this policy of disclosure lets be published")
@click.pass_context
def report(  # noqa: PLR0913 - the options of the command
    ctx: click.Context,
    /,
    *,
    known_at: datetime | None,
    evidence: bool,
    proofs: bool,
    as_json: bool,
    period: TimeUnit | None,
    year_starts: str,
    boundaries: tuple[datetime, ...],
    by: tuple[str, ...],
    every: bool,
    save: Path | None,
    policy: str | None,
    **given: Any,  # noqa: ANN401 - the options of _inputs
) -> None:
    """Evaluate a catalogue over a stream: JSON Lines files, a folder of tables, or exports read through a mapping.

    With --save the report is written to a file with all that is needed to verify it: with the evidence, or with
    --policy only what may be published.
    """
    if policy is not None and save is None:
        raise click.UsageError("--policy is for a report that is saved: name a file with --save")
    catalogue, reading = taken(given)
    made = evaluate(catalogue, reading.source, as_at=day(given["as_at"]), known_at=moment(known_at))
    layout = Layout(
        period=period,
        year_starts=month(year_starts),
        boundaries=tuple(boundary.date() for boundary in boundaries),
        by=by,
        every=every,
    )
    if as_json:
        click.echo(_json(made, reading, evidence=evidence))
    else:
        for about in reading.about.values():
            click.echo(": ".join(str(about[key]) for key in ("title", "note") if key in about))
        click.echo(f"{reading.summary()}\n")
        click.echo("\n\n".join(_books(made, layout)) if layout else str(made))
        if proofs:
            click.echo("\n".join(["", *proofs_on_data(made)[0]]))
        if evidence:
            click.echo(_evidence(made))
        list_problems(made, reading)
    if save is not None:
        click.echo("\n" + saved_report(made, reading, manifest_of(made, reading, layout, policy), save), err=as_json)
    if has_findings(reading, made):
        ctx.exit(FINDINGS)


def _books(made: Report, layout: Layout) -> Iterator[str]:
    """Lay out the books of every metric that has what it is broken down by, and name those that have not."""
    if not layout.by:
        yield str(made.books(layout.periods(made)))
        return
    for metric, books in layout.books(made):
        if books is None:
            missing = ", ".join(layout.lacking(metric, made.catalogue.model))
            yield f"{metric.title} ({metric}) has no {missing}, and is not broken down"
        else:
            yield str(books)


def _evidence(made: Report) -> str:
    lines: list[str] = []
    for result in made.results:
        lines.append(f"\n{result.metric.title} ({result.metric}): {result}")
        for item in made.evidence(result.metric.id):
            linked = f"; with {', '.join(event.id for event in item.linked)}" if item.linked else ""
            lines.append(f"  {item.subject}: {', '.join(event.id for event in item.events)}{linked}")
    return "\n".join(lines)


def _json(made: Report, reading: Read, *, evidence: bool) -> str:
    plain = {
        "catalogue": made.catalogue.id,
        "version": made.catalogue.version,
        "sections": [attrs.asdict(section) for section in made.catalogue.sections],
        "results": made.to_dicts(evidence=evidence),
        "funnels": {name: made.funnel(name).to_dicts() for name in _made_by(made, Funnel)},
        "lists": {name: made.listing(name).to_dicts() for name in _made_by(made, Listing)},
        "changes": [
            row
            for result in made.results
            if result.parts is not None and result.parts.changes is not None
            for row in made.changes(result.metric.id).to_dicts()
        ],
        "invariants": [
            {"invariant": str(finding.invariant), "holds": finding.holds, "exceptions": list(finding.exceptions)}
            for finding in made.invariants
        ],
        "read": reading.read,
        "taken": reading.taken,
        "set_aside": reading.set_aside_count,
        "notes": [str(note) for note in getattr(reading, "notes", ())],
        "violations": len(made.violations),
        "doubts": getattr(reading, "doubts_count", 0),
    }
    return json.dumps(plain, indent=2, ensure_ascii=False, default=_exact)


def _made_by(made: Report, kind: type[Measure]) -> list[str]:
    """Give the ids of the metrics whose measure is of a kind."""
    return [result.metric.id for result in made.results if isinstance(result.metric.measure, kind)]


def _exact(value: object) -> str:
    assert isinstance(value, Decimal | date)  # noqa: S101 - every other value of a report is plain
    return str(value) if isinstance(value, Decimal) else value.isoformat()


@command.command()
@click.option("--catalogue", default=DEFAULT_CATALOGUE, help="module:NAME or file.py:NAME", show_default=True)
@click.option("--verbose", is_flag=True, help="print assumptions, constraints and invariants too")
def metrics(catalogue: str, *, verbose: bool) -> None:
    """List the metrics of a catalogue with definition, source and unit."""
    found = load_catalogue(catalogue)
    click.echo(f"{found.title} ({found.id} {found.version})")
    for metric in found.metrics:
        click.echo("\n" + "\n".join(_described(metric, verbose=verbose)))
    if verbose:
        click.echo("\nConstraints on every valid stream:")
        for constraint in found.model.constraints:
            click.echo(f"  {constraint.id}, on {constraint.row}: {constraint.because}")
        click.echo("\nInvariants:")
        for invariant in found.invariants:
            click.echo(f"  {invariant}: {invariant.because}")


def _described(metric: Metric, *, verbose: bool) -> list[str]:
    definition = "the source gives no definition" if metric.definition is None else f'"{metric.definition}"'
    lines = [f"{metric.title} ({metric})", f"  {definition}", f"  source: {metric.source}", f"  unit: {metric.unit}"]
    if verbose:
        lines.extend(f"  assumption: {assumption}" for assumption in metric.assumptions)
        lines.append(f"  proofs: {metric.exactness}")
    return lines


for _command in (
    check,
    restate,
    history,
    plot,
    describe,
    compare,
    export,
    explain,
    prove,
    examples,
    convert,
    sql,
    publish,
    verify,
    pseudonymise,
):
    command.add_command(_command)
