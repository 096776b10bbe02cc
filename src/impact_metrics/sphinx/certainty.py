"""What is certain, as pages: the certificate of a catalogue, and the worked examples of a metric.

Needs the extra ``prove``, for which the directives ask only where a page uses them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from docutils import nodes

from impact_metrics.documents.english.words import listed, sentence
from impact_metrics.documents.side_by_side import side_by_side
from impact_metrics.documents.timeline import Timeline
from impact_metrics.rules.invariants import Monotone, Satisfiable
from impact_metrics.sphinx.build import Inline, bullets, code, heading, paragraph, strong, table
from impact_metrics.sphinx.metric_page import relation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from impact_metrics.documents.side_by_side import Phrase
    from impact_metrics.proofs import Certificate, Entry, WorkedExamples
    from impact_metrics.proofs.outcomes import Example
    from impact_metrics.rules import Catalogue, Metric


@lru_cache(maxsize=8)
def _certificate(catalogue: Catalogue) -> Certificate:
    from impact_metrics.proofs import certificate  # noqa: PLC0415 - needs an optional dependency

    return certificate(catalogue)


def certificate_page(catalogue: Catalogue, page: str) -> Iterator[nodes.Node]:
    """Say of every declared invariant whether it is proved, in every scope of time, and show what refutes it."""
    made = _certificate(catalogue)
    relations = [entry for entry in made.entries if not isinstance(entry.outcome.claim, Monotone | Satisfiable)]
    for claim in dict.fromkeys(entry.outcome.claim for entry in relations):
        yield heading(str(claim))
        yield paragraph(*relation(claim, catalogue, page))
        yield bullets(
            [paragraph(strong(f"{entry.outcome.time}: "), *_decided(entry)), *_streams(entry)]
            for entry in relations
            if entry.outcome.claim == claim
        )
    yield heading("What each metric can do")
    yield table(
        ["Metric", "Can count something", "Never falls when events are added"],
        [
            [[code(metric.id)], _cell(made, Satisfiable, metric), _cell(made, Monotone, metric)]
            for metric in catalogue.metrics
        ],
    )
    yield paragraph(sentence(made.summary.rsplit(";", 1)[0]))


def _decided(entry: Entry) -> list[Inline]:
    if entry.word == "unknown":
        return [str(entry.outcome).split(": ", 1)[1]]
    said: list[Inline] = [strong(entry.word)]
    if entry.constraints:
        said.append(f", relying on {listed(entry.constraints)}")
    return [*said, "."]


def _streams(entry: Entry) -> list[nodes.Node]:
    from impact_metrics.proofs import Refuted  # noqa: PLC0415 - needs an optional dependency

    outcome = entry.outcome
    if not isinstance(outcome, Refuted) or outcome.example is None:
        return []
    example = outcome.example
    size = "The smallest stream that breaks it:" if outcome.minimal else "A stream that breaks it:"
    return [paragraph(size), _timeline(example), paragraph(list(example.lines())[-1])]


def _timeline(example: Example) -> nodes.table:
    rows: list[list[list[Inline]]] = []
    for events, mark in ((example.events, ""), (example.added, "added: ")):
        for line in Timeline(events).lines():
            day, said = line.split("  ", 1)
            rows.append([[day], [f"{mark}{said}"]])
    return table(["Day", "Event"], rows, widths=(18, 82))


def _cell(made: Certificate, kind: type, metric: Metric) -> list[Inline]:
    entry = next(
        (
            entry
            for entry in made.entries
            if isinstance(entry.outcome.claim, kind) and getattr(entry.outcome.claim, "metric", "") == metric.id
        ),
        None,
    )
    if entry is None:
        return ["it has no direction"]
    words = {"proved": "yes", "refuted": "no"}
    through = f", {entry.through}" if entry.through else ""
    return [f"{words.get(entry.word, entry.word)}{through}"]


def examples_of(metric: Metric, catalogue: Catalogue) -> Iterator[nodes.Node]:
    """Show for each clause of a metric two streams between which it decides, side by side."""
    from impact_metrics.proofs import worked_examples  # noqa: PLC0415 - needs an optional dependency

    made = worked_examples(metric, catalogue)
    yield heading("Worked examples")
    yield paragraph(" ".join(_introduction(made)))
    for example in made.examples:
        pairs = list(side_by_side(example.holding.events, example.failing.events))
        yield paragraph(nodes.emphasis("", sentence(example.text)), f" As at {example.as_at.isoformat()}.")
        yield table(
            list(example.headings),
            [[_phrases(pair.left), _phrases(pair.right)] for pair in pairs],
            widths=(50, 50),
        )
    yield from _version_examples(metric, catalogue)
    if made.idle:
        yield paragraph("These clauses never decide alone: where a valid stream fails one, it fails another as well.")
        yield bullets([paragraph(sentence(clause))] for clause in made.idle)
    if made.unshown:
        yield paragraph("For these no example was found.")
        yield bullets([paragraph(sentence(clause))] for clause in made.unshown)


def _introduction(made: WorkedExamples) -> Iterator[str]:
    """Say what the examples show."""
    if not made.examples:
        yield "No two streams were found between which one clause of the rule alone decides."
        return
    yield (
        "Each shows one clause of the rule: the smallest two streams that differ just enough for that clause alone to "
        "decide. They are found by machine, satisfy all constraints, and have been run. What differs is set in bold."
    )
    if made.metric.measure.whom_undecided[0]:
        yield "Where days or scores decide, the two streams are one day, or one step of the score, apart."
    if any(example.part for example in made.examples):
        yield "Before a clause stands the part of the measure to which it belongs."


def _version_examples(metric: Metric, catalogue: Catalogue) -> Iterator[nodes.Node]:
    """Show the smallest stream on which each other version counts somebody that this one does not, or the reverse."""
    from impact_metrics.proofs import differences  # noqa: PLC0415 - needs an optional dependency

    others = [version.version for version in catalogue.versions(metric.id) if version.version != metric.version]
    if others and metric.measure.whom_undecided[0]:
        yield paragraph("Whom its versions put elsewhere is not decided for every stream, since days or scores decide.")
        return
    for other in others:
        ways = differences(metric.id, metric.version, other, catalogue)
        for outcome, (more, less) in zip(ways, ((metric.version, other), (other, metric.version)), strict=True):
            example = getattr(outcome, "example", None)
            if example is None:
                yield paragraph(f"Whatever version {more} counts, version {less} counts: proved for every stream.")
            else:
                yield paragraph(f"Version {more} counts {example.subject}, and version {less} does not:")
                yield _timeline(example)


def _phrases(phrases: Sequence[Phrase]) -> list[Inline]:
    said: list[Inline] = []
    for position, (text, changed) in enumerate(phrases):
        said.append(strong(text) if changed else text)
        if position < len(phrases) - 1:
            said.append((" ", ": ")[position] if position < 2 else ", ")  # noqa: PLR2004 - the day, then the event
    return said or ["—"]
