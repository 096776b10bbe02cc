"""The model and the catalogue of the domain."""

from impact_metrics.anti_trafficking import events
from impact_metrics.anti_trafficking.change import SYSTEMIC_CHANGE
from impact_metrics.anti_trafficking.constraints import CONSTRAINTS
from impact_metrics.anti_trafficking.metrics import (
    CONVICTIONS,
    CONVICTIONS_NET_OF_QUASHED,
    HEADLINES,
    OTHER_VERSIONS,
    PROSECUTIONS,
    SURVIVORS_CARED_FOR,
    SURVIVORS_REHABILITATED,
    VERSION,
)
from impact_metrics.anti_trafficking.outcomes import OUTCOMES
from impact_metrics.anti_trafficking.paired import PAIRED
from impact_metrics.anti_trafficking.people_listed import PEOPLE_LISTED
from impact_metrics.anti_trafficking.scales import WITHIN_RANGE
from impact_metrics.anti_trafficking.sections import SECTIONS
from impact_metrics.anti_trafficking.times import TIMES
from impact_metrics.anti_trafficking.ways import WAYS
from impact_metrics.model import Model
from impact_metrics.rules import Catalogue, monotone, subset

MODEL = Model(
    name="anti_trafficking",
    events=(
        events.Intervention,
        events.Arrest,
        events.Charge,
        events.Trial,
        events.Verdict,
        events.Appeal,
        events.LegalSupport,
        events.StatementToLawEnforcement,
        events.SupportSession,
        events.Assessment,
        events.SafeReturn,
        events.ReExploitation,
        events.TrainingSession,
        events.PreventionSession,
        events.SystemicChange,
        events.DomainScore,
        events.TrainingSurvey,
    ),
    person=events.KnownPerson,
    constraints=(*CONSTRAINTS, *WITHIN_RANGE),
)

CATALOGUE = Catalogue(
    id="anti_trafficking",
    version=VERSION,
    title="Impact of work against human trafficking",
    model=MODEL,
    metrics=(
        *HEADLINES,
        SURVIVORS_REHABILITATED,
        CONVICTIONS_NET_OF_QUASHED,
        *OUTCOMES,
        *TIMES,
        *PAIRED,
        *WAYS,
        *PEOPLE_LISTED,
        SYSTEMIC_CHANGE,
    ),
    sections=SECTIONS,
    other_versions=OTHER_VERSIONS,
    invariants=(
        subset(
            CONVICTIONS,
            PROSECUTIONS,
            because="a valid conviction comes with a trial in the same case, which our teams supported in the same way "
            "(constraint conviction_has_trial); it holds to date, and not within a reporting year",
        ),
        subset(
            CONVICTIONS_NET_OF_QUASHED,
            CONVICTIONS,
            because="it counts the same convictions, less those set aside",
        ),
        subset(
            SURVIVORS_REHABILITATED,
            SURVIVORS_CARED_FOR,
            because="only survivors cared for are counted as rehabilitated",
        ),
        *(
            monotone(
                metric,
                because="a headline to date counts what has happened, and nothing in it asks that something has not",
            )
            for metric in HEADLINES
        ),
    ),
)
