"""The model that the cases speak of. Its text is printed on the page, and run."""

SOURCE = '''
from datetime import date, timedelta
from typing import Any, NewType

from impact_metrics import (
    CaseId, Code, CodeSet, Event, EventId, Field, Model, PersonId, Scale, Stage, alias, all_of, any_of, at_least,
    average, best, clause, count, distinct, entry_date, exists, field, first, first_date, first_of, followed_up, funnel,
    implies, is_in, last_date, latest, latest_of, link, listing, median_of, not_, number_of, paired_change, ratio, role,
    rows, share, subject_table, sum_of, time_between, total, worst,
)

RoomId = NewType("RoomId", str)

class Mood(Code):
    """How a visitor felt."""
    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"

CONTENT = CodeSet("content", (Mood.GOOD, Mood.FAIR), source="everybody")

class Visit(Event):
    """Somebody comes to a house."""
    guest: Field[PersonId] = role("the person who came")
    hosts: Field[frozenset[PersonId] | None] = role("the persons visited", default=None)
    case: Field[CaseId | None] = link("the file it belongs to", default=None)
    mood: Field[Mood | None] = field("how the guest felt", default=None)
    moods: Field[frozenset[Mood] | None] = field("all that the guest felt", default=None)
    paid: Field[bool | None] = field("whether the guest paid", default=None)
    hours: Field[int | None] = field("how long it took", default=None)
    due: Field[date | None] = field("when the guest was expected", default=None)

HOURS = Scale(id="hours", title="Hours", least=0, most=10, better="higher", least_change=2, source="everybody")
WAITING = Scale(id="waiting", title="Waiting", least=0, most=10, better="lower", least_change=2, source="everybody")

class Letter(Event):
    """Somebody writes a letter."""
    writer: Field[PersonId] = role("the person who wrote")
    case: Field[CaseId | None] = link("the file it belongs to", default=None)
    room: Field[RoomId | None] = link("the room it went to", default=None)

HOUSE = Model(name="house", events=(Visit, Letter))
later = alias(Visit, "later")
'''
