"""The published metrics: definitions word for word, and our readings as assumptions where the page is silent."""

import attrs

from impact_metrics.anti_trafficking.populations import (
    ARRESTED,
    CARED_FOR,
    CARED_FOR_ON_TWO_DAYS,
    CONVICTED,
    CONVICTED_NET_OF_QUASHED,
    CONVICTED_WITH_LEGAL_SUPPORT,
    PROSECUTED,
    REACHED,
    REHABILITATED,
    RESCUED,
    RETURNED_SAFELY,
    TRAINED,
)
from impact_metrics.rules import Metric, Source, Unit, count
from impact_metrics.values import PersonId

PAGE = Source("Justice and Care", "Impact", "public web page")
VERSION = "2024.1"

PERSON = Unit("person", "persons", PersonId)
ATTENDANCE = Unit("attendance", "attendances")

_ONCE = "The unit is a person, counted once to date however often it happened to the person."
_ANY_ARREST = (
    "'Supported the arrest' is read as: our teams supported an arrest of the same person, whichever case "
    "it led to. A person may count whose arrest nobody supported, or who was never arrested, when the "
    "victim or prosecutor was supported in the case."
)
_OFFENCES = (
    "'Any offence related to the exploitation of a victim' is the named set of offences, which is wider than "
    "trafficking."
)
_LEGAL_PROCESS = (
    "'During the legal process' is read as: in the same court case, at any time up to the date of the report."
)
_HEAD_COUNT = (
    "The figure sums head-counts of sessions, so a person who attends two sessions is counted twice. "
    "Sessions with a list of people instead of a head-count add nothing, and the report says how many "
    "there are."
)

VICTIMS_RESCUED = Metric(
    id="victims_rescued",
    version=VERSION,
    title="Victims removed from exploitation",
    definition="the number of victims rescued where our teams supported the police or rescuing authority with "
    "intelligence, tactical advice, or direct assistance during the intervention.",
    source=PAGE,
    unit=PERSON,
    measure=count(RESCUED),
    assumptions=(
        _ONCE,
        "Only the three kinds of help that the definition names count: equipment or earlier training do not.",
    ),
)

ARRESTS = Metric(
    id="arrests",
    version=VERSION,
    title="Accused Traffickers Arrested",
    definition="the number of suspected perpetrators arrested where our teams supported the police or rescuing "
    "authority with intelligence, tactical advice, or direct assistance during the intervention.",
    source=PAGE,
    unit=PERSON,
    measure=count(ARRESTED),
    assumptions=(
        _ONCE,
        "An arrest is recorded only of a person suspected of exploiting others; the arrest of a victim is none.",
        "Only the three kinds of help that the definition names count: equipment or earlier training do not.",
    ),
)

PROSECUTIONS = Metric(
    id="prosecutions",
    version=VERSION,
    title="Prosecutions of Exploiters Supported",
    definition="the number of suspected perpetrators brought to trial for any offence related to the exploitation of "
    "a victim, where our teams supported the arrest or provided support to the victim and/or prosecutor "
    "during the legal process.",
    source=PAGE,
    unit=PERSON,
    measure=count(PROSECUTED),
    assumptions=(_ONCE, _OFFENCES, _ANY_ARREST, _LEGAL_PROCESS),
)

CONVICTIONS = Metric(
    id="convictions",
    version=VERSION,
    title="Exploiters Convicted",
    definition="the number of perpetrators convicted for any offence related to the exploitation of a victim, where "
    "our teams supported the arrest or provided support to the victim and/or prosecutor during the legal "
    "process.",
    source=PAGE,
    unit=PERSON,
    measure=count(CONVICTED),
    assumptions=(
        _ONCE,
        _OFFENCES,
        _ANY_ARREST,
        _LEGAL_PROCESS,
        "Verdicts are per charge: a person convicted on any such charge is convicted, also when acquitted on others.",
        (
            "This is the first-instance reading: a conviction that is quashed later stays in the figure. The "
            "reading net of quashed convictions is a metric of its own."
        ),
    ),
)

CONVICTIONS_LATER_WORDING = attrs.evolve(
    CONVICTIONS,
    version="later-wording",
    definition="the number of perpetrators convicted for any offence related to the exploitation of a victim, where "
    "our teams provided support to the victim and/or prosecutor during the legal process.",
    measure=count(CONVICTED_WITH_LEGAL_SUPPORT),
    assumptions=tuple(assumption for assumption in CONVICTIONS.assumptions if assumption != _ANY_ARREST),
    reason="a later wording of the definition, which no longer names the arrest",
)

CONVICTIONS_NET_OF_QUASHED = Metric(
    id="convictions_net_of_quashed",
    version=VERSION,
    title="Exploiters Convicted, net of quashed convictions",
    definition="the number of perpetrators convicted for any offence related to the exploitation of a victim, where "
    "our teams supported the arrest or provided support to the victim and/or prosecutor during the legal "
    "process.",
    source=PAGE,
    unit=PERSON,
    measure=count(CONVICTED_NET_OF_QUASHED),
    assumptions=(
        _ONCE,
        _OFFENCES,
        _ANY_ARREST,
        _LEGAL_PROCESS,
        (
            "The page says nothing of appeals. Here a person counts while at least one such conviction stands: it "
            "is not quashed, not sent to retrial, and not replaced by one for an offence outside the set."
        ),
        (
            "A retrial that convicts again is a new verdict and counts again; so is a conviction restored by a "
            "further appeal."
        ),
        "A conviction for another offence that an appeal replaces by one in the set is not added.",
    ),
)

SURVIVORS_CARED_FOR = Metric(
    id="survivors_cared_for",
    version=VERSION,
    title="Survivors Supported",
    definition="the number of individual victims who have had multiple instances of specialist support from our teams.",
    source=PAGE,
    unit=PERSON,
    measure=count(CARED_FOR),
    assumptions=(
        "'Multiple instances' is read as at least two distinct sessions, which may fall on one day.",
        "Support by a partner to whom a survivor was referred is not support 'from our teams'.",
        "A session of which it is not known whether it was specialist does not count.",
    ),
)

SURVIVORS_CARED_FOR_ON_TWO_DAYS = attrs.evolve(
    SURVIVORS_CARED_FOR,
    version="on-two-days",
    measure=count(CARED_FOR_ON_TWO_DAYS),
    assumptions=(
        "'Multiple instances' is read as sessions on at least two different days.",
        *SURVIVORS_CARED_FOR.assumptions[1:],
    ),
    reason="another reading of 'multiple instances': two sessions on one day are one instance",
)

SURVIVORS_REHABILITATED = Metric(
    id="survivors_rehabilitated",
    version=VERSION,
    title="Survivors rehabilitated",
    definition="the number of survivors cared for who have now reached a stable point of reintegration and "
    "independence.",
    source=PAGE,
    unit=PERSON,
    measure=count(REHABILITATED),
    assumptions=(
        (
            "'Have now reached' is read from the latest assessment: a survivor leaves the figure when a later "
            "assessment does not find both stability and independence."
        ),
        "Where two assessments on one day disagree, the survivor is not counted.",
        "Survivors cared for are those counted by survivors_cared_for.",
    ),
)

PROFESSIONALS_TRAINED = Metric(
    id="professionals_trained",
    version=VERSION,
    title="Front-line Professionals Trained",
    definition=None,
    source=PAGE,
    unit=ATTENDANCE,
    measure=TRAINED,
    assumptions=(
        "The page gives no definition.",
        "'Front-line' is recorded of each session: its audience meets victims or cases in its own daily work.",
        _HEAD_COUNT,
    ),
)

VULNERABLE_PEOPLE_REACHED = Metric(
    id="vulnerable_people_reached",
    version=VERSION,
    title="Vulnerable people provided with prevention education",
    definition="number of specifically vulnerable people reached with targeted prevention awareness training or more "
    "holistic direct support.",
    source=PAGE,
    unit=ATTENDANCE,
    measure=REACHED,
    assumptions=(
        (
            "Training must be recorded as targeted and its audience as specifically vulnerable; direct support "
            "must be to specifically vulnerable people. Campaigns do not count."
        ),
        _HEAD_COUNT,
    ),
)

SUPPORTED_SAFE_RETURNS = Metric(
    id="supported_safe_returns",
    version=VERSION,
    title="Supported safe returns",
    definition=None,
    source=PAGE,
    unit=PERSON,
    measure=count(RETURNED_SAFELY),
    assumptions=(
        (
            "The page gives no definition. A survivor counts, once, who returned with our teams' support in a "
            "return that was assessed to be safe and voluntary."
        ),
    ),
)

HEADLINES = (
    VICTIMS_RESCUED,
    ARRESTS,
    PROSECUTIONS,
    CONVICTIONS,
    SURVIVORS_CARED_FOR,
    PROFESSIONALS_TRAINED,
    VULNERABLE_PEOPLE_REACHED,
    SUPPORTED_SAFE_RETURNS,
)
"""The eight figures under 'Headline impact to date', in the order of the page."""

OTHER_VERSIONS = (CONVICTIONS_LATER_WORDING, SURVIVORS_CARED_FOR_ON_TWO_DAYS)
"""Other wordings and other readings, which a report can show instead."""
