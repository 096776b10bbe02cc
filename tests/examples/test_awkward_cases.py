"""The awkward cases that the synthetic example promises: each is looked for in plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.examples import by_hand
from tests.examples.by_hand import EXPLOITATION, HELP
from tests.examples.test_justice_and_care import EVER, FILE, PUBLISHED

if TYPE_CHECKING:
    from tests.examples.by_hand import Plain


@pytest.fixture(scope="module")
def events() -> dict[str, list[Plain]]:
    """Everything known, by type."""
    found: dict[str, list[Plain]] = defaultdict(list)
    for record in by_hand.known(by_hand.read(FILE), EVER):
        found[record["type"]].append(record)
    return found


def repeated(items: list[Plain], field: str) -> set[str]:
    """The values that more than one of the items has."""
    return {value for value, count in Counter(item[field] for item in items).items() if count > 1}


def supported(item: Plain) -> bool:
    return bool(HELP & set(item.get("support", ())))


def backed_cases(events: dict[str, list[Plain]]) -> set[str]:
    return {item["case"] for item in events["LegalSupport"] if {"victim", "prosecutor"} & set(item["recipients"])}


def test_more_of_everything(events: dict[str, list[Plain]]) -> None:
    """Each figure has a surplus: the stream has more people and bigger numbers than count."""
    there = {
        "victims_rescued": len({victim for item in events["Intervention"] for victim in item["victims"]}),
        "arrests": len({item["suspect"] for item in events["Arrest"]}),
        "prosecutions": len({item["defendant"] for item in events["Trial"]}),
        "convictions": len({item["defendant"] for item in events["Verdict"] if item["outcome"] == "convicted"}),
        "survivors_cared_for": len({item["survivor"] for item in events["SupportSession"]}),
        "professionals_trained": sum(item.get("head_count", 0) for item in events["TrainingSession"]),
        "vulnerable_people_reached": sum(item.get("head_count", 0) for item in events["PreventionSession"]),
        "supported_safe_returns": len({item["survivor"] for item in events["SafeReturn"]}),
    }
    assert {name for name, figure in PUBLISHED.items() if there[name] <= figure * 1.05} == set()


def test_arrests(events: dict[str, list[Plain]]) -> None:
    """People are arrested twice, without help that counts, and with equipment or training only."""
    arrests = events["Arrest"]
    assert repeated([item for item in arrests if supported(item)], "suspect")
    assert any("support" not in item for item in arrests)
    assert any(item.get("support") == [] for item in arrests)
    assert any(item.get("support") == ["equipment"] for item in arrests)
    assert any(item.get("support") == ["training"] for item in arrests)


def test_prosecutions(events: dict[str, list[Plain]]) -> None:
    """There are trials that count without a supported arrest or any arrest, and trials that do not count at all."""
    arrested = {item["suspect"] for item in events["Arrest"]}
    with_help = {item["suspect"] for item in events["Arrest"] if supported(item)}
    backed = backed_cases(events)
    related = [item for item in events["Trial"] if EXPLOITATION & set(item["charges"])]
    assert {item["defendant"] for item in related if item["case"] in backed} & (arrested - with_help)
    assert {item["defendant"] for item in related if item["case"] in backed} - arrested
    assert {item["defendant"] for item in related if item["case"] not in backed} - with_help
    assert with_help - {item["defendant"] for item in events["Trial"]}
    others = {item["defendant"] for item in events["Trial"]} - {item["defendant"] for item in related}
    assert others & with_help
    assert repeated([{"pair": (item["defendant"], item["case"])} for item in related], "pair") == set()
    assert len({item["case"] for item in related}) < len(related), "several defendants in one case"
    cases = defaultdict(set)
    for item in related:
        cases[item["defendant"]].add(item["case"])
    assert any(len(found) > 1 for found in cases.values()), "one defendant in several cases"
    assert any(set(item["recipients"]) <= {"court", "other_witness"} for item in events["LegalSupport"])


def test_charges_and_verdicts(events: dict[str, list[Plain]]) -> None:
    """Verdicts differ by charge, convictions are of something lesser or other, and charges change before a trial."""
    outcomes, trials = defaultdict(set), defaultdict(list)
    for item in events["Verdict"]:
        outcomes[item["defendant"], item["case"]].add(item["outcome"])
    for item in events["Trial"]:
        trials[item["defendant"], item["case"]].append(set(item["charges"]))
    charged = {item["charge"]: item["offence"] for item in events["Charge"]}
    convicted = [item for item in events["Verdict"] if item["outcome"] == "convicted"]
    assert any({"convicted", "acquitted"} <= found for found in outcomes.values())
    changed = [
        (charged[item["charge"]], item["offence"]) for item in convicted if charged[item["charge"]] != item["offence"]
    ]
    assert any(before in EXPLOITATION and after in EXPLOITATION for before, after in changed)
    assert any(before in EXPLOITATION and after not in EXPLOITATION for before, after in changed)
    first_other = [pair for pair, found in trials.items() if not EXPLOITATION & found[-1] and EXPLOITATION & found[0]]
    related = {(item["defendant"], item["case"]) for item in convicted if item["offence"] in EXPLOITATION}
    assert set(first_other) & related
    unsupported = related - {
        (item["defendant"], item["case"]) for item in convicted if item["case"] in backed_cases(events)
    }
    assert {person for person, _ in unsupported} - {item["suspect"] for item in events["Arrest"] if supported(item)}


def test_appeals(events: dict[str, list[Plain]]) -> None:
    """Convictions are upheld, quashed, substituted within and outside the set, and sent to retrial, with both ends."""
    results = Counter(item["result"] for item in events["Appeal"])
    assert min(results[name] for name in ("upheld", "quashed", "substituted", "retrial_ordered")) > 1
    offences = {item["substituted_offence"] for item in events["Appeal"] if item["result"] == "substituted"}
    assert offences & EXPLOITATION
    assert offences - EXPLOITATION
    again = {
        appeal["charge"]: any(
            item["charge"] == appeal["charge"] and item["occurred_on"] > appeal["occurred_on"]
            for item in events["Verdict"]
        )
        for appeal in events["Appeal"]
        if appeal["result"] == "retrial_ordered"
    }
    assert set(again.values()) == {True, False}


def test_sessions(events: dict[str, list[Plain]]) -> None:
    """Some support is in every way no 'multiple instances of specialist support'; two sessions fall on one day."""
    sessions = defaultdict(list)
    for item in events["SupportSession"]:
        sessions[item["survivor"]].append(item)
    lives = list(sessions.values())
    ours = [[item for item in life if item["provider"] == "our_teams"] for life in lives]
    assert any(len(life) == 1 and life[0].get("specialist") for life in lives)
    assert any(
        len(life) > 1 and not any(item["specialist"] for item in life)
        for life in ours
        if all("specialist" in item for item in life) and life
    )
    assert any(
        not mine and all(item.get("specialist") for item in life) for mine, life in zip(ours, lives, strict=True)
    )
    assert any([item.get("specialist") for item in life] == [True, None] for life in lives)
    days = [[item["occurred_on"] for item in life if item.get("specialist")] for life in ours]
    assert any(len(life) == 2 and len(set(life)) == 1 for life in days)


def test_assessments(events: dict[str, list[Plain]]) -> None:
    """Assessments go back, contradict each other on one day, and find people stable who were not cared for."""
    lives = defaultdict(list)
    for item in sorted(events["Assessment"], key=lambda item: item["occurred_on"]):
        good = bool(item.get("stable") and item.get("independent"))
        lives[item["survivor"]].append((item["occurred_on"], good))
    pairs = [pair for life in lives.values() for pair in pairwise(life)]
    assert any(one[1] and not two[1] and one[0] < two[0] for one, two in pairs)
    assert any(one[1] != two[1] and one[0] == two[0] for one, two in pairs)
    assert by_hand.stable(events["Assessment"]) - by_hand.cared(events["SupportSession"])
    assert any("stable" not in item for item in events["Assessment"])


def test_returns_and_relapses(events: dict[str, list[Plain]]) -> None:
    """Returns lack support or assessment or come twice, and victims exploited again are rescued twice."""
    flags = {(item.get("supported"), item.get("assessed_safe")) for item in events["SafeReturn"]}
    assert {(True, True), (False, True), (True, False), (True, None), (None, True)} <= flags
    assert repeated([item for item in events["SafeReturn"] if item.get("supported")], "survivor")
    rescues = [{"victim": victim} for item in events["Intervention"] for victim in item["victims"]]
    assert repeated(rescues, "victim") & {item["survivor"] for item in events["ReExploitation"]}
    statements = events["StatementToLawEnforcement"]
    assert {item["kind"] for item in statements} == {"information", "statement", "testimony"}


def test_missing_data_of_interventions(events: dict[str, list[Plain]]) -> None:
    """Interventions lack, here and there, everything that may be missing."""
    names = ("operation", "support", "exploitation", "control", "country")
    assert {name for name in names if any(name not in item for item in events["Intervention"])} == set(names)


def test_training_and_prevention(events: dict[str, list[Plain]]) -> None:
    """Sessions have lists instead of head-counts, other audiences, campaigns, untargeted training and unknown flags."""
    trainings, preventions = events["TrainingSession"], events["PreventionSession"]
    assert any("attendees" in item and item["front_line"] for item in trainings)
    assert any("attendees" in item and by_hand.reached(item) for item in preventions)
    assert {item.get("front_line") for item in trainings} == {True, False, None}
    assert any(item["form"] == "campaign" and item.get("vulnerable") for item in preventions)
    training = [item for item in preventions if item["form"] == "awareness_training"]
    assert {(True, True), (False, True), (None, True), (True, False)} <= {
        (item.get("targeted"), item.get("vulnerable")) for item in training
    }
    assert any(item["form"] == "holistic_direct_support" and "vulnerable" not in item for item in preventions)


def test_systemic_changes(events: dict[str, list[Plain]]) -> None:
    """The five examples of the published page pass through stages, in order."""
    stages = defaultdict(list)
    for item in sorted(events["SystemicChange"], key=lambda item: item["occurred_on"]):
        stages[item["change"]].append(item["stage"])
    order = ["proposed", "piloted", "adopted", "scaled"]
    assert len(stages) == 5
    assert all(found == [stage for stage in order if stage in found] for found in stages.values())
