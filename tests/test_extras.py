"""Every optional dependency can be absent: the error then names the extra that brings it, and how to install it."""

import importlib
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from impact_metrics import MissingExtraError, Stream, evaluate
from impact_metrics.cli import main
from impact_metrics.engines.duckdb import Tables
from impact_metrics.engines.spark import SparkTables
from impact_metrics.exchange import from_json, from_yaml, to_json, to_yaml
from impact_metrics.publication import Edition
from impact_metrics.publication.disclosure import Tabulation
from impact_metrics.publication.disclosure.linked import certain
from impact_metrics.publication.exports import write_xlsx
from impact_metrics.reports import plots
from impact_metrics.streams import from_arrow, read_json_lines, read_parquet, to_arrow, write_json_lines, write_parquet
from tests.absence import take_away
from tests.test_json_lines import MADE
from tests.test_reports import CATALOGUE, STREAM
from tests.test_times import CATALOGUE as TIMES
from tests.test_times import DAY
from tests.test_times import STREAM as WATCHED
from tests.toys import TOYS

REPORT = evaluate(CATALOGUE, STREAM)
TIMED = evaluate(TIMES, WATCHED, as_at=DAY)

EXTRAS = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"][
    "optional-dependencies"
]
DEVELOPMENT = {"test", "bench", "lint", "types", "docs"}
"""Extras that bring nothing to who uses the library."""
WITHOUT_ERROR = {"fast", "zones"}
"""Extras without which everything works, only slower, or wherever the system has time zones of its own."""


@attrs.frozen
class Absence:
    """What is used of an optional dependency, which is ``package`` for pip, and imported as ``module``."""

    extra: str
    package: str
    module: str
    use: Callable[[Path], object]
    room: str | None = None
    """The room that asks for it when it is imported."""


def room(name: str) -> Callable[[Path], object]:
    return lambda _: importlib.import_module(f"impact_metrics.{name}")


def set_up_sphinx(_: Path) -> None:
    importlib.import_module("impact_metrics.sphinx").setup(None)


ABSENCES = {
    "the command": Absence("cli", "click", "click", lambda _: main()),
    "writing Parquet": Absence("arrow", "pyarrow", "pyarrow", lambda home: write_parquet([MADE], home / "toys", TOYS)),
    "reading Parquet": Absence("arrow", "pyarrow", "pyarrow", lambda home: read_parquet(home, TOYS)),
    "giving Arrow tables": Absence("arrow", "pyarrow", "pyarrow", lambda _: to_arrow([MADE], TOYS)),
    "taking Arrow tables": Absence("arrow", "pyarrow", "pyarrow", lambda _: from_arrow({"Made": MADE}, TOYS)),
    "a table as Arrow": Absence(
        "arrow", "pyarrow", "pyarrow", lambda _: REPORT.books(metrics=["buyers"]).table.__arrow_c_stream__()
    ),
    "a report as Arrow": Absence("arrow", "pyarrow", "pyarrow", lambda _: REPORT.__arrow_c_stream__()),
    "entries": Absence("arrow", "pyarrow", "pyarrow", lambda home: REPORT.write_entries(home / "entries.parquet")),
    "a picture of a report": Absence("plots", "matplotlib", "matplotlib", lambda _: REPORT.plot("buyers")),
    "a picture": Absence("plots", "matplotlib", "matplotlib", lambda _: plots.funnel(REPORT, ["buyers", "regulars"])),
    "a survival curve": Absence("survival", "scipy", "scipy", lambda _: TIMED.survival("wait")),
    "tables": Absence("duckdb", "duckdb", "duckdb", lambda home: Tables(home, TOYS)),
    "a report of a folder": Absence("duckdb", "duckdb", "duckdb", lambda home: evaluate(CATALOGUE, home)),
    "a stream on DuckDB": Absence("duckdb", "duckdb", "duckdb", lambda _: evaluate(CATALOGUE, STREAM, engine="duckdb")),
    "tables on Spark": Absence("spark", "pyspark", "pyspark", lambda home: SparkTables(home, TOYS)),
    "a stream on Spark": Absence("spark", "pyspark", "pyspark", lambda _: evaluate(CATALOGUE, STREAM, engine="spark")),
    "writing YAML": Absence("yaml", "pyyaml", "yaml", lambda _: to_yaml(CATALOGUE)),
    "reading YAML": Absence("yaml", "pyyaml", "yaml", lambda _: from_yaml("id: toys")),
    "documentation": Absence("sphinx", "sphinx", "sphinx", set_up_sphinx, "impact_metrics.sphinx.domain"),
    "proofs": Absence("prove", "z3-solver", "z3", room("proofs"), "impact_metrics.proofs"),
    "a workbook": Absence("xlsx", "xlsxwriter", "xlsxwriter", lambda home: write_xlsx(Edition.of(REPORT), home / "a")),
    "linked tables": Absence("prove", "z3-solver", "z3", lambda _: certain(Tabulation[str]({}), {}, ())),
    "the testing kit": Absence("testing", "hypothesis", "hypothesis", room("testing"), "impact_metrics.testing"),
}


@pytest.mark.parametrize("case", ABSENCES.values(), ids=ABSENCES.keys())
def test_the_error_names_what_to_install(case: Absence, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever is used first: the package that is not there, and the command that installs it. No traceback of it."""
    with pytest.MonkeyPatch.context() as monkeypatch:  # undone at once: pytest has plugins that need these packages
        take_away(monkeypatch, case.module, case.room)
        with pytest.raises((MissingExtraError, SystemExit)) as caught:
            case.use(tmp_path)
    if isinstance(caught.value, MissingExtraError):
        told = str(caught.value)
        assert caught.value.__suppress_context__
    else:
        assert caught.value.code == 2
        told = capsys.readouterr().err
    assert f"needs the package {case.package!r}, which is not installed" in told
    assert f'pip install "impact-metrics[{case.extra}]"' in told


def test_no_extra_is_forgotten() -> None:
    """Each extra of use has a case above, and it brings the package that the error asks for."""
    cases = {(case.extra, case.package) for case in ABSENCES.values()}
    assert {extra for extra, _ in cases} == EXTRAS.keys() - DEVELOPMENT - WITHOUT_ERROR
    for extra, package in cases:
        assert package in {re.split(r"[<>=!~\[]", requirement)[0] for requirement in EXTRAS[extra]}, extra


def test_the_rest_needs_none_of_them(tmp_path: Path) -> None:
    """With all of them away a stream is written, read and evaluated as with them; JSON takes the place of YAML."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        for module in {case.module for case in ABSENCES.values()} | {"orjson"}:
            take_away(monkeypatch, module)
        write_json_lines([MADE], tmp_path / "stream.jsonl")
        assert list(read_json_lines(tmp_path / "stream.jsonl", TOYS).stream) == [MADE]
        assert evaluate(CATALOGUE, STREAM, as_at=REPORT.as_at).values() == REPORT.values()
        assert evaluate(TIMES, WATCHED, as_at=DAY)["wait"].value == 200
        assert from_json(to_json(CATALOGUE)).id == json.loads(to_json(CATALOGUE))["id"] == "toys"
        assert not Stream()
