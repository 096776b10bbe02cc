"""Folders of Parquet files of any size, made by DuckDB a few rows at a time, so that memory stays small.

Each value of a row is drawn from the number of the row by whole-number arithmetic, so that the same size gives the same
rows everywhere, and a row can look up what another holds: a verdict is on the charges of a trial, an appeal on a
verdict. The mix is about that of ``benchmarks.events``, with the event types that only other metrics read. Values are
missing, days tie, sets are empty, arrests are supported or not, and a few rows break each constraint.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import duckdb

from impact_metrics.anti_trafficking import (
    AgeGroup,
    AppealResult,
    AssessmentDomain,
    ChangeKind,
    ChangeLevel,
    ChangeStage,
    Exploitation,
    LegalSupportRecipient,
    MeansOfControl,
    Offence,
    OperationalSupport,
    Outcome,
    PreventionForm,
    ProfessionalRole,
    Provider,
    Sex,
    StatementKind,
    SupportKind,
    SurveyStage,
)
from impact_metrics.streams.folders import replaced

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from impact_metrics import Code

FIRST = date(2012, 1, 1)
DAYS = 4748
"""The days from 2012 to 2024."""

MIX = {
    "SupportSession": 38,
    "Assessment": 10,
    "Charge": 7,
    "Arrest": 6,
    "Trial": 6,
    "TrainingSession": 5,
    "PreventionSession": 5,
    "Verdict": 4,
    "Intervention": 4,
    "DomainScore": 3,
    "LegalSupport": 3,
    "SafeReturn": 3,
    "StatementToLawEnforcement": 2,
    "Appeal": 1,
    "ReExploitation": 1,
    "SystemicChange": 1,
    "TrainingSurvey": 1,
}
"""How many of a hundred events are of each type."""

MACROS = """
CREATE MACRO squared(x, salt) AS (x * x + salt) % 4294967291;
CREATE MACRO draw(i, salt) AS squared(
    xor(squared((i::UBIGINT * 2654435761 + salt::UBIGINT * 668265263) % 4294967291, salt::UBIGINT), 2779096485::UBIGINT)
        % 4294967291,
    7::UBIGINT);
CREATE MACRO below(n, i, salt) AS (draw(i, salt) % n)::BIGINT;
CREATE MACRO flag(i, salt) AS CASE WHEN below(10, i, salt) < 7 THEN true WHEN below(10, i, salt) < 9 THEN false END;
CREATE MACRO sorted(members) AS list_sort(list_distinct(members));
"""
"""``draw`` squares twice modulo a prime below 2^32: quick, and even enough that links meet as if by chance."""


def rows_of(events: int) -> dict[str, int]:
    """Give how many rows each type has; the persons known are fewer than those who occur."""
    counts = {name: max(events * share // 100, 1) for name, share in MIX.items()}
    return {**counts, "KnownPerson": max(events // 10, 1)}


def write(folder: Path, events: int) -> Path:
    """Write a folder of that many events, and give it back. The same number gives the same rows."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    counts = rows_of(events)
    with replaced(folder, {f"{name}.parquet" for name in counts}) as new, duckdb.connect() as connection:
        connection.execute(MACROS)
        for name, count in counts.items():
            query = _Queries(events).of(name, count)
            target = new / f"{name}.parquet"
            connection.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, ROW_GROUP_SIZE 122880)")
    return folder


class _Queries:
    """The queries that make the rows of each type, from the number ``i`` of the row."""

    def __init__(self, events: int) -> None:
        self._rows = rows_of(events)
        self._persons = max(events // 8, 1)
        self._cases = max(events // 40, 1)

    def of(self, name: str, count: int) -> str:
        """Give the query for the rows of one type."""
        columns = {
            "SupportSession": self._session,
            "Assessment": self._assessment,
            "Charge": self._charge,
            "Arrest": self._arrest,
            "Trial": self._trial,
            "TrainingSession": self._training,
            "PreventionSession": self._prevention,
            "Verdict": self._verdict,
            "Intervention": self._intervention,
            "LegalSupport": self._legal_support,
            "SafeReturn": self._safe_return,
            "StatementToLawEnforcement": self._statement,
            "Appeal": self._appeal,
            "ReExploitation": self._re_exploitation,
            "SystemicChange": self._systemic_change,
            "DomainScore": self._domain_score,
            "TrainingSurvey": self._training_survey,
            "KnownPerson": self._known_person,
        }[name]()
        given = ", ".join(f'{value} AS "{column}"' for column, value in columns.items())
        event = {
            "id": f"'{name}-' || i",
            "occurred_on": f"DATE '{FIRST}' + day::INTEGER",
            "recorded_at": "CASE WHEN below(50, i, 2) > 0 THEN "
            f"to_timestamp(epoch(DATE '{FIRST}' + day::INTEGER) + 64800 + below(3600, i, 3)) END",
        }
        if name == "KnownPerson":
            return f"SELECT 'P' || i AS id, {given} FROM range({count}) AS numbers(i)"
        shared = ", ".join(f"{value} AS {column}" for column, value in event.items())
        return f"SELECT {shared}, {given} FROM (SELECT i, {self._day(name)} AS day FROM range({count}) AS numbers(i))"

    def _day(self, name: str, row: str = "i") -> str:
        """The day of a row, from the first: a verdict comes after its trial, and an appeal after its verdict."""
        if name == "Verdict":
            trial = self._day("Trial", self._tried(row))
            return f"least({trial} + below(400, {row}, 1), {DAYS - 1})"
        if name == "Appeal":
            verdict = self._day("Verdict", self._appealed(row))
            return f"least({verdict} + below(400, {row}, 1), {DAYS - 1})"
        return f"below({DAYS}, {row}, 1)"

    def _tried(self, verdict: str) -> str:
        return f"below({self._rows['Trial']}, {verdict}, 4)"

    def _appealed(self, appeal: str) -> str:
        return f"below({self._rows['Verdict']}, {appeal}, 5)"

    def _person(self, salt: int, row: str = "i") -> str:
        return f"'P' || below({self._persons}, {row}, {salt})"

    def _case(self, salt: int, row: str = "i") -> str:
        return f"'C' || below({self._cases}, {row}, {salt})"

    def _session(self) -> dict[str, str]:
        return {
            "survivor": self._person(10),
            "kind": _one_of(SupportKind, 11),
            "provider": f"CASE WHEN below(10, i, 12) > 0 THEN '{Provider.OUR_TEAMS}' ELSE '{Provider.PARTNER}' END",
            "specialist": "flag(i, 13)",
            "case": _sometimes(9, 14, self._case(15)),
        }

    def _assessment(self) -> dict[str, str]:
        return {
            "survivor": self._person(20),
            "stable": "flag(i, 21)",
            "independent": "flag(i, 22)",
            "domains_met": _sometimes(8, 23, _some_of(AssessmentDomain, 24)),
        }

    def _charge(self) -> dict[str, str]:
        return {
            "accused": self._person(30),
            "case": self._case(31),
            "charge": "'G' || i",
            "offence": _one_of(Offence, 32),
        }

    def _arrest(self) -> dict[str, str]:
        return {
            "suspect": self._person(40),
            "operation": _sometimes(7, 41, f"'O' || below({self._cases}, i, 42)"),
            "support": _sometimes(9, 43, _some_of(OperationalSupport, 44)),
        }

    def _trial(self) -> dict[str, str]:
        return {
            "defendant": self._person(50),
            "case": self._case(51),
            "charges": f"sorted([{_one_of(Offence, 52)}, {_one_of(Offence, 53)}])",
        }

    def _verdict(self) -> dict[str, str]:
        trial = self._tried("i")
        other = "below(20, i, 60) = 0"  # in no case that was tried: what breaks the constraint
        return {
            "defendant": self._person(50, trial),
            "case": f"CASE WHEN {other} THEN {self._case(61)} ELSE {self._case(51, trial)} END",
            "charge": "'V' || i",
            "offence": _one_of(Offence, 52, trial),
            "outcome": _one_of(Outcome, 62),
        }

    def _appeal(self) -> dict[str, str]:
        verdict = self._appealed("i")
        trial = self._tried(verdict)
        result = _one_of(AppealResult, 70)
        offence = _sometimes(9, 71, _one_of(Offence, 72))
        return {
            "defendant": self._person(50, trial),
            "case": self._case(51, trial),
            "charge": f"'V' || {verdict}",
            "result": result,
            "substituted_offence": f"CASE WHEN {result} = '{AppealResult.SUBSTITUTED}' THEN {offence} END",
        }

    def _legal_support(self) -> dict[str, str]:
        return {
            "case": self._case(80),
            "recipients": _some_of(LegalSupportRecipient, 81),
            "survivor": _sometimes(5, 82, self._person(83)),
        }

    def _statement(self) -> dict[str, str]:
        return {
            "survivor": self._person(90),
            "kind": _one_of(StatementKind, 91),
            "case": _sometimes(6, 92, self._case(93)),
        }

    def _intervention(self) -> dict[str, str]:
        victim = f"'P' || below({self._persons}, i * 8 + k, 100)"
        return {
            "victims": f"sorted(list_transform(range(1 + below(8, i, 101)), lambda k : {victim}))",
            "operation": _sometimes(8, 102, f"'O' || below({self._cases}, i, 103)"),
            "support": _sometimes(9, 104, _some_of(OperationalSupport, 105)),
            "exploitation": _sometimes(9, 106, _some_of(Exploitation, 107)),
            "control": _sometimes(5, 108, _some_of(MeansOfControl, 109)),
            "country": _sometimes(9, 110, "['GB', 'IN', 'NP', 'RO', 'UA', 'VN', 'BD', 'TH'][1 + below(8, i, 111)]"),
        }

    def _safe_return(self) -> dict[str, str]:
        return {
            "survivor": self._person(120),
            "supported": "flag(i, 121)",
            "assessed_safe": "flag(i, 122)",
            "from_country": _sometimes(8, 123, "['GB', 'IN', 'RO'][1 + below(3, i, 124)]"),
            "to_country": _sometimes(8, 125, "['IN', 'NP', 'UA'][1 + below(3, i, 126)]"),
        }

    def _re_exploitation(self) -> dict[str, str]:
        return {"survivor": self._person(130), "exploitation": _sometimes(8, 131, _some_of(Exploitation, 132))}

    def _training(self) -> dict[str, str]:
        return {
            "audience": _one_of(ProfessionalRole, 140),
            "front_line": "flag(i, 141)",
            **self._counted_or_listed(60, 142),
        }

    def _prevention(self) -> dict[str, str]:
        return {
            "form": _one_of(PreventionForm, 150),
            "targeted": "flag(i, 151)",
            "vulnerable": "flag(i, 152)",
            **self._counted_or_listed(200, 153),
        }

    def _counted_or_listed(self, most: int, salt: int) -> dict[str, str]:
        """A head-count or, in a tenth of the sessions, a list; one in a hundred has neither."""
        how = f"below(100, i, {salt})"
        attendee = f"'P' || below({self._persons}, i * 8 + k, {salt + 1})"
        listed = f"sorted(list_transform(range(1 + below(8, i, {salt + 2})), lambda k : {attendee}))"
        return {
            "head_count": f"CASE WHEN {how} > 10 THEN 1 + below({most}, i, {salt + 3}) END",
            "attendees": f"CASE WHEN {how} BETWEEN 1 AND 10 THEN {listed} END",
            "programme": _sometimes(5, salt + 4, f"'M' || below({self._cases}, i, {salt + 5})"),
        }

    def _systemic_change(self) -> dict[str, str]:
        return {
            "change": f"'H' || below({self._cases}, i, 170)",
            "kind": _one_of(ChangeKind, 171),
            "stage": _one_of(ChangeStage, 172),
            "level": _sometimes(8, 173, _one_of(ChangeLevel, 174)),
            "institution": _sometimes(5, 175, "'Institution ' || i % 100"),
            "country": _sometimes(9, 176, "['GB', 'IN', 'NP'][1 + below(3, i, 177)]"),
            "summary": "NULL::VARCHAR",
            "evidence": "NULL::VARCHAR",
        }

    def _domain_score(self) -> dict[str, str]:
        """Two scores of one area of a life; a few are off the scale."""
        return {
            "survivor": self._person(190, "i // 2"),
            "domain": _one_of(AssessmentDomain, 191, "i // 2"),
            "score": _sometimes(9, 192, "CASE WHEN below(90, i, 193) = 0 THEN 99 ELSE 1 + below(5, i, 194) END"),
            "case": _sometimes(9, 195, self._case(196)),
        }

    def _training_survey(self) -> dict[str, str]:
        """Three surveys of one professional; a few scores are off the scale."""
        return {
            "professional": self._person(200, "i // 3"),
            "stage": _one_of(SurveyStage, 201),
            "score": _sometimes(9, 202, "CASE WHEN below(90, i, 203) = 0 THEN -1 ELSE below(11, i, 204) END"),
            "programme": _sometimes(5, 205, f"'M' || below({self._cases}, i, 206)"),
        }

    def _known_person(self) -> dict[str, str]:
        return {
            "recorded_at": "NULL::TIMESTAMPTZ",
            "sex": _sometimes(9, 180, _one_of(Sex, 181)),
            "born_on": _sometimes(7, 182, "DATE '1950-01-01' + below(22000, i, 183)::INTEGER"),
            "age_group": _sometimes(3, 184, _one_of(AgeGroup, 185)),
        }


def _texts(codes: Iterable[Code]) -> str:
    return "[" + ", ".join(f"'{code}'" for code in codes) + "]"


def _one_of(codes: type[Code], salt: int, row: str = "i") -> str:
    return f"{_texts(codes)}[1 + below({len(codes)}, {row}, {salt})]"


def _some_of(codes: type[Code], salt: int) -> str:
    """A set of up to two codes; one in ten is empty."""
    one, other = _one_of(codes, salt, "i * 4 + 1"), _one_of(codes, salt, "i * 4 + 2")
    size = f"below(10, i * 4, {salt})"
    return f"CASE WHEN {size} = 0 THEN []::VARCHAR[] WHEN {size} < 7 THEN [{one}] ELSE sorted([{one}, {other}]) END"


def _sometimes(tenths: int, salt: int, value: str) -> str:
    """The value in so many tenths of the rows; in the others it is missing."""
    return f"CASE WHEN below(10, i, {salt}) < {tenths} THEN {value} END"
