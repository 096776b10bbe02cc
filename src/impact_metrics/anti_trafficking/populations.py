"""Who is counted: the populations and clauses behind the published figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_metrics.anti_trafficking.codes import (
    CONVICTION_SET_ASIDE,
    EXPLOITATION_OFFENCES,
    FORMAL_STATEMENTS,
    LEGAL_PROCESS_RECIPIENTS,
    OPERATIONAL_SUPPORT,
    VERDICTS,
    AppealResult,
    Outcome,
    PreventionForm,
    Provider,
)
from impact_metrics.anti_trafficking.events import (
    Appeal,
    Arrest,
    Assessment,
    Intervention,
    LegalSupport,
    PreventionSession,
    ReExploitation,
    SafeReturn,
    StatementToLawEnforcement,
    SupportSession,
    TrainingSession,
    Trial,
    Verdict,
)
from impact_metrics.expressions import all_of, any_of, clause, exists, not_
from impact_metrics.rules import Either, distinct, latest, total

if TYPE_CHECKING:
    from impact_metrics.expressions import Condition, Expr, Predicate
    from impact_metrics.values import CaseId, PersonId


@clause
def legal_process_supported(case: Expr[CaseId]) -> Condition:
    """Our teams supported the victim or the prosecutor during the legal process."""
    return exists(LegalSupport, LegalSupport.case == case, LegalSupport.recipients.overlaps(LEGAL_PROCESS_RECIPIENTS))


@clause
def team_supported(defendant: Expr[PersonId], case: Expr[CaseId]) -> Condition:
    """Our teams supported the arrest, or the victim or prosecutor during the legal process."""
    return any_of(
        exists(Arrest, Arrest.suspect == defendant, Arrest.support.overlaps(OPERATIONAL_SUPPORT)),
        exists(LegalSupport, LegalSupport.case == case, LegalSupport.recipients.overlaps(LEGAL_PROCESS_RECIPIENTS)),
    )


@clause
def convicted_of_exploitation() -> Condition:
    """The court convicted of an offence related to the exploitation of a victim."""
    return all_of(Verdict.outcome == Outcome.CONVICTED, Verdict.offence.in_(EXPLOITATION_OFFENCES))


@clause
def set_aside_on_appeal() -> Condition:
    """A higher court set the conviction aside, or put one for another kind of offence in its place."""
    return exists(
        Appeal,
        Appeal.defendant == Verdict.defendant,
        Appeal.case == Verdict.case,
        Appeal.charge == Verdict.charge,
        Appeal.occurred_on >= Verdict.occurred_on,
        any_of(
            Appeal.result.in_(CONVICTION_SET_ASIDE),
            all_of(Appeal.result == AppealResult.SUBSTITUTED, Appeal.substituted_offence.not_in(EXPLOITATION_OFFENCES)),
        ),
    )


RESCUED = distinct(Intervention.victims).where(Intervention.support.overlaps(OPERATIONAL_SUPPORT))

ARRESTED = distinct(Arrest.suspect).where(Arrest.support.overlaps(OPERATIONAL_SUPPORT))

PROSECUTED = distinct(Trial.defendant).where(
    Trial.charges.overlaps(EXPLOITATION_OFFENCES),
    team_supported(Trial.defendant, Trial.case),
)

CONVICTED = distinct(Verdict.defendant).where(
    convicted_of_exploitation(),
    team_supported(Verdict.defendant, Verdict.case),
)

AWAITING_VERDICT = PROSECUTED - distinct(Verdict.defendant)

CASE_TRIED = distinct(Trial.case).where(
    Trial.charges.overlaps(EXPLOITATION_OFFENCES),
    team_supported(Trial.defendant, Trial.case),
)

CASE_DECIDED = distinct(Verdict.case).where(Verdict.outcome.in_(VERDICTS))

CASE_DISCONTINUED = distinct(Verdict.case).where(Verdict.outcome == Outcome.DISCONTINUED)

CONVICTED_WITH_LEGAL_SUPPORT = distinct(Verdict.defendant).where(
    convicted_of_exploitation(),
    legal_process_supported(Verdict.case),
)

CONVICTED_NET_OF_QUASHED = CONVICTED.where(not_(set_aside_on_appeal()))

WITH_SPECIALIST_SUPPORT = distinct(SupportSession.survivor).where(
    SupportSession.specialist, SupportSession.provider == Provider.OUR_TEAMS
)

CARED_FOR = WITH_SPECIALIST_SUPPORT.at_least(2)

CARED_FOR_ON_TWO_DAYS = WITH_SPECIALIST_SUPPORT.at_least(2, on_distinct=SupportSession.occurred_on)

STABLE_NOW = distinct(Assessment.survivor).where(latest(Assessment.survivor, Assessment.stable, Assessment.independent))

STABLE_EVER = distinct(Assessment.survivor).where(Assessment.stable, Assessment.independent)

NEVER_ASSESSED = CARED_FOR - distinct(Assessment.survivor)

TOLD_FORMALLY = distinct(StatementToLawEnforcement.survivor).where(
    StatementToLawEnforcement.kind.in_(FORMAL_STATEMENTS)
)

EXPLOITED_AGAIN = distinct(ReExploitation.survivor)

NEVER_SEEN_AGAIN = RESCUED - Either(
    (
        distinct(SupportSession.survivor),
        distinct(Assessment.survivor),
        distinct(SafeReturn.survivor),
        distinct(StatementToLawEnforcement.survivor),
        distinct(LegalSupport.survivor),
    )
)

REHABILITATED = CARED_FOR & STABLE_NOW

RETURNED_SAFELY = distinct(SafeReturn.survivor).where(SafeReturn.supported, SafeReturn.assessed_safe)

TRAINED = total(TrainingSession.head_count).where(TrainingSession.front_line)


def reached_the_vulnerable() -> tuple[Predicate, ...]:
    """Give what makes a session of prevention count: targeted training or holistic support, of vulnerable people."""
    return (
        PreventionSession.vulnerable,
        any_of(
            all_of(PreventionSession.form == PreventionForm.AWARENESS_TRAINING, PreventionSession.targeted),
            PreventionSession.form == PreventionForm.HOLISTIC_SUPPORT,
        ),
    )


REACHED = total(PreventionSession.head_count).where(*reached_the_vulnerable())
