"""One command per task, the same here and in CI: ``nox -s tests`` and so on; ``nox --list`` names them all."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
import tarfile
import time
import tomllib
import zipfile
from pathlib import Path

import nox

nox.options.sessions = ["tests", "lint", "types", "docs"]
nox.options.default_venv_backend = "uv|venv"

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
PYPROJECT = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
SUPPORTED_PYTHONS = tuple(
    found[1] for line in PYPROJECT["project"]["classifiers"] if (found := re.search(r"Python :: (3\.\d+)$", line))
)
"""From the oldest to the newest, as the classifiers list them."""


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests with branch coverage; arguments go to pytest."""
    session.install("-e", ".[test]")
    session.run("pytest", "-n", "auto", "--cov", "--cov-report=term-missing:skip-covered", *session.posargs)


@nox.session(python=SUPPORTED_PYTHONS)
def pythons(session: nox.Session) -> None:
    """Run the tests on every Python that we support; arguments go to pytest."""
    session.install("-e", ".[test]")
    session.run("pytest", "-q", "-n", "auto", "-p", "no:cacheprovider", *session.posargs)


@nox.session
def spark(session: nox.Session) -> None:
    """Run the tests that need Spark, which cover its engine; arguments go to pytest. It needs Java 17 or later.

    Where there is no Java, root installs Debian's.
    """
    session.install("-e", ".[test,spark]")
    if not shutil.which("java") and shutil.which("apt-get") and os.geteuid() == 0:
        session.run("apt-get", "update", "-qq", external=True)
        java = ("--yes", "--no-install-recommends", "default-jre-headless")
        session.run("apt-get", "install", "-qq", *java, external=True, silent=True)
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
    home = built[".whl"].parent / "core"
    core = str(home / "bin" / "python")
    session.run("uv", "venv", "-q", str(home))
    session.run("uv", "pip", "install", "-q", "--no-cache", "--python", core, str(built[".whl"]))
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
    session.install("build[uv]", "twine")
    out = Path(session.create_tmp()).resolve()
    shutil.rmtree(out)
    session.run("python", "-m", "build", "--installer", "uv", "--outdir", str(out), silent=True)
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
    # Frames of pandas 3 need a later DuckDB; faults and repairs are shown up by what today's Hypothesis draws. For the
    # rest a few examples of each property show whether the versions fit.
    left_out = (
        "--deselect=tests/test_engine_agreement.py::test_a_fault_in_the_compiler_is_found",
        "--deselect=tests/test_repair.py::test_what_is_constrained_appears",
        "--deselect=tests/test_duckdb_tables.py::test_frames_are_read_as_they_come[pandas]",
        "--deselect=tests/test_pages.py::test_the_code_of_a_page_runs[docs/howto/test_your_metrics.md]",
    )
    few = {"HYPOTHESIS_PROFILE": "few"}
    session.run("pytest", "-q", "-n", "auto", *left_out, *session.posargs, env=few)


@nox.session(venv_backend="none")
def thorough(session: nox.Session) -> None:
    """Run what takes longer than CI may: a part after the other, all of them, and what each took; names choose some."""
    oldest, *others = SUPPORTED_PYTHONS
    drawn = {"HYPOTHESIS_PROFILE": "thorough", "PROVER_SEED": str(secrets.randbelow(10**6)), "PATH": _path(oldest)}
    few = {"HYPOTHESIS_PROFILE": "few"}
    parts: dict[str, tuple[dict[str, str], list[str]]] = {
        # without coverage, which CI measures: it would take twice as long
        "examples": (drawn, ["-s", f"pythons-{oldest}"]),
        "lowest": (few, ["-s", "lowest"]),
        **{f"python {other}": (few | {"PATH": _path(other)}, ["-s", f"pythons-{other}"]) for other in others},
        "spark": (few, ["-s", "spark"]),
        "ocel": (few, ["-s", "ocel"]),
        "sdist": (few, ["-s", "sdist"]),
        "fuzz": (few, ["-s", "fuzz", "--", "all", "20"]),
    }
    told: list[str] = []
    for name, (env, arguments) in parts.items():
        if not session.posargs or name.split()[0] in session.posargs:
            started = time.monotonic()
            command = [sys.executable, "-m", "nox", "-r", "--error-on-missing-interpreters", *arguments]
            done = subprocess.run(command, env=os.environ | env, check=False)  # noqa: S603 - sessions of this file
            minutes = (time.monotonic() - started) / 60
            told.append(f"{'FAILED' if done.returncode else 'passed'}  {minutes:5.1f} min  {name}")
    session.log("thorough, with claims drawn by PROVER_SEED=%s:\n%s", drawn["PROVER_SEED"], "\n".join(told))
    if any(line.startswith("FAILED") for line in told):
        session.error("something failed: see above")


def _path(version: str) -> str:
    """Let the newest patch that pyenv has of a Python be found first, if it has one."""
    found = Path.home().glob(f".pyenv/versions/{version}.*/bin")
    newest = sorted(found, key=lambda path: [int(number) for number in re.findall(r"\d+", path.parts[-2])])[-1:]
    return os.pathsep.join([*map(str, newest), os.environ["PATH"]])


@nox.session
def bench(session: nox.Session) -> None:
    """Measure; arguments go to the benchmark."""
    session.install("-e", ".[bench]")
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Fuzz every reader, led by coverage; arguments are a target (or ``all``) and seconds (60): ``-- ocel 600``."""
    session.install("-e", ".[test]", "atheris>=2.3")
    names = FUZZED if session.posargs[:1] in ([], ["all"]) else session.posargs[:1]
    for name in names:
        session.run("python", "-m", "fuzz", name, *session.posargs[1:])
