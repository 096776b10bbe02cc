"""Laws: what is true of every figure, each a function to call in a test.

A law takes a catalogue and a stream, and raises ``AssertionError`` that says which metric, as at which date, what was
expected and what was found. :func:`laws_of` makes one test of all of them::

    from impact_metrics.anti_trafficking import CATALOGUE
    from impact_metrics.testing import laws_of

    test_laws = laws_of(CATALOGUE, only_grow=["prosecutions"])
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from impact_metrics.streams import Stream
from impact_metrics.testing.engines import ENGINES
from impact_metrics.testing.laws.books import books_balance, breakdowns_add_up
from impact_metrics.testing.laws.changes import changes_add_up, changes_turn_round
from impact_metrics.testing.laws.evidence import known_events
from impact_metrics.testing.laws.figures import (
    engines_agree,
    monotone,
    order_does_not_matter,
    repetition_does_not_matter,
)
from impact_metrics.testing.laws.invariants import invariants_hold
from impact_metrics.testing.laws.lists import lists_are_whole
from impact_metrics.testing.laws.shares import shares_lie_within
from impact_metrics.testing.laws.stages import stages_nest
from impact_metrics.testing.laws.times import survival_is_the_simple_share, times_are_told_whole
from impact_metrics.testing.streams import streams
from impact_metrics.testing.values import USUAL, Pools

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from impact_metrics.rules import Catalogue
    from impact_metrics.testing.engines import Engine

__all__ = [
    "books_balance",
    "breakdowns_add_up",
    "changes_add_up",
    "changes_turn_round",
    "check_laws",
    "engines_agree",
    "invariants_hold",
    "laws_of",
    "lists_are_whole",
    "monotone",
    "order_does_not_matter",
    "repetition_does_not_matter",
    "shares_lie_within",
    "stages_nest",
    "survival_is_the_simple_share",
    "times_are_told_whole",
]


def check_laws(
    catalogue: Catalogue,
    stream: Stream,
    *,
    only_grow: Iterable[str] = (),
    engines: Sequence[Engine] = ENGINES,
    known_at: datetime | None = None,
) -> None:
    """Check every law on one stream.

    ``only_grow`` are the ids of metrics which are claimed to be monotone: each event that is known is taken away, and
    added again. All engines must agree; each must also keep the other laws. Raises ``AssertionError`` for the first law
    that is broken, and ``RuleError`` for a metric that the catalogue does not have.
    """
    claimed = [catalogue[name] for name in only_grow]
    engines_agree(catalogue, stream, engines=engines, known_at=known_at)
    for engine in engines:
        order_does_not_matter(catalogue, stream, engine=engine, known_at=known_at)
        repetition_does_not_matter(catalogue, stream, engine=engine, known_at=known_at)
        invariants_hold(catalogue, stream, engine=engine, known_at=known_at)
        shares_lie_within(catalogue, stream, engine=engine, known_at=known_at)
        times_are_told_whole(catalogue, stream, engine=engine, known_at=known_at)
        survival_is_the_simple_share(catalogue, stream, engine=engine, known_at=known_at)
        stages_nest(catalogue, stream, engine=engine, known_at=known_at)
        lists_are_whole(catalogue, stream, engine=engine, known_at=known_at)
        changes_add_up(catalogue, stream, engine=engine, known_at=known_at)
        changes_turn_round(catalogue, stream, engine=engine, known_at=known_at)
        if engine.keeps_books:
            books_balance(catalogue, stream, engine=engine, known_at=known_at)
            breakdowns_add_up(catalogue, stream, engine=engine, known_at=known_at)
    events = known_events(stream, known_at)
    for metric in claimed:
        for event in events:
            monotone(metric, Stream(other for other in events if other is not event), [event], engine=engines[0])


def laws_of(
    catalogue: Catalogue,
    *,
    only_grow: Iterable[str] = (),
    engines: Sequence[Engine] = ENGINES,
    max_events: int = 8,
    pools: Pools = USUAL,
) -> Callable[[], None]:
    """Make a test that checks every law of a catalogue on drawn streams.

    Streams have corrections, retractions and merges, and half of them satisfy the constraints of the model. For the
    rest see :func:`check_laws`. What is given back is a Hypothesis test, to be named ``test_...`` in a module of tests;
    ``settings(max_examples=20)(laws_of(CATALOGUE))`` draws fewer streams.
    """
    claimed = tuple(only_grow)
    drawn = st.booleans().flatmap(
        lambda valid: streams(
            catalogue.model, max_events=max_events, bookkeeping=True, satisfying_constraints=valid, pools=pools
        )
    )

    @given(stream=drawn)
    def test_laws(stream: Stream) -> None:
        check_laws(catalogue, stream, only_grow=claimed, engines=engines)

    return test_laws
