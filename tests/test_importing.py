"""What is imported, and when: writing rules loads nothing that only evaluating needs. No test here looks at a clock."""

import importlib
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import impact_metrics

ROOT = Path(__file__).parents[1]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
(OPTIONAL,) = (set(c["forbidden_modules"]) for c in CONTRACTS if c["name"].startswith("Only its own adapter"))
TABLES = {f"impact_metrics.engines.{name}" for name in ("sql", "duckdb", "spark")}
EVALUATING = {"impact_metrics.engines", "impact_metrics.reports", "impact_metrics.streams", "cattrs", "tomllib"}


def loaded(statement: str) -> set[str]:
    """Give the modules of a new process after a statement, and the packages that they are in."""
    code = f"import sys\n{statement}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)  # noqa: S603 - ours
    parts = [name.split(".") for name in done.stdout.split()]
    return {".".join(part[:length]) for part in parts for length in range(1, len(part) + 1)}


@pytest.mark.parametrize("name", ["impact_metrics", "impact_metrics.anti_trafficking"])
def test_rules_are_written_without_what_evaluates_them(name: str) -> None:
    """Neither the facade nor a whole catalogue loads an engine, a reader, or any optional dependency."""
    assert not loaded(f"import {name}") & (OPTIONAL | TABLES | EVALUATING)


@pytest.mark.parametrize(
    "statement",
    [
        "from impact_metrics import evaluate, Report, Stream",
        "from impact_metrics import *",
        "import impact_metrics.reports, impact_metrics.streams, impact_metrics.documents, impact_metrics.exchange",
    ],
)
def test_streams_are_evaluated_without_what_reads_tables(statement: str) -> None:
    """The SQL compiler and the databases come with the first tables, and other packages where they are used."""
    found = loaded(statement)
    assert not found & (OPTIONAL | TABLES)
    assert "impact_metrics.reports" in found


def test_the_command_starts_without_what_reads_tables() -> None:
    """It brings click, and the SQL compiler only with a folder of tables or the command ``sql``."""
    pytest.importorskip("click", reason="needs the extra cli")
    found = loaded("import impact_metrics.cli.commands")
    assert not found & (OPTIONAL - {"click"} | TABLES)


def test_tables_bring_what_reads_them() -> None:
    """The check above would notice: the same names are there once tables are imported."""
    assert {"impact_metrics.engines.sql", "impact_metrics.engines.duckdb"} <= loaded(
        "import impact_metrics.reports.tables"
    )


def test_every_name_is_there() -> None:
    """Names that are loaded later are listed, found, the same as in their room, and kept."""
    assert set(impact_metrics.__all__) <= set(dir(impact_metrics))
    for name in impact_metrics.__all__:
        assert getattr(impact_metrics, name) is not None
    later = importlib.import_module("impact_metrics.reports").evaluate
    assert impact_metrics.evaluate is later
    assert vars(impact_metrics)["evaluate"] is later


def test_other_names_are_not_there() -> None:
    """A misspelt name is an ``AttributeError``, and an ``ImportError`` where it is imported, as of any module."""
    assert not hasattr(impact_metrics, "evaluated")
    with pytest.raises(AttributeError, match="module 'impact_metrics' has no attribute 'evaluated'"):
        _ = impact_metrics.evaluated  # type: ignore[attr-defined]
    with pytest.raises(ImportError, match="cannot import name 'evaluated'"):
        from impact_metrics import evaluated  # type: ignore[attr-defined] # noqa: F401, PLC0415 - it is not there


def test_nothing_warns() -> None:
    """Every room that needs no optional dependency is imported with warnings as errors."""
    names = ", ".join(
        f"impact_metrics.{path.name}"
        for path in sorted((ROOT / "src" / "impact_metrics").iterdir())
        if (path / "__init__.py").exists() and path.name not in {"proofs", "testing"}
    )
    code = f"import impact_metrics.anti_trafficking, {names}"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], check=False, capture_output=True, text=True)  # noqa: S603 - ours
    assert (done.returncode, done.stderr) == (0, "")
