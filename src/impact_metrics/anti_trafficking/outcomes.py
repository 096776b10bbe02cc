"""The critical outcomes that the page names without defining them: shares, each with what it is read as."""

from impact_metrics.anti_trafficking.metrics import PAGE, PERSON, VERSION
from impact_metrics.anti_trafficking.populations import (
    AWAITING_VERDICT,
    CARED_FOR,
    CONVICTED,
    NEVER_ASSESSED,
    PROSECUTED,
    RESCUED,
    STABLE_NOW,
    TOLD_FORMALLY,
)
from impact_metrics.rules import Metric, share

_NAMED = "The page names this outcome among those that are measured, and gives neither a definition nor a figure."
_FORMALLY = (
    "'Engagement of survivors with law enforcement' is read as: the survivor gave a formal statement or testified, at "
    "any time and in any case. Information given without a formal statement is not counted."
)
_SILENCE = (
    "Whoever has no such record counts as not engaged: that somebody was never asked, or is not ready, cannot be told "
    "from it."
)
_CHOICE = "Engagement is the survivor's own choice. A higher share is not better by itself, and is no target for care."

CONVICTION_RATE = Metric(
    id="conviction_rate",
    version=VERSION,
    title="Conviction rate by cohort of prosecution",
    definition=None,
    source=PAGE,
    unit=PERSON,
    measure=share(CONVICTED, of=PROSECUTED, unknown=AWAITING_VERDICT),
    assumptions=(
        "The page gives the numbers of prosecutions and convictions, and no share.",
        "The share is of the persons counted by prosecutions; convicted are those of them counted by convictions.",
        (
            "Years are not mixed: the rate of a year is of the persons whose trial began in it, with the convictions "
            "that came of these trials by the date of the report, in whichever year. Convictions of a year divided by "
            "prosecutions of the same year is another figure, and no share of anybody."
        ),
        (
            "Whoever has no verdict at all by the date of the report is not known. These persons stay in the "
            "denominator, so that the rate of a recent year is low until its trials are decided."
        ),
        "It is of first-instance convictions: one that is quashed later stays in the numerator.",
    ),
    limits=(
        "Recent years are not comparable with earlier ones while many of their trials await a verdict.",
        "It says what came of cases that were supported, and not that the support was the cause.",
    ),
)

ENGAGEMENT_OF_RESCUED = Metric(
    id="engagement_of_rescued",
    version=VERSION,
    title="Engagement with law enforcement, of those removed from exploitation",
    definition=None,
    source=PAGE,
    unit=PERSON,
    measure=share(TOLD_FORMALLY, of=RESCUED),
    assumptions=(_NAMED, _FORMALLY, "The share is of the persons counted by victims_rescued.", _SILENCE),
    limits=(_CHOICE,),
)

ENGAGEMENT_OF_CARED_FOR = Metric(
    id="engagement_of_cared_for",
    version=VERSION,
    title="Engagement with law enforcement, of survivors supported",
    definition=None,
    source=PAGE,
    unit=PERSON,
    measure=share(TOLD_FORMALLY, of=CARED_FOR),
    assumptions=(_NAMED, _FORMALLY, "The share is of the persons counted by survivors_cared_for.", _SILENCE),
    limits=(_CHOICE,),
)

RECOVERY = Metric(
    id="recovery_and_reintegration",
    version=VERSION,
    title="Recovery and reintegration of survivors supported",
    definition=None,
    source=PAGE,
    unit=PERSON,
    measure=share(STABLE_NOW, of=CARED_FOR, unknown=NEVER_ASSESSED),
    assumptions=(
        _NAMED,
        (
            "It is read as the share of survivors cared for who have now reached a stable point of reintegration and "
            "independence, by the latest assessment: the numerator is the figure of survivors_rehabilitated."
        ),
        (
            "Whoever was never assessed is not known, and stays in the denominator. An assessment that leaves "
            "stability or independence open does not find it."
        ),
    ),
    limits=(
        "Whoever came into care a short time ago has had little time to recover, and counts like everybody else.",
        (
            "It is of people cared for, and says nothing of those who were never reached or who left before a second "
            "session."
        ),
    ),
)

OUTCOMES = (CONVICTION_RATE, ENGAGEMENT_OF_RESCUED, ENGAGEMENT_OF_CARED_FOR, RECOVERY)
"""The shares, in the order of the work: from the courts to a stable life."""
