"""The headings of the published page, in its order, and what stands under each; what is beside the page comes last."""

from impact_metrics.anti_trafficking.change import SYSTEMIC_CHANGE
from impact_metrics.anti_trafficking.metrics import CONVICTIONS_NET_OF_QUASHED, HEADLINES, SURVIVORS_REHABILITATED
from impact_metrics.anti_trafficking.outcomes import (
    CONVICTION_RATE,
    ENGAGEMENT_OF_CARED_FOR,
    ENGAGEMENT_OF_RESCUED,
    RE_TRAFFICKING_12,
    RE_TRAFFICKING_24,
    RECOVERY,
)
from impact_metrics.anti_trafficking.paired import BEHAVIOUR_CHANGE, CHANGE_BY_DOMAIN
from impact_metrics.anti_trafficking.people_listed import PEOPLE_LISTED
from impact_metrics.anti_trafficking.times import CASE_DURATION, TIME_TO_STABLE_POINT
from impact_metrics.anti_trafficking.ways import WAYS
from impact_metrics.rules import Section

CRITICAL_OUTCOMES = (
    SURVIVORS_REHABILITATED,
    RECOVERY,
    TIME_TO_STABLE_POINT,
    *CHANGE_BY_DOMAIN,
    ENGAGEMENT_OF_RESCUED,
    ENGAGEMENT_OF_CARED_FOR,
    RE_TRAFFICKING_12,
    RE_TRAFFICKING_24,
    BEHAVIOUR_CHANGE,
)
"""What the page names, in its order: recovery, engagement with law enforcement, re-trafficking, behaviour change."""

SECTIONS = (
    Section.of("Headline impact to date", HEADLINES),
    Section.of("Critical outcomes", CRITICAL_OUTCOMES),
    Section.of("Systemic change", (SYSTEMIC_CHANGE,)),
    Section.of(
        "Beside the published figures",
        (CONVICTION_RATE, CONVICTIONS_NET_OF_QUASHED, CASE_DURATION, *WAYS, *PEOPLE_LISTED),
    ),
)
