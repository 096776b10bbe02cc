"""Felony cases of a prosecutor's office: event types, constraints and metrics of a user's own.

Nothing here is part of the library. The files are public: the Cook County State's Attorney's felony cases received in
2019, with anonymised ids (CC BY 4.0). ``case_participant_id`` identifies a participant *within a case*, not a person
across cases, so the unit of most figures is a person in a case and no figure here counts persons.
"""

from typing import NewType

from impact_metrics import (
    CaseId,
    Catalogue,
    Code,
    CodeSet,
    Event,
    Field,
    Metric,
    Model,
    Source,
    Unit,
    any_of,
    at_most,
    constraint,
    count,
    distinct,
    exists,
    field,
    link,
    rows,
    subset,
)
from impact_metrics.rules import Measure

OLDEST = 100
"""The greatest age in years that is taken for no slip of the pen."""

ParticipantId = NewType("ParticipantId", str)
ChargeId = NewType("ChargeId", str)


class Sex(Code):
    """Sex as recorded by the prosecutor's office."""

    FEMALE = "female", "Recorded as female."
    MALE = "male", "Recorded as male, or by a male name."


class Race(Code):
    """Race as recorded by the prosecutor's office; two spellings of one category are one code."""

    AMERICAN_INDIAN = "american_indian"
    ASIAN = "asian"
    BIRACIAL = "biracial"
    BLACK = "black"
    HISPANIC = "hispanic", "Recorded as Hispanic, without more."
    WHITE = "white"
    WHITE_HISPANIC = "white_hispanic", "Recorded as white, Hispanic or Latino."
    WHITE_BLACK_HISPANIC = "white_black_hispanic", "Recorded as white or black, Hispanic or Latino."


class Step(Code):
    """The step by which a charge was begun."""

    PRELIMINARY_HEARING = "preliminary_hearing"
    INDICTMENT = "indictment"
    RE_INDICTMENT = "re_indictment"
    DIRECT_INDICTMENT = "direct_indictment"
    GRAND_JURY = "grand_jury"


class Result(Code):
    """How a charge was disposed of."""

    PLEA_OF_GUILTY = "plea_of_guilty"
    PLEA_AMENDED = "plea_of_guilty_amended_charge"
    PLEA_LESSER = "plea_of_guilty_lesser_included"
    FINDING_GUILTY = "finding_guilty", "Found guilty by a judge."
    FINDING_LESSER = "finding_guilty_lesser_included"
    VERDICT_GUILTY = "verdict_guilty", "Found guilty by a jury."
    FINDING_NOT_GUILTY = "finding_not_guilty", "FNG: found not guilty by a judge."
    NOT_GUILTY_INSANITY = "not_guilty_reason_of_insanity"
    VERDICT_NOT_GUILTY = "verdict_not_guilty", "Found not guilty by a jury."
    NOLLE_PROSEQUI = "nolle_prosequi", "The prosecutor does not pursue the charge."
    NO_PROBABLE_CAUSE = "no_probable_cause", "FNPC: finding of no probable cause."
    DISMISSED = "dismissed"
    REJECTED = "rejected"
    SUPERSEDED = "superseded_by_indictment"
    ABATED_BY_DEATH = "abated_by_death"
    WARRANT = "bond_forfeiture_warrant", "BFW: the defendant did not appear."
    TRANSFERRED = "transferred_to_misdemeanor_court"
    MISTRIAL = "mistrial"


GUILTY = CodeSet(
    "guilty dispositions",
    (
        Result.PLEA_OF_GUILTY,
        Result.PLEA_AMENDED,
        Result.PLEA_LESSER,
        Result.FINDING_GUILTY,
        Result.FINDING_LESSER,
        Result.VERDICT_GUILTY,
    ),
    source="the categories in which the publisher of the data counts a disposition as guilty",
)


class CaseReceived(Event):
    """A case against a participant is received by the prosecutor's office."""

    participant: Field[ParticipantId] = link("the person in the case")
    case: Field[CaseId] = link("the case")
    sex: Field[Sex | None] = field("the recorded sex", default=None)
    race: Field[Race | None] = field("the recorded race", default=None)
    age: Field[int | None] = field("the age in years at the incident", default=None)


class Arrested(Event):
    """A participant is arrested for the incident of the case."""

    participant: Field[ParticipantId] = link("the person in the case")
    case: Field[CaseId] = link("the case")


class ChargeInitiated(Event):
    """A case is begun on a charge against a participant."""

    participant: Field[ParticipantId] = link("the person in the case")
    case: Field[CaseId] = link("the case")
    charge: Field[ChargeId] = link("the charge")
    step: Field[Step | None] = field("the step by which it was begun", default=None)


class Disposition(Event):
    """A charge against a participant is disposed of."""

    participant: Field[ParticipantId] = link("the person in the case")
    case: Field[CaseId] = link("the case")
    charge: Field[ChargeId] = link("the charge")
    result: Field[Result] = field("how the charge was disposed of")
    sex: Field[Sex | None] = field("the recorded sex of the participant", default=None)
    age: Field[int | None] = field("the age of the participant in years at the incident", default=None)


MODEL = Model(
    name="cook_county",
    events=(CaseReceived, Arrested, ChargeInitiated, Disposition),
    constraints=(
        constraint(
            "disposition_after_receipt",
            Disposition,
            exists(
                CaseReceived,
                CaseReceived.participant == Disposition.participant,
                CaseReceived.case == Disposition.case,
                CaseReceived.occurred_on <= Disposition.occurred_on,
            ),
            because="a charge is not disposed of before the prosecutor's office has the case",
        ),
        constraint(
            "initiation_has_receipt",
            ChargeInitiated,
            exists(
                CaseReceived,
                CaseReceived.participant == ChargeInitiated.participant,
                CaseReceived.case == ChargeInitiated.case,
            ),
            because="a charge is begun against a participant whose case was received",
        ),
        constraint(
            "plausible_age",
            CaseReceived,
            any_of(CaseReceived.age.is_missing(), CaseReceived.age <= OLDEST),
            because="nobody above 100 years of age is expected among suspects: it is a slip of the year of birth",
        ),
    ),
)

SOURCE = Source("Cook County State's Attorney", "Felony cases received in 2019", "public data, CC BY 4.0")
PARTICIPANT = Unit("person in a case", "persons in a case", ParticipantId)
CASE = Unit("case", "cases", CaseId)
CHARGE = Unit("charge", "charges", ChargeId)
ROW = Unit("disposition", "dispositions")

GUILTY_OUTCOME = Disposition.result.in_(GUILTY)


_NO_PERSONS = "A participant is a person within one case: somebody with two cases is counted twice."


def _metric(metric_id: str, title: str, unit: Unit, measure: Measure, *assumptions: str) -> Metric:
    return Metric(
        id=metric_id,
        version="2019",
        title=title,
        definition=None,
        source=SOURCE,
        unit=unit,
        measure=measure,
        assumptions=assumptions,
    )


RECEIVED = _metric(
    "received", "Persons in cases received", PARTICIPANT, count(distinct(CaseReceived.participant)), _NO_PERSONS
)
ARRESTED = _metric(
    "arrested",
    "Persons in cases arrested",
    PARTICIPANT,
    count(distinct(Arrested.participant)),
    _NO_PERSONS,
    "A missing arrest date is not read as 'not arrested': such a participant is filtered when the files are read.",
)
INITIATED = _metric(
    "initiated",
    "Persons in cases begun on a charge",
    PARTICIPANT,
    count(distinct(ChargeInitiated.participant)),
    _NO_PERSONS,
    "Where the step and its date are not recorded, the charge is dated on the day the case was received.",
)
GUILTY_PARTICIPANTS = _metric(
    "guilty_participants",
    "Guilty outcomes, by person in a case",
    PARTICIPANT,
    count(distinct(Disposition.participant).where(GUILTY_OUTCOME)),
    _NO_PERSONS,
    "A participant with any guilty disposition counts, also when other charges ended otherwise.",
)
GUILTY_CASES = _metric(
    "guilty_cases", "Guilty outcomes, by case", CASE, count(distinct(Disposition.case).where(GUILTY_OUTCOME))
)
GUILTY_CHARGES = _metric(
    "guilty_charges", "Guilty outcomes, by charge", CHARGE, count(distinct(Disposition.charge).where(GUILTY_OUTCOME))
)
GUILTY_ROWS = _metric(
    "guilty_rows",
    "Guilty outcomes, by disposition recorded",
    ROW,
    count(rows(Disposition).where(GUILTY_OUTCOME)),
    "A charge can have several recorded dispositions: this is the number of rows, and the largest of the four figures.",
)

CATALOGUE = Catalogue(
    id="cook_county",
    version="2019",
    title="Felony cases received in 2019, Cook County",
    model=MODEL,
    metrics=(RECEIVED, ARRESTED, INITIATED, GUILTY_ROWS, GUILTY_CHARGES, GUILTY_PARTICIPANTS, GUILTY_CASES),
    invariants=(
        subset(INITIATED, RECEIVED, because="a case is received before it is begun on a charge"),
        subset(GUILTY_PARTICIPANTS, INITIATED, because="nobody is found guilty without a charge"),
        subset(GUILTY_PARTICIPANTS, RECEIVED, because="nobody is found guilty in a case that was never received"),
        at_most(GUILTY_CHARGES, GUILTY_ROWS, because="each guilty charge has a row"),
        at_most(GUILTY_PARTICIPANTS, GUILTY_CHARGES, because="each guilty participant has a charge"),
        at_most(GUILTY_CASES, GUILTY_PARTICIPANTS, because="each case with a guilty outcome has a participant"),
    ),
)
