"""The commands ``prove`` and ``examples``: what is certain about figures, and which streams show it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from impact_metrics.cli.findings import FINDINGS
from impact_metrics.cli.inputs import DEFAULT_CATALOGUE, load_catalogue
from impact_metrics.documents.side_by_side import plain_lines, side_by_side
from impact_metrics.replacing import replace_text
from impact_metrics.rules.invariants import (
    AtMost,
    CoveredBy,
    Disjoint,
    Equivalent,
    Invariant,
    Monotone,
    Satisfiable,
    Subset,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from impact_metrics.proofs import Certificate, Outcome, WorkedExamples
    from impact_metrics.reports import Report

_ASKED = "asked on the command line"
_TIMES = ("as-at", "entered", "active")
_CATALOGUE = click.option("--catalogue", default=DEFAULT_CATALOGUE, help="module:NAME or a file", show_default=True)


@click.command()
@_CATALOGUE
@click.option("--subset", nargs=2, multiple=True, metavar="PART WHOLE", help="whom PART counts, WHOLE counts")
@click.option("--at-most", nargs=2, multiple=True, metavar="LESSER GREATER", help="LESSER is never above GREATER")
@click.option("--disjoint", nargs=2, multiple=True, metavar="ONE OTHER", help="nobody is counted by both")
@click.option("--equivalent", nargs=2, multiple=True, metavar="ONE OTHER", help="both count the same")
@click.option("--covered", nargs=3, multiple=True, metavar="PART ONE OTHER", help="whom PART counts, one of two counts")
@click.option("--monotone", multiple=True, metavar="METRIC", help="it never falls when events are added")
@click.option("--satisfiable", multiple=True, metavar="METRIC", help="it can count something")
@click.option("--versions", nargs=3, multiple=True, metavar="METRIC OLD NEW", help="how two versions differ")
@click.option("--time", "times", type=click.Choice([*_TIMES, "all"]), default="as-at", show_default=True)
@click.option("--without", multiple=True, metavar="CONSTRAINT", help="do not rely on a constraint")
@click.option("--json", "as_json", is_flag=True, help="print the certificate as JSON")
@click.pass_context
def prove(  # noqa: PLR0913 - the options of the command
    ctx: click.Context,
    /,
    *,
    catalogue: str,
    times: str,
    without: tuple[str, ...],
    versions: tuple[tuple[str, str, str], ...],
    as_json: bool,
    **claims: Any,  # noqa: ANN401 - the options that make claims
) -> None:
    """Decide claims for every stream that satisfies the constraints.

    Without a claim: the certificate of the catalogue, every declared invariant in every scope of time. It ends with 1
    when a declared invariant is not proved, and a claim that was asked for ends with 1 when it is not.
    """
    from impact_metrics import proofs  # noqa: PLC0415 - needs an optional dependency

    found = load_catalogue(catalogue)
    asked = list(_claims(claims))
    if not asked and not versions:
        made = proofs.certificate(found, without=without)
        click.echo(json.dumps(made.table.to_dicts(), indent=2) if as_json else _shown(made))
        ctx.exit(FINDINGS if made.failing else 0)
    scopes = [scope for name, scope in zip(_TIMES, proofs.TimeScope, strict=True) if times in {name, "all"}]
    outcomes: list[Outcome] = [
        proofs.prove(claim, found, time=scope, without=without) for claim in asked for scope in scopes
    ]
    for metric, old, new in versions:
        outcomes.extend(proofs.differences(metric, old, new, found))
    click.echo("\n\n".join(map(str, outcomes)))
    ctx.exit(0 if all(outcome.holds for outcome in outcomes) else FINDINGS)


def _claims(given: dict[str, Any]) -> Iterator[Invariant]:
    for name, kind in (("subset", Subset), ("at_most", AtMost), ("disjoint", Disjoint), ("equivalent", Equivalent)):
        yield from (kind(one, other, _ASKED) for one, other in given[name])
    yield from (CoveredBy(part, tuple(wholes), _ASKED) for part, *wholes in given["covered"])
    yield from (Monotone(metric, _ASKED) for metric in given["monotone"])
    yield from (Satisfiable(metric, _ASKED) for metric in given["satisfiable"])


def _shown(made: Certificate) -> str:
    streams = "\n\n".join(map(str, made.refuted))
    return f"{made}\n\n{streams}" if streams else str(made)


@click.command()
@click.argument("metric", required=False)
@_CATALOGUE
@click.option("--metric-version", help="another version than the published one")
@click.option("--out", type=click.Path(path_type=Path), help="write them as test vectors (JSON) to a file")
def examples(metric: str | None, *, catalogue: str, metric_version: str | None, out: Path | None) -> None:
    """Find, for each clause of a metric (or of all), two smallest streams between which that clause decides.

    Of follow-up rates, times and paired changes, also those between which one day, or one step of a score, decides.
    """
    from impact_metrics import proofs  # noqa: PLC0415 - needs an optional dependency

    found = load_catalogue(catalogue)
    chosen = found.metrics if metric is None else (found[metric],)
    if metric is not None and metric_version is not None:
        chosen = (found.with_version(metric, metric_version)[metric],)
    if out is not None:
        vectors = proofs.to_vectors(found, None if metric is None else chosen)
        replace_text(out, json.dumps(vectors, indent=1, ensure_ascii=False) + "\n")
        click.echo(f"{out}: {len(vectors['vectors']):,} test vectors")
        return
    click.echo("\n\n".join(_told(proofs.worked_examples(item, found)) for item in chosen))


def _told(made: WorkedExamples) -> str:
    lines = [f"{made.metric.title} ({made.metric})"]
    for example in made.examples:
        pairs = list(side_by_side(example.holding.events, example.failing.events))
        as_at = f"as at {example.as_at.isoformat()}"
        lines += ["", f"{example.text} ({as_at})", *(f"  {line}" for line in plain_lines(pairs, *example.headings))]
    lines += [f"\nnever decides alone: {clause}" for clause in made.idle]
    lines += [f"\nno example found: {clause}" for clause in made.unshown]
    return "\n".join(lines)


def proofs_on_data(made: Report) -> tuple[list[str], bool]:
    """Say of each declared relation that is proved whether what the proof needs holds on the data of a report.

    Also tell whether it does for all of them.
    """
    from impact_metrics import proofs  # noqa: PLC0415 - needs an optional dependency

    found = proofs.on_data(proofs.certificate(made.catalogue), made)
    return [str(item) for item in found], all(item.holds for item in found)
