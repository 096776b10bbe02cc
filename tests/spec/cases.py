"""The cases, chapter by chapter."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import attrs

Row = Mapping[str, Any]


@attrs.frozen
class Case:
    """One rule of the language: what is said of it, the events, the rule as it is written, and what comes out.

    ``events`` have a type, a day of January 2024 and fields; ``expected`` gives by day the members in order, or the
    number. A rule is a condition on ``Visit``, of which the guests are members, a population, or a measure.
    """

    says: str
    rule: str
    events: tuple[Row, ...]
    expected: Mapping[int, Any]


def visit(name: str, day: int, guest: str, **more: Any) -> Row:
    return {"type": "Visit", "id": name, "day": day, "guest": guest, **more}


def letter(name: str, day: int, writer: str, **more: Any) -> Row:
    return {"type": "Letter", "id": name, "day": day, "writer": writer, **more}


HOURS = (
    visit("V1", 1, "Ann", hours=1),
    visit("V2", 1, "Ben", hours=2),
    visit("V3", 1, "Cem", hours=3),
    visit("V4", 1, "Dan"),
)
MOODS = (visit("V1", 1, "Ann", mood="good"), visit("V2", 1, "Ben", mood="bad"), visit("V3", 1, "Cem"))
SETS = (
    visit("V1", 1, "Ann", moods=["good", "bad"]),
    visit("V2", 1, "Ben", moods=["fair"]),
    visit("V3", 1, "Cem", moods=[]),
    visit("V4", 1, "Dan"),
)
PAID = (visit("V1", 1, "Ann", paid=True), visit("V2", 1, "Ben", paid=False), visit("V3", 1, "Cem"))
DUE = (visit("V1", 5, "Ann", due=4), visit("V2", 5, "Ben", due=5), visit("V3", 5, "Cem", due=9), visit("V4", 5, "Dan"))
LINKED = (
    visit("V1", 1, "Ann", case="C1"),
    visit("V2", 1, "Ben", case="C2"),
    visit("V3", 1, "Cem"),
    letter("L1", 2, "Eve", case="C1", room="R1"),
    letter("L2", 3, "Ben", room="R1"),
    letter("L3", 3, "Ben", case="C9"),
)
AGAIN = (
    visit("V1", 1, "Ann", paid=True, mood="good"),
    visit("V2", 3, "Ann", paid=False, mood="good"),
    visit("V3", 2, "Ben", paid=True, mood="bad"),
    visit("V4", 2, "Ben", paid=True, mood="fair"),
)
PAIRED = (
    visit("V1", 1, "Ann", hours=1),
    visit("V2", 1, "Ben", hours=2),
    visit("V3", 1, "Cem", hours=8),
    visit("V4", 3, "Ann", hours=6, paid=True),
    visit("V5", 3, "Ben", hours=3, paid=True),
    visit("V6", 3, "Eve", hours=9, paid=True),
    visit("V7", 4, "Cem", hours=4, paid=True),
    visit("V8", 4, "Dan", paid=True),
    visit("V9", 5, "Ann", hours=2, paid=True),
)
COURSES = (
    visit("V1", 1, "Ann"),
    visit("V2", 2, "Ben"),
    visit("V3", 40, "Cem"),
    letter("L1", 1, "Ann"),
    letter("L2", 33, "Ben"),
    letter("L3", 41, "Cem"),
)
HOSTS = (visit("V1", 1, "Ann", hosts=["Ben", "Cem"]), visit("V2", 2, "Ben", hosts=["Cem"]), visit("V3", 3, "Dan"))

GUESTS, VISITED = "distinct(Visit.guest)", "distinct(Visit.hosts)"

CHAPTERS: dict[str, tuple[Case, ...]] = {
    "Comparisons": (
        Case("`==` holds where the two values are the same.", "Visit.hours == 2", HOURS, {1: ["Ben"]}),
        Case(
            "`!=` holds where they differ and are known: a missing value makes it false.",
            "Visit.hours != 2",
            HOURS,
            {1: ["Ann", "Cem"]},
        ),
        Case("`<` compares numbers and dates; a missing value makes it false.", "Visit.hours < 2", HOURS, {1: ["Ann"]}),
        Case("`<=` includes the bound.", "Visit.hours <= 2", HOURS, {1: ["Ann", "Ben"]}),
        Case("`>` does not include it.", "Visit.hours > 2", HOURS, {1: ["Cem"]}),
        Case("`>=` includes it.", "Visit.hours >= 2", HOURS, {1: ["Ben", "Cem"]}),
        Case("Only `is_missing()` sees a missing value.", "Visit.hours.is_missing()", HOURS, {1: ["Dan"]}),
        Case(
            "`not_` is plain negation, so that it holds where a comparison is false because a value is missing.",
            "not_(Visit.hours == 2)",
            HOURS,
            {1: ["Ann", "Cem", "Dan"]},
        ),
        Case("A flag by itself holds where it is true.", "Visit.paid", PAID, {1: ["Ann"]}),
        Case("A flag can be compared; unknown is not false.", "Visit.paid == False", PAID, {1: ["Ben"]}),
    ),
    "Codes and sets": (
        Case("`in_` asks for one of a set of codes.", "Visit.mood.in_(CONTENT)", MOODS, {1: ["Ann"]}),
        Case("`not_in` asks for a known value outside of it.", "Visit.mood.not_in(CONTENT)", MOODS, {1: ["Ben"]}),
        Case("A set in place needs no name.", "Visit.mood.in_({Mood.BAD})", MOODS, {1: ["Ben"]}),
        Case(
            "A set-valued field `overlaps` a set when they share a member; empty and missing sets share none.",
            "Visit.moods.overlaps(CONTENT)",
            SETS,
            {1: ["Ann", "Ben"]},
        ),
        Case("It `contains` one member.", "Visit.moods.contains(Mood.BAD)", SETS, {1: ["Ann"]}),
        Case("An empty set is not a missing one.", "Visit.moods.is_missing()", SETS, {1: ["Dan"]}),
    ),
    "Dates": (
        Case("Dates are days, and compared as days.", "Visit.due < Visit.occurred_on", DUE, {5: ["Ann"]}),
        Case(
            "A date can be moved by whole days.",
            "Visit.occurred_on + timedelta(days=4) <= Visit.due",
            DUE,
            {5: ["Cem"]},
        ),
        Case("And compared with a day of the calendar.", "Visit.due == date(2024, 1, 5)", DUE, {5: ["Ben"]}),
        Case(
            "Nothing counts before the day on which it happened.",
            "Visit.hours >= 1",
            (visit("V1", 3, "Ann", hours=1),),
            {2: [], 3: ["Ann"], 9: ["Ann"]},
        ),
    ),
    "Joining conditions": (
        Case(
            "`all_of` holds where every condition does; several conditions in `where` are joined by it.",
            "all_of(Visit.hours >= 2, Visit.hours <= 2)",
            HOURS,
            {1: ["Ben"]},
        ),
        Case(
            "`any_of` holds where at least one does.",
            "any_of(Visit.hours == 1, Visit.hours == 3, Visit.hours.is_missing())",
            HOURS,
            {1: ["Ann", "Cem", "Dan"]},
        ),
        Case(
            "`implies(a, b)` holds where a does not, or b does.",
            "implies(Visit.hours >= 2, Visit.hours == 3)",
            HOURS,
            {1: ["Ann", "Cem", "Dan"]},
        ),
    ),
    "Other events": (
        Case(
            "`exists` holds from the day of the first event that fits. Missing links tie nothing.",
            "exists(Letter, Letter.case == Visit.case)",
            LINKED,
            {1: [], 2: ["Ann"], 3: ["Ann"]},
        ),
        Case(
            "Any conditions may be asked of the other event, and of both.",
            "exists(Letter, Letter.writer == Visit.guest, Letter.occurred_on > Visit.occurred_on)",
            LINKED,
            {2: [], 3: ["Ben"]},
        ),
        Case(
            "Negated, it ends on the day on which such an event happens.",
            "not_(exists(Letter, Letter.case == Visit.case))",
            LINKED,
            {1: ["Ann", "Ben", "Cem"], 2: ["Ben", "Cem"]},
        ),
        Case(
            "An alias speaks of a second event of one type. Events of one day are simultaneous.",
            "exists(later, later.guest == Visit.guest, later.occurred_on > Visit.occurred_on)",
            AGAIN,
            {2: [], 3: ["Ann"]},
        ),
        Case(
            "Quantifiers may be nested; the inner one sees the rows outside of it.",
            "exists(Letter, Letter.case == Visit.case, "
            "exists(later, later.occurred_on < Letter.occurred_on, later.case.is_missing()))",
            LINKED,
            {1: [], 2: ["Ann"]},
        ),
        Case(
            "`at_least` asks for a number of events.",
            "at_least(2, Letter, Letter.occurred_on >= Visit.occurred_on)",
            LINKED,
            {2: [], 3: ["Ann", "Ben", "Cem"]},
        ),
        Case(
            "With `on_distinct` it asks for different values of a field; a missing value is none.",
            "at_least(2, Letter, on_distinct=Letter.case)",
            LINKED,
            {2: [], 3: ["Ann", "Ben", "Cem"]},
        ),
        Case(
            "A link may be a member of a set.",
            "exists(later, later.hosts.contains(Visit.guest))",
            HOSTS,
            {1: [], 2: ["Ben"], 3: ["Ben"]},
        ),
        Case(
            "A clause is a function that returns a condition, with its docstring as label; it means what it returns.",
            "clause(paid_up)()",
            PAID,
            {1: ["Ann"]},
        ),
    ),
    "Populations": (
        Case("Each subject is counted once.", "distinct(Visit.guest)", AGAIN, {1: ["Ann"], 2: ["Ann", "Ben"]}),
        Case(
            "`where` asks something of one and the same event.",
            "distinct(Visit.guest).where(Visit.paid, Visit.mood == Mood.FAIR)",
            AGAIN,
            {2: ["Ben"]},
        ),
        Case("A set-valued field gives each of its members.", "distinct(Visit.hosts)", HOSTS, {1: ["Ben", "Cem"]}),
        Case(
            "`at_least` asks for several such events.",
            "distinct(Visit.guest).at_least(2)",
            AGAIN,
            {1: [], 2: ["Ben"], 3: ["Ann", "Ben"]},
        ),
        Case(
            "`on_distinct` asks for different values among them.",
            "distinct(Visit.guest).at_least(2, on_distinct=Visit.occurred_on)",
            AGAIN,
            {2: [], 3: ["Ann"]},
        ),
        Case(
            "`&` keeps the members of both.",
            "distinct(Visit.guest) & distinct(Visit.hosts)",
            HOSTS,
            {1: [], 2: ["Ben"]},
        ),
        Case(
            "`|` those of either.", "distinct(Visit.guest) | distinct(Visit.hosts)", HOSTS, {1: ["Ann", "Ben", "Cem"]}
        ),
        Case(
            "`-` takes away, from the day on which somebody is a member of what is taken away.",
            "distinct(Visit.hosts) - distinct(Visit.guest)",
            HOSTS,
            {1: ["Ben", "Cem"], 2: ["Cem"]},
        ),
        Case(
            "Somebody can leave and come back: here the latest visit decides.",
            "distinct(Visit.guest).where(Visit.paid, not_(exists(later, later.guest == Visit.guest, "
            "later.occurred_on > Visit.occurred_on, not_(later.paid))))",
            (*AGAIN, visit("V5", 5, "Ann", paid=True)),
            {1: ["Ann"], 2: ["Ann", "Ben"], 3: ["Ben"], 4: ["Ben"], 5: ["Ann", "Ben"]},
        ),
    ),
    "Numbers": (
        Case("A population is counted.", "count(distinct(Visit.guest))", AGAIN, {1: 1, 3: 2}),
        Case("Rows are counted each by itself.", "count(rows(Visit).where(Visit.paid))", AGAIN, {1: 1, 2: 3, 3: 3}),
        Case("A number is summed; where it is missing it adds nothing.", "total(Visit.hours)", HOURS, {1: 6}),
    ),
    "Shares": (
        Case(
            "`share` divides the members of a population that are in the numerator by all of its members.",
            "share(distinct(Visit.guest).where(Visit.paid), of=distinct(Visit.guest))",
            PAID,
            {1: "1 of 3"},
        ),
        Case(
            "Whoever is in the numerator and not in the denominator counts nowhere: a share is never above 1.",
            "share(distinct(Visit.hosts), of=distinct(Visit.guest))",
            HOSTS,
            {1: "0 of 1", 2: "1 of 2", 3: "1 of 3"},
        ),
        Case(
            "Where nobody is in the denominator, there is no share.",
            "share(distinct(Visit.guest), of=distinct(Visit.guest).at_least(2))",
            PAID,
            {1: "0 of 0"},
        ),
        Case(
            "Of those who are `unknown` the outcome is not known. They stay in the denominator, and are told.",
            "share(distinct(Visit.guest).where(Visit.paid), of=distinct(Visit.guest), "
            "unknown=distinct(Visit.guest).where(Visit.paid.is_missing()))",
            PAID,
            {1: "1 of 3, 1 not known"},
        ),
        Case(
            "Somebody in the numerator is known, whatever else is not.",
            "share(distinct(Visit.guest).where(Visit.paid), of=distinct(Visit.guest), unknown=distinct(Visit.guest))",
            PAID,
            {1: "1 of 3, 2 not known"},
        ),
        Case(
            "To leave those who are not known out, take them away from the denominator.",
            "share(distinct(Visit.guest).where(Visit.paid), "
            "of=distinct(Visit.guest) - distinct(Visit.guest).where(Visit.paid.is_missing()))",
            PAID,
            {1: "1 of 2"},
        ),
    ),
    "Follow-up": (
        Case(
            "`followed_up` divides those who have an outcome within some months of their own entry by those who were "
            "followed so long. An outcome on the day of entry does not count, and one on the last day does.",
            "followed_up(distinct(Letter.writer), within_months=1, of=distinct(Visit.guest))",
            COURSES,
            {31: "0 of 0, 2 not yet due", 32: "0 of 1, 1 not yet due", 33: "1 of 2, 0 not yet due"},
        ),
        Case(
            "Whoever is not yet due is in no number, also not with an outcome already.",
            "followed_up(distinct(Letter.writer), within_months=1, of=distinct(Visit.guest))",
            COURSES,
            {41: "1 of 2, 1 not yet due", 69: "2 of 3, 0 not yet due"},
        ),
        Case(
            "A month after 31 January is the last day of February.",
            "followed_up(distinct(Letter.writer), within_months=1, of=distinct(Visit.guest))",
            (visit("V1", 31, "Ann"), letter("L1", 60, "Ann"), visit("V2", 31, "Ben"), letter("L2", 61, "Ben")),
            {59: "0 of 0, 2 not yet due", 60: "1 of 2, 0 not yet due", 61: "1 of 2, 0 not yet due"},
        ),
        Case(
            "Whoever is due, without an outcome, and `lost` is in no number; one who has the outcome is not lost.",
            "followed_up(distinct(Letter.writer), within_months=1, of=distinct(Visit.guest), "
            "lost=distinct(Visit.guest).where(Visit.paid.is_missing()))",
            (*COURSES, visit("V4", 3, "Dan", paid=True)),
            {34: "1 of 2, 0 not yet due, 1 lost"},
        ),
    ),
    "Times": (
        Case(
            "`time_between` gives the days from each one's own entry to the first outcome on that day or later; the "
            "figure is the median. Whoever has no outcome so far counts for the days that have passed.",
            "time_between(distinct(Visit.guest), distinct(Letter.writer))",
            COURSES,
            {
                1: "median 0: 1 ended, 0 not yet",
                39: "median 0: 2 ended, 0 not yet",
                40: "median 31: 2 ended, 1 not yet",
                41: "median 1: 3 ended, 0 not yet",
            },
        ),
        Case(
            "An outcome before entry does not count, and later ones change nothing.",
            "time_between(distinct(Visit.guest), distinct(Letter.writer))",
            (letter("L1", 1, "Ann"), visit("V1", 2, "Ann"), letter("L2", 5, "Ann"), letter("L3", 9, "Ann")),
            {
                4: "median not reached: 0 ended, 1 not yet",
                5: "median 3: 1 ended, 0 not yet",
                9: "median 3: 1 ended, 0 not yet",
            },
        ),
        Case(
            "The median is that of Kaplan and Meier: half of those who were watched for 10 days had ended by then, and "
            "whoever was watched for less says nothing of it. The median of those who ended is 10 either way.",
            "time_between(distinct(Visit.guest), distinct(Letter.writer))",
            (visit("V1", 1, "Ann"), letter("L1", 11, "Ann"), visit("V2", 1, "Ben"), visit("V3", 8, "Cem")),
            {
                10: "median not reached: 0 ended, 3 not yet",
                11: "median 10: 1 ended, 2 not yet",
                18: "median not reached: 1 ended, 2 not yet",
            },
        ),
        Case(
            "Of whoever is `lost` and has no outcome it is known only until the day on which it came to be.",
            "time_between(distinct(Visit.guest), distinct(Letter.writer), lost=distinct(Visit.hosts))",
            (
                visit("V1", 1, "Ann"),
                letter("L1", 11, "Ann"),
                visit("V2", 1, "Ben"),
                visit("V3", 6, "Dan", hosts=["Ann", "Ben"]),
            ),
            {5: "median not reached: 0 ended, 2 not yet, 0 lost", 11: "median 10: 1 ended, 1 not yet, 1 lost"},
        ),
    ),
    "Funnels": (
        Case(
            "`funnel` follows the members of a population through stages. Somebody is in one when in its population "
            "and in those of all the stages before, so that no stage is larger than the one before it.",
            'funnel(Stage("came", distinct(Visit.guest)), Stage("paid", distinct(Visit.guest).where(Visit.paid)), '
            'Stage("wrote", distinct(Letter.writer)))',
            (*AGAIN, letter("L1", 3, "Ben"), letter("L2", 3, "Eve")),
            {1: "1 > 1 > 0", 2: "2 > 2 > 0", 3: "2 > 2 > 1"},
        ),
        Case(
            "Whoever is in a later population only is in no stage.",
            'funnel(Stage("came", distinct(Visit.guest)), Stage("were visited", distinct(Visit.hosts)))',
            HOSTS,
            {1: "1 > 0", 2: "2 > 1", 3: "3 > 1"},
        ),
        Case(
            "The order is that of the stages, and not of time: here what makes for the second came first.",
            'funnel(Stage("wrote", distinct(Letter.writer)), Stage("came", distinct(Visit.guest)))',
            LINKED,
            {1: "0 > 0", 2: "1 > 0", 3: "2 > 1"},
        ),
    ),
    "Lists": (
        Case(
            "`listing` gives the members one by one, each with fields of its latest event, its day and its id.",
            "listing(distinct(Visit.guest), show=[Visit.mood, Visit.paid])",
            AGAIN,
            {
                1: ["Ann / good / True / day 1 / V1"],
                3: ["Ann / good / False / day 3 / V2", "Ben / fair / True / day 2 / V4"],
            },
        ),
        Case(
            "Of several events on one day, it is the one with the greatest id. What is missing there is not filled in "
            "from an earlier one.",
            "listing(distinct(Visit.guest), show=[Visit.mood, Visit.hours])",
            (visit("V1", 1, "Ann", mood="good", hours=1), visit("V2", 1, "Ann", hours=2)),
            {1: ["Ann /  / 2 / day 1 / V2"]},
        ),
        Case(
            "Only events that fit make a member, and are shown.",
            "listing(distinct(Visit.guest).where(Visit.paid), show=[Visit.mood])",
            AGAIN,
            {3: ["Ann / good / day 1 / V1", "Ben / fair / day 2 / V4"]},
        ),
    ),
    "Ratios": (
        Case(
            "`ratio` divides one count or total by another, of which it need not be a part.",
            "ratio(total(Visit.hours), of=count(distinct(Letter.writer)))",
            (
                visit("V1", 1, "Ann", hours=3),
                visit("V2", 2, "Ben", hours=4),
                letter("L1", 2, "Eve"),
                letter("L2", 3, "Ann"),
            ),
            {2: Decimal(7), 3: Decimal("3.5")},
        ),
        Case(
            "Where the number below is 0 there is no ratio.",
            "ratio(count(distinct(Visit.guest)), of=count(rows(Letter)))",
            HOURS,
            {1: None},
        ),
        Case(
            "`per` tells it for every so many. It is rounded to six places, and can be more than `per`.",
            "ratio(count(rows(Letter)), of=count(distinct(Visit.guest)), per=100)",
            LINKED,
            {2: Decimal("33.333333"), 3: Decimal(100)},
        ),
    ),
    "Averages": (
        Case(
            "`average` is the mean of a number of each member of a population: here of how many visits each paid.",
            "average(number_of(distinct(Visit.guest).where(Visit.paid)), of=distinct(Visit.guest))",
            AGAIN,
            {1: "1.000000: 1 with a number, 0 without", 3: "1.500000: 2 with a number, 0 without"},
        ),
        Case(
            "Who has no event with a number to sum has no number, and is told apart from those who have.",
            "average(sum_of(Visit.hours, distinct(Visit.guest)), of=distinct(Visit.guest))",
            (*HOURS, visit("V5", 2, "Ben", hours=5)),
            {1: "2.000000: 3 with a number, 1 without", 2: "3.666667: 3 with a number, 1 without"},
        ),
        Case(
            "`latest_of` takes a field of the latest event of each; of several on one day, that of the greatest id. "
            "Where it is missing there, nothing is taken from an earlier one.",
            "average(latest_of(Visit.hours, distinct(Visit.guest)), of=distinct(Visit.guest))",
            PAIRED,
            {1: "3.666667: 3 with a number, 0 without", 5: "4.500000: 4 with a number, 1 without"},
        ),
        Case(
            "`median_of` is the median: of an even number of subjects, halfway between the two in the middle.",
            "median_of(first_of(Visit.hours, distinct(Visit.guest)), of=distinct(Visit.guest))",
            HOURS,
            {1: "2: 3 with a number, 1 without"},
        ),
        Case(
            "Where nobody has the number, there is none.",
            "median_of(sum_of(Visit.hours, distinct(Visit.guest)), of=distinct(Letter.writer))",
            LINKED,
            {1: "None: 0 with a number, 0 without", 2: "None: 0 with a number, 1 without"},
        ),
    ),
    "Subject tables": (
        Case(
            "`subject_table` gives one row for each member of a population, with named columns.",
            'subject_table(distinct(Visit.guest), columns={"visits": number_of(distinct(Visit.guest)), '
            '"came": first_date(distinct(Visit.guest)), "mood": latest_of(Visit.mood, distinct(Visit.guest))})',
            AGAIN,
            {1: ["Ann / 1 / day 1 / good"], 3: ["Ann / 2 / day 1 / good", "Ben / 2 / day 2 / fair"]},
        ),
        Case(
            "Populations that do not make the rows can be asked about too: who is in one, and since when.",
            'subject_table(distinct(Letter.writer), columns={"guest": is_in(distinct(Visit.guest)), '
            '"since": entry_date(distinct(Visit.guest)), "wrote": last_date(distinct(Letter.writer))})',
            LINKED,
            {2: ["Eve / False /  / day 2"], 3: ["Ben / True / day 1 / day 3", "Eve / False /  / day 2"]},
        ),
    ),
    "Paired change": (
        Case(
            "`paired_change` divides those whose score is better after than before by enough by those who have both: "
            "the earliest score before, and the latest after, on a later day. The scale says what counts.",
            "paired_change(Visit.hours, subject=Visit.guest, before=not_(Visit.paid), after=Visit.paid, scale=HOURS)",
            PAIRED,
            {
                1: "0 of 0, 0 unchanged, 0 worsened, 3 before only, 0 after only, 0 unscored",
                3: "1 of 2, 1 unchanged, 0 worsened, 1 before only, 1 after only, 0 unscored",
                4: "1 of 3, 1 unchanged, 1 worsened, 0 before only, 1 after only, 1 unscored",
                5: "0 of 3, 2 unchanged, 1 worsened, 0 before only, 1 after only, 1 unscored",
            },
        ),
        Case(
            "Where lower scores are better, a lower score after is the improvement.",
            "paired_change(Visit.hours, subject=Visit.guest, before=not_(Visit.paid), after=Visit.paid, scale=WAITING)",
            PAIRED,
            {4: "1 of 3, 1 unchanged, 1 worsened, 0 before only, 1 after only, 1 unscored"},
        ),
        Case(
            "Of several scores on the earliest day the best counts, and of several on the latest the worst.",
            "paired_change(Visit.hours, subject=Visit.guest, before=not_(Visit.paid), after=Visit.paid, scale=HOURS)",
            (
                visit("V1", 1, "Ann", hours=1),
                visit("V2", 1, "Ann", hours=3),
                visit("V3", 2, "Ann", hours=9, paid=True),
                visit("V4", 3, "Ann", hours=4, paid=True),
                visit("V5", 3, "Ann", hours=8, paid=True),
            ),
            {
                2: "1 of 1, 0 unchanged, 0 worsened, 0 before only, 0 after only, 0 unscored",
                3: "0 of 1, 1 unchanged, 0 worsened, 0 before only, 0 after only, 0 unscored",
            },
        ),
        Case(
            "A number that is off the scale is no score, and a score after on the day of the one before, or earlier, "
            "pairs nobody.",
            "paired_change(Visit.hours, subject=Visit.guest, before=not_(Visit.paid), after=Visit.paid, scale=HOURS)",
            (
                visit("V1", 1, "Ann", hours=1),
                visit("V2", 2, "Ann", hours=11, paid=True),
                visit("V3", 2, "Ben", hours=1),
                visit("V4", 1, "Ben", hours=9, paid=True),
                visit("V5", 2, "Ben", hours=9, paid=True),
            ),
            {2: "0 of 0, 0 unchanged, 0 worsened, 2 before only, 0 after only, 0 unscored"},
        ),
        Case(
            "With `of`, only its members are looked at; `at_least` asks for another change than the scale does.",
            "paired_change(Visit.hours, subject=Visit.guest, before=not_(Visit.paid), after=Visit.paid, scale=HOURS, "
            "at_least=1, of=distinct(Letter.writer))",
            (*PAIRED, letter("L1", 4, "Ben"), letter("L2", 5, "Eve")),
            {
                3: "0 of 0, 0 unchanged, 0 worsened, 0 before only, 0 after only, 0 unscored",
                4: "1 of 1, 0 unchanged, 0 worsened, 0 before only, 0 after only, 0 unscored",
                5: "1 of 1, 0 unchanged, 0 worsened, 0 before only, 1 after only, 0 unscored",
            },
        ),
    ),
    "Picked rows": (
        Case(
            "`latest`: the latest row of a subject says so, and where its last day has several, all of them.",
            "latest(Visit.guest, Visit.paid)",
            (*AGAIN, visit("V6", 6, "Ben"), visit("V7", 6, "Ben", paid=True)),
            {1: ["Ann"], 2: ["Ann", "Ben"], 3: ["Ben"], 6: []},
        ),
        Case(
            "`first`: the first row says so, whatever comes later.",
            "first(Visit.guest, Visit.paid)",
            AGAIN,
            {1: ["Ann"], 3: ["Ann", "Ben"]},
        ),
        Case(
            "`best` and `worst`: the row with the best, or worst, score on a scale says so; all that have this score.",
            "best(Visit.guest, Visit.hours, HOURS, Visit.paid)",
            PAIRED,
            {1: [], 3: ["Ann", "Ben", "Eve"], 4: ["Ann", "Ben", "Eve"]},
        ),
        Case(
            "Rows are picked `among` those for which a condition holds.",
            "worst(Visit.guest, Visit.hours, HOURS, Visit.paid, among=Visit.hours > 1)",
            PAIRED,
            {3: ["Ann", "Eve"]},
        ),
    ),
    "What is known": (
        Case(
            "A later record of the same id corrects the earlier one.",
            "Visit.hours == 2",
            (visit("V1", 1, "Ann", hours=1, recorded=1), visit("V1", 1, "Ann", hours=2, recorded=2)),
            {1: ["Ann"]},
        ),
        Case(
            "A retraction withdraws a record, and can itself be withdrawn.",
            "distinct(Visit.guest)",
            (
                visit("V1", 1, "Ann", recorded=1),
                visit("V2", 1, "Ben", recorded=1),
                {"type": "Retraction", "id": "R1", "of": "V1", "recorded": 2},
                {"type": "Retraction", "id": "R2", "of": "V2", "recorded": 2},
                {"type": "Retraction", "id": "R3", "of": "R2", "recorded": 3},
            ),
            {1: ["Ben"]},
        ),
        Case(
            "Two ids that are one person count once, under the id that stays.",
            "distinct(Visit.guest).at_least(2)",
            (
                visit("V1", 1, "Ann", recorded=1),
                visit("V2", 1, "Anna", recorded=1),
                {"type": "SamePerson", "id": "S1", "person": "Anna", "same_as": "Ann", "recorded": 2},
            ),
            {1: ["Ann"]},
        ),
    ),
}
