"""The scales of the shipped metrics. They are examples: whoever has a scale of their own declares it instead.

Several published scales of recovery and of training are licensed. These two are neither copies nor versions of any of
them; they were made for this library, and no study of them has been done.
"""

from impact_metrics.anti_trafficking.codes import AssessmentDomain
from impact_metrics.anti_trafficking.events import DomainScore, TrainingSurvey
from impact_metrics.rules.scales import Scale

_OURS = "an example made for this library, after no published instrument; its properties have not been studied"
_FREE = "free to use and to change"

REINTEGRATION = Scale(
    id="example_reintegration",
    title="Example scale of reintegration",
    least=1,
    most=5,
    better="higher",
    least_change=1,
    stable=4,
    domains=AssessmentDomain,
    source=_OURS,
    licence=_FREE,
)
"""From 1, in crisis, to 5, doing well without support, in each area of life by itself."""

PRACTICE = Scale(
    id="example_practice",
    title="Example scale of practices used at work",
    least=0,
    most=10,
    better="higher",
    least_change=2,
    source=_OURS,
    licence=_FREE,
)
"""How many of ten practices taught somebody has used at work in the last three months."""

WITHIN_RANGE = (REINTEGRATION.constraint(DomainScore.score), PRACTICE.constraint(TrainingSurvey.score))
"""What finds a number that is off its scale. A model with scales of its own has their constraints instead."""
