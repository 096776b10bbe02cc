"""One command per task, the same here and in CI: ``nox -s tests`` and so on; ``nox --list`` names them all."""

from __future__ import annotations

import re
import shutil
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import nox

nox.options.sessions = ["tests", "lint", "types", "docs"]
nox.options.default_venv_backend = "venv"

SUPPORTED_EXTRAS = (
    "cli",
    "fast",
    "arrow",
    "duckdb",
    "plots",
    "prove",
    "sphinx",
    "survival",
    "testing",
    "xlsx",
    "yaml",
    "zones",
)
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
    "saved_report",
    "edition",
    "dhis2_mapping",
)
OF_OUR_OWN = (
    "fuzz",
    "spec",
    "test_drawn_models.py",
    "test_engine_properties.py",
    "proofs/test_boundaries.py",
    "proofs/test_proved_is_not_broken.py",
    "proofs/test_prover_against_enumeration.py",
    "proofs/test_seeded_faults.py",
    "proofs/test_vectors.py",
    "proofs/test_worked_examples.py",
    "publication/test_digest.py",
    "publication/test_disclosure.py",
    "publication/test_edition.py",
    "publication/test_pseudonyms.py",
    "publication/test_saved.py",
    "publication/test_verify.py",
)
"""Tests that take long, and judge what is ours alone."""
PYPROJECT = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
SUPPORTED_PYTHONS = tuple(
    found[1] for line in PYPROJECT["project"]["classifiers"] if (found := re.search(r"Python :: (3\.\d+)$", line))
)
"""From the oldest to the newest, as the classifiers list them."""


@nox.session
def tests(session: nox.Session) -> None:
    """Run all tests with branch coverage; arguments go to pytest."""
    session.install("-e", ".[test]")
    session.run("pytest", "-n", "auto", "--cov", "--cov-report=term-missing:skip-covered", *session.posargs)


@nox.session(venv_backend="none")
def pythons(session: nox.Session) -> None:
    """Run the tests on the oldest and the newest Python that we support and that is here; arguments go to pytest."""
    found = {version: python for version in SUPPORTED_PYTHONS if (python := _interpreter(version))}
    chosen = dict.fromkeys((min(found, key=SUPPORTED_PYTHONS.index), max(found, key=SUPPORTED_PYTHONS.index)))
    for version in chosen:
        home = Path(session.create_tmp()).resolve() / version
        session.run(found[version], "-m", "venv", "--clear", str(home), external=True)
        python = str(home / ("Scripts" if sys.platform == "win32" else "bin") / "python")
        session.run(python, "-m", "pip", "install", "-q", "-e", ".[test]", external=True)
        session.run(
            python, "-m", "pytest", "-q", "-n", "auto", "-p", "no:cacheprovider", *session.posargs, external=True
        )
    for version in SUPPORTED_PYTHONS:
        if version not in chosen:
            session.warn(f"NOT RUN on Python {version}: {'it lies between' if version in found else 'it is not here'}")


def _interpreter(version: str) -> str | None:
    """Find the newest patch of it that pyenv has, or else a Python on the path."""
    patches = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"), key=_patch)
    return str(patches[-1]) if patches else shutil.which(f"python{version}")


def _patch(python: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", python.parts[-3])]


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
    built = _built(session)
    session.run("twine", "check", "--strict", *map(str, built.values()))
    with zipfile.ZipFile(built[".whl"]) as archive:
        if "impact_metrics/py.typed" not in archive.namelist():
            session.error("the wheel has no impact_metrics/py.typed: type checkers would not see its types")
    session.run("python", "-m", "venv", "--clear", str(built[".whl"].parent / "core"))
    core = str(built[".whl"].parent / "core" / "bin" / "python")
    session.run(core, "-m", "pip", "install", "-q", str(built[".whl"]), external=True)
    session.run(core, "-I", "-W", "error", "-c", _SAYS_ITS_VERSION, PYPROJECT["project"]["version"], external=True)
    session.run(core, "-m", "benchmarks.importing", external=True)
    # without the extra that brings the command, it names the extra
    session.run(str(Path(core).parent / "impact-metrics"), "--help", success_codes=[2], external=True)


@nox.session
def sdist(session: nox.Session) -> None:
    """Build from the sdist alone, do the main job of the command with it, and find in it everything that tests need."""
    built = _built(session)
    home = built[".gz"].parent / "unpacked"
    with tarfile.open(built[".gz"]) as archive:
        archive.extractall(home, filter="data")
    (folder,) = home.iterdir()
    # Without its cache, in which pip keeps what it built of a file of the same name before.
    session.install("--no-cache-dir", "--no-deps", str(built[".gz"]))
    session.install("impact-metrics[cli]")
    with session.chdir(folder):
        session.run("impact-metrics", "report", "examples/justice_and_care/stream.jsonl.gz", silent=True)
        session.install("impact-metrics[test]")
        session.run("pytest", "-q", "-p", "no:cacheprovider", "--collect-only", silent=True)
        session.run(
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            *(session.posargs or ["tests/test_cli.py", "tests/test_exchange.py", "tests/test_english.py"]),
        )


_SAYS_ITS_VERSION = """
import sys
from importlib.metadata import version
import impact_metrics.anti_trafficking as domain
print(domain.CATALOGUE.id, version("impact-metrics"))
sys.exit(version("impact-metrics") != sys.argv[1])
"""


def _built(session: nox.Session) -> dict[str, Path]:
    """Build the wheel, by way of the sdist, in an empty folder; give both by the ending of their names."""
    session.install("build", "twine")
    out = Path(session.create_tmp()).resolve()
    shutil.rmtree(out)
    session.run("python", "-m", "build", "--outdir", str(out), silent=True)
    return {path.suffix: path for path in out.iterdir()}


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
    # What judges the prover and our own checks, whatever the versions, is left out: many claims, which take their time,
    # and faults and repairs that are shown up by what today's Hypothesis draws. Frames of pandas 3 need a later DuckDB.
    # For the rest a few examples of each property show whether the versions fit.
    left_out = (
        *(f"--ignore=tests/{name}" for name in OF_OUR_OWN),
        "--deselect=tests/test_engine_agreement.py::test_a_fault_in_the_compiler_is_found",
        "--deselect=tests/test_repair.py::test_what_is_constrained_appears",
        "--deselect=tests/test_duckdb_tables.py::test_frames_are_read_as_they_come[pandas]",
        "--deselect=tests/test_pages.py::test_the_code_of_a_page_runs[docs/howto/test_your_metrics.md]",
    )
    few = {"HYPOTHESIS_PROFILE": "few"}
    session.run("pytest", "-q", "-n", "auto", *left_out, *session.posargs, env=few)


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
