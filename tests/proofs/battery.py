"""Decisive claims over games, feasts and notes: each comes out differently if one thing in the prover is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import attrs

from impact_metrics import PersonId, all_of, any_of, at_least, count, distinct, exists, not_, rows, total
from impact_metrics.errors import ImpactMetricsError
from impact_metrics.model import Constraint
from impact_metrics.proofs import Outcome, Proved, Refuted, TimeScope, prove
from impact_metrics.rules import Measure
from impact_metrics.rules.invariants import (
    AtMost,
    CoveredBy,
    Disjoint,
    Equivalent,
    Invariant,
    Monotone,
    Satisfiable,
    Subset,
)
from tests.proofs.toy import Colour, Feast, Game, Note, catalogue, feast, later_feast, note, one, other, rule, third

AS_AT, ENTERED, ACTIVE = TimeScope
FAR = timedelta(days=4_000_000)
DAY = timedelta(days=1)
NONE = timedelta()

PLAYERS = distinct(Game.player)
GUESTS = distinct(Feast.guests)


def verdict(outcome: Outcome) -> str:
    """An outcome in a few words: what is proved by which constraints, or how many events refute it."""
    if isinstance(outcome, Proved):
        if isinstance(outcome.claim, Satisfiable):
            assert outcome.example is not None
            return f"shown by {len(outcome.example.stream)}"
        empty = "vacuous" if outcome.vacuous else "proved"
        exact = "" if outcome.exact else " as far as it goes"
        return " ".join([empty, *outcome.constraints_used]) + exact
    if isinstance(outcome, Refuted):
        if outcome.example is None:
            return " ".join(["nothing", *outcome.constraints_used])
        return f"{'refuted' if outcome.minimal else 'somehow refuted'} by {len(outcome.example.stream)}"
    return "unknown"


@attrs.frozen
class Decisive:
    """A claim, what it is made of, and what must come out."""

    name: str
    expected: str
    claim: Invariant
    measures: dict[str, Measure]
    constraints: tuple[Constraint, ...] = ()
    time: TimeScope = AS_AT

    def found(self) -> str:
        """What comes out; that nothing does is told by the name of the error."""
        try:
            return verdict(prove(self.claim, catalogue(*self.constraints, **self.measures), time=self.time, levels=2))
        except (ImpactMetricsError, AssertionError, StopIteration, ValueError, OverflowError) as error:
            return type(error).__name__


def within(part: Any, whole: Any) -> tuple[Invariant, dict[str, Measure]]:
    return Subset("part", "whole", "-"), {"part": count(part), "whole": count(whole)}


def apart(first: Any, second: Any) -> tuple[Invariant, dict[str, Measure]]:
    return Disjoint("first", "second", "-"), {"first": count(first), "second": count(second)}


def same(first: Any, second: Any) -> tuple[Invariant, dict[str, Measure]]:
    return Equivalent("first", "second", "-"), {"first": count(first), "second": count(second)}


def covered(part: Any, *wholes: Any) -> tuple[Invariant, dict[str, Measure]]:
    names = tuple(f"whole_{number}" for number in range(len(wholes)))
    return CoveredBy("part", names, "-"), {"part": count(part), **dict(zip(names, map(count, wholes), strict=True))}


def most(lesser: Measure, greater: Measure) -> tuple[Invariant, dict[str, Measure]]:
    return AtMost("lesser", "greater", "-"), {"lesser": lesser, "greater": greater}


def grows(measure: Measure) -> tuple[Invariant, dict[str, Measure]]:
    return Monotone("it", "-"), {"it": measure}


def can(measure: Measure) -> tuple[Invariant, dict[str, Measure]]:
    return Satisfiable("it", "-"), {"it": measure}


# Games need a feast with the player, feasts need a note: two steps of 'for every event there is another'.
FED = rule("fed", Game, exists(Feast, Feast.guests.contains(Game.player), Feast.occurred_on <= Game.occurred_on))
NOTED = rule("noted", Feast, exists(Note, Note.about == Feast.id))
IDLE = rule("idle", Note, Note.author.is_missing())
ALONE = rule("alone", Game, not_(exists(other, other.id != Game.id)))
FEW = rule("few", Game, not_(at_least(2, other, other.player == Game.player)))
QUIET = rule("quiet", Game, not_(at_least(2, note)))
FEASTLESS = rule("feastless", Game, not_(exists(Feast)))
AGAIN = rule("again", Game, exists(other, other.player == Game.player, other.occurred_on < Game.occurred_on))
TWIN = rule("twin", Game, exists(other, other.player == Game.player, other.id != Game.id))
NEVER = rule("never", Game, Game.points > 3, Game.points < 2)

# A game needs a note whose author has not been a guest so far, at every date; see 'three notes in time' below.
FRESH = rule("fresh", Game, exists(note, not_(exists(feast, feast.guests.contains(note.author)))))
HISTORY = all_of(
    exists(
        feast,
        feast.occurred_on > Game.occurred_on,
        exists(
            later_feast,
            later_feast.occurred_on > feast.occurred_on,
            not_(
                exists(
                    note,
                    note.occurred_on < later_feast.occurred_on,
                    not_(any_of(feast.guests.contains(note.author), later_feast.guests.contains(note.author))),
                )
            ),
        ),
    )
)

# A game needs a note that no feast of its day spoils. Before any feast notes have no author, and with one all notes
# without an author are of its day: so the note that is needed with the feast is another than the one without.
UNSPOILT = rule("unspoilt", Game, exists(note, not_(exists(feast, feast.occurred_on == note.occurred_on))))
SIGNED = rule("signed", Note, exists(feast, feast.occurred_on <= Note.occurred_on), when=not_(Note.author.is_missing()))
UNSIGNED = rule("unsigned", Feast, not_(exists(note, note.author.is_missing(), note.occurred_on != Feast.occurred_on)))

EARLIER = one.occurred_on < other.occurred_on

BATTERY: tuple[Decisive, ...] = (
    # --- witnesses
    Decisive("players are guests", "proved fed", *within(PLAYERS, GUESTS), (FED, NOTED)),
    Decisive("players are not guests for no reason", "refuted by 1", *within(PLAYERS, GUESTS), (NOTED,)),
    Decisive(
        "two games may need two feasts",
        "shown by 6",
        *can(
            count(
                PLAYERS.where(
                    exists(
                        other,
                        other.player != Game.player,
                        not_(exists(Feast, Feast.guests.contains(other.player), Feast.guests.contains(Game.player))),
                    )
                )
            )
        ),
        (FED, NOTED),
    ),
    Decisive("three notes in time", "shown by 5", *can(count(PLAYERS.where(HISTORY))), (FRESH,)),
    Decisive(
        "another note in another stream",
        "somehow refuted by 4",
        *grows(count(PLAYERS.where(not_(exists(Feast))))),
        (UNSPOILT, SIGNED, UNSIGNED),
    ),
    Decisive(
        "a comparison under rows in either order",
        "shown by 2",
        *can(
            count(
                PLAYERS.where(
                    not_(exists(one, one.won, exists(other, EARLIER))), exists(other, other.won, exists(one, EARLIER))
                )
            )
        ),
    ),
    # --- dates
    Decisive(
        "what happens on the day counts",
        "shown by 1",
        *can(count(PLAYERS.where(exists(other, other.occurred_on >= Game.occurred_on, other.id == Game.id)))),
        (ALONE,),
    ),
    Decisive(
        "the event of a constraint sees itself",
        "proved as far as it goes",
        *within(PLAYERS, PLAYERS),
        (rule("self", Game, exists(other, other.id == Game.id)),),
    ),
    Decisive(
        "a day sees those of the same day",
        "refuted by 2",
        *within(PLAYERS.where(exists(Feast, Feast.occurred_on == Game.occurred_on)), PLAYERS.where(Game.won)),
    ),
    Decisive(
        "needs of the day are met on the day",
        "vacuous day",
        *apart(PLAYERS.where(not_(exists(Feast, Feast.occurred_on <= Game.occurred_on))), PLAYERS),
        (rule("day", Game, exists(Feast)),),
    ),
    Decisive(
        "dates stop at the last day", "shown by 1", *can(count(PLAYERS.where(Game.occurred_on + FAR == date.max)))
    ),
    Decisive(
        "dates stop at the first day", "shown by 1", *can(count(PLAYERS.where(Game.occurred_on - FAR == date.min)))
    ),
    Decisive(
        "a day not moved stays",
        "proved",
        *within(PLAYERS, PLAYERS.where(Game.occurred_on + NONE == Game.occurred_on)),
    ),
    Decisive("no day is so early", "proved", *within(PLAYERS, PLAYERS.where(Game.occurred_on + FAR == date.max))),
    Decisive(
        "a day later is later, mostly",
        "refuted by 1",
        *within(PLAYERS, PLAYERS.where(Game.occurred_on + DAY > Game.occurred_on)),
    ),
    Decisive(
        "paid is known where it is compared",
        "proved",
        *apart(
            PLAYERS.where(Game.paid_on + DAY > Game.occurred_on),
            PLAYERS.where(not_(exists(other, not_(other.paid_on.is_missing())))),
        ),
    ),
    # --- constraints at every date
    Decisive(
        "a feast never joins a game",
        "proved feastless",
        *within(PLAYERS, PLAYERS.where(not_(exists(Feast)))),
        (FEASTLESS,),
    ),
    Decisive(
        "a game may join a feast before others",
        "vacuous fed feastless",
        *within(PLAYERS, PLAYERS.where(Game.won)),
        (FED, FEASTLESS),
    ),
    Decisive(
        "few games of one player, ever",
        "proved few as far as it goes",
        *within(PLAYERS, PLAYERS.where(not_(exists(other, other.player == Game.player, other.id != Game.id)))),
        (FEW,),
    ),
    Decisive(
        "a need of the past is no need of today",
        "refuted by 2",
        *within(PLAYERS.where(exists(Feast)), PLAYERS.where(exists(Feast, Feast.occurred_on < Game.occurred_on))),
        (rule("was", Feast, exists(Game)),),
    ),
    # --- missing values
    Decisive(
        "equal is known",
        "proved",
        *apart(PLAYERS.where(Game.points == 7), PLAYERS.where(not_(exists(other, not_(other.points.is_missing()))))),
    ),
    Decisive(
        "unequal is known",
        "proved",
        *apart(PLAYERS.where(Game.points != 7), PLAYERS.where(not_(exists(other, not_(other.points.is_missing()))))),
    ),
    Decisive(
        "outside a list is known",
        "proved",
        *apart(
            PLAYERS.where(Game.colour.not_in({Colour.RED})),
            PLAYERS.where(not_(exists(other, not_(other.colour.is_missing())))),
        ),
    ),
    Decisive(
        "won or not, or missing",
        "refuted by 1",
        *covered(PLAYERS, PLAYERS.where(Game.points == 1), PLAYERS.where(Game.points != 1)),
    ),
    Decisive(
        "two missing tables are not one",
        "proved",
        *apart(
            PLAYERS.where(exists(other, other.table == Game.table)),
            PLAYERS.where(not_(exists(other, not_(other.table.is_missing())))),
        ),
    ),
    Decisive("missing can be", "shown by 1", *can(count(PLAYERS.where(Game.won.is_missing())))),
    Decisive(
        "a missing set holds nobody",
        "proved",
        *within(distinct(Feast.tables), distinct(Feast.tables).where(not_(Feast.tables.is_missing()))),
    ),
    # --- thresholds
    Decisive(
        "one event may be two that are asked for",
        "shown by 1",
        *can(count(PLAYERS.where(exists(other, other.won), exists(third, third.points == 7), not_(at_least(2, one))))),
    ),
    Decisive(
        "a second note never comes later",
        "proved quiet",
        *within(PLAYERS, PLAYERS.where(not_(at_least(2, note)))),
        (QUIET,),
    ),
    Decisive("two are two", "shown by 2", *can(count(PLAYERS.at_least(2)))),
    Decisive("two are not one", "nothing alone", *can(count(PLAYERS.at_least(2))), (ALONE,)),
    Decisive(
        "two values are two", "shown by 2", *can(count(PLAYERS.where(at_least(2, other, on_distinct=other.points))))
    ),
    Decisive(
        "two values are not one",
        "proved",
        *apart(
            PLAYERS.where(at_least(2, other, on_distinct=other.points)),
            PLAYERS.where(not_(exists(other, other.points != 3)), not_(at_least(2, other))),
        ),
    ),
    Decisive(
        "two games may have one value",
        "refuted by 2",
        *within(PLAYERS.at_least(2), PLAYERS.at_least(2, on_distinct=Game.points)),
    ),
    Decisive("values make games", "proved", *within(PLAYERS.at_least(2, on_distinct=Game.points), PLAYERS.at_least(2))),
    Decisive("two are more than one", "refuted by 1", *within(PLAYERS, PLAYERS.at_least(2))),
    Decisive("three are two", "proved", *within(PLAYERS.at_least(3), PLAYERS.at_least(2))),
    Decisive("two are not three", "refuted by 2", *within(PLAYERS.at_least(2), PLAYERS.at_least(3))),
    # --- populations and subjects
    Decisive("without is without", "proved", *apart(PLAYERS - GUESTS, GUESTS)),
    Decisive("without takes away", "refuted by 2", *within(PLAYERS, PLAYERS - GUESTS)),
    Decisive("both are either", "proved", *within(PLAYERS & GUESTS, GUESTS)),
    Decisive("either is not both", "refuted by 1", *within(PLAYERS | GUESTS, PLAYERS & GUESTS)),
    Decisive("one guest is not another", "refuted by 1", *within(GUESTS, PLAYERS)),
    Decisive(
        "guests of one feast",
        "refuted by 1",
        *same(
            GUESTS.where(Feast.guests.contains(PersonId("Anna"))),
            GUESTS.where(Feast.guests.contains(PersonId("Anna")), not_(Feast.guests.contains(PersonId("Bert")))),
        ),
    ),
    Decisive(
        "two names are two",
        "proved",
        *within(PLAYERS.where(Game.player == PersonId("Anna")), PLAYERS.where(Game.player != PersonId("Bert"))),
    ),
    Decisive(
        "named guests",
        "refuted by 1",
        *within(
            GUESTS.where(Feast.guests.overlaps({PersonId("Anna")})),
            GUESTS.where(Feast.guests.overlaps({PersonId("Bert")})),
        ),
    ),
    Decisive("an event is of one type", "nothing", *can(count(PLAYERS.where(exists(Feast, Feast.id == Game.id))))),
    Decisive(
        "an id is of one event",
        "nothing",
        *can(count(PLAYERS.where(exists(other, other.id == Game.id, other.player != Game.player)))),
    ),
    Decisive(
        "notes are about one event",
        "nothing",
        *can(count(rows(Note).where(exists(Game, Game.id == Note.about), exists(Feast, Feast.id == Note.about)))),
    ),
    # --- scopes
    Decisive(
        "entered within is not entered", "refuted by 2", *within(PLAYERS.where(exists(Feast)), PLAYERS), (), ENTERED
    ),
    Decisive(
        "entered again by points", "proved", *within(PLAYERS.where(Game.won), PLAYERS.where(Game.won)), (), ENTERED
    ),
    Decisive("active within", "proved", *within(PLAYERS.where(exists(Feast)), PLAYERS), (), ACTIVE),
    Decisive(
        "who is active need not have won lately",
        "refuted by 2",
        *within(PLAYERS & PLAYERS.where(Game.won), PLAYERS.where(Game.won)),
        (),
        ACTIVE,
    ),
    Decisive(
        "rows are of the period",
        "refuted by 2",
        *most(count(PLAYERS.where(exists(Feast))), count(rows(Game))),
        (),
        ENTERED,
    ),
    # --- figures
    Decisive("players are at most games", "proved", *most(count(PLAYERS), count(rows(Game)))),
    Decisive("won games are at most games", "proved", *most(count(rows(Game).where(Game.won)), count(rows(Game)))),
    Decisive("games are not at most players", "refuted by 2", *most(count(rows(Game)), count(PLAYERS))),
    Decisive(
        "points of some are not at most points of all",
        "unknown",
        *most(total(Game.points).where(Game.won), total(Game.points)),
    ),
    Decisive(
        "positive points of some are",
        "proved positive",
        *most(total(Game.points).where(Game.won), total(Game.points)),
        (rule("positive", Game, Game.points > 0),),
    ),
    Decisive("what only adds", "proved", *grows(count(PLAYERS.where(exists(Feast))))),
    Decisive("what takes away", "refuted by 2", *grows(count(PLAYERS - GUESTS))),
    Decisive("points may be below nought", "refuted by 1", *grows(total(Game.points))),
    # --- needs, emptiness and circles
    Decisive("one reason of three", "proved fed", *within(PLAYERS, GUESTS), (FED, NOTED, IDLE)),
    Decisive("nothing can be", "vacuous never", *within(PLAYERS, GUESTS), (NEVER,)),
    Decisive("nobody", "nothing never", *can(count(PLAYERS)), (NEVER, IDLE)),
    Decisive("games for ever", "unknown", *can(count(PLAYERS)), (AGAIN,)),
    Decisive(
        "games for ever are in a game", "proved as far as it goes", *within(PLAYERS.where(Game.won), PLAYERS), (AGAIN,)
    ),
    Decisive("twins", "shown by 2", *can(count(PLAYERS)), (TWIN,)),
    Decisive("twins are refuted in a circle", "refuted by 2", *within(PLAYERS, PLAYERS.where(Game.won)), (TWIN,)),
    Decisive("games for ever are not won", "unknown", *within(PLAYERS, PLAYERS.where(Game.won)), (AGAIN,)),
)


def surprises() -> Iterator[str]:
    """Give what comes out other than it must, one after another."""
    for item in BATTERY:
        found = item.found()
        if found != item.expected:
            yield f"{item.name}: {found}, and not {item.expected}"
