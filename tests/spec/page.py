"""Writes ``docs/language.md`` from the cases: ``python -m tests.spec.page``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.spec.cases import CHAPTERS, Case
from tests.spec.model import SOURCE

PATH = Path(__file__).parents[2] / "docs" / "language.md"
HEAD = """# The language, rule by rule

This page is written from the tests that every engine must pass: each rule of the language with a few events and what
comes out. Days are counted from 1 January 2024, so that day 32 is the first
of February. A condition is asked of visits, and counts their guests:
`distinct(Visit.guest).where(...)`. The events are made up.
"""


def text() -> str:
    """Give the whole page."""
    parts = [HEAD, f"```python\n{SOURCE.strip()}\n```\n"]
    parts.append('```python\ndef paid_up() -> Any:\n    """The guest paid."""\n    return Visit.paid\n```\n')
    for chapter, cases in CHAPTERS.items():
        parts.append(f"## {chapter}\n")
        parts += ["\n".join(_case(case)) for case in cases]
    return "\n".join(parts)


def _case(case: Case) -> Iterator[str]:
    yield f"{case.says}\n"
    yield f"```python\n{case.rule}\n```\n"
    keys = list(dict.fromkeys(key for row in case.events for key in row))
    yield f"| {' | '.join(keys)} |"
    yield f"|{'---|' * len(keys)}"
    for row in case.events:
        yield f"| {' | '.join(_shown(row.get(key)) for key in keys)} |"
    results = [f"day {day}: {_result(found)}" for day, found in case.expected.items()]
    yield f"\n→ {'; '.join(results)}\n"


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "{" + ", ".join(value) + "}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _result(found: object) -> str:
    if isinstance(found, list):
        return ", ".join(found) or "nobody"
    return f"**{found}**"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
