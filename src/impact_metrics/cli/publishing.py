"""The command ``publish``: a report as files for readers, protected or marked as internal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from impact_metrics.cli.findings import FINDINGS, SHOWN, has_findings, list_findings, list_notes, list_problems
from impact_metrics.cli.options import MONTH_NAMES, day, inputs, moment, month, taken
from impact_metrics.cli.saving import manifest_of, saved_report
from impact_metrics.errors import ExportError, MissingExtraError, StreamError
from impact_metrics.publication import Audience, Edition, Layout
from impact_metrics.publication.certainty import Certainty
from impact_metrics.publication.differencing import differencing
from impact_metrics.publication.disclosure import POLICIES
from impact_metrics.publication.exports import EXPORTS
from impact_metrics.publication.page import html_report, manifest_rows, write_html
from impact_metrics.publication.previous import read_previous
from impact_metrics.publication.released import shown_of
from impact_metrics.replacing import landed_together
from impact_metrics.reports import evaluate
from impact_metrics.reports.restate import restate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from impact_metrics.cli.inputs import Read
    from impact_metrics.publication.previous import Previous
    from impact_metrics.reports import Report
    from impact_metrics.reports.restate import Restatement

PAGE = "report.html"
SAVED = {Audience.INTERNAL: "report.json.gz", Audience.PUBLISHABLE: "report.json"}
"""What ``verify`` reads: internally with all evidence, which is long."""

_UNITS = ("year", "quarter", "month", "none")


@click.command()
@inputs
@click.option("--known-at", type=click.DateTime(), help="the moment, in UTC, by which things must have been recorded")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="the folder to write into")
@click.option(
    "--audience",
    type=click.Choice([audience.value for audience in Audience]),
    default=Audience.PUBLISHABLE.value,
    show_default=True,
    help="internal files have exact figures and evidence",
)
@click.option("--policy", type=click.Choice(list(POLICIES)), help="how counts are protected  [default: hospital]")
@click.option("--by", multiple=True, metavar="NAME[,NAME]", help="break down by a dimension, or by several together")
@click.option("--period", type=click.Choice(_UNITS), default="year", show_default=True, help="the unit of the trends")
@click.option(
    "--year-starts",
    type=click.Choice(MONTH_NAMES, case_sensitive=False),
    default="january",
    help="the month in which years begin",
)
@click.option("--list", "lists", multiple=True, metavar="METRIC", help="publish the entries of a list one by one")
@click.option("--previous", type=click.Path(path_type=Path), help="figures.csv of the last edition, to compare with")
@click.option("--known-from", type=click.DateTime(), help="internal: explain what changed since this moment, in UTC")
@click.option("--proofs", is_flag=True, help="say which relations between figures are proved")
@click.pass_context
def publish(ctx: click.Context, /, *, out: Path, **given: Any) -> None:  # noqa: ANN401 - the options of the command
    """Write an impact report: a page for readers and for print, and its figures as a table.

    What is publishable is protected: small counts are suppressed, and no reader can work them out from what is shown.
    """
    _check_options(given)
    previous = None if given["previous"] is None else read_previous(given["previous"])
    catalogue, reading = taken(given)
    if not reading.taken:
        _account(reading)
        list_notes(reading)
        list_findings(reading.set_aside, reading.set_aside_count, SHOWN)
        raise StreamError("no record was taken, and nothing is published of nothing", hint="mend what is set aside")
    report = evaluate(catalogue, reading.source, as_at=day(given["as_at"]), known_at=moment(given["known_at"]))
    layout = _layout(given)
    edition = _edition(report, layout, given)
    manifest = manifest_of(report, reading, layout, None if edition.policy is None else edition.policy.name)
    page = html_report(
        edition,
        report=report,
        reading=reading,
        about=list(reading.about.values()),
        previous=previous,
        restatement=_restatement(report, reading, given["known_from"]),
        proofs=Certainty.of(report) if given["proofs"] else None,
        manifest_rows=manifest_rows(manifest),
    )
    numbers = None if edition.policy is None else shown_of(edition)
    with landed_together(out, ExportError) as new:
        write_html(new / PAGE, page)
        written = [f"written: {out / PAGE}", *_exports(new, out, edition)]
        saved = saved_report(report, reading, manifest, new / SAVED[edition.audience], numbers)
        written.append(saved.replace(str(new), str(out)))
    click.echo("\n".join([edition.marking, *written, *_told(edition, previous)]))
    _account(reading)
    list_problems(report, reading)
    if has_findings(reading, report):
        ctx.exit(FINDINGS)


def _account(reading: Read) -> None:
    """Say what became of the records, whatever becomes of the edition."""
    click.echo("\n".join(["", *map(str, reading.accounts), reading.summary()]))


def _check_options(given: dict[str, Any]) -> None:
    """Refuse options that would be without effect."""
    internal = given["audience"] == Audience.INTERNAL.value
    if internal and given["policy"]:
        raise click.UsageError("--policy is for publishable editions; internal ones have exact figures")
    if given["known_from"] and not internal:
        raise click.UsageError("--known-from explains changes by records, for internal editions only")


def _layout(given: dict[str, Any]) -> Layout:
    first, *further = [tuple(name.strip() for name in names.split(",")) for names in given["by"]] or [()]
    return Layout(
        period=None if given["period"] == "none" else given["period"],
        year_starts=month(given["year_starts"]),
        by=first,
        further=tuple(further),
        lists=given["lists"],
    )


def _edition(report: Report, layout: Layout, given: dict[str, Any]) -> Edition:
    return Edition.of(
        report,
        audience=Audience(given["audience"]),
        policy=POLICIES[given["policy"] or next(iter(POLICIES))],
        by=layout.breakdowns,
        period=layout.period,
        year_starts=layout.year_starts,
        lists=layout.lists,
    )


def _restatement(report: Report, reading: Read, known_from: datetime | None) -> Restatement | None:
    """Explain what changed for the date of the report, between a moment and that of the report."""
    earlier = moment(known_from)
    if earlier is None:
        return None
    stream = reading.stream
    later = report.known_at or max([earlier, *(record.recorded_at for record in stream if record.recorded_at)])
    return restate(report.catalogue, stream, as_at=report.as_at, known_at=(earlier, later))


def _exports(new: Path, out: Path, edition: Edition) -> Iterator[str]:
    """Write the formats that need nothing but the edition, and say which one was not, for want of an extra."""
    for export in EXPORTS.values():
        path = out / export.file_name
        try:
            export.write(edition, new / export.file_name)
        except MissingExtraError as error:
            yield f"not written: {path}: {error}"
        else:
            yield f"written: {path}"


def _told(edition: Edition, previous: Previous | None) -> Iterator[str]:
    """Say what was refused, and what a publisher must know of the two editions together."""
    for refusal in edition.refusals:
        yield f"refused: {refusal}"
    if previous is not None:
        for warning in differencing(previous.rows, edition):
            yield f"warning: {warning}"
