"""Verification: a saved report is made again from records, and everything that differs is named."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeAlias

from impact_metrics.errors import ExchangeError
from impact_metrics.publication.definitions import changed_definitions
from impact_metrics.publication.evidence import evidence_of
from impact_metrics.publication.manifest import versions_in_use
from impact_metrics.publication.news import News
from impact_metrics.publication.numbers import numbers_of
from impact_metrics.publication.records import RecordMark, changes_between
from impact_metrics.publication.released import released
from impact_metrics.publication.verification import MetricDifference, Verification
from impact_metrics.reports import evaluate
from impact_metrics.streams import Stream, StreamDigest
from impact_metrics.streams.digest import recorded_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from impact_metrics.engines.duckdb import Tables
    from impact_metrics.engines.spark import SparkTables
    from impact_metrics.publication.evidence import Counted
    from impact_metrics.publication.numbers import SavedNumber
    from impact_metrics.publication.records import RecordChanges
    from impact_metrics.publication.saved import SavedReport
    from impact_metrics.reports import Report
    from impact_metrics.reports.sources import EngineName
    from impact_metrics.rules import Catalogue
    from impact_metrics.streams.versions import AnyRecord

    Records: TypeAlias = Stream | Tables | SparkTables
    Release: TypeAlias = Callable[[Report], Iterable[SavedNumber]]


def verify(  # noqa: PLR0913 - what is verified, against what
    saved: SavedReport,
    source: Records,
    catalogue: Catalogue,
    *,
    today: Catalogue | None = None,
    engine: EngineName = "auto",
    release: Release | None = None,
) -> Verification:
    """Make a saved report again from the records, and compare.

    The definitions are those in the report; ``catalogue`` is the one with whose model the records were read, and
    ``today`` (by default the same) the one to compare the definitions with. ``release`` gives the numbers that are
    published of a report, where they are not those of the edition that the manifest describes. Raises ``ExchangeError``
    where the report was made with another model, ``RuleError`` where the manifest of a publishable report describes no
    edition, and what ``evaluate`` does.
    """
    manifest = saved.manifest
    try:
        own = manifest.catalogue(catalogue.model)
    except ExchangeError as error:
        raise ExchangeError(
            f"the report cannot be made again with this model: {error.problem}",
            where=error.where,
            hint="read the records with the model of the report: saved.manifest.catalogue().model",
        ) from None
    report = evaluate(own, source, as_at=manifest.as_at, known_at=manifest.known_at, engine=engine)
    marks = None
    if saved.records is None:
        digest = StreamDigest.of(records_of(source), known_at=manifest.known_at)
    else:
        marks = tuple(map(RecordMark.of, recorded_by(records_of(source), manifest.known_at)))
        digest = StreamDigest.of_digests(bytes.fromhex(mark.sha256) for mark in marks)
    records = None if marks is None or saved.records is None else changes_between(saved.records, marks)
    numbers: Iterable[SavedNumber]
    if release is not None:
        numbers = release(report)
    elif manifest.audience == "internal":
        numbers = numbers_of(report, manifest.layout)
    else:
        numbers = released(report, manifest)
    return Verification(
        intact=saved.intact,
        same_records=digest == manifest.stream,
        metrics=tuple(_differences(saved, report, tuple(numbers), records, source)),
        invariants=tuple(_invariants(saved, report)),
        records=records,
        definitions=changed_definitions(own, today or catalogue),
        notes=tuple(_notes(saved, report)),
    )


def records_of(source: Records) -> Iterable[AnyRecord]:
    """Give the records of a stream, or of tables, one by one."""
    return source if isinstance(source, Stream) else source.records()


def _notes(saved: SavedReport, report: Report) -> Iterator[str]:
    manifest = saved.manifest
    if manifest.engine != report.engine_name:
        yield f"the report was made by the engine {manifest.engine!r}, and made again by {report.engine_name!r}"
    before, now = dict(manifest.versions), dict(versions_in_use(report.engine_name))
    for name, version in before.items():
        if now.get(name, version) != version:
            yield f"the report was made with {name} {version}, and made again with {now[name]}"


def _invariants(saved: SavedReport, report: Report) -> Iterator[str]:
    words = {True: "holds", False: "does not hold", None: "is not there"}
    before, now = dict(saved.invariants), {str(found.invariant): found.holds for found in report.invariants}
    for name in dict.fromkeys([*before, *now]):
        if before.get(name) != now.get(name):
            yield f"invariant {name}: {words[before.get(name)]} as saved, and {words[now.get(name)]} now"


def _differences(
    saved: SavedReport,
    report: Report,
    numbers: tuple[SavedNumber, ...],
    records: RecordChanges | None,
    source: Records,
) -> Iterator[MetricDifference]:
    """Give what differs of each metric, in the order of the catalogue."""
    figures = _figures(saved.numbers, numbers)
    before = _by_metric(saved.evidence or ())
    now = {} if saved.evidence is None else _by_metric(evidence_of(report))
    news = News.of(records, records_of(source)) if records else None
    for name in dict.fromkeys([*report.catalogue.by_id, *figures, *before]):
        people = _people(before.get(name, {}), now.get(name, {}), report)
        if any(people.values()) or name in figures:
            behind = _behind(people, (before.get(name, {}), now.get(name, {})), news)
            yield MetricDifference(metric=name, numbers=tuple(figures.get(name, ())), records=behind, **people)


def _figures(saved: Iterable[SavedNumber], now: Iterable[SavedNumber]) -> Mapping[str, list[tuple[str, str, str]]]:
    """Give the numbers that differ, by metric."""
    found: defaultdict[str, list[tuple[str, str, str]]] = defaultdict(list)
    old, new = ({number.key: number for number in numbers} for numbers in (saved, now))
    for key in dict.fromkeys([*old, *new]):
        one, other = old.get(key), new.get(key)
        if one is None or other is None or (one.value, one.status) != (other.value, other.status):
            known = one or other
            assert known is not None  # noqa: S101 - the key is of one of them
            saved_as, shown_now = ("not there" if number is None else number.shown for number in (one, other))
            found[known.metric].append((known.place, saved_as, shown_now))
    return found


def _by_metric(evidence: Iterable[Counted]) -> dict[str, dict[str, Counted]]:
    found: defaultdict[str, dict[str, Counted]] = defaultdict(dict)
    for counted in evidence:
        found[counted.metric][counted.subject] = counted
    return found


def _people(before: Mapping[str, Counted], now: Mapping[str, Counted], report: Report) -> dict[str, tuple[Any, ...]]:
    """Give who stands behind a figure otherwise than before, under the names that a difference has for them."""
    merged = {subject: other for subject in before if (other := report.canonical(subject)) != subject}
    return {
        "added": tuple(sorted(now.keys() - before.keys() - set(merged.values()))),
        "gone": tuple(sorted(before.keys() - now.keys() - merged.keys())),
        "changed": tuple(sorted(name for name in before.keys() & now.keys() if before[name] != now[name])),
        "merged": tuple(sorted(merged.items())),
    }


def _behind(
    people: Mapping[str, tuple[Any, ...]], sides: tuple[Mapping[str, Counted], ...], news: News | None
) -> tuple[str, ...]:
    """Give the changed records behind the subjects that are touched."""
    if news is None:
        return ()
    found: set[str] = set()
    touched = {
        *people["added"],
        *people["gone"],
        *people["changed"],
        *(name for pair in people["merged"] for name in pair),
    }
    for subject in touched:
        found |= news.behind(subject, (event for side in sides if subject in side for event in side[subject].events))
    return tuple(sorted(found))
