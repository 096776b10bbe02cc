"""What is certain about the shipped catalogue, and what can be shown of it."""

from __future__ import annotations

from datetime import date
from functools import cache

import attrs
import pytest

from impact_metrics import CodeSet, PersonId, RuleError, Stream, count, distinct, evaluate, satisfiable, subset
from impact_metrics.anti_trafficking import CATALOGUE, MODEL, Offence, Trial
from impact_metrics.anti_trafficking.populations import team_supported
from impact_metrics.model import Event
from impact_metrics.proofs import (
    Certificate,
    Proved,
    Refuted,
    TimeScope,
    certificate,
    differences,
    on_data,
    prove,
)
from impact_metrics.rules.invariants import Monotone, Satisfiable, Subset
from tests import oracle

AS_AT, ENTERED, ACTIVE = TimeScope
CONVICTED_WITHIN_PROSECUTED = CATALOGUE.invariants[0]


@cache
def made() -> Certificate:
    return certificate(CATALOGUE)


def kinds(outcome: object) -> list[str]:
    """The types of events of a refutation, in the order of time."""
    assert isinstance(outcome, Refuted)
    assert outcome.example is not None
    events = sorted(outcome.example.events, key=lambda event: (event.occurred_on, event.id))
    return [type(event).__name__ for event in events]


def test_convictions_are_within_prosecutions_to_date() -> None:
    """For every stream, relying on exactly one constraint."""
    outcome = prove(CONVICTED_WITHIN_PROSECUTED, CATALOGUE)
    assert isinstance(outcome, Proved)
    assert outcome.constraints_used == ("conviction_has_trial",)
    assert outcome.exact
    assert not outcome.vacuous


def test_without_its_constraint_it_is_refuted_by_two_events() -> None:
    """A verdict without a trial, and the support; no stream of one event will do."""
    outcome = prove(CONVICTED_WITHIN_PROSECUTED, CATALOGUE, without=["conviction_has_trial"])
    assert isinstance(outcome, Refuted)
    assert outcome.minimal
    assert "Verdict" in kinds(outcome)
    assert len(kinds(outcome)) == 2


def test_per_year_the_trial_is_in_the_year_before() -> None:
    """Tried in one year and convicted in the next, with support in the first."""
    outcome = prove(CONVICTED_WITHIN_PROSECUTED, CATALOGUE, time=ENTERED)
    assert isinstance(outcome, Refuted)
    assert outcome.example is not None
    years = {type(event).__name__: event.occurred_on.year for event in outcome.example.events}
    assert (years["Trial"], years["Verdict"]) == (2023, 2024)
    assert (outcome.example.start, outcome.example.as_at) == (date(2024, 1, 1), date(2024, 12, 31))
    assert dict(outcome.example.figures) == {"convictions": 1, "prosecutions": 0}


def test_prosecutions_are_not_within_arrests() -> None:
    """Legal support is enough for the one, and a supported arrest is needed for the other."""
    outcome = prove(Subset("prosecutions", "arrests", ""), CATALOGUE)
    assert kinds(outcome) == ["Trial", "LegalSupport"]


def test_a_wrong_rule_is_caught_by_a_stream() -> None:
    """With too narrow a set of offences a person is convicted and not prosecuted, although there is a trial."""
    narrow = CodeSet("trafficking only", (Offence.TRAFFICKING,))
    rule = distinct(Trial.defendant).where(Trial.charges.overlaps(narrow), team_supported(Trial.defendant, Trial.case))
    draft = attrs.evolve(CATALOGUE["prosecutions"], version="draft", measure=count(rule))
    metrics = tuple(draft if metric.id == "prosecutions" else metric for metric in CATALOGUE.metrics)
    outcome = prove(CONVICTED_WITHIN_PROSECUTED, attrs.evolve(CATALOGUE, metrics=metrics))
    assert isinstance(outcome, Refuted)
    assert outcome.example is not None
    (trial,) = [event for event in outcome.example.events if isinstance(event, Trial)]
    assert Offence.TRAFFICKING not in trial.charges


def test_the_certificate_decides_everything_and_nothing_fails() -> None:
    """Every declared invariant in every scope, every metric; the shipped catalogue keeps what it says."""
    assert made().failing == ()
    assert {entry.word for entry in made().entries} == {"proved", "refuted"}
    asked = {(str(entry.outcome.claim), entry.outcome.time) for entry in made().entries}
    assert {(str(claim), time) for claim in CATALOGUE.relations for time in TimeScope} <= asked
    assert {(str(Satisfiable(metric.id, "")), AS_AT) for metric in CATALOGUE.metrics} <= asked
    refuted = {(str(outcome.claim), outcome.time) for outcome in made().refuted}
    assert refuted == {
        ("convictions is within prosecutions", ENTERED),
        ("convictions is within prosecutions", ACTIVE),
        ("convictions_net_of_quashed is within convictions", ENTERED),
        ("survivors_rehabilitated is within survivors_cared_for", ENTERED),
        ("survivors_rehabilitated is within survivors_cared_for", ACTIVE),
        ("survivors_rehabilitated never falls when events are added", AS_AT),
        ("convictions_net_of_quashed never falls when events are added", AS_AT),
    }


def test_every_stream_of_the_certificate_is_the_smallest_and_is_what_brute_force_says() -> None:
    """The figures beside each stream are those of an evaluation that knows nothing of engines."""
    for outcome in made().refuted:
        example = outcome.example
        assert outcome.minimal
        assert example is not None
        if example.start is None:
            events = [*example.events, *example.added]
            for name, figure in example.figures.items():
                assert oracle.figure(CATALOGUE[name].measure, events, example.as_at)[0] == figure


def test_the_certificate_is_a_table() -> None:
    """With what each proof needs, and how large each stream is."""
    rows = made().to_dicts()
    first, second = rows[0], rows[1]
    assert first["constraints"] == "conviction_has_trial"
    assert (first["outcome"], first["exact"], first["events"]) == ("proved", True, None)
    assert (second["outcome"], second["exact"], second["events"], second["smallest"]) == ("refuted", None, 3, True)
    assert str(made()).splitlines()[0].startswith("convictions is within prosecutions")
    assert made().summary.startswith(f"{len(rows)} claims: ")
    assert 0 < made().seconds < 600  # a sum of real times


def test_a_declared_invariant_that_fails_is_told() -> None:
    """An invariant that is wrong, and one that is proved of nothing."""
    wrong = subset(CATALOGUE["prosecutions"], CATALOGUE["arrests"], because="somebody thinks so")
    found = certificate(attrs.evolve(CATALOGUE, invariants=(wrong,)))
    assert [str(entry.outcome.claim) for entry in found.failing] == ["prosecutions is within arrests"]
    assert "FAILS: refuted" in str(found)


def test_two_versions_differ_by_a_smallest_stream_or_not_at_all() -> None:
    """The later wording of convictions counts less; two sessions on one day are one instance in the other reading."""
    more, less = differences("convictions", "2024.1", "later-wording", CATALOGUE)
    assert sorted(kinds(more)) == ["Arrest", "Trial", "Verdict"]
    assert isinstance(less, Proved)
    more, less = differences("survivors_cared_for", "2024.1", "on-two-days", CATALOGUE)
    assert isinstance(more, Refuted)
    assert more.example is not None
    assert len({event.occurred_on for event in more.example.events}) == 1
    assert isinstance(less, Proved)
    with pytest.raises(RuleError, match="there is no version 'nothing'"):
        differences("convictions", "2024.1", "nothing", CATALOGUE)


# --- from proof to data


def report_on(events: tuple[Event, ...]) -> list[str]:
    report = evaluate(CATALOGUE, Stream(events), as_at=date(2024, 12, 31))
    return [str(found) for found in on_data(made(), report)]


def test_a_proof_speaks_of_data_that_keep_its_constraints() -> None:
    """Only relations are told, and of those only what is proved."""
    outcome = prove(CONVICTED_WITHIN_PROSECUTED, CATALOGUE, time=ENTERED)
    assert isinstance(outcome, Refuted)
    assert outcome.example is not None
    said = report_on(outcome.example.events)
    assert said[0] == (
        "convictions is within prosecutions, as at any date: proved, and its conditions hold on this data"
    )
    assert len(said) == 4


def test_data_that_break_a_constraint_are_told_by_event() -> None:
    """The verdict without a trial is named, and other proofs still speak of the data."""
    outcome = prove(CONVICTED_WITHIN_PROSECUTED, CATALOGUE, without=["conviction_has_trial"])
    assert isinstance(outcome, Refuted)
    assert outcome.example is not None
    first, second, *_ = report_on(outcome.example.events)
    assert first.endswith("proved, but not for this data: verdict-1 break conviction_has_trial")
    assert second.endswith("its conditions hold on this data")


def test_a_constraint_that_is_broken_for_a_while_is_told() -> None:
    """What is checked at the date of a report alone would miss it: a proof needs every date before, too."""
    trial = Trial(
        id="T",  # type: ignore[arg-type]
        occurred_on=date(2024, 5, 1),
        defendant=PersonId("P"),
        case="C",  # type: ignore[arg-type]
        charges=frozenset({Offence.SLAVERY}),
    )
    from impact_metrics import Catalogue, Model, alias, constraint, exists  # noqa: PLC0415 - of this test alone

    other = alias(Trial, "other")
    charged_again = constraint(
        "tried_again",
        Trial,
        exists(other, other.defendant == Trial.defendant, other.occurred_on > Trial.occurred_on),
        when=Trial.charges.overlaps({Offence.SLAVERY}),
        because="for the test",
    )
    model = Model(name="again", events=MODEL.events, constraints=(charged_again,))
    slavery = attrs.evolve(
        CATALOGUE["prosecutions"],
        measure=count(distinct(Trial.defendant).where(Trial.charges.overlaps({Offence.SLAVERY}))),
    )
    twice = attrs.evolve(slavery, id="twice", measure=count(distinct(Trial.defendant).at_least(2)))
    both = Catalogue(
        id="again",
        version="1",
        title="Again",
        model=model,
        metrics=(slavery, twice),
        invariants=(subset(slavery, twice, because="they are tried again"),),
    )
    later = attrs.evolve(trial, id="U", occurred_on=date(2024, 6, 1), charges=frozenset({Offence.THEFT}))
    report = evaluate(both, Stream([trial, later]), as_at=date(2024, 12, 31))
    assert report.violations == ()
    (found, *_) = on_data(certificate(both), report)
    assert not found.holds
    assert "T break tried_again" in str(found)
    many = [attrs.evolve(trial, id=f"T{number}", defendant=PersonId(f"P{number}")) for number in range(5)]
    (crowd, *_) = on_data(certificate(both), evaluate(both, Stream(many), as_at=date(2024, 12, 31)))
    assert "T0, T1, T2 and 2 more break tried_again" in str(crowd)


def test_what_is_declared_is_not_asked_twice() -> None:
    """A metric that is declared satisfiable is decided once, and whether it can fall is still wondered."""
    arrests = CATALOGUE["arrests"]
    declared = satisfiable(arrests, because="people are arrested")
    alone = attrs.evolve(CATALOGUE.only("arrests"), invariants=(declared,))
    assert [(type(entry.outcome.claim), entry.declared) for entry in certificate(alone).entries] == [
        (Satisfiable, True),
        (Monotone, False),
    ]
