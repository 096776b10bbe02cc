"""Event types of the domain, and what is known of a person."""

from impact_metrics.anti_trafficking.events.care import Assessment, ReExploitation, SafeReturn, SupportSession
from impact_metrics.anti_trafficking.events.change import SystemicChange
from impact_metrics.anti_trafficking.events.intervention import Arrest, Intervention
from impact_metrics.anti_trafficking.events.justice import (
    Appeal,
    Charge,
    LegalSupport,
    StatementToLawEnforcement,
    Trial,
    Verdict,
)
from impact_metrics.anti_trafficking.events.measurement import DomainScore, TrainingSurvey
from impact_metrics.anti_trafficking.events.people import KnownPerson
from impact_metrics.anti_trafficking.events.prevention import PreventionSession, TrainingSession

__all__ = [
    "Appeal",
    "Arrest",
    "Assessment",
    "Charge",
    "DomainScore",
    "Intervention",
    "KnownPerson",
    "LegalSupport",
    "PreventionSession",
    "ReExploitation",
    "SafeReturn",
    "StatementToLawEnforcement",
    "SupportSession",
    "SystemicChange",
    "TrainingSession",
    "TrainingSurvey",
    "Trial",
    "Verdict",
]
