"""Sessions: one is started where there is none, quietly, and what hinders it is told."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from impact_metrics import StreamError
from impact_metrics.engines.spark.session import opened
from tests.spark.session import session

pytestmark = pytest.mark.spark
UNSURE = "ignore:PySpark does not yet fully support pandas:FutureWarning"
"""What Spark says of pandas 3, where that is installed: nothing here hands it a frame of pandas."""
ALONE = "from tests.test_duckdb_tables import figures, story; print(figures(story(), engine='spark')[:2])"


def test_a_session_is_started_where_there_is_none() -> None:
    """In a process of its own, which says nothing of its doings but the figures."""
    made = subprocess.run([sys.executable, "-W", UNSURE, "-c", ALONE], capture_output=True, text=True, check=True)  # noqa: S603 - fixed
    assert made.stdout == "[2, 2]\n"
    assert [line for line in made.stderr.splitlines() if not line.startswith("WARNING: Using incubator modules")] == []


def test_the_settings_are_those_that_answers_need(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time zone and the ANSI mode are set, whatever the session beside it says; without one, one is started."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an optional dependency

    built: list[Any] = []
    mine = session()

    def started(builder: Any) -> Any:
        built.append(builder)
        return mine

    monkeypatch.setattr(SparkSession, "getActiveSession", lambda: None)
    monkeypatch.setattr(SparkSession.Builder, "getOrCreate", started)
    mine.conf.set("spark.sql.ansi.enabled", "false")
    found = opened(None)
    assert built
    assert found.conf.get("spark.sql.ansi.enabled") == "true"
    assert found.conf.get("spark.sql.session.timeZone") == "UTC"
    assert mine.conf.get("spark.sql.ansi.enabled") == "false"
    mine.conf.unset("spark.sql.ansi.enabled")


def test_a_session_that_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Java is there, and something else is wrong; spark-submit, which has started Java, is not asked for it."""
    from pyspark.errors import PySparkRuntimeError  # noqa: PLC0415 - an optional dependency
    from pyspark.sql import SparkSession  # noqa: PLC0415 - the same

    def broken(builder: Any) -> Any:
        raise PySparkRuntimeError(f"no port for {type(builder).__name__}")

    monkeypatch.setenv("PYSPARK_GATEWAY_PORT", "1")
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    monkeypatch.setattr(SparkSession, "getActiveSession", lambda: None)
    monkeypatch.setattr(SparkSession.Builder, "getOrCreate", broken)
    with pytest.raises(StreamError, match="Spark cannot start"):
        opened(None)
