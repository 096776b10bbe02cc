"""For metric authors: strategies that draw streams, rules and models, and laws that every figure keeps.

Needs the extra ``testing`` (Hypothesis). One line tests a catalogue, and a property of your own takes a few::

    from datetime import date

    from hypothesis import given
    from impact_metrics import evaluate
    from impact_metrics.anti_trafficking import CATALOGUE, MODEL
    from impact_metrics.testing import laws_of, streams

    test_laws = laws_of(CATALOGUE)

    @given(streams(MODEL, satisfying_constraints=True))
    def test_convictions_are_within_prosecutions(stream):
        report = evaluate(CATALOGUE, stream, as_at=date(2024, 12, 31))
        assert report.subjects("convictions") <= report.subjects("prosecutions")
"""

try:
    import hypothesis as _hypothesis  # noqa: F401 - asked for here so that its absence is told
except ImportError:
    from impact_metrics.errors import missing_extra

    raise missing_extra("impact_metrics.testing", "hypothesis", "testing") from None

from impact_metrics.testing import laws
from impact_metrics.testing.engines import AFRESH, ENGINES, REFERENCE, Answer, Engine
from impact_metrics.testing.laws import check_laws, laws_of
from impact_metrics.testing.metrics import catalogues, metrics
from impact_metrics.testing.models import models
from impact_metrics.testing.repair import satisfying
from impact_metrics.testing.rules import (
    conditions,
    follow_ups,
    funnels,
    listings,
    measures,
    paired_changes,
    populations,
    shares,
    tallies,
    times,
)
from impact_metrics.testing.streams import records, streams
from impact_metrics.testing.values import DAYS, SMALL, USUAL, Pools

__all__ = [
    "AFRESH",
    "DAYS",
    "ENGINES",
    "REFERENCE",
    "SMALL",
    "USUAL",
    "Answer",
    "Engine",
    "Pools",
    "catalogues",
    "check_laws",
    "conditions",
    "follow_ups",
    "funnels",
    "laws",
    "laws_of",
    "listings",
    "measures",
    "metrics",
    "models",
    "paired_changes",
    "populations",
    "records",
    "satisfying",
    "shares",
    "streams",
    "tallies",
    "times",
]
