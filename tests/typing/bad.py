"""What type checkers must reject: each marked line, and no other. It is never run."""

from datetime import date

import impact_metrics
from impact_metrics import (
    EventId,
    PersonId,
    Stage,
    count,
    distinct,
    exists,
    funnel,
    listing,
    paired_change,
    time_between,
    total,
)
from impact_metrics.anti_trafficking import SupportKind
from tests.typing.good import DAYS, Arrest, Offence, Trial

impact_metrics.evaluated  # expect: mypy pyright
Arrest.suspect == Trial.case  # expect: mypy pyright
Arrest.suspect == Offence.THEFT  # expect: mypy pyright
Trial.defendants.contains(Arrest.case)  # expect: mypy pyright
Arrest.offences.overlaps({SupportKind.MEDICAL})  # expect: mypy pyright
Arrest.suspekt  # expect: mypy pyright
Arrest.suspect < Arrest.suspect  # expect: pyright
Arrest.offences < Arrest.offences  # expect: pyright
Trial.lasted.contains(3)  # expect: mypy pyright
Arrest(id=EventId("A"), occurred_on=date(2024, 1, 1), suspect=PersonId("P"), case=PersonId("P"))  # expect: mypy pyright
Arrest(id=EventId("A"), occurred_on=date(2024, 1, 1), suspekt=PersonId("P"))  # expect: mypy pyright
Arrest(id=EventId("A"), suspect=PersonId("P"))  # expect: mypy pyright
distinct(Arrest.suspect) & distinct(Trial.case)  # expect: mypy pyright
time_between(distinct(Arrest.suspect), distinct(Trial.case))  # expect: mypy pyright
count(Arrest)  # expect: mypy pyright
total(Trial.open_)  # expect: mypy pyright
exists(date, Trial.open_)  # expect: mypy pyright
funnel(Stage("A", distinct(Arrest.suspect)), Stage("B", distinct(Trial.case)))  # expect: mypy pyright
funnel(distinct(Arrest.suspect), distinct(Trial.defendants))  # expect: mypy pyright
Stage("A", Arrest.suspect)  # expect: mypy pyright
listing(distinct(Arrest.suspect), show=["case"])  # expect: mypy pyright
listing(distinct(Arrest.suspect) & distinct(Trial.defendants))  # expect: mypy pyright
twice = Trial.open_
paired_change(twice, subject=Trial.case, before=twice, after=twice, scale=DAYS)  # expect: mypy pyright
