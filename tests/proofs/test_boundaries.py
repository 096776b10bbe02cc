"""Worked examples where days, months and scores decide: the two streams next to the boundary."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest

from impact_metrics import (
    Catalogue,
    Event,
    Field,
    PersonId,
    Scale,
    Stage,
    distinct,
    exists,
    field,
    followed_up,
    funnel,
    listing,
    not_,
    paired_change,
    role,
    share,
    time_between,
)
from impact_metrics.engines.spans import columns
from impact_metrics.errors import RuleError
from impact_metrics.model import Constraint, Model
from impact_metrics.proofs import Place, ProofError, WorkedExample, WorkedExamples, differences, worked_examples
from impact_metrics.proofs.boundaries import boundaries
from impact_metrics.proofs.boundaries.watched import Watched
from impact_metrics.proofs.places import say_place
from impact_metrics.rules import Measure, PairedChange
from impact_metrics.rules.measures.standing import Standing
from impact_metrics.values.kinds import MAX_DIGITS
from tests.proofs import judging
from tests.proofs.battery import PLAYERS
from tests.proofs.placing import by_brute_force
from tests.proofs.toy import Colour, Feast, Game, catalogue, metric, other, rule


class Bout(Event):
    """Two fight, and one of them gets a score."""

    fighter: Field[PersonId] = role("who gets the score")
    first: Field[bool] = field("whether it is the first")
    score: Field[int] = field("the score")


GUESTS, PAYERS = distinct(Feast.guests), distinct(Game.player).where(Game.won)
POINTS = Scale(id="points", title="P", least=0, most=10, better="higher", least_change=2, source="made up")
RED, GREEN = Game.colour == Colour.RED, Game.colour == Colour.GREEN
CHANGED = paired_change(Game.points, subject=Game.player, before=RED, after=GREEN, scale=POINTS)
COSTS = Scale(id="costs", title="C", least=0, most=1, better="lower", least_change=Decimal("0.25"), source="made up")


def examples_of(measure: Measure, *constraints: Constraint) -> WorkedExamples:
    """The examples of a metric of its own, on which brute force agrees."""
    rules = catalogue(*constraints, it=measure)
    found = worked_examples(rules["it"], rules)
    for example in found.examples:
        for side in example.sides:
            placed = by_brute_force(rules["it"], list(side.events), example.as_at)
            assert placed.get(example.subject) == side.place
            assert judging.valid(constraints, side.events)
        assert example.holding.place != example.failing.place
        assert example.changed
    return found


def shown(found: WorkedExamples, clause: str) -> WorkedExample:
    """The one example whose clause has these words."""
    (example,) = (example for example in found.examples if clause in example.text)
    return example


def days_of(example: WorkedExample) -> tuple[int, int]:
    """Between the first and the last event of each stream, the days."""
    one, another = ((side.events[-1].occurred_on - side.events[0].occurred_on).days for side in example.sides)
    return one, another


# --- follow-up rates


@pytest.mark.parametrize("months", [1, 2, 6, 12, 13])
def test_the_last_day_of_a_follow_up_is_shown_with_the_day_after(months: int) -> None:
    """For any number of months, and where the month is too short for the day of entry."""
    found = examples_of(followed_up(GUESTS, within_months=months, of=PLAYERS))
    assert (found.idle, found.unshown) == ((), ())
    short = shown(found, "up to the end of a month in which the day of entry is lacking")
    for example in (shown(found, "the last day included"), short):
        entry = example.holding.events[0].occurred_on
        one, another = (side.events[-1].occurred_on for side in example.sides)
        assert another == one + timedelta(1)
        assert (one.year * 12 + one.month) - (entry.year * 12 + entry.month) == months
        assert (one.day == entry.day) is (example is not short)
        assert [str(side.place) for side in example.sides] == ["in the numerator", "in the denominator only"]
    assert short.failing.events[-1].occurred_on.day == 1
    assert days_of(shown(found, "after the day of entry")) == (1, 0)


def test_where_no_month_is_too_short_there_is_nothing_to_show() -> None:
    """Four years after any day of the calendar that is tried, there is such a day again."""
    found = examples_of(followed_up(GUESTS, within_months=48, of=PLAYERS))
    assert shown(found, "the last day included")
    assert not [example for example in found.examples if "lacking" in example.clause]


def test_a_follow_up_is_complete_on_its_last_day() -> None:
    """The figure is as at the last day of whoever entered on the one day, and of nobody who entered a day later."""
    found = examples_of(followed_up(GUESTS, within_months=12, of=PLAYERS))
    for clause, places in (
        ("and there is no outcome", ["in the denominator only", "not yet due"]),
        ("and there is an outcome", ["in the numerator", "not yet due, with the outcome already"]),
    ):
        example = shown(found, clause)
        assert [str(side.place) for side in example.sides] == places
        first, later = (
            next(event.occurred_on for event in side.events if isinstance(event, Game)) for side in example.sides
        )
        assert (later - first, example.as_at) == (timedelta(1), first.replace(year=first.year + 1))


def test_of_days_with_one_last_day_the_latest_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A month after the 29th, the 30th and the 31st of January is the last of February: 1 February is the next."""
    genuine = Watched.of
    monkeypatch.setattr(Watched, "of", lambda *given: (found := genuine(*given)) and found.shifted(-17))
    found = examples_of(followed_up(GUESTS, within_months=1, of=PLAYERS))
    for clause in ("and there is no outcome", "and there is an outcome"):
        example = shown(found, clause)
        entered = [next(e.occurred_on for e in side.events if isinstance(e, Game)) for side in example.sides]
        assert (entered, example.as_at) == ([date(2024, 1, 31), date(2024, 2, 1)], date(2024, 2, 29))


def test_whoever_is_lost_is_shown_where_a_rate_says_who_is() -> None:
    """By the clauses of the lost, and by an outcome that makes them lost no more."""
    lost = PLAYERS - distinct(Feast.guests).where(Feast.colours.overlaps({Colour.RED}))
    found = examples_of(followed_up(distinct(Game.player).where(Game.won), within_months=2, of=PLAYERS, lost=lost))
    assert [str(side.place) for side in shown(found, "those lost: nobody is lost").sides] == [
        "in the numerator",
        "lost to follow-up",
    ]
    clauses = [example for example in found.examples if example.part == "those lost"][:-1]
    assert {example.holding.place for example in clauses} == {Place("lost to follow-up")}
    assert found.unshown == ("the outcome: it was won", "the outcome: it happens after the day of entry"), "as entry"


# --- times


def test_days_between_are_shown() -> None:
    """The day of entry is the first that counts; days are counted; the earliest outcome from then on ends the time."""
    found = examples_of(time_between(PLAYERS, GUESTS, lost=distinct(Feast.guests).where(Feast.cost > Decimal(3))))
    assert shown(found, "on the day of entry or later").holding.place == Place("ended", 0)
    assert shown(found, "it is 14 days").failing.place == Place("ended", 15)
    assert shown(found, "none is before this one").failing.place == Place("ended", 13)
    assert shown(found, "though another was before").holding.place == Place("ended", 14)


def test_the_day_on_which_somebody_is_lost_is_shown() -> None:
    """From the day of entry on; and nobody is lost who has the outcome, on whichever day."""
    red, green = (GUESTS.where(Feast.colours.overlaps({colour})) for colour in Colour)
    found = examples_of(time_between(PLAYERS, red, lost=green))
    assert shown(found, "they are lost on the day of entry or later").holding.place == Place("lost before it ended", 0)
    assert found.unshown == ("those lost: nobody is lost who has the outcome",), "a feast in both colours is both"
    other_red = Game.colour == Colour.RED
    found = examples_of(time_between(PLAYERS.where(Game.won), PLAYERS.where(other_red, not_(Game.won)), lost=GUESTS))
    assert [side.place and side.place.standing for side in shown(found, "nobody is lost").sides] == [
        "ended",
        "lost before it ended",
    ]


def test_where_one_event_is_entry_and_outcome_there_is_nothing_to_move() -> None:
    """Whoever enters has the outcome on that day; only the cohort is shown."""
    found = examples_of(time_between(PAYERS, PLAYERS))
    assert {example.part for example in found.examples} == {"the cohort"}


def test_where_nobody_can_be_watched_there_is_no_boundary() -> None:
    """Under a constraint that forbids both, or the lost."""
    never = rule("never", Feast, not_(exists(other)))
    for measure in (
        followed_up(GUESTS, within_months=1, of=PLAYERS),
        time_between(PLAYERS, GUESTS),
        time_between(PLAYERS, PLAYERS.where(Game.won), lost=GUESTS),
    ):
        rules = catalogue(never, it=measure)
        found = {boundary.part for boundary, _ in boundaries(rules["it"], rules)}
        assert "those lost" not in found
        assert bool(found) is (measure.lost is not None)


# --- paired changes


def test_the_least_change_is_shown_with_one_step_less() -> None:
    """For the better and for the worse, from the worst and the best score of the scale."""
    found = examples_of(CHANGED)
    assert scores(shown(found, "for the better by at least 2")) == [[0, 2], [0, 1]]
    assert scores(shown(found, "for the worse by at least 2")) == [[10, 8], [10, 9]]
    assert (found.idle, found.unshown) == ((), ())


def test_a_least_change_between_two_steps_is_reached_by_the_next() -> None:
    """Whole scores cannot change by one and a half, so two is the least that is enough."""
    found = examples_of(attrs.evolve(CHANGED, at_least=Decimal("1.5")))
    assert scores(shown(found, "for the better by at least 1.5")) == [[0, 2], [0, 1]]
    assert not found.unshown


def scores(example: WorkedExample) -> list[list[Any]]:
    """The scores of each stream, in the order of time."""
    return [[getattr(e, "points", getattr(e, "cost", None)) for e in side.events] for side in example.sides]


def test_steps_of_a_decimal_scale_are_as_fine_as_its_numbers() -> None:
    """And lower is better."""
    held = paired_change(
        Feast.cost,
        subject=Feast.guests,
        before=Feast.colours.overlaps({Colour.RED}),
        after=Feast.colours.overlaps({Colour.GREEN}),
        scale=COSTS,
    )
    found = examples_of(held)
    one, another = Decimal(1), Decimal("0.75")
    assert scores(shown(found, "for the better by at least 0.25")) == [[one, another], [one, Decimal("0.76")]]
    fine = Decimal(1).scaleb(-MAX_DIGITS)
    found = examples_of(attrs.evolve(held, at_least=Decimal("0." + MAX_DIGITS * "9")))
    ((_, best), (_, next_best)) = scores(shown(found, "for the better"))
    assert (best, next_best) == (fine, 2 * fine)


def test_which_days_give_the_scores_is_shown() -> None:
    """A score after on a later day; that of the latest, and the least favourable of the day."""
    found = examples_of(CHANGED)
    assert days_of(shown(found, "on a later day than the score before")) == (1, 0)
    for clause in ("that of the latest day", "that of the earliest day"):
        assert scores(shown(found, clause))[0] != scores(shown(found, clause))[1]
    several = [example for example in found.examples if "of several on its day" in example.clause]
    assert {example.part for example in several} == {"the score before", "the score after"}
    assert {str(side.place) for example in several for side in example.sides} == {
        "in the numerator",
        "in the denominator only, without a change that counts",
    }


def test_one_row_can_be_both_ends() -> None:
    """Then the second row is made like the first, and has an id of its own; one score alone is one before."""
    found = examples_of(attrs.evolve(CHANGED, before=RED, after=RED, of=distinct(Feast.guests)))
    example = shown(found, "the score after: there is one")
    assert [type(event).__name__ for event in example.holding.events] == ["Feast", "Game", "Game"]
    assert len({event.id for event in example.holding.events}) == 3
    assert not [other for other in found.examples if other.text == "the score before: there is one"]


def test_a_score_that_is_always_known_is_not_asked_about() -> None:
    """Where the field is never missing; and under a constraint nobody is paired, and no boundary shown."""
    nobody = rule("nobody", Game, Game.colour == Colour.RED)
    rules = catalogue(nobody, it=CHANGED)
    assert not list(boundaries(rules["it"], rules))
    known = paired_change(Bout.score, subject=Bout.fighter, before=Bout.first, after=not_(Bout.first), scale=POINTS)
    for measure, asked in ((CHANGED, True), (known, False)):
        rules = catalogue(model=Model(name="both", events=(Game, Bout)), it=measure)
        assert ("it is known" in {boundary.clause for boundary, _ in boundaries(rules["it"], rules)}) is asked


def _of(measure: Measure) -> tuple[Any, Catalogue]:
    rules = catalogue(it=measure)
    return rules["it"], rules


def test_what_a_constraint_forbids_is_not_shown() -> None:
    """Where no game brings fewer than two points less, what cannot happen is named instead."""
    whole = rule("whole", Game, Game.points.in_({0, 2, 4, 6, 8, 10}))
    found = examples_of(CHANGED, whole)
    assert "the change: it is for the better by at least 2" in found.unshown
    assert not [example for example in found.examples if "for the better" in example.clause]


# --- when engine and rule disagree


@pytest.mark.parametrize(
    ("kind", "name", "changed", "clause"),
    [
        (columns, "months_after", lambda day, _: day + timedelta(27), "the last day included"),
        (PairedChange, "judged", lambda _, change: int(change >= 1), "for the better"),
    ],
)
def test_a_boundary_that_is_not_where_the_rule_says_is_an_error(
    kind: Any, name: str, changed: Any, clause: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the metric and the clause: a defect of the engine, or of the rule."""
    measure = CHANGED if kind is PairedChange else followed_up(GUESTS, within_months=1, of=PLAYERS)
    item, rules = _of(measure)
    boundary, scene = next(pair for pair in boundaries(item, rules) if clause in pair[0].clause)
    monkeypatch.setattr(kind, name, changed)
    with pytest.raises(ProofError, match=f"it 1: .*{clause}"):
        boundary.example(scene)


# --- words


def test_places_are_said_in_words() -> None:
    """Where a subject is, and that it is nowhere, by the kind of measure."""
    rate, time = followed_up(GUESTS, within_months=1, of=PLAYERS), time_between(PLAYERS, GUESTS)
    assert say_place(rate, "Ann", Place(Standing.LOST.value)) == "Ann is lost to follow-up"
    assert say_place(time, "Ann", Place("ended", 1)) == "Ann: ended, after 1 day"
    assert say_place(time, "Ann", Place("not yet ended", 1200)) == "Ann: not yet ended, after 1,200 days"
    stages = funnel(Stage("Played", PLAYERS), Stage("Ate", GUESTS))
    listed = listing(PLAYERS, show=[Game.won])
    measures = (rate, time, CHANGED, share(GUESTS, of=PLAYERS), stages, listed)
    assert {say_place(measure, "Ann", None) for measure in measures} == {
        "Ann is not in the cohort",
        "Ann is not in the first stage",
        "Ann is not looked at",
        "Ann is not in the denominator",
        "Ann is not counted",
    }


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        (followed_up(GUESTS, within_months=1, of=PLAYERS), "months of the calendar"),
        (time_between(PLAYERS, GUESTS), "compared day by day"),
        (CHANGED, "differences of scores"),
    ],
)
def test_versions_of_what_days_and_scores_decide_are_not_compared(measure: Measure, message: str) -> None:
    """The prover says why it cannot decide whom they put elsewhere."""
    item = metric("it", measure)
    rules = attrs.evolve(catalogue(it=measure), other_versions=(attrs.evolve(item, version="2", reason="another"),))
    with pytest.raises(RuleError, match=message):
        differences("it", "1", "2", rules)


def test_the_clauses_of_a_share_show_who_is_not_known() -> None:
    """Besides those of the numerator: whoever is in the denominator only, and known or not."""
    found = examples_of(share(GUESTS, of=PLAYERS, unknown=PLAYERS.where(Game.won)))
    example = shown(found, "those not known")
    assert [side.place for side in example.sides] == [Place(Standing.UNKNOWN.value), Place(Standing.DENOMINATOR.value)]
    assert example.as_at <= date.max
