"""Laws of single figures: neither order nor repeats matter, engines agree, and what is claimed to grow only grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.errors import StreamError
from impact_metrics.rules.invariants import check_comparable
from impact_metrics.streams import Stream
from impact_metrics.testing.engines import ENGINES, REFERENCE
from impact_metrics.testing.laws.evidence import days_of_interest, difference, expect_alike, known_events

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from impact_metrics.model import Event
    from impact_metrics.rules import Catalogue, Metric
    from impact_metrics.testing.engines import Engine, Records


def order_does_not_matter(
    catalogue: Catalogue, stream: Stream, *, engine: Engine = REFERENCE, known_at: datetime | None = None
) -> None:
    """A stream is a collection: with its records in another order, every figure is the same at every date."""
    records = tuple(stream)
    half = len(records) // 2
    orders: dict[str, Records] = {
        "with the records in reverse order": records[::-1],
        "with the later half of the records first": records[half:] + records[:half],
        "with the records in the order of their ids": sorted(records, key=lambda record: record.id),
    }
    _same_figures(catalogue, stream, orders, engine=engine, known_at=known_at)


def repetition_does_not_matter(
    catalogue: Catalogue, stream: Stream, *, engine: Engine = REFERENCE, known_at: datetime | None = None
) -> None:
    """With every record repeated, every figure is the same at every date."""
    twice: dict[str, Records] = {"with every record repeated": tuple(stream) * 2}
    _same_figures(catalogue, stream, twice, engine=engine, known_at=known_at)


def _same_figures(
    catalogue: Catalogue,
    stream: Stream,
    others: Mapping[str, Records],
    *,
    engine: Engine,
    known_at: datetime | None,
) -> None:
    expected = engine.load(tuple(stream), known_at)
    for how, records in others.items():
        found = engine.load(records, known_at)
        for day in days_of_interest(known_events(stream, known_at)):
            for metric in catalogue.metrics:
                one, other = expected.answer(metric, day), found.answer(metric, day)
                expect_alike(metric, f"as at {day}, {how}", "the figure", one, other)


def engines_agree(
    catalogue: Catalogue, stream: Stream, *, engines: Sequence[Engine] = ENGINES, known_at: datetime | None = None
) -> None:
    """Every engine gives the figures, and counts the subjects, that the first one does, at every date."""
    records = tuple(stream)
    first, *others = engines
    expected = first.load(records, known_at)
    for engine in others:
        found = engine.load(records, known_at)
        for day in days_of_interest(known_events(stream, known_at)):
            for metric in catalogue.metrics:
                one, other = expected.answer(metric, day), found.answer(metric, day)
                expect_alike(metric, f"as at {day}, by {engine.name}", f"the figure of {first.name}", one, other)


def monotone(
    metric: Metric,
    stream: Stream,
    added: Iterable[Event],
    *,
    engine: Engine = REFERENCE,
    known_at: datetime | None = None,
) -> None:
    """Further events never lower the figure, at any date.

    This is no law of every metric. It is a claim that an author makes of one: nothing that happens takes anybody out.
    Raises ``StreamError`` for an event whose id the stream has: that is a correction, and can lower any figure; and
    ``RuleError`` for a share or time, which has no direction.
    """
    check_comparable(metric)
    before, further = tuple(stream), tuple(added)
    there = {record.id for record in before}
    for event in further:
        if event.id in there:
            raise StreamError(
                "an event of this id is there already, so that this one corrects it and adds nothing",
                where=f"{type(event).__name__} {event.id!r}",
                hint="add an event of another id",
            )
    after = (*before, *further)
    what = ", ".join(event.id for event in further)
    loaded, grown = engine.load(before, known_at), engine.load(after, known_at)
    for day in days_of_interest(known_events(Stream(after), known_at)):
        least, found = loaded.answer(metric, day), grown.answer(metric, day)
        assert found.value is not None and least.value is not None  # noqa: S101, PT018 - only a share or time can have none
        if found.value < least.value:
            raise AssertionError(
                f"metric {metric.id!r} as at {day}, after adding {what}: expected the figure to be at least "
                f"{least.value}, found {found.value}{difference(least, found)}"
            )
