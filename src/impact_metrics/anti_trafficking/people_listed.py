"""People trained and people reached, as persons: of those sessions of which a list of people was kept.

The published figures sum head-counts of sessions, in which a person may attend twice. These count each person once, and
only where persons are known. Neither is a part of the other, and they are never added.
"""

from impact_metrics.anti_trafficking.events import PreventionSession, TrainingSession
from impact_metrics.anti_trafficking.metrics import (
    PAGE,
    PERSON,
    PROFESSIONALS_TRAINED,
    VERSION,
    VULNERABLE_PEOPLE_REACHED,
)
from impact_metrics.anti_trafficking.populations import reached_the_vulnerable
from impact_metrics.rules import Metric, count, distinct

_LISTED_ONLY = (
    "Only sessions of which a list of people was kept are counted, and each person on any of the lists once. Sessions "
    "with a head-count instead add nobody."
)
_NOT_ADDED = (
    "It is no total: how many different people attended the sessions with a head-count is not known, and some may be "
    "on a list too."
)

PERSONS_TRAINED = Metric(
    id="professionals_trained_listed",
    version=VERSION,
    title="Front-line professionals trained, as persons where lists were kept",
    definition=PROFESSIONALS_TRAINED.definition,
    source=PAGE,
    unit=PERSON,
    measure=count(distinct(TrainingSession.attendees).where(TrainingSession.front_line)),
    assumptions=(
        "The page gives one figure of professionals trained, which is read as attendances: professionals_trained.",
        "'Front-line' is recorded of each session: its audience meets victims or cases in its own daily work.",
        _LISTED_ONLY,
    ),
    limits=(_NOT_ADDED,),
)

PERSONS_REACHED = Metric(
    id="vulnerable_people_reached_listed",
    version=VERSION,
    title="Vulnerable people reached, as persons where lists were kept",
    definition=VULNERABLE_PEOPLE_REACHED.definition,
    source=PAGE,
    unit=PERSON,
    measure=count(distinct(PreventionSession.attendees).where(*reached_the_vulnerable())),
    assumptions=(
        "The published figure is read as attendances: vulnerable_people_reached. Here the same words mean persons.",
        VULNERABLE_PEOPLE_REACHED.assumptions[0],
        _LISTED_ONLY,
    ),
    limits=(_NOT_ADDED,),
)

PEOPLE_LISTED = (PERSONS_TRAINED, PERSONS_REACHED)
"""The figures of persons that stand beside the published ones of attendances."""
