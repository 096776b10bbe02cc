"""What must be true of every valid stream of the domain."""

from impact_metrics.anti_trafficking.codes import EXPLOITATION_OFFENCES, AppealResult
from impact_metrics.anti_trafficking.events import Appeal, PreventionSession, TrainingSession, Trial, Verdict
from impact_metrics.anti_trafficking.populations import convicted_of_exploitation
from impact_metrics.expressions import all_of, any_of, exists, not_
from impact_metrics.model import constraint

CONVICTION_HAS_TRIAL = constraint(
    "conviction_has_trial",
    Verdict,
    exists(
        Trial,
        Trial.defendant == Verdict.defendant,
        Trial.case == Verdict.case,
        Trial.occurred_on <= Verdict.occurred_on,
        Trial.charges.overlaps(EXPLOITATION_OFFENCES),
    ),
    when=convicted_of_exploitation(),
    because="nobody is convicted of exploiting a victim without a trial, in the same case and not later, on charges "
    "that include such an offence",
)

APPEAL_HAS_VERDICT = constraint(
    "appeal_has_verdict",
    Appeal,
    exists(
        Verdict,
        Verdict.defendant == Appeal.defendant,
        Verdict.case == Appeal.case,
        Verdict.charge == Appeal.charge,
        Verdict.occurred_on <= Appeal.occurred_on,
    ),
    because="an appeal is about a verdict on the same charge that is recorded and not later",
)

SUBSTITUTION_NAMES_OFFENCE = constraint(
    "substitution_names_offence",
    Appeal,
    not_(Appeal.substituted_offence.is_missing()),
    when=Appeal.result == AppealResult.SUBSTITUTED,
    because="whether a substituted conviction still counts depends on its offence",
)

TRAINING_COUNTED_OR_LISTED = constraint(
    "training_counted_or_listed",
    TrainingSession,
    any_of(
        all_of(TrainingSession.attendees.is_missing(), TrainingSession.head_count >= 0),
        all_of(TrainingSession.head_count.is_missing(), not_(TrainingSession.attendees.is_missing())),
    ),
    because="a session has a head-count or a list of people, never both and never neither, and no negative number",
)

PREVENTION_COUNTED_OR_LISTED = constraint(
    "prevention_counted_or_listed",
    PreventionSession,
    any_of(
        all_of(PreventionSession.attendees.is_missing(), PreventionSession.head_count >= 0),
        all_of(PreventionSession.head_count.is_missing(), not_(PreventionSession.attendees.is_missing())),
    ),
    because="a session has a head-count or a list of people, never both and never neither, and no negative number",
)

CONSTRAINTS = (
    CONVICTION_HAS_TRIAL,
    APPEAL_HAS_VERDICT,
    SUBSTITUTION_NAMES_OFFENCE,
    TRAINING_COUNTED_OR_LISTED,
    PREVENTION_COUNTED_OR_LISTED,
)
