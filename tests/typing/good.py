"""What both type checkers accept, and what they infer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NewType, assert_type

from impact_metrics import (
    CaseId,
    Code,
    CodeSet,
    Event,
    EventId,
    Expr,
    Field,
    Person,
    PersonId,
    Scale,
    Stage,
    alias,
    all_of,
    any_of,
    at_least,
    best,
    count,
    distinct,
    exists,
    field,
    funnel,
    latest,
    link,
    listing,
    not_,
    paired_change,
    role,
    rows,
    total,
)
from impact_metrics.rules import Distinct

ShelterId = NewType("ShelterId", str)


class Offence(Code):
    """Offences."""

    TRAFFICKING = "trafficking", "Trafficking in persons."
    THEFT = "theft"


class Arrest(Event):
    """An arrest."""

    suspect: Field[PersonId] = role("the suspect")
    case: Field[CaseId | None] = link("the case", default=None)
    offences: Field[frozenset[Offence] | None] = field("the offences", default=None)


class Trial(Event):
    """A trial."""

    defendants: Field[frozenset[PersonId]] = role("the defendants")
    case: Field[CaseId] = link("the case")
    lasted: Field[int] = field("how many days it lasted")
    open_: Field[bool] = field("whether it was open to the public")


class Known(Person):
    """Somebody."""

    shelter: Field[ShelterId | None] = link("the shelter", default=None)


arrest = Arrest(id=EventId("A"), occurred_on=date(2024, 1, 1), suspect=PersonId("P"))
assert_type(arrest.suspect, PersonId)
assert_type(arrest.case, CaseId | None)
assert_type(arrest.offences, frozenset[Offence] | None)
assert_type(Arrest.suspect, Expr[PersonId])
assert_type(Arrest.case, Expr[CaseId])
assert_type(Arrest.offences, Expr[frozenset[Offence]])
assert_type(Arrest.occurred_on, Expr[date])
assert_type(Known(id=PersonId("P")).shelter, ShelterId | None)

EXPLOITATION: CodeSet[Offence] = CodeSet("exploitation offences", (Offence.TRAFFICKING,))
later = alias(Trial, "later")
condition = all_of(
    Trial.open_,
    Trial.case == Arrest.case,
    Trial.defendants.contains(Arrest.suspect),
    any_of(Trial.lasted > 1, not_(later.open_)),
    later.occurred_on >= Trial.occurred_on + timedelta(days=30),
)
tried = distinct(Trial.defendants).where(exists(Arrest, Arrest.offences.overlaps(EXPLOITATION)))
assert_type(tried, Distinct[PersonId])
arrested = distinct(Arrest.suspect).at_least(2, on_distinct=Arrest.occurred_on)
assert_type(arrested, Distinct[PersonId])
counted = (count(tried & arrested | tried - arrested), count(rows(Trial).where(Trial.open_)), total(Trial.lasted))
DAYS = Scale(id="days", title="Days", least=0, most=99, better="lower", least_change=1, source="us")
changed = paired_change(
    Trial.lasted, subject=Trial.defendants, before=Trial.open_, after=not_(Trial.open_), scale=DAYS, of=arrested
)
quick = distinct(Trial.case).where(latest(Trial.case, Trial.open_), best(Trial.case, Trial.lasted, DAYS, Trial.open_))
several = at_least(2, Trial, Trial.case.in_({CaseId("C")}), on_distinct=Trial.occurred_on)
way = funnel(Stage("Arrested", arrested), Stage("Arrested and tried", arrested & tried))
shown = listing(tried, show=[Trial.case, Trial.lasted, Trial.open_])
