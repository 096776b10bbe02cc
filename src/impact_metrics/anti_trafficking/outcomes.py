"""The critical outcomes that the page names without defining them: shares, each with what it is read as."""

from impact_metrics.anti_trafficking.metrics import PAGE, PERSON, VERSION
from impact_metrics.anti_trafficking.populations import (
    AWAITING_VERDICT,
    CARED_FOR,
    CONVICTED,
    EXPLOITED_AGAIN,
    NEVER_ASSESSED,
    NEVER_SEEN_AGAIN,
    PROSECUTED,
    RESCUED,
    STABLE_NOW,
    TOLD_FORMALLY,
)
from impact_metrics.rules import Metric, followed_up, share

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

_AGAIN = (
    _NAMED,
    (
        "'Re-trafficking' is read as: a survivor counted by victims_rescued is found to have been exploited again. The "
        "day is that on which it was found, not the one on which it began."
    ),
    (
        "The time runs from the first intervention that counts. An exploitation found on that very day is the one that "
        "it ended; a second rescue does not start the time again."
    ),
    (
        "Whoever was rescued and is in no record of support, assessment, return, statement or legal support is taken "
        "to be lost to follow-up, and not to be safe."
    ),
)
_HIDDEN = (
    (
        "Re-exploitation is found only where somebody looks. The rate is of what was found, and a lower bound of what "
        "happened."
    ),
    "One record of support is taken to be contact, however short a time after the rescue it was.",
)

RE_TRAFFICKING_12 = Metric(
    id="re_trafficking_12_months",
    version=VERSION,
    title="Re-trafficking rate, within 12 months of rescue",
    definition=None,
    source=PAGE,
    unit=PERSON,
    measure=followed_up(EXPLOITED_AGAIN, within_months=12, of=RESCUED, lost=NEVER_SEEN_AGAIN),
    assumptions=_AGAIN,
    limits=_HIDDEN,
)

RE_TRAFFICKING_24 = Metric(
    id="re_trafficking_24_months",
    version=VERSION,
    title="Re-trafficking rate, within 24 months of rescue",
    definition=None,
    source=PAGE,
    unit=PERSON,
    measure=followed_up(EXPLOITED_AGAIN, within_months=24, of=RESCUED, lost=NEVER_SEEN_AGAIN),
    assumptions=_AGAIN,
    limits=_HIDDEN,
)

OUTCOMES = (
    CONVICTION_RATE,
    ENGAGEMENT_OF_RESCUED,
    ENGAGEMENT_OF_CARED_FOR,
    RECOVERY,
    RE_TRAFFICKING_12,
    RE_TRAFFICKING_24,
)
"""The shares and rates, in the order of the work: from the courts to a life in safety."""
