"""The ways that people go: funnels from rescue to a stable life, and from arrest to conviction."""

from impact_metrics.anti_trafficking.metrics import PAGE, PERSON, VERSION
from impact_metrics.anti_trafficking.populations import ARRESTED, CARED_FOR, CONVICTED, PROSECUTED, RESCUED, STABLE_NOW
from impact_metrics.rules import Metric, Stage, funnel

_NO_FUNNEL = "The page gives the figures of the stages, each by itself, and no way from one to another."
_SHORT_TIME = (
    "Whoever is new to the first stage has had little time to come further: that they are not in a later stage is no "
    "drop-off yet. By years of entry, early years show more of the way."
)

SURVIVORS_WAY = Metric(
    id="way_of_survivors",
    version=VERSION,
    title="The way of survivors: from rescue to a stable point",
    definition=None,
    source=PAGE,
    unit=PERSON,
    measure=funnel(
        Stage("Removed from exploitation", RESCUED),
        Stage("Cared for", CARED_FOR),
        Stage("At a stable point now", STABLE_NOW),
    ),
    assumptions=(
        _NO_FUNNEL,
        (
            "The stages are the persons counted by victims_rescued, of these those counted by survivors_cared_for, and "
            "of these those whose latest assessment finds them stable and independent. Survivors cared for who came by "
            "another way than a supported rescue are in no stage, so that the second number is less than "
            "survivors_cared_for."
        ),
    ),
    limits=(
        _SHORT_TIME,
        "Not everybody who is rescued needs or wants our care: to leave the way is no failure of the survivor.",
    ),
)

ACCUSED_WAY = Metric(
    id="way_of_the_accused",
    version=VERSION,
    title="The way of the accused: from arrest to conviction",
    definition=None,
    source=PAGE,
    unit=PERSON,
    measure=funnel(Stage("Arrested", ARRESTED), Stage("Prosecuted", PROSECUTED), Stage("Convicted", CONVICTED)),
    assumptions=(
        _NO_FUNNEL,
        (
            "The three figures are not nested by their definitions: prosecutions and convictions also count persons "
            "whose arrest nobody supported, or who were never arrested, where the victim or the prosecutor was "
            "supported. The funnel counts the intersections: of the persons counted by arrests those also counted by "
            "prosecutions, and of these those also counted by convictions. So its later numbers are less than the "
            "published figures of the same name."
        ),
        "The person is the same in every stage; the case need not be. An arrest may have led to another case.",
    ),
    limits=(
        _SHORT_TIME,
        "Trials that await a verdict are in the second stage and not in the third; conviction_rate tells how many.",
    ),
)

WAYS = (SURVIVORS_WAY, ACCUSED_WAY)
"""The funnels: of survivors, and of the accused."""
