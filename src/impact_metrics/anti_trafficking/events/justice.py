"""Charges, trials, verdicts and appeals, and support during the legal process."""

from impact_metrics.anti_trafficking.codes import (
    AppealResult,
    LegalSupportRecipient,
    Offence,
    Outcome,
    StatementKind,
)
from impact_metrics.anti_trafficking.ids import ChargeId
from impact_metrics.model import Event, Field, field, link, role
from impact_metrics.values import CaseId, PersonId


class Charge(Event):
    """A suspected perpetrator is charged with one offence."""

    accused: Field[PersonId] = role("the suspected perpetrator charged")
    case: Field[CaseId] = link("the court case")
    charge: Field[ChargeId] = link("the charge")
    offence: Field[Offence] = field("the offence charged")


class Trial(Event):
    """A suspected perpetrator is brought before a court."""

    defendant: Field[PersonId] = role("the suspected perpetrator brought to trial")
    case: Field[CaseId] = link("the court case")
    charges: Field[frozenset[Offence]] = field("the offences charged")


class Verdict(Event):
    """A court decides on one charge against one defendant, at first instance or in a retrial."""

    defendant: Field[PersonId] = role("the perpetrator on whom the court decided")
    case: Field[CaseId] = link("the court case")
    charge: Field[ChargeId] = link("the charge decided on")
    offence: Field[Offence] = field("the offence of the decision, which may be lesser than the one charged")
    outcome: Field[Outcome] = field("what the court decided")


class Appeal(Event):
    """A higher court decides about the verdict on one charge."""

    defendant: Field[PersonId] = role("the person whose verdict was appealed")
    case: Field[CaseId] = link("the court case")
    charge: Field[ChargeId] = link("the charge whose verdict was appealed")
    result: Field[AppealResult] = field("what the higher court decided")
    substituted_offence: Field[Offence | None] = field(
        "the offence of the conviction put in place of the first, where it was substituted", default=None
    )


class LegalSupport(Event):
    """Our teams support someone during the legal process of a case."""

    case: Field[CaseId] = link("the court case")
    recipients: Field[frozenset[LegalSupportRecipient]] = field("who was supported")
    survivor: Field[PersonId | None] = role("the survivor supported, where one was", default=None)


class StatementToLawEnforcement(Event):
    """A survivor gives information, a statement or testimony."""

    survivor: Field[PersonId] = role("the survivor")
    kind: Field[StatementKind] = field("how the survivor engaged with law enforcement")
    case: Field[CaseId | None] = link("the court case, where there is one", default=None)
