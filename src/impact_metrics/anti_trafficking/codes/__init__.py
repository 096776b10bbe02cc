"""Code lists of the domain, each with its source."""

from impact_metrics.anti_trafficking.codes.care import AssessmentDomain, Provider, SupportKind
from impact_metrics.anti_trafficking.codes.change import ChangeKind, ChangeLevel, ChangeStage
from impact_metrics.anti_trafficking.codes.exploitation import (
    OPERATIONAL_SUPPORT,
    Exploitation,
    MeansOfControl,
    OperationalSupport,
)
from impact_metrics.anti_trafficking.codes.justice import (
    CONVICTION_SET_ASIDE,
    EXPLOITATION_OFFENCES,
    FORMAL_STATEMENTS,
    LEGAL_PROCESS_RECIPIENTS,
    VERDICTS,
    AppealResult,
    LegalSupportRecipient,
    Offence,
    Outcome,
    StatementKind,
)
from impact_metrics.anti_trafficking.codes.measurement import SurveyStage
from impact_metrics.anti_trafficking.codes.people import AgeGroup, Sex
from impact_metrics.anti_trafficking.codes.prevention import PreventionForm, ProfessionalRole

__all__ = [
    "CONVICTION_SET_ASIDE",
    "EXPLOITATION_OFFENCES",
    "FORMAL_STATEMENTS",
    "LEGAL_PROCESS_RECIPIENTS",
    "OPERATIONAL_SUPPORT",
    "VERDICTS",
    "AgeGroup",
    "AppealResult",
    "AssessmentDomain",
    "ChangeKind",
    "ChangeLevel",
    "ChangeStage",
    "Exploitation",
    "LegalSupportRecipient",
    "MeansOfControl",
    "Offence",
    "OperationalSupport",
    "Outcome",
    "PreventionForm",
    "ProfessionalRole",
    "Provider",
    "Sex",
    "StatementKind",
    "SupportKind",
    "SurveyStage",
]
