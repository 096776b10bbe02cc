"""Claims that the prover once got wrong: each failed when it was written."""

from __future__ import annotations

from decimal import Decimal

from impact_metrics import count, distinct, exists, not_, rows, total
from impact_metrics.proofs import Proved, Refuted, TimeScope, prove
from impact_metrics.rules.invariants import AtMost, Equivalent, Monotone, Satisfiable, Subset
from tests.proofs.toy import Colour, Feast, Game, Note, catalogue, one, other, rule, third


def test_an_event_asked_for_twice_has_all_that_was_asked() -> None:
    """Two witnesses that are one event give one event with the values that either of them needs."""
    both = distinct(Game.player).where(Game.won) & distinct(Game.player).where(Game.points == 7)
    outcome = prove(Satisfiable("both", "so it is"), catalogue(both=count(both)))
    assert isinstance(outcome, Proved)
    assert outcome.example is not None
    (event,) = outcome.example.events
    assert isinstance(event, Game)
    assert (event.won, event.points) == (True, 7)


def test_one_comparison_may_stand_under_rows_bound_in_another_order() -> None:
    """A comparison object that two clauses share is read with the rows of each, not with those written first."""
    earlier = one.occurred_on < other.occurred_on
    nothing_after_a_win = not_(exists(one, one.won, exists(other, earlier)))
    something_before_a_win = exists(other, other.won, exists(one, earlier))
    first_lost = distinct(Game.player).where(nothing_after_a_win, something_before_a_win)
    outcome = prove(Satisfiable("first_lost", "so it is"), catalogue(first_lost=count(first_lost)))
    assert isinstance(outcome, Proved)


def test_equivalence_is_refuted_by_the_smaller_of_two_streams() -> None:
    """Of a stream with somebody in the first only and one with somebody in the second only, the smaller is shown."""
    first = distinct(Game.player).where(not_(Game.won))
    second = distinct(Game.player).where(not_(exists(other, other.id != Game.id, other.won)))
    claims = [Equivalent("first", "second", "so it is"), Equivalent("second", "first", "so it is")]
    found = [prove(claim, catalogue(first=count(first), second=count(second))) for claim in claims]
    sizes = [len(outcome.example.events) for outcome in found if isinstance(outcome, Refuted) and outcome.example]
    assert sizes == [1, 1]


def test_a_total_falls_soonest_by_a_row_below_zero() -> None:
    """A total that another event can take away again falls sooner by one event that is worth less than nothing."""
    alone = total(Game.points).where(not_(exists(other, other.id != Game.id)))
    outcome = prove(Monotone("alone", "so it is"), catalogue(alone=alone))
    assert isinstance(outcome, Refuted)
    assert outcome.example is not None
    assert (outcome.minimal, len(outcome.example.stream)) == (True, 1)


def test_a_figure_may_be_above_another_by_several_subjects_sooner_than_by_one() -> None:
    """One feast of two guests breaks a bound that one guest breaks only with a game besides."""
    feasts = count(rows(Feast).where(not_(exists(Game))))
    outcome = prove(
        AtMost("guests", "feasts", "so it is"), catalogue(guests=count(distinct(Feast.guests)), feasts=feasts)
    )
    assert isinstance(outcome, Refuted)
    assert outcome.example is not None
    assert (outcome.minimal, len(outcome.example.stream)) == (True, 1)


def test_figures_above_by_more_subjects_than_were_tried_leave_it_open_which_stream_is_smallest() -> None:
    """Where one event may hold any number of subjects, a stream of two events is not said to be the smallest."""
    notes = count(rows(Note).where(not_(exists(third))))
    four = distinct(Feast.guests) | distinct(Note.author)
    outcome = prove(AtMost("four", "notes", "so it is"), catalogue(four=count(four), notes=notes))
    assert isinstance(outcome, Refuted)
    assert (outcome.minimal, len(list(outcome.stream or ()))) == (True, 1)
    lesser = distinct(Feast.guests).where(exists(Note))
    outcome = prove(AtMost("lesser", "notes", "so it is"), catalogue(lesser=count(lesser), notes=notes))
    assert isinstance(outcome, Refuted)
    assert (outcome.minimal, len(list(outcome.stream or ()))) == (False, 2)


def test_a_total_of_missing_numbers_counts_nothing() -> None:
    """A total that sums only rows without a number, or with the number nought, is never other than zero."""
    for sums in (total(Game.points).where(Game.points.is_missing()), total(Game.points).where(Game.points == 0)):
        outcome = prove(Satisfiable("sums", "so it is"), catalogue(sums=sums))
        assert isinstance(outcome, Refuted)


def test_the_row_that_is_shown_may_come_after_events_of_other_types() -> None:
    """The row that a question asks for is looked for among events of its own type."""
    needs_note = rule("needs_note", Game, exists(Note, Note.occurred_on < Game.occurred_on))
    outcome = prove(Satisfiable("games", "so it is"), catalogue(needs_note, games=count(rows(Game))))
    assert isinstance(outcome, Proved)
    assert outcome.example is not None
    assert outcome.example.subject in {event.id for event in outcome.example.events if isinstance(event, Game)}


def test_decimals_are_shown_as_they_are() -> None:
    """A decimal number of an event that is shown is the one that the rule asks for, whole or not, however long."""
    for cost in (
        "1",
        "0.5",
        "1200",
        "-3",
        "12345678901234567890123456789012345678.00000000000000000000000000000000000001",
    ):
        costly = distinct(Feast.guests).where(Feast.cost == Decimal(cost))
        outcome = prove(Satisfiable("costly", "so it is"), catalogue(costly=count(costly)))
        assert isinstance(outcome, Proved)
        assert outcome.example is not None
        (event,) = outcome.example.events
        assert isinstance(event, Feast)
        assert str(event.cost) == cost


def test_a_number_between_two_others_is_found() -> None:
    """Whatever decimals a rule asks for, the event that is shown has them, to as many digits as a field takes."""
    narrow = distinct(Feast.guests).where(Feast.cost > Decimal("0.333"), Feast.cost < Decimal("0.334"))
    outcome = prove(Satisfiable("narrow", "so it is"), catalogue(narrow=count(narrow)))
    assert isinstance(outcome, Proved)


def test_rows_may_be_more_than_their_subjects() -> None:
    """Two games of one player are more games than players, although no rule reads who played them."""
    outcome = prove(
        AtMost("games", "players", "-"), catalogue(games=count(rows(Game)), players=count(distinct(Game.player)))
    )
    assert isinstance(outcome, Refuted)
    assert outcome.example is not None
    assert (outcome.minimal, len(outcome.example.stream)) == (True, 2)


def test_what_several_questions_need_together_is_all_needed() -> None:
    """Where one way of an equivalence holds by either constraint and the other by one of them, that one is enough."""
    three = rule("three", Game, Game.points == 3)
    both = rule("both", Game, Game.points == 3, Game.colour == Colour.RED)
    first, second = (distinct(Game.player).where(asked) for asked in (Game.colour == Colour.RED, Game.points == 3))
    for constraints in ([three, both], [both, three]):
        rules = catalogue(*constraints, first=count(first), second=count(second))
        outcome = prove(Equivalent("first", "second", "-"), rules)
        assert isinstance(outcome, Proved)
        assert outcome.constraints_used == ("both",)


def test_what_totals_need_is_all_needed() -> None:
    """Of totals that are compared row by row, rows above and below nought are asked for, by the same constraints."""
    three = rule("three", Game, Game.points == 3)
    won = rule("won", Game, Game.points == 3, Game.won)
    measures = {"some": total(Game.points), "most": total(Game.points).where(Game.points > 1)}
    outcome = prove(AtMost("some", "most", "-"), catalogue(three, won, **measures))
    assert isinstance(outcome, Proved)
    assert len(outcome.constraints_used) == 1


def test_a_proof_in_a_circle_needs_only_what_it_needs() -> None:
    """Where a constraint makes a proof shorter that goes without it, a circle being cut later, it is not needed."""
    same = other.player == Game.player
    elsewhere = not_(exists(other, same, other.id != Game.id, Game.id == "E-1"))
    measures = {"some": count(distinct(Game.player).where(elsewhere)), "players": count(distinct(Game.player))}
    alone = rule("alone", Game, elsewhere)
    for claim in (Subset("some", "players", "-"), Equivalent("some", "players", "-")):
        for time in TimeScope:
            outcome = prove(claim, catalogue(alone, **measures), time=time)
            assert isinstance(outcome, Proved)
            without = prove(claim, catalogue(**measures), time=time)
            assert (outcome.constraints_used == ()) is isinstance(without, Proved)
