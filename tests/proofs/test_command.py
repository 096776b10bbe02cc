"""The commands that prove and show, and what reports say of proofs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from impact_metrics.anti_trafficking import CATALOGUE
from impact_metrics.proofs import Refuted, prove
from impact_metrics.streams import write_json_lines
from tests.test_cli import run


def test_the_certificate_is_printed_with_its_streams() -> None:
    """One line a claim, then each stream; exit 0, since what the catalogue declares is proved."""
    result = run("prove")
    assert result.exit_code == 0
    assert "convictions is within prosecutions" in result.output.splitlines()[0]
    assert "with conviction_has_trial" in result.output.splitlines()[0]
    assert "refuted: convictions is within prosecutions, entered within any period; smallest stream:" in result.output


def test_the_certificate_is_data_too() -> None:
    """One object a claim."""
    rows = json.loads(run("prove", "--json").output)
    assert rows[0]["claim"] == "convictions is within prosecutions"
    assert {row["outcome"] for row in rows} == {"proved", "refuted"}


def test_a_catalogue_that_fails_ends_with_one() -> None:
    """Without the constraint, the declared invariant is refuted."""
    result = run("prove", "--without", "conviction_has_trial")
    assert result.exit_code == 1
    assert "FAILS: refuted" in result.output


@pytest.mark.parametrize(
    ("claim", "said", "code"),
    [
        (["--subset", "prosecutions", "arrests"], "refuted: prosecutions is within arrests, as at any date", 1),
        (["--subset", "convictions", "prosecutions"], "with conviction_has_trial", 0),
        (["--at-most", "arrests", "prosecutions"], "arrests 1, prosecutions 0", 1),
        (["--disjoint", "arrests", "victims_rescued"], "share nobody", 1),
        (["--equivalent", "arrests", "victims_rescued"], "count the same", 1),
        (["--covered", "convictions", "arrests", "prosecutions"], "within arrests and prosecutions together", 0),
        (["--monotone", "survivors_rehabilitated"], "then there is added:", 1),
        (["--satisfiable", "arrests"], "proved: arrests can count something", 0),
        (["--versions", "convictions", "2024.1", "later-wording"], "proved: convictions__later_wording is within", 1),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_any_claim_can_be_asked(claim: list[str], said: str, code: int) -> None:
    """Of each kind; exit 1 when it is not proved."""
    result = run("prove", *claim)
    assert said in result.output
    assert result.exit_code == code


def test_a_claim_can_be_asked_for_all_dates_and_periods() -> None:
    """One answer a scope of time, or one for the scope that is named."""
    output = run("prove", "--subset", "convictions", "prosecutions", "--time", "all").output
    assert [output.count(word) for word in ("as at any date", "entered within any period", "active within")] == [
        1,
        1,
        1,
    ]
    assert "active within any period" in run("prove", "--disjoint", "arrests", "arrests", "--time", "active").output


def test_what_cannot_be_asked_is_an_error_with_a_hint() -> None:
    """A metric or constraint that nobody has, and metrics that cannot be compared: exit 2."""
    result = run("prove", "--subset", "conviction", "prosecutions")
    assert (result.exit_code, "did you mean 'convictions'" in result.output) == (2, True)
    result = run("prove", "--without", "nothing")
    assert (result.exit_code, "there is no constraint 'nothing'" in result.output) == (2, True)
    result = run("prove", "--subset", "professionals_trained", "arrests")
    assert (result.exit_code, "only counts of subjects" in result.output) == (2, True)


def test_examples_are_told_side_by_side() -> None:
    """Each clause with the two streams, and what differs between stars; clauses that never decide are named."""
    output = run("examples", "prosecutions").output
    assert "Prosecutions of Exploiters Supported (prosecutions 2024.1)" in output
    assert '*charges "money laundering"*' in output
    assert "person-1 is not counted:" in output
    assert "never decides alone: the survivor lives independently" in run("examples", "survivors_rehabilitated").output
    other = run("examples", "survivors_cared_for", "--metric-version", "on-two-days").output
    assert "on at least two different days" in other


def test_examples_are_written_as_test_vectors(tmp_path: Path) -> None:
    """To the file that is named, for one metric or a version of it."""
    out = tmp_path / "v.json"
    assert run("examples", "arrests", "--out", out).output == f"{out}: 2 test vectors\n"
    vectors = json.loads(out.read_text(encoding="utf-8"))["vectors"]
    assert [(vector["part"], vector["standing"]) for vector in vectors] == [(None, "counted"), (None, None)]


def test_examples_of_a_rate_tell_days_and_places() -> None:
    """The part of the measure before each clause, the date, and where the person stands in each of the streams."""
    output = run("examples", "re_trafficking_24_months").output
    clause = "the outcome: it happens within 24 months of the day of entry, the last day included (as at 2026-03-01)"
    after = output.split(clause)[1].splitlines()[1:7]
    assert (after[0].strip(), after[3].strip()) == ("person-1 is in the numerator:", "person-1 is lost to follow-up:")
    assert after[2].strip().startswith("*2026-02-15*  re-exploitation")
    assert after[5].strip().startswith("*2026-02-16*  re-exploitation")


def test_reports_and_checks_say_what_is_proved_of_their_data(tmp_path: Path) -> None:
    """Where the data break what a proof needs, the check names the event and ends with 1."""
    outcome = prove(CATALOGUE.invariants[0], CATALOGUE, without=["conviction_has_trial"])
    assert isinstance(outcome, Refuted)
    assert outcome.example is not None
    path = tmp_path / "s.jsonl"
    write_json_lines(outcome.example.events, path)
    assert "proved, but not for this data: verdict-1 break" in run("report", path, "--proofs").output
    result = run("check", path, "--proofs")
    assert result.exit_code == 1
    assert "convictions_net_of_quashed is within convictions, as at any date: proved, and its" in result.output
    support = [event for event in outcome.example.events if type(event).__name__ != "Verdict"]
    write_json_lines(support, path)
    assert run("check", path, "--proofs").exit_code == 0


def test_metrics_say_whether_proofs_are_exact() -> None:
    """In the long list of metrics."""
    output = run("metrics", "--verbose").output
    assert "proofs: Every claim about whom it counts is decided exactly." in output
    assert "it asks, in a circle, for another Assessment for every Assessment" in output
