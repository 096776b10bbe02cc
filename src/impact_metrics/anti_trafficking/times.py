"""How long it takes: times behind the outcomes that the page names, each with what it is read as."""

from impact_metrics.anti_trafficking.metrics import PAGE, PERSON, VERSION
from impact_metrics.anti_trafficking.populations import (
    CARED_FOR,
    CASE_DECIDED,
    CASE_DISCONTINUED,
    CASE_TRIED,
    STABLE_EVER,
)
from impact_metrics.rules import Metric, Unit, time_between
from impact_metrics.values import CaseId

COURT_CASE = Unit("court case", "court cases", CaseId)

CASE_DURATION = Metric(
    id="case_duration",
    version=VERSION,
    title="Case duration, from the first day of trial to the first verdict",
    definition=None,
    source=PAGE,
    unit=COURT_CASE,
    measure=time_between(CASE_TRIED, CASE_DECIDED, lost=CASE_DISCONTINUED),
    assumptions=(
        "The page names prosecutions and convictions, and gives no time between them.",
        (
            "The unit is a court case and not a person: a person can be tried in several cases, and the verdict in one "
            "would end the time of another. The cases are those of the trials that prosecutions counts."
        ),
        (
            "The time begins with the first such trial and not with the arrest, since no record says to which case an "
            "arrest led. It ends with the first conviction or acquittal on any charge against anybody in the case; "
            "further defendants, appeals and retrials do not lengthen it."
        ),
        (
            "A discontinued charge is no verdict. A case in which charges were discontinued and none was decided is "
            "told as lost, and is watched until the first of them."
        ),
    ),
    limits=(
        (
            "It is the time to a first verdict where there is one: whether cases are discontinued, how often and after "
            "how long, is another question, and cases that are cannot be taken to be like the others."
        ),
        "Courts differ by country and by year. A median over all of them is the typical time of no court.",
        "A record of a verdict that is lacking reads as a case that is not yet decided.",
    ),
)

TIME_TO_STABLE_POINT = Metric(
    id="time_to_stable_point",
    version=VERSION,
    title="Time to a stable point of reintegration and independence",
    definition=None,
    source=PAGE,
    unit=PERSON,
    measure=time_between(CARED_FOR, STABLE_EVER),
    assumptions=(
        (
            "The page counts survivors who have reached a stable point of reintegration and independence, and does not "
            "say how long it took."
        ),
        (
            "The time begins on the day on which a survivor comes to count in survivors_cared_for, with the second "
            "session of specialist support. From the first session on, it would hold a time in which nobody could have "
            "counted, since only those who came back are in the cohort."
        ),
        (
            "It ends with the first assessment on that day or later that finds the survivor both stable and "
            "independent. One that leaves either open does not find it."
        ),
        (
            "A relapse does not undo it, and does not begin another time: the figure says how long it took to get "
            "there. Who is stable now, by the latest assessment, is the figure of recovery_and_reintegration."
        ),
    ),
    limits=(
        "It is found only when somebody assesses: the point was reached on the day of the assessment or before.",
        (
            "Whoever left care without an assessment counts as not yet stable to the date of the report, though nobody "
            "looks any longer. Where these are many, the true time is shorter than the estimate."
        ),
        "A shorter time is not better by itself, and is no target for care.",
    ),
)

TIMES = (CASE_DURATION, TIME_TO_STABLE_POINT)
"""The times, in the order of the work."""
