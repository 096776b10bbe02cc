"""Both type checkers accept what is right, and reject what is wrong at exactly the marked lines."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BAD = ROOT / "tests" / "typing" / "bad.py"


def expected(checker: str) -> set[int]:
    lines = BAD.read_text(encoding="utf-8").splitlines()
    return {number for number, line in enumerate(lines, 1) if re.search(rf"# expect:.*\b{checker}\b", line)}


def run(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own call
    return done.stdout


def test_mypy_rejects_the_marked_lines() -> None:
    """Strict mypy names each wrong line of bad.py, and no other; good.py is part of its daily run."""
    pytest.importorskip("mypy", reason="needs the extra types")
    out = run(sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(BAD))
    found = {int(match[1]) for match in re.finditer(r"bad\.py:(\d+): error", out)}
    assert found == expected("mypy"), out


def test_pyright_rejects_the_marked_lines() -> None:
    """Pyright names each wrong line of bad.py, and no other."""
    pytest.importorskip("pyright", reason="needs the extra types")
    out = run(sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, str(BAD))
    found = {
        item["range"]["start"]["line"] + 1
        for item in json.loads(out)["generalDiagnostics"]
        if item["severity"] == "error"
    }
    assert found == expected("pyright"), out
