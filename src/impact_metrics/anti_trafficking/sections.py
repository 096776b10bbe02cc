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
from impact_metrics.anti_trafficking.people_listed import PEOPLE_LISTED
from impact_metrics.anti_trafficking.ways import WAYS
from impact_metrics.rules import Section

CRITICAL_OUTCOMES = (
    SURVIVORS_REHABILITATED,
    RECOVERY,
    ENGAGEMENT_OF_RESCUED,
    ENGAGEMENT_OF_CARED_FOR,
    RE_TRAFFICKING_12,
    RE_TRAFFICKING_24,
)
"""What the page names, in its order: recovery and reintegration, engagement with law enforcement, re-trafficking."""

SECTIONS = (
    Section.of("Headline impact to date", HEADLINES),
    Section.of("Critical outcomes", CRITICAL_OUTCOMES),
    Section.of("Systemic change", (SYSTEMIC_CHANGE,)),
    Section.of("Beside the published figures", (CONVICTION_RATE, CONVICTIONS_NET_OF_QUASHED, *WAYS, *PEOPLE_LISTED)),
)
