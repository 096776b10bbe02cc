"""The command ``publish``: a report as files for readers, protected or marked as internal."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from impact_metrics.cli.findings import FINDINGS
from impact_metrics.cli.options import MONTH_NAMES, day, inputs, moment, month, taken
from impact_metrics.errors import ExchangeError
from impact_metrics.publication import Audience, Edition, Manifest
from impact_metrics.publication.certainty import Certainty
from impact_metrics.publication.differencing import differencing
from impact_metrics.publication.disclosure import POLICIES
from impact_metrics.publication.exports import EXPORTS
from impact_metrics.publication.page import html_report, manifest_rows, write_html
from impact_metrics.publication.previous import read_previous
from impact_metrics.publication.verify import records_of
from impact_metrics.reports import evaluate
from impact_metrics.reports.restate import restate
from impact_metrics.streams import StreamDigest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from impact_metrics.cli.inputs import Read
    from impact_metrics.publication.previous import Previous
    from impact_metrics.reports import Report
    from impact_metrics.reports.restate import Restatement

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
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice([name for name in EXPORTS if name != "csv"]),
    help="other files besides: a workbook, or SDMX-CSV",
)
@click.option("--proofs", is_flag=True, help="say which relations between figures are proved")
@click.pass_context
def publish(ctx: click.Context, /, *, out: Path, **given: Any) -> None:  # noqa: ANN401 - the options of the command
    """Write an impact report: a page for readers and for print, and its figures as a table.

    What is publishable is protected: small counts are suppressed, and no reader can work them out from what is shown.
    """
    _check_options(given)
    previous = None if given["previous"] is None else read_previous(given["previous"])
    catalogue, reading = taken(given)
    report = evaluate(catalogue, reading.source, as_at=day(given["as_at"]), known_at=moment(given["known_at"]))
    edition = _edition(report, given)
    page = html_report(
        edition,
        report=report,
        reading=reading,
        about=list(reading.about.values()),
        previous=previous,
        restatement=_restatement(report, reading, given["known_from"]),
        manifest_rows=manifest_rows(_manifest(report, reading, edition)),
        proofs=Certainty.of(report) if given["proofs"] else None,
    )
    written = _write(out, edition, page, given["formats"])
    click.echo("\n".join(_told(edition, previous, written)))
    if reading.set_aside_count or report.violations:
        ctx.exit(FINDINGS)


def _check_options(given: dict[str, Any]) -> None:
    """Refuse options that would be without effect."""
    internal = given["audience"] == Audience.INTERNAL.value
    if internal and given["policy"]:
        raise click.UsageError("--policy is for publishable editions; internal ones have exact figures")
    if given["known_from"] and not internal:
        raise click.UsageError("--known-from explains changes by records, for internal editions only")


def _edition(report: Report, given: dict[str, Any]) -> Edition:
    return Edition.of(
        report,
        audience=Audience(given["audience"]),
        policy=POLICIES[given["policy"] or next(iter(POLICIES))],
        by=[[name.strip() for name in names.split(",")] for names in given["by"]],
        period=None if given["period"] == "none" else given["period"],
        year_starts=month(given["year_starts"]),
        lists=given["lists"],
    )


def _restatement(report: Report, reading: Read, known_from: datetime | None) -> Restatement | None:
    """Explain what changed for the date of the report, between a moment and that of the report."""
    earlier = moment(known_from)
    if earlier is None:
        return None
    stream = reading.stream
    later = report.known_at or max([earlier, *(record.recorded_at for record in stream if record.recorded_at)])
    return restate(report.catalogue, stream, as_at=report.as_at, known_at=(earlier, later))


def _manifest(report: Report, reading: Read, edition: Edition) -> Manifest:
    """Say what the edition is made of. Of the records there is a digest, which a publishable page does not show."""
    return Manifest.of(
        report,
        stream_digest=StreamDigest.of(records_of(reading.source), known_at=report.known_at),
        audience=edition.audience.value,
        policy=None if edition.policy is None else edition.policy.name,
    )


def _write(out: Path, edition: Edition, page: str, formats: Sequence[str]) -> list[Path]:
    """Write every file: the page, the figures, and those of other formats that are asked for."""
    files: dict[str, Callable[[Path], object]] = {
        "report.html": lambda path: write_html(path, page),
        "figures.csv": edition.to_csv,
    }
    files |= {EXPORTS[name].file_name: partial(EXPORTS[name].write, edition) for name in formats}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, write in files.items():
            write(out / name)
    except OSError as error:
        raise ExchangeError(f"the files cannot be written: {error.strerror}", where=str(out)) from None
    return [out / name for name in files]


def _told(edition: Edition, previous: Previous | None, written: Sequence[Path]) -> Iterator[str]:
    """Say what was written, what was refused, and what a publisher must know of the two editions together."""
    yield edition.marking
    for path in written:
        yield f"written: {path}"
    for refusal in edition.refusals:
        yield f"refused: {refusal}"
    if previous is not None:
        for warning in differencing(previous.rows, edition):
            yield f"warning: {warning}"
