"""What proofs need, checked on tables: the constraints that are broken for a while, by SQL."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from impact_metrics import Event, Model, RuleError, Stream, evaluate, exists, not_
from impact_metrics.anti_trafficking import CATALOGUE, MODEL
from impact_metrics.engines.duckdb import Tables
from impact_metrics.engines.spans import SpansEngine
from impact_metrics.model import constraint
from impact_metrics.proofs import Refuted, certificate, on_data, prove
from impact_metrics.streams import to_arrow
from impact_metrics.testing import streams
from tests.toys import STRICT_TOYS, Broken, Made, Sold

if TYPE_CHECKING:
    from collections.abc import Sequence

END = date(2024, 1, 3)


def broken_by_sql(stream: Stream, model: Model, day: date) -> list[list[str]]:
    engine = Tables(to_arrow(stream, model), model).engine(None)
    return [sorted(event.id for event in engine.breaking(rule, day)) for rule in model.constraints]


def broken_by_spans(stream: Stream, model: Model, day: date) -> list[list[str]]:
    engine = SpansEngine(stream.known())
    return [sorted(event.id for event in engine.breaking(rule, day)) for rule in model.constraints]


@settings(max_examples=40)
@given(streams(STRICT_TOYS))
def test_tables_and_streams_break_constraints_alike(stream: Stream) -> None:
    """At whatever date up to the one asked for, for every constraint that nothing later can break."""
    assert broken_by_sql(stream, STRICT_TOYS, END) == broken_by_spans(stream, STRICT_TOYS, END)


def test_a_constraint_that_can_be_broken_later_is_refused_on_tables() -> None:
    """Nothing is said of dates at which nobody looked."""
    rule = constraint("whole", Sold, not_(exists(Broken, Broken.case == Sold.case)), because="for the test")
    model = Model(name="toys", events=(Made, Sold, Broken), constraints=(rule,))
    engine = Tables(to_arrow(Stream([]), model), model).engine(None)
    with pytest.raises(RuleError, match="only the reference engine looks at every date"):
        engine.breaking(rule, END)


def test_proofs_speak_of_tables_as_of_streams() -> None:
    """The verdict without a trial is named, whichever engine made the report."""
    outcome = prove(CATALOGUE.invariants[0], CATALOGUE, without=["conviction_has_trial"])
    assert isinstance(outcome, Refuted)
    assert outcome.example is not None
    events: Sequence[Event] = outcome.example.events
    sources: list[Any] = [Stream(events), Tables(to_arrow(Stream(events), MODEL), MODEL)]
    said = [
        [str(found) for found in on_data(certificate(CATALOGUE), evaluate(CATALOGUE, source, as_at=date(2024, 12, 31)))]
        for source in sources
    ]
    assert said[0] == said[1]
    assert "but not for this data" in said[0][0]
