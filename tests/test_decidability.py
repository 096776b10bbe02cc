"""Exactness: which metrics have all claims decided, and which circles stand against it."""

from __future__ import annotations

import pytest

from impact_metrics import at_least, count, distinct, exists, not_, rows, total
from impact_metrics.proofs import Proved, prove
from impact_metrics.rules import Measure
from impact_metrics.rules.decidability import denied, exactness, goes_round
from impact_metrics.rules.invariants import CoveredBy
from tests.proofs.toy import Feast, Game, Note, catalogue, feast, later_feast, note, other, rule

PLAYERS = distinct(Game.player)
LATER = exists(other, other.player == Game.player, other.occurred_on > Game.occurred_on)


@pytest.mark.parametrize(
    "measure",
    [
        count(PLAYERS),
        count(PLAYERS.where(exists(Feast, not_(exists(Note))))),
        count(PLAYERS.where(Game.won) & distinct(Feast.guests) | PLAYERS),
        count(PLAYERS - distinct(Feast.guests)),
        count(rows(Game).where(not_(LATER))),
    ],
)
def test_rules_without_circles_are_exact(measure: Measure) -> None:
    """Rules that ask for events, and for none for every one of its own type, are exact."""
    found = exactness(measure)
    assert found.exact
    assert str(found) == "Every claim about whom it counts is decided exactly."


def test_a_rule_may_ask_in_a_circle() -> None:
    """Whoever does not count has, for every game, another game: that goes on for ever."""
    found = exactness(count(PLAYERS.where(not_(LATER))))
    assert not found.exact
    assert str(found) == (
        "Some claims about it may stay undecided: it asks, in a circle, for another Game for every Game."
    )


def test_rows_and_populations_are_asked_either_way() -> None:
    """A circle inside what must not be is found in counts of rows, in totals, and in what is taken away."""
    nested = not_(exists(feast, not_(exists(note, not_(exists(other, other.won))))))
    assert exactness(count(PLAYERS - PLAYERS.where(nested))).reasons
    assert exactness(count(rows(Game).where(nested))).exact
    feasted = not_(exists(feast, not_(exists(later_feast, later_feast.occurred_on > feast.occurred_on))))
    assert len(exactness(total(Game.points).where(feasted)).reasons) == 2


def test_totals_are_not_compared_as_sums() -> None:
    """A total says that its claims are looked at row by row."""
    found = exactness(total(Game.points).where(Game.won))
    assert found.reasons == ("totals are compared row by row, not as sums",)


def test_constraints_may_ask_in_a_circle() -> None:
    """Two types that need each other are a circle, told once, and it stands against every metric of the catalogue."""
    there = rule("there", Game, exists(Feast))
    back = rule("back", Feast, exists(Game))
    rules = catalogue(there, back, it=count(distinct(Note.author)))
    assert rules["it"].exactness.exact
    (reason,) = rules.exactness("it").reasons
    assert reason == "it asks, in a circle, for another Game for every Feast, for another Feast for every Game"
    assert catalogue(there, it=count(PLAYERS)).exactness("it").exact


def test_what_a_constraint_denies_asks_again_on_its_day() -> None:
    """A constraint that says that there is none has to hold on the day of each such event too."""
    either = rule("either", Game, exists(Feast), when=exists(Feast, Feast.occurred_on <= Game.occurred_on))
    assert not catalogue(either, it=count(PLAYERS)).exactness("it").exact


def test_rows_that_are_denied_are_named() -> None:
    """Of what must not be, or not so often, the rows are given, at any depth; of what must be, none."""
    denying = not_(exists(feast, at_least(2, note)))
    assert [str(row) for row in denied(denying)] == ["feast", "note"]
    assert not list(denied(exists(feast, at_least(2, note))))
    assert [str(row) for row in denied(exists(feast, not_(exists(note))))] == ["note"]


def test_circles_are_seen_wherever_they_start() -> None:
    """A way that only leads to a circle is none, and two circles are two."""
    assert not goes_round([("A", "B"), ("B", "C"), ("A", "C")])
    assert goes_round([("A", "B"), ("B", "C"), ("C", "B")])
    assert goes_round([("A", "A")])
    assert goes_round([("A", "B"), ("B", "A"), ("B", "C"), ("C", "B")])


def test_two_metrics_may_ask_in_a_circle_together() -> None:
    """Of two exact metrics one asks feasts of games and one games of feasts: a claim about both may stay open."""
    games = count(PLAYERS.where(not_(exists(Feast))))
    feasts = count(distinct(Feast.guests).where(not_(exists(Game))))
    rules = catalogue(games=games, feasts=feasts, players=count(PLAYERS))
    assert rules.exactness("games").exact
    assert rules.exactness("feasts").exact
    assert not rules.exactness("games", "feasts").exact
    outcome = prove(CoveredBy("players", ("games", "feasts", "players"), "-"), rules)
    assert isinstance(outcome, Proved)
    assert not outcome.exact
