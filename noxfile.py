"""One command per task, the same here and in CI: ``nox -s tests`` and so on; ``nox --list`` names them all."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import nox

nox.options.sessions = ["tests", "lint", "types", "docs"]
nox.options.default_venv_backend = "venv"

SUPPORTED_EXTRAS = ("cli", "fast", "arrow", "duckdb", "plots", "prove", "sphinx", "survival", "testing", "yaml")
FUZZED = (
    "json_lines",
    "json_lines_gz",
    "csv",
    "mapping",
    "catalogue_json",
    "catalogue_yaml",
    "ocel",
    "parquet",
    "vectors",
)
PYPROJECT = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))


@nox.session
def tests(session: nox.Session) -> None:
    """Run all tests with branch coverage; arguments go to pytest."""
    session.install("-e", ".[test]")
    session.run("pytest", "-n", "auto", "--cov", "--cov-report=term-missing:skip-covered", *session.posargs)


@nox.session
def spark(session: nox.Session) -> None:
    """Run the tests that need Spark, which cover its engine; arguments go to pytest. It needs Java 17 or later."""
    session.install("-e", ".[test,spark]")
    covering = ("--cov", "--cov-config=tests/spark/coverage.toml", "--cov-report=term-missing:skip-covered")
    tests = ("tests/spark", "tests/spec", "tests/test_spark_missing.py", "-n", "2")
    session.run("pytest", *tests, *covering, *session.posargs)


@nox.session
def ocel(session: nox.Session) -> None:
    """Let pm4py, another project's process mining, read our event logs and write them again; arguments go to pytest."""
    session.install("-e", ".[cli,fast,testing]", "pm4py>=2.7.23", "pytest>=8.2")
    session.run("pytest", "-p", "no:cacheprovider", "tests/ocel", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting and the layers."""
    session.install("-e", ".[lint]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports", "--no-cache")


@nox.session
def types(session: nox.Session) -> None:
    """Check types with both checkers, and that both reject what they must."""
    session.install("-e", ".[types]", "nox")
    session.run("mypy")
    session.run("pyright")
    session.run("pytest", "-q", "tests/test_typing.py")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation; every warning is an error."""
    session.install("-e", ".[docs]")
    session.run("sphinx-build", "-nW", "--keep-going", "-b", "html", "docs", "docs/_build/html")


@nox.session
def wheel(session: nox.Session) -> None:
    """Build wheel and sdist, check them, and use the wheel with core dependencies only."""
    session.install("build", "twine")
    out = session.create_tmp()
    session.run("python", "-m", "build", "--outdir", out, silent=True)
    built = sorted(str(path) for path in Path(out).iterdir() if path.suffix in {".whl", ".gz"})
    session.run("twine", "check", "--strict", *built)
    session.install("--force-reinstall", next(path for path in built if path.endswith(".whl")))
    session.run("python", "-I", "-c", "import impact_metrics.anti_trafficking as domain; print(domain.CATALOGUE.id)")
    session.run("impact-metrics", "--help", success_codes=[2])  # names the extra that brings the command


@nox.session
def lowest(session: nox.Session) -> None:
    """Run the tests with the lowest versions that the package says it supports."""
    project = PYPROJECT["project"]
    extras = project["optional-dependencies"]
    supported = [
        *project["dependencies"],
        *(item for extra in SUPPORTED_EXTRAS for item in extras[extra]),
    ]
    pins = [re.sub(r">=", "==", requirement) for requirement in supported]
    session.install("-e", ".[test]")
    session.install(*pins)
    # These judge the prover and our own checks, whatever the versions: by many claims, which takes its time, and by
    # faults and repairs that are shown up by what today's Hypothesis draws. Frames of pandas 3 need a later DuckDB.
    left_out = (
        "--ignore=tests/proofs/test_prover_against_enumeration.py",
        "--deselect=tests/test_engine_agreement.py::test_a_fault_in_the_compiler_is_found",
        "--deselect=tests/test_repair.py::test_what_is_constrained_appears",
        "--deselect=tests/test_duckdb_tables.py::test_frames_are_read_as_they_come[pandas]",
    )
    session.run("pytest", "-q", "-n", "auto", *left_out, *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure; arguments go to the benchmark."""
    session.install("-e", ".[bench]")
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Fuzz every reader for a minute, led by coverage; arguments are a target and seconds: ``-- ocel 600``."""
    session.install("-e", ".[test]", "atheris>=2.3")
    names = session.posargs[:1] or FUZZED
    for name in names:
        session.run("python", "-m", "fuzz", name, *session.posargs[1:])
