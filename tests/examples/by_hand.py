"""Figures, shares, funnels and times of the anti-trafficking catalogue by plain loops over JSON objects.

Written from the published definitions and the assumptions beside them; nothing of the library is used. Days and moments
are compared as the text they are in the file, which all has one form.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Plain = dict[str, Any]

PERSON_FIELDS = ("suspect", "accused", "defendant", "survivor", "professional")
PERSON_LISTS = ("victims", "attendees")
DOMAINS = ("safety", "physical_health", "mental_wellbeing", "housing", "economic", "social", "legal")
HELP = {"intelligence", "tactical_advice", "direct_assistance"}
EXPLOITATION = {
    "trafficking_in_persons",
    "slavery_or_servitude",
    "sexual_exploitation",
    "child_sexual_exploitation",
    "rape_of_victim",
    "abduction_or_confinement",
    "labour_exploitation",
    "smuggling_with_exploitation",
    "forced_marriage",
    "threatening_victim_or_witness",
}


def read(path: Path) -> list[Plain]:
    """All records of the file, without its first line."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines][1:]


def known(records: Iterable[Plain], moment: str) -> list[Plain]:
    """What had been recorded by a moment: latest versions, nothing retracted, each person under one id."""
    latest: dict[tuple[bool, str], Plain] = {}
    for record in sorted(records, key=lambda item: item["recorded_at"]):
        if record["recorded_at"] <= moment:
            latest[record["type"] == "KnownPerson", record["id"]] = record
    withdrawn = {item["of"]: item["recorded_at"] for item in latest.values() if item["type"] == "Retraction"}
    kept = [item for item in latest.values() if withdrawn.get(item["id"], "") < item["recorded_at"]]
    same = {item["person"]: item["same_as"] for item in kept if item["type"] == "SamePerson"}
    return [one_id(item, same) for item in kept]


def one_id(record: Plain, same: dict[str, str]) -> Plain:
    """The record with each person under the id that stays."""

    def staying(person: str) -> str:
        while person in same:
            person = same[person]
        return person

    singles = {name: staying(record[name]) for name in PERSON_FIELDS if name in record}
    several = {name: sorted({staying(item) for item in record[name]}) for name in PERSON_LISTS if name in record}
    return {**record, **singles, **several}


def figures(records: Iterable[Plain], day: str) -> dict[str, int]:
    """The figures as at a day, by the ids that the catalogue gives them."""
    by_type: dict[str, list[Plain]] = defaultdict(list)
    for record in records:
        if record.get("occurred_on", "9") <= day:
            by_type[record["type"]].append(record)
    rescued = {
        victim for item in by_type["Intervention"] if HELP & set(item.get("support", ())) for victim in item["victims"]
    }
    arrested = {item["suspect"] for item in by_type["Arrest"] if HELP & set(item.get("support", ()))}
    backed = {item["case"] for item in by_type["LegalSupport"] if legal(item)}
    prosecuted = {
        item["defendant"]
        for item in by_type["Trial"]
        if EXPLOITATION & set(item["charges"]) and (item["defendant"] in arrested or item["case"] in backed)
    }
    convictions = [
        item
        for item in by_type["Verdict"]
        if item["outcome"] == "convicted"
        and item["offence"] in EXPLOITATION
        and (item["defendant"] in arrested or item["case"] in backed)
    ]
    standing = [item for item in convictions if not falls(item, by_type["Appeal"])]
    cared_for = cared(by_type["SupportSession"])
    return {
        "victims_rescued": len(rescued),
        "arrests": len(arrested),
        "prosecutions": len(prosecuted),
        "convictions": len({item["defendant"] for item in convictions}),
        "survivors_cared_for": len(cared_for),
        "professionals_trained": sum(
            item.get("head_count", 0) for item in by_type["TrainingSession"] if item.get("front_line")
        ),
        "vulnerable_people_reached": sum(
            item.get("head_count", 0) for item in by_type["PreventionSession"] if reached(item)
        ),
        "supported_safe_returns": len(
            {item["survivor"] for item in by_type["SafeReturn"] if item.get("supported") and item.get("assessed_safe")}
        ),
        "survivors_rehabilitated": len(cared_for & stable(by_type["Assessment"])),
        "convictions_net_of_quashed": len({item["defendant"] for item in standing}),
        "professionals_trained_listed": len(
            {person for item in by_type["TrainingSession"] if item.get("front_line") for person in listed(item)}
        ),
        "vulnerable_people_reached_listed": len(
            {person for item in by_type["PreventionSession"] if reached(item) for person in listed(item)}
        ),
        "systemic_change": len({item["change"] for item in by_type["SystemicChange"]}),
    }


def shares(records: Iterable[Plain], day: str) -> dict[str, tuple[Any, ...]]:
    """What the shares and rates are made of as at a day, in the order in which the catalogue tells it."""
    records = list(records)
    no_follow_up = (None, None, None, None, None)
    by_type: dict[str, list[Plain]] = defaultdict(list)
    for record in records:
        if record.get("occurred_on", "9") <= day:
            by_type[record["type"]].append(record)
    supported = [item for item in by_type["Intervention"] if HELP & set(item.get("support", ()))]
    rescued = {victim for item in supported for victim in item["victims"]}
    arrested = {item["suspect"] for item in by_type["Arrest"] if HELP & set(item.get("support", ()))}
    backed = {item["case"] for item in by_type["LegalSupport"] if legal(item)}
    prosecuted, convicted, decided = set[str](), set[str](), set[str]()
    for item in (*by_type["Trial"], *by_type["Verdict"]):
        ours = item["defendant"] in arrested or item["case"] in backed
        if item["type"] == "Trial" and ours and EXPLOITATION & set(item["charges"]):
            prosecuted.add(item["defendant"])
        if item["type"] == "Verdict":
            decided.add(item["defendant"])
            if ours and item["outcome"] == "convicted" and item["offence"] in EXPLOITATION:
                convicted.add(item["defendant"])
    statements = by_type["StatementToLawEnforcement"]
    told = {item["survivor"] for item in statements if item["kind"] in {"statement", "testimony"}}
    cared_for = cared(by_type["SupportSession"])
    assessed = {item["survivor"] for item in by_type["Assessment"]}
    return {
        "conviction_rate": (len(convicted & prosecuted), len(prosecuted), len(prosecuted - decided), *no_follow_up),
        "engagement_of_rescued": (len(told & rescued), len(rescued), None, *no_follow_up),
        "engagement_of_cared_for": (len(told & cared_for), len(cared_for), None, *no_follow_up),
        "recovery_and_reintegration": (
            len(cared_for & stable(by_type["Assessment"])),
            len(cared_for),
            len(cared_for - assessed),
            *no_follow_up,
        ),
        "re_trafficking_12_months": again(records, day, 1),
        "re_trafficking_24_months": again(records, day, 2),
        "way_of_survivors": way(rescued, cared_for, stable(by_type["Assessment"])),
        "way_of_the_accused": way(arrested, prosecuted, convicted),
        **{
            f"change_in_{domain}": change(
                [
                    (item["survivor"], item["occurred_on"], item.get("score"))
                    for item in by_type["DomainScore"]
                    if item["domain"] == domain and item["survivor"] in cared_for
                ],
                None,
                (1, 5, 1),
            )
            for domain in DOMAINS
        },
        "behaviour_change_of_professionals": change(
            surveyed(by_type["TrainingSurvey"], "baseline"),
            surveyed(by_type["TrainingSurvey"], "follow_up"),
            (0, 10, 2),
        ),
    }


def way(first: set[str], second: set[str], third: set[str]) -> tuple[Any, ...]:
    """The stages of a funnel, as the catalogue tells a share."""
    stages = len(first), len(first & second), len(first & second & third)
    return stages[-1], stages[0], None, None, None, None, stages, None


def listed(session: Plain) -> list[str]:
    """Who attended, where a list was kept."""
    return list(session.get("attendees", []))


Scored = tuple[str, str, int | None]


def surveyed(surveys: Iterable[Plain], stage: str) -> list[Scored]:
    """Who answered the survey of a stage, when, and with which score."""
    return [
        (item["professional"], item["occurred_on"], item.get("score")) for item in surveys if item["stage"] == stage
    ]


def change(first: list[Scored], last: list[Scored] | None, scale: tuple[int, int, int]) -> tuple[Any, ...]:
    """Of those with a score at both ends, who improved by enough; and all that is told of them, in its order.

    Without ``last``, both ends are of the same rows. The scale has a least and a most score, and a least change.
    """
    lowest, highest, enough = scale
    numbers = dict.fromkeys(("better", "same", "worse", "before", "after", "neither"), 0)
    changes: Counter[int] = Counter()
    for who in sorted({who for who, _, _ in (*first, *(last or ()))}):
        starts, ends = (
            [
                (day, score)
                for other, day, score in rows
                if other == who and score is not None and lowest <= score <= highest
            ]
            for rows in (first, first if last is None else last)
        )
        day = min((day for day, _ in starts), default="")
        final = max((day for day, _ in ends), default="")
        before = [score for when, score in starts if when == day]
        after = [score for when, score in ends if when == final]
        if not before:
            numbers["after" if after else "neither"] += 1
        elif not after or final <= day:
            numbers["before"] += 1
        else:
            moved = min(after) - max(before)
            changes[moved] += 1
            numbers["better" if moved >= enough else "worse" if moved <= -enough else "same"] += 1
    paired = numbers["better"] + numbers["same"] + numbers["worse"]
    told = (*numbers.values(), tuple(sorted(changes.items())))
    return numbers["better"], paired, None, None, None, None, None, told


def again(records: Iterable[Plain], day: str, years: int) -> tuple[int, int, None, int, int, int, None]:
    """Of those rescued, who was found exploited again within some years: as the catalogue tells it, in its order."""
    seen = [item for item in records if item.get("occurred_on", "9") <= day]
    rescued: dict[str, str] = {}
    for item in seen:
        if item["type"] == "Intervention" and HELP & set(item.get("support", ())):
            for victim in item["victims"]:
                rescued[victim] = min(rescued.get(victim, "9"), item["occurred_on"])
    contacts = ("SupportSession", "Assessment", "SafeReturn", "StatementToLawEnforcement", "LegalSupport")
    met = {item.get("survivor") for item in seen if item["type"] in contacts}
    found = [(item["survivor"], item["occurred_on"]) for item in seen if item["type"] == "ReExploitation"]
    numbers = dict.fromkeys(("top", "bottom", "waiting", "early", "lost"), 0)
    for survivor, entered in rescued.items():
        until = f"{int(entered[:4]) + years}{entered[4:]}"
        if until[5:] == "02-29" and int(until[:4]) % 4:
            until = f"{until[:4]}-02-28"
        having = any(who == survivor and entered < when <= until for who, when in found)
        if until > day:
            numbers["waiting"] += 1
            numbers["early"] += having
        elif having or survivor in met:
            numbers["bottom"] += 1
            numbers["top"] += having
        else:
            numbers["lost"] += 1
    return numbers["top"], numbers["bottom"], None, numbers["waiting"], numbers["early"], numbers["lost"], None, None


def times(records: Iterable[Plain], day: str) -> dict[str, tuple[int | None, ...]]:
    """Median, who ended, who has not yet, and who is lost (where the time names anybody), by each time's id."""
    by_type: dict[str, list[Plain]] = defaultdict(list)
    for record in records:
        if record.get("occurred_on", "9") <= day:
            by_type[record["type"]].append(record)
    helped = {item["suspect"] for item in by_type["Arrest"] if HELP & set(item.get("support", ()))}
    backed = {item["case"] for item in by_type["LegalSupport"] if legal(item)}
    tried: dict[str, list[str]] = defaultdict(list)
    for item in by_type["Trial"]:
        if EXPLOITATION & set(item["charges"]) and (item["defendant"] in helped or item["case"] in backed):
            tried[item["case"]].append(item["occurred_on"])
    decided, dropped, sessions, found = (defaultdict[str, list[str]](list) for _ in range(4))
    for item in by_type["Verdict"]:
        (dropped if item["outcome"] == "discontinued" else decided)[item["case"]].append(item["occurred_on"])
    for item in by_type["SupportSession"]:
        if item.get("specialist") and item["provider"] == "our_teams":
            sessions[item["survivor"]].append(item["occurred_on"])
    for item in by_type["Assessment"]:
        if item.get("stable") and item.get("independent"):
            found[item["survivor"]].append(item["occurred_on"])
    cases = [waited(min(start), decided[case], min(dropped[case], default=None), day) for case, start in tried.items()]
    survivors = [waited(sorted(days)[1], found[who], None, day) for who, days in sessions.items() if len(days) > 1]
    return {"case_duration": told(cases, lost=True), "time_to_stable_point": told(survivors, lost=False)}


def waited(start: str, ends: Iterable[str], gone: str | None, day: str) -> tuple[int, str]:
    """For how many days somebody was watched, and what came then."""
    last, how = min((end for end in ends if end >= start), default=None), "ended"
    if last is None:
        last, how = (gone, "lost") if gone is not None and gone >= start else (day, "waiting")
    return (date.fromisoformat(last) - date.fromisoformat(start)).days, how


def told(waits: list[tuple[int, str]], *, lost: bool) -> tuple[int | None, ...]:
    """The median of Kaplan and Meier, and how many went which way."""
    staying, median = Fraction(1), None
    ends = Counter(days for days, how in waits if how == "ended")
    for days in sorted(ends):
        at_risk = sum(1 for length, _ in waits if length >= days)
        staying *= 1 - Fraction(ends[days], at_risk)
        if staying <= Fraction(1, 2):
            median = days
            break
    ways = Counter(how for _, how in waits)
    return median, ways["ended"], ways["waiting"], ways["lost"] if lost else None


def legal(support: Plain) -> bool:
    """Whether legal support was given to the victim or the prosecutor."""
    return bool({"victim", "prosecutor"} & set(support["recipients"]))


def falls(verdict: Plain, appeals: Iterable[Plain]) -> bool:
    """Whether an appeal on the same charge, on the same day or later, set the conviction aside."""
    for appeal in appeals:
        if any(appeal[name] != verdict[name] for name in ("defendant", "case", "charge")):
            continue
        if appeal["occurred_on"] < verdict["occurred_on"]:
            continue
        if appeal["result"] in {"quashed", "retrial_ordered"}:
            return True
        if appeal["result"] == "substituted" and appeal["substituted_offence"] not in EXPLOITATION:
            return True
    return False


def cared(sessions: Iterable[Plain]) -> set[str]:
    """Who had at least two specialist sessions by our teams."""
    counts = Counter(
        item["survivor"] for item in sessions if item.get("specialist") and item["provider"] == "our_teams"
    )
    return {survivor for survivor, count in counts.items() if count >= 2}


def reached(session: Plain) -> bool:
    """Whether a session of prevention reached vulnerable people by targeted training, or by holistic support."""
    if not session.get("vulnerable"):
        return False
    if session["form"] == "awareness_training":
        return bool(session.get("targeted"))
    return bool(session["form"] == "holistic_direct_support")


def stable(assessments: Iterable[Plain]) -> set[str]:
    """Whose assessments of the latest day all find stability and independence."""
    latest: dict[str, str] = {}
    verdicts: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for item in assessments:
        survivor, day = item["survivor"], item["occurred_on"]
        latest[survivor] = max(latest.get(survivor, ""), day)
        verdicts[survivor, day].append(bool(item.get("stable") and item.get("independent")))
    return {survivor for survivor, day in latest.items() if all(verdicts[survivor, day])}
