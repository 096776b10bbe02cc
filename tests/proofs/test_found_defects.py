"""Claims that the prover once got wrong: each failed when it was written."""

from __future__ import annotations

from impact_metrics import count, distinct, exists, not_
from impact_metrics.proofs import Proved, prove
from impact_metrics.rules.invariants import Satisfiable
from tests.proofs.toy import Game, catalogue, one, other


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
