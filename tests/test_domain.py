"""The anti-trafficking catalogue: verbatim definitions, and what must be true between its figures."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics import (
    CaseId,
    EventId,
    PersonId,
    Stream,
    evaluate,
)
from impact_metrics.anti_trafficking import (
    CATALOGUE,
    MODEL,
    Appeal,
    AppealResult,
    Arrest,
    Assessment,
    ChargeId,
    LegalSupport,
    LegalSupportRecipient,
    Offence,
    OperationalSupport,
    Outcome,
    Provider,
    SupportKind,
    SupportSession,
    Trial,
    Verdict,
)
from impact_metrics.engines.spans import SpansEngine
from impact_metrics.model import Model
from impact_metrics.rules import Total
from impact_metrics.testing import streams
from impact_metrics.testing.repair import satisfying
from tests import oracle
from tests.test_engine_properties import known_events, sampled

LATE = date(2030, 1, 1)

DEFINITIONS = {
    "survivors_cared_for": "the number of individual victims who have had multiple instances of specialist support "
    "from our teams.",
    "survivors_rehabilitated": "the number of survivors cared for who have now reached a stable point of reintegration "
    "and independence.",
    "victims_rescued": "the number of victims rescued where our teams supported the police or rescuing authority with "
    "intelligence, tactical advice, or direct assistance during the intervention.",
    "arrests": "the number of suspected perpetrators arrested where our teams supported the police or rescuing "
    "authority with intelligence, tactical advice, or direct assistance during the intervention.",
    "prosecutions": "the number of suspected perpetrators brought to trial for any offence related to the exploitation "
    "of a victim, where our teams supported the arrest or provided support to the victim and/or prosecutor during the "
    "legal process.",
    "convictions": "the number of perpetrators convicted for any offence related to the exploitation of a victim, "
    "where our teams supported the arrest or provided support to the victim and/or prosecutor during the legal "
    "process.",
    "vulnerable_people_reached": "number of specifically vulnerable people reached with targeted prevention awareness "
    "training or more holistic direct support.",
    "professionals_trained": None,
    "supported_safe_returns": None,
    "conviction_rate": None,
    "engagement_of_rescued": None,
    "engagement_of_cared_for": None,
    "recovery_and_reintegration": None,
    "re_trafficking_12_months": None,
    "re_trafficking_24_months": None,
    "case_duration": None,
    "time_to_stable_point": None,
}


def test_definitions_are_word_for_word() -> None:
    """What the page says is quoted as it stands; where it says nothing, so does the metric."""
    assert {name: CATALOGUE[name].definition for name in DEFINITIONS} == DEFINITIONS
    assert CATALOGUE["convictions_net_of_quashed"].definition == DEFINITIONS["convictions"]
    assert all(metric.assumptions for metric in CATALOGUE.metrics)


def test_every_event_and_field_is_documented() -> None:
    """A sentence for every class, field and code list."""
    for record in MODEL.record_types:
        assert record.__record__.doc.endswith(".")
        assert all(spec.doc for spec in record.__record__.fields)


COURTS = Model(
    name="courts",
    events=(Arrest, Trial, Verdict, Appeal, LegalSupport),
    constraints=tuple(item for item in MODEL.constraints if item.row.record.name in {"Verdict", "Appeal"}),
)
CARE = Model(name="care", events=(SupportSession, Assessment))
VALID = {model.name: streams(model, max_events=14, satisfying_constraints=True) for model in (MODEL, COURTS, CARE)}
"""Streams of the whole domain, and of parts of it, in which more meets."""


@pytest.mark.parametrize("part", VALID)
@given(data=st.data())
def test_invariants_hold_on_every_valid_stream(part: str, data: st.DataObject) -> None:
    """On streams that satisfy the constraints every declared invariant holds, as at every date."""
    stream = data.draw(VALID[part])
    for day in sorted({event.occurred_on for event in known_events(stream)}):
        report = evaluate(CATALOGUE, stream, as_at=day)
        assert report.violations == ()
        assert all(finding.holds for finding in report.invariants)
        assert report["convictions"].value <= report["prosecutions"].value


@given(streams(MODEL, max_events=14, bookkeeping=True))
def test_the_catalogue_equals_brute_force(stream: Stream) -> None:
    """Every shipped metric, on any stream, is what reading its rule event by event gives."""
    events = known_events(stream)
    engine = SpansEngine(stream.known())
    for metric in CATALOGUE.metrics:
        for day in oracle.days_of_interest(events):
            figure = engine.figure(metric.measure, day)
            value, rows, missing = oracle.figure(metric.measure, events, day)
            assert figure.value == value
            if isinstance(metric.measure, Total):
                assert (figure.behind.rows, figure.behind.missing) == (rows, missing)


def conviction(name: str = "P1", offence: Offence = Offence.TRAFFICKING, day: int = 5, charge: str = "K") -> Verdict:
    return Verdict(
        id=EventId(f"V-{name}-{charge}-{day}"),
        occurred_on=date(2024, 1, day),
        defendant=PersonId(name),
        case=CaseId("C1"),
        charge=ChargeId(charge),
        offence=offence,
        outcome=Outcome.CONVICTED,
    )


ARREST = Arrest(
    id=EventId("A"),
    occurred_on=date(2024, 1, 1),
    suspect=PersonId("P1"),
    support=frozenset({OperationalSupport.INTELLIGENCE}),
)


def test_convictions_can_exceed_prosecutions_without_the_constraint() -> None:
    """A conviction that comes with no trial breaks the constraint, and then the invariant; a trial mends both."""
    report = evaluate(CATALOGUE, Stream([ARREST, conviction()]), as_at=LATE)
    assert (report["convictions"].value, report["prosecutions"].value) == (1, 0)
    assert [violation.constraint.id for violation in report.violations] == ["conviction_has_trial"]
    assert [finding.holds for finding in report.invariants] == [False, True, True]
    mended = evaluate(CATALOGUE, Stream(satisfying(MODEL, [ARREST, conviction()])), as_at=LATE)
    assert (mended["convictions"].value, mended["prosecutions"].value) == (1, 1)
    assert mended.violations == ()


@pytest.mark.slow
def test_valid_streams_are_not_empty_of_convictions() -> None:
    """Streams drawn to satisfy the constraints do count people as convicted and prosecuted."""

    def counted(part: str, metric: str) -> int:
        reports = [evaluate(CATALOGUE, stream, as_at=LATE) for stream in sampled(VALID[part], 150)]
        return sum(report[metric].value > 0 for report in reports)

    assert counted("courts", "convictions") > 3
    assert counted("courts", "prosecutions") > 10
    assert counted("care", "survivors_cared_for") > 3


def appeal(result: AppealResult, day: int = 9, substituted: Offence | None = None) -> Appeal:
    return Appeal(
        id=EventId(f"AP-{day}"),
        occurred_on=date(2024, 1, day),
        defendant=PersonId("P1"),
        case=CaseId("C1"),
        charge=ChargeId("K"),
        result=result,
        substituted_offence=substituted,
    )


@pytest.mark.parametrize(
    ("later", "net"),
    [
        ([], 1),
        ([appeal(AppealResult.UPHELD)], 1),
        ([appeal(AppealResult.QUASHED)], 0),
        ([appeal(AppealResult.QUASHED, day=4)], 1),
        ([appeal(AppealResult.RETRIAL)], 0),
        ([appeal(AppealResult.RETRIAL), conviction(day=12)], 1),
        ([appeal(AppealResult.SUBSTITUTED, substituted=Offence.SLAVERY)], 1),
        ([appeal(AppealResult.SUBSTITUTED, substituted=Offence.THEFT)], 0),
        ([appeal(AppealResult.QUASHED), conviction(charge="L")], 1),
    ],
)
def test_appeals_change_the_net_figure_only(later: list[Any], net: int) -> None:
    """The first-instance figure keeps a quashed conviction; the net figure follows what still stands."""
    report = evaluate(CATALOGUE, Stream([ARREST, conviction(), *later]), as_at=LATE)
    assert (report["convictions"].value, report["convictions_net_of_quashed"].value) == (1, net)


def trial(case: str = "C1", *charges: Offence) -> Trial:
    return Trial(
        id=EventId("T"),
        occurred_on=date(2024, 1, 3),
        defendant=PersonId("P1"),
        case=CaseId(case),
        charges=frozenset(charges or {Offence.TRAFFICKING}),
    )


def support(case: str = "C1", recipient: LegalSupportRecipient = LegalSupportRecipient.VICTIM) -> LegalSupport:
    return LegalSupport(
        id=EventId("L"), occurred_on=date(2024, 1, 2), case=CaseId(case), recipients=frozenset({recipient})
    )


EQUIPMENT = Arrest(
    id=EventId("A"),
    occurred_on=date(2024, 1, 1),
    suspect=PersonId("P1"),
    support=frozenset({OperationalSupport.EQUIPMENT}),
)


@pytest.mark.parametrize(
    ("records", "counted"),
    [
        ([ARREST, trial()], 1),
        ([trial(), support()], 1),
        ([trial(), support(recipient=LegalSupportRecipient.PROSECUTOR)], 1),
        ([trial(), support(recipient=LegalSupportRecipient.COURT)], 0),
        ([trial(), support("C2")], 0),
        ([EQUIPMENT, trial()], 0),
        ([trial()], 0),
        ([ARREST, trial("C1", Offence.THEFT)], 0),
        ([ARREST, trial("C1", Offence.THEFT, Offence.SMUGGLING)], 1),
    ],
)
def test_prosecutions_need_support_and_an_offence(records: list[Any], counted: int) -> None:
    """The arrest or the legal process in the same case was supported, and an offence relates to exploitation."""
    assert evaluate(CATALOGUE, Stream(records), as_at=LATE)["prosecutions"].value == counted


def session(number: int, provider: Provider = Provider.OUR_TEAMS, *, specialist: bool | None = True) -> SupportSession:
    return SupportSession(
        id=EventId(f"S{number}"),
        occurred_on=date(2024, 1, 1),
        survivor=PersonId("P1"),
        kind=SupportKind.CASEWORK,
        provider=provider,
        specialist=specialist,
    )


def assessment(day: int, *, stable: bool | None, independent: bool | None = True) -> Assessment:
    return Assessment(
        id=EventId(f"AS{day}{stable}"),
        occurred_on=date(2024, 2, day),
        survivor=PersonId("P1"),
        stable=stable,
        independent=independent,
    )


CARED_FOR = [session(1), session(2)]


@pytest.mark.parametrize(
    ("records", "cared_for", "rehabilitated"),
    [
        ([session(1)], 0, 0),
        (CARED_FOR, 1, 0),
        ([session(1), session(2, specialist=None), session(3, specialist=False)], 0, 0),
        ([session(1), session(2, Provider.PARTNER)], 0, 0),
        ([*CARED_FOR, assessment(1, stable=True)], 1, 1),
        ([session(1), assessment(1, stable=True)], 0, 0),
        ([*CARED_FOR, assessment(1, stable=True), assessment(2, stable=False)], 1, 0),
        ([*CARED_FOR, assessment(1, stable=True), assessment(2, stable=None)], 1, 0),
        ([*CARED_FOR, assessment(1, stable=False), assessment(2, stable=True)], 1, 1),
        ([*CARED_FOR, assessment(1, stable=True), assessment(1, stable=False)], 1, 0),
        ([*CARED_FOR, assessment(1, stable=True, independent=False)], 1, 0),
    ],
)
def test_care_needs_several_sessions_and_rehabilitation_the_latest_word(
    records: list[Any], cared_for: int, rehabilitated: int
) -> None:
    """Two specialist sessions by our teams, on one day too; and the latest assessment decides, a tie against."""
    report = evaluate(CATALOGUE, Stream(records), as_at=LATE)
    assert (report["survivors_cared_for"].value, report["survivors_rehabilitated"].value) == (cared_for, rehabilitated)
