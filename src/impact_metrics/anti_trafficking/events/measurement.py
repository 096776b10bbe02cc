"""Scores that are taken again and again, so that change can be measured."""

from impact_metrics.anti_trafficking.codes import AssessmentDomain, SurveyStage
from impact_metrics.anti_trafficking.ids import ProgrammeId
from impact_metrics.model import Event, Field, field, link, role
from impact_metrics.values import CaseId, PersonId


class DomainScore(Event):
    """One area of a survivor's life is scored, as part of an assessment."""

    survivor: Field[PersonId] = role("the survivor scored")
    domain: Field[AssessmentDomain] = field("the area of life scored")
    score: Field[int | None] = field("the score, on the scale in use", default=None)
    case: Field[CaseId | None] = link("the client file", default=None)


class TrainingSurvey(Event):
    """A professional who is trained answers the survey that goes with a course, at one of its stages."""

    professional: Field[PersonId] = role("the professional who answered")
    stage: Field[SurveyStage] = field("when it was answered")
    score: Field[int | None] = field(
        "how much of what was taught the professional does at work, on the scale in use", default=None
    )
    programme: Field[ProgrammeId | None] = link("the course it goes with", default=None)
