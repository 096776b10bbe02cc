"""Test vectors: worked examples as data, run on every engine, and on implementations with a fault."""

from __future__ import annotations

import inspect
import json
from datetime import date
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from impact_metrics import Metric, exchange
from impact_metrics.anti_trafficking import CATALOGUE, MODEL
from impact_metrics.errors import ExchangeError
from impact_metrics.proofs import Place, check_vectors, to_vectors
from impact_metrics.proofs.boundaries import boundaries
from impact_metrics.proofs.parts import parts
from impact_metrics.streams import read_json_lines
from tests import oracle
from tests.conftest import PROFILE
from tests.proofs.placing import by_brute_force, by_duckdb, by_reference
from tests.regenerate import AGAIN, VECTORS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

EVERY = (*CATALOGUE.metrics, *CATALOGUE.other_versions)


@cache
def published() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(VECTORS.read_text(encoding="utf-8"))
    return found


def of_metrics(*names: str) -> dict[str, Any]:
    """The published vectors of some metrics."""
    return {**published(), "vectors": [vector for vector in published()["vectors"] if vector["metric"] in names]}


@cache
def event_of(line: str, path: Path) -> Any:
    """Read a record as anybody would: as a line of a file."""
    path.write_text(f"{line}\n", encoding="utf-8")
    reading = read_json_lines(path, MODEL)
    assert reading.set_aside_count == 0
    (event,) = reading.stream
    return event


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file for one line."""
    return tmp_path_factory.mktemp("vectors") / "line.jsonl"


def events_of(records: Sequence[Mapping[str, Any]], line: Path) -> list[Any]:
    """The events of a stream."""
    return [event_of(json.dumps(record), line) for record in records]


ENGINES: dict[str, Callable[[Metric, list[Any], date], Mapping[str, Place]]] = {
    "reference": by_reference,
    "duckdb": by_duckdb,
    "brute force": by_brute_force,
}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_passes_the_published_vectors(engine: str, line: Path) -> None:
    """All of them, read from the file that other implementations read; on DuckDB some, but for a thorough run."""
    some = slice(None, None, 29 if engine == "duckdb" and PROFILE != "thorough" else 1)
    failures = check_vectors(
        {**published(), "vectors": published()["vectors"][some]},
        CATALOGUE,
        lambda metric, records, day: ENGINES[engine](metric, events_of(records, line), day),
    )
    assert [str(failure) for failure in failures] == []


def test_the_published_vectors_are_of_this_catalogue_and_of_every_metric() -> None:
    """They come in pairs, of which the two put a subject into two places; every metric and every version has some."""
    assert published()["digest"] == exchange.digest(CATALOGUE), AGAIN
    vectors = published()["vectors"]
    said = ("metric", "version", "part", "clause", "as_at", "subject")
    for one, other in zip(vectors[::2], vectors[1::2], strict=True):
        assert [one[name] for name in said] == [other[name] for name in said]
        assert (one["standing"], one.get("days")) != (other["standing"], other.get("days"))
    assert {(vector["metric"], vector["version"]) for vector in vectors} == {(m.id, m.version) for m in EVERY}


def test_the_published_vectors_show_clauses_and_every_boundary() -> None:
    """All days, months and scores that decide in a rate, time or change, and no clause that the rules do not have.

    Two clauses never decide alone: whoever is not stable, or not independent, is said otherwise by the same assessment.
    """
    shown = {(vector["metric"], vector["part"], vector["clause"]) for vector in published()["vectors"]}
    clauses = {(m.id, part.name, turn.text) for m in EVERY for part in parts(m) for turn in part.turns}
    edges = {(m.id, boundary.part, boundary.clause) for m in EVERY for boundary, _ in boundaries(m, CATALOGUE)}
    assert len(edges) == 2 * 8 + 7 + 5 + 7 * 9 + 10
    assert edges <= shown <= clauses | edges
    idle = {
        "the survivor has reached a stable point of reintegration",
        "the survivor lives independently of our support",
    }
    assert {clause for name, _, clause in clauses - shown if name == "survivors_rehabilitated"} >= idle


def test_an_implementation_that_forgets_a_clause_is_told_which() -> None:
    """Arrests without the question who supported them fail one vector, with the clause in words."""
    vectors = to_vectors(CATALOGUE, [CATALOGUE["arrests"]])

    def forgetful(metric: Metric, records: Sequence[Mapping[str, Any]], day: date) -> dict[str, Place]:
        assert (metric.id, day) == ("arrests", date(2024, 12, 31))
        return {record["suspect"]: Place("counted") for record in records if record["type"] == "Arrest"}

    (failure,) = check_vectors(vectors, CATALOGUE, forgetful)
    assert str(failure) == (
        "arrests 2024.1: as at 2024-12-31 person-1 is not counted, and here person-1 is counted, which shows the "
        "clause: the help that our teams gave the authority during the intervention includes one or more of "
        '"operational support by our teams"'
    )
    (other,) = check_vectors(vectors, CATALOGUE, lambda *_: {})
    assert str(other).startswith("arrests 2024.1: as at 2024-12-31 person-1 is counted, and here person-1 is not")


# --- faults: each fails some vector

RATE, DURATION, STABLE = "re_trafficking_12_months", "case_duration", "time_to_stable_point"
SAFETY, BEHAVIOUR = "change_in_safety", "behaviour_change_of_professionals"
WORDS = [
    (
        oracle.followed,
        "entered.occurred_on < event.occurred_on <=",
        "entered.occurred_on <= event.occurred_on <=",
        RATE,
    ),
    (oracle.followed, "event.occurred_on <= until", "event.occurred_on < until", RATE),
    (oracle.followed, "event.occurred_on <= until", "event.occurred_on", RATE),
    (oracle.followed, "until <= day", "until < day", RATE),
    (oracle.later, "number -= 1", "year, month, number = year, month + 1, 1", RATE),
    (oracle.lives, "any(days >= least", "any(days > least", DURATION),
    (oracle.lives, "any(days >= least", "any(days > least", STABLE),
    (oracle.lives, "if days >= least)", ")", DURATION),
    (oracle.lives, "min(days for", "max(days for", STABLE),
    (oracle.lives, "start <= gone", "start < gone", DURATION),
    (oracle.lives, "start <= gone.occurred_on <= last", "True", DURATION),
    (
        oracle.lives,
        "if any(days >= least for days in ends)",
        "if gone is None and any(days >= least for days in ends)",
        DURATION,
    ),
    (oracle.lives, '(day - start).days, "waiting"', '(day - start).days + 1, "waiting"', STABLE),
    (oracle.compared, "early.occurred_on < late.occurred_on", "early.occurred_on <= late.occurred_on", SAFETY),
    (oracle.compared, "least >= asked", "least > asked", BEHAVIOUR),
    (oracle.compared, "least <= -asked", "least < -asked", BEHAVIOUR),
    (oracle.compared, "least, asked = min(changes)", "least, asked = max(changes)", SAFETY),
    (oracle.compared, "min(event.occurred_on for event in first)", "max(event.occurred_on for event in first)", SAFETY),
    (
        oracle.compared,
        "max(event.occurred_on for event in last)",
        "min(event.occurred_on for event in last)",
        BEHAVIOUR,
    ),
    (oracle.compared, '"before" if first else', "", BEHAVIOUR),
    (oracle.on_scale, "score is not None and ", "score is None or ", SAFETY),
]
"""What brute force says, what it is made to say, and the metric whose vectors notice."""


def faulty(function: Callable[..., Any], said: str, instead: str) -> SimpleNamespace:
    """The oracle with another word in one of its functions."""
    source = inspect.getsource(function)
    assert said in source
    names: dict[str, Any] = dict(vars(oracle))
    exec(inspect.getsource(oracle).replace(source, source.replace(said, instead)), names)  # noqa: S102 - our own words
    return SimpleNamespace(**names)


@pytest.mark.parametrize(("function", "said", "instead", "metric"), WORDS)
def test_an_implementation_with_a_fault_fails_some_vector(
    function: Callable[..., Any], said: str, instead: str, metric: str, line: Path
) -> None:
    """Each boundary moved by one, each comparison that is strict where it may not be, and the other way round."""
    meaning = faulty(function, said, instead)

    def placing(metric: Metric, records: Sequence[Mapping[str, Any]], day: date) -> dict[str, Place]:
        return by_brute_force(metric, events_of(records, line), day, meaning=meaning)

    assert check_vectors(of_metrics(metric), CATALOGUE, placing)


OTHERWISE: dict[str, tuple[str, dict[str, Any]]] = {
    "a month more": (RATE, {"months": 13}),
    "a month less": (RATE, {"months": 11}),
    "nobody is lost": (RATE, {"lost": None}),
    "a month less of 24": ("re_trafficking_24_months", {"months": 23}),
    "nobody is lost in court": (DURATION, {"lost": None}),
    "a step more": (BEHAVIOUR, {"at_least": 3}),
    "a step less": (BEHAVIOUR, {"at_least": 1}),
    "a step more in safety": (SAFETY, {"at_least": 2}),
    "whoever it is": (SAFETY, {"of": None}),
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_a_rule_that_says_a_little_else_fails_some_vector(name: str, line: Path) -> None:
    """On the reference engine: months, the least change, and who is lost or looked at."""
    metric, changes = OTHERWISE[name]
    other = attrs.evolve(CATALOGUE[metric], measure=attrs.evolve(CATALOGUE[metric].measure, **changes))

    def placing(_: Metric, records: Sequence[Mapping[str, Any]], day: date) -> Mapping[str, Place]:
        return by_reference(other, events_of(records, line), day)

    assert check_vectors(of_metrics(metric), CATALOGUE, placing)


# --- what is no test vector


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format_version": 1}, "format_version: .* in version 1, and what is read is .* in version 2"),
        ({"format": "csv"}, "'csv' in version 2"),
        ({"vectors": {}}, "vectors: a list is expected"),
        ({"vectors": [{}]}, r"vectors\[0\]: the key 'metric' is missing"),
        ({"metric": "arests"}, r"vectors\[0\].metric: .*arests"),
        (
            {"version": "9"},
            r"vectors\[0\].version: the catalogue anti_trafficking 2024.1 has no version '9' of 'arrests'",
        ),
        ({"as_at": "tomorrow"}, r"vectors\[0\].as_at: 'tomorrow' is no date"),
        ({"days": "3"}, r"vectors\[0\].days: a whole number is expected"),
        ({"standing": 3}, r"vectors\[0\].standing: a text is expected"),
    ],
)
def test_what_is_no_test_vector_is_refused(changes: dict[str, Any], message: str) -> None:
    """With the path to the fault, and what is expected there."""
    vectors = of_metrics("arrests")
    if changes.keys() <= {"format", "format_version", "vectors"}:
        vectors = {**vectors, **changes}
    else:
        vectors = {**vectors, "vectors": [{**vectors["vectors"][0], **changes}]}
    with pytest.raises(ExchangeError, match=message):
        check_vectors(vectors, CATALOGUE, lambda *_: {})
