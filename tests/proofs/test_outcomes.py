"""Outcomes: what is said of them, how examples are told, and the errors of those who ask wrongly."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from impact_metrics import (
    CaseId,
    Event,
    Field,
    PersonId,
    RuleError,
    at_least,
    count,
    distinct,
    exists,
    field,
    link,
    not_,
    role,
    rows,
    total,
)
from impact_metrics.model import Model
from impact_metrics.proofs import ProofError, Proved, Refuted, TimeScope, Unknown, prove, showing, solving
from impact_metrics.proofs.figures import Counted
from impact_metrics.proofs.logic import at_most
from impact_metrics.proofs.terms import Terms
from impact_metrics.rules.invariants import AtMost, Disjoint, Equivalent, Satisfiable, Subset
from impact_metrics.values import TextKind
from tests.proofs.battery import AGAIN, FED, IDLE, NEVER, PLAYERS, grows, within
from tests.proofs.toy import Colour, Feast, Game, Note, catalogue, other, rule, third

ENTERED = TimeScope.ENTERED


def asked(claim: Any, *constraints: Any, **options: Any) -> Any:
    """What is certain of a claim that comes with what it is about."""
    invariant, measures = claim
    return prove(invariant, catalogue(*constraints, **measures), **options)


def test_a_proof_says_what_it_needs() -> None:
    """A proof names the constraints that it relies on, or says that there are none."""
    assert str(asked(within(PLAYERS, distinct(Feast.guests)), FED)) == (
        "proved: part is within whole, as at any date, with fed."
    )
    assert str(asked(within(PLAYERS, PLAYERS), time=ENTERED)) == (
        "proved: part is within whole, entered within any period, with no constraint."
    )


def test_a_day_moved_by_no_days_is_the_day() -> None:
    """Whichever way the rule writes it."""
    day = date(2024, 2, 29)
    there = PLAYERS.where(Game.paid_on == day)
    assert isinstance(asked(within(there, PLAYERS.where(Game.paid_on + timedelta() == day))), Proved)


def test_a_vacuous_proof_says_so() -> None:
    """Where nothing can ever count, the proof warns that it says nothing."""
    said = str(asked(within(PLAYERS, distinct(Feast.guests)), NEVER))
    assert said.endswith("with never. VACUOUS: under the constraints nothing can ever count.")


def test_a_refutation_shows_its_stream() -> None:
    """It lists the events in the order of time, then the subject with the figures, and the date or period."""
    assert str(asked(within(PLAYERS, distinct(Feast.guests)))).splitlines() == [
        "refuted: part is within whole, as at any date; smallest stream:",
        '  2024-02-15  game game-1: player "person-1"',
        "  person-1: part 1, whole 0 as at 2024-12-31",
    ]
    said = str(asked(within(PLAYERS.where(exists(Feast)), PLAYERS), time=ENTERED)).splitlines()
    assert said[-1] == "  person-1: part 1, whole 0 from 2024-01-01 to 2024-12-31"
    assert len(said) == 4


def test_a_stream_that_may_not_be_the_smallest_is_not_called_so() -> None:
    """A refutation that is not minimal shows a stream, not the smallest stream."""
    twins = rule("twins", Game, exists(other, other.id != Game.id, other.won), when=Game.won)
    lesser, notes = count(distinct(Feast.guests).where(exists(Note))), count(rows(Note).where(not_(exists(third))))
    outcome = asked((AtMost("lesser", "notes", "-"), {"lesser": lesser, "notes": notes}), twins)
    assert "; a stream:" in str(outcome)


def test_a_figure_that_falls_is_shown_before_and_after() -> None:
    """Of two streams the first is told with its figure, then what is added, then the figure that has fallen."""
    outcome = asked(grows(count(PLAYERS.where(not_(exists(Note))))))
    assert str(outcome).splitlines() == [
        "refuted: it never falls when events are added; smallest stream:",
        '  2024-02-15  game game-1: player "person-1"',
        "  it 1 as at 2024-12-31; then there is added:",
        '  2024-03-16  note note-1: about "event-1"',
        "  person-1: it 0 as at 2024-12-31",
    ]
    assert isinstance(outcome, Refuted)
    assert outcome.example is not None
    assert [type(event) for event in outcome.example.added] == [Note]
    assert (outcome.example.figures_before, outcome.example.figures) == ({"it": 1}, {"it": 0})
    assert outcome.stream is not None
    assert len(outcome.stream) == 2


def test_what_prevents_a_metric_from_counting_is_told() -> None:
    """It is the constraints that stand in its way, or its own rule."""
    prevented = asked((Satisfiable("it", "-"), {"it": count(PLAYERS)}), NEVER, IDLE)
    assert str(prevented) == "refuted: it can count something: never prevents it."
    alone = asked((Satisfiable("it", "-"), {"it": count(PLAYERS.where(Game.points > 3, Game.points < 2))}), IDLE)
    assert str(alone) == "refuted: it can count something: its own rule prevents it."
    assert alone.stream is None


def test_what_is_not_known_is_told_with_the_reason() -> None:
    """Where asking goes round in a circle, an outcome may be unknown, with how far the search went."""
    outcome = asked((Satisfiable("it", "-"), {"it": count(PLAYERS)}), AGAIN, levels=1)
    assert isinstance(outcome, Unknown)
    assert outcome.bound == 1
    assert str(outcome) == (
        "unknown: it can count something: what the rules and constraints ask for goes round in a circle of event types."
    )


def test_outcomes_say_whether_the_claim_holds() -> None:
    """``holds`` is true, false, or neither."""
    assert asked(within(PLAYERS, PLAYERS)).holds is True
    assert asked(within(PLAYERS, PLAYERS.where(Game.won))).holds is False
    assert asked(within(PLAYERS, PLAYERS.where(Game.won)), AGAIN, levels=0).holds is None


@pytest.mark.parametrize("time", TimeScope)
def test_circles_are_told_of_every_sort_of_claim(time: TimeScope) -> None:
    """Equivalence and figures are unknown too where no stream is found and none excluded."""
    measures = {"first": count(PLAYERS), "second": count(PLAYERS.where(Game.won))}
    for claim in (Equivalent("first", "second", "-"), AtMost("first", "second", "-"), Disjoint("first", "second", "-")):
        assert isinstance(asked((claim, measures), AGAIN, levels=1, time=time), Unknown)


def test_a_circle_that_can_be_closed_gives_a_stream() -> None:
    """Events that need each other are found, and the fewest of them are shown to be the fewest."""
    pair = rule("pair", Game, at_least(2, other, other.won, on_distinct=other.points))
    outcome = asked(within(PLAYERS, PLAYERS.where(Game.points == 7)), pair)
    assert isinstance(outcome, Refuted)
    assert outcome.minimal
    assert len(outcome.stream or ()) == 2


# --- figures that cancel out


def test_rows_that_always_cancel_out_are_not_said_to_count() -> None:
    """Where the rows that are found add up to nothing, it stays open whether others would not."""
    plus = rule("plus", Game, exists(other, other.points == -1), when=Game.points == 1)
    minus = rule("minus", Game, Game.points == -1, exists(other, other.points == 1), when=not_(Game.points == 1))
    few = rule("few", Game, not_(at_least(3, third)))
    outcome = asked((Satisfiable("it", "-"), {"it": total(Game.points)}), plus, minus, few)
    assert isinstance(outcome, Unknown)
    assert outcome.reason == "the rows that were found add up to nothing"


def test_somebody_who_comes_for_one_who_goes_leaves_it_open() -> None:
    """Where the event that takes somebody out brings another in, no fall is found, and none is excluded."""
    changing = PLAYERS.where(not_(exists(Note))) | distinct(Note.author)
    outcome = asked(grows(count(changing)), rule("signed", Note, not_(Note.author.is_missing())))
    assert isinstance(outcome, Unknown)
    assert outcome.reason == "single subjects differ, and no figure was found to"


def test_feasts_may_be_more_than_guests() -> None:
    """A feast to which nobody comes is a feast without a guest, who are many to one feast."""
    measures = {"feasts": count(rows(Feast)), "guests": count(distinct(Feast.guests))}
    outcome = asked((AtMost("feasts", "guests", "-"), measures))
    assert isinstance(outcome, Refuted)
    assert len(outcome.stream or ()) == 1


def test_a_total_may_be_more_than_a_count() -> None:
    """Points are above players where a game without a player's win brings some; it is shown by one game."""
    measures = {"points": total(Game.points), "winners": count(PLAYERS.where(Game.won))}
    outcome = asked((AtMost("points", "winners", "-"), measures))
    assert isinstance(outcome, Refuted)
    assert outcome.minimal
    assert len(outcome.stream or ()) == 1


def test_figures_of_unlike_things_may_stay_open() -> None:
    """Two totals of one row are compared row by row only, so that nothing is found."""
    measures = {
        "points": total(Game.points).where(Game.points == 2),
        "twice": total(Game.points).where(Game.points > 1),
    }
    below = asked((AtMost("points", "twice", "-"), measures))
    assert isinstance(below, Proved)
    above = asked((AtMost("twice", "points", "-"), measures))
    assert isinstance(above, Refuted)
    tables = {"tables": count(distinct(Game.table)), "games": count(rows(Game).where(not_(Game.table.is_missing())))}
    active = asked((AtMost("tables", "games", "-"), tables), time=ENTERED)
    assert isinstance(active, Unknown)
    assert "up to 3" in active.reason


# --- asking wrongly, and the prover being wrong


def test_metrics_and_constraints_that_are_not_there_are_named() -> None:
    """The error says what is not there, and what may have been meant."""
    with pytest.raises(RuleError, match="there is no metric 'hole'"):
        prove(Subset("part", "hole", "-"), catalogue(part=count(PLAYERS)))
    with pytest.raises(RuleError, match="there is no constraint 'fad'") as raised:
        prove(Subset("part", "part", "-"), catalogue(FED, part=count(PLAYERS)), without=["fad"])
    assert "fed" in str(raised.value)


@pytest.mark.parametrize("doubt", ["_valid", "_shown"])
def test_a_stream_that_the_engine_does_not_agree_with_is_not_shown(doubt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the reference engine finds another thing than the prover, it is an error that asks to be reported."""
    monkeypatch.setattr(showing.Show, doubt, lambda *_: False)
    with pytest.raises(ProofError, match="the reference engine does not find what the prover did") as raised:
        asked(within(PLAYERS, distinct(Feast.guests)))
    assert "please report this" in str(raised.value)
    assert "part is within whole, as at any date" in str(raised.value)


def test_a_solver_that_gives_up_leaves_it_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the solver can say neither yes nor no in its time, the outcome is unknown."""
    monkeypatch.setattr(solving._Check, "impossible", lambda _: None)  # noqa: SLF001 - as if time had run out
    monkeypatch.setattr(solving._Check, "possible", lambda _: False)  # noqa: SLF001 - the same
    outcome = asked(within(PLAYERS, distinct(Feast.guests)))
    assert isinstance(outcome, Unknown)
    assert outcome.reason == "the solver gave up"


def test_parts_refuse_what_no_rule_can_ask() -> None:
    """Counts of subjects have no single row, text is compared with nothing, and more than a few are not so few."""
    with pytest.raises(AssertionError):
        _ = Counted(count(PLAYERS), TimeScope.AS_AT).row
    with pytest.raises(AssertionError):
        Terms().constant(TextKind(), "words")
    assert at_most(1, [True, True, False]) is False
    assert at_most(2, [True, True, False]) is True


# --- what a stream that is shown holds


class Everything(Event):
    """All kinds of values, none of which may be missing."""

    who: Field[PersonId] = role("who")
    where: Field[CaseId] = link("where")
    colour: Field[Colour] = field("a colour")
    done: Field[bool] = field("whether it is done")
    due: Field[date] = field("when it is due")
    pieces: Field[int] = field("how many")
    price: Field[Decimal] = field("how dear")
    words: Field[str] = field("a remark")
    days: Field[frozenset[date]] = field("several days")
    remark: Field[str | None] = field("another remark", default=None)
    due_again: Field[date | None] = field("when it is due again", default=None)


EVERYTHING = Model(name="everything", events=(Everything,))


def shown(population: Any) -> Everything:
    """The only event of a stream in which a population has a member."""
    rules = catalogue(model=EVERYTHING, it=count(population))
    outcome = prove(Satisfiable("it", "-"), rules)
    assert isinstance(outcome, Proved)
    assert outcome.example is not None
    (event,) = outcome.example.events
    assert isinstance(event, Everything)
    return event


def test_values_that_nothing_depends_on_are_plain() -> None:
    """A field that the rule does not read has the plainest value of its kind, and what may be missing is."""
    event = shown(distinct(Everything.who))
    assert (event.where, event.colour, event.done, event.due) == ("case-1", Colour.RED, False, event.occurred_on)
    assert (event.pieces, event.price, event.words) == (1, Decimal(1), "something")
    assert (event.days, event.remark) == (frozenset(), None)


def test_values_that_the_rule_asks_for_are_there() -> None:
    """A field that the rule reads has a value that the rule asks for, of every kind."""
    day = date(2024, 3, 1)
    event = shown(
        distinct(Everything.who).where(
            Everything.who != PersonId("person-1"),
            Everything.where == CaseId("The Hague"),
            Everything.colour != Colour.RED,
            Everything.done,
            Everything.due == day,
            Everything.pieces > 150,
            Everything.price < Decimal("0.5"),
            Everything.days.contains(day),
            not_(Everything.remark.is_missing()),
            Everything.due_again + timedelta(days=2) == day,
        )
    )
    assert event.who != "person-1"
    assert (event.where, event.colour, event.done, event.due) == ("The Hague", Colour.GREEN, True, day)
    assert event.pieces > 150
    assert event.price < Decimal("0.5")
    assert day in event.days
    assert (event.remark, event.due_again) == ("something", date(2024, 2, 28))


def test_ids_that_rules_name_are_kept_and_not_given_to_others() -> None:
    """An event whose id a rule names has that id, and what is named anew has another."""
    named = PLAYERS.where(Game.id == "game-1", Game.player == PersonId("person-1"))
    unnamed = exists(other, other.player != PersonId("person-1"), other.id != "game-1")
    outcome = asked((Satisfiable("it", "-"), {"it": count(named.where(unnamed))}))
    assert isinstance(outcome, Proved)
    assert outcome.example is not None
    ids = {event.id: event.player for event in outcome.example.events if isinstance(event, Game)}
    assert ids == {"game-1": "person-1", "game-2": "person-2"}
