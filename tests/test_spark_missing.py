"""Where Spark cannot run, the error says what to install. These tests need no Spark."""

from __future__ import annotations

from pathlib import Path

import pytest

from impact_metrics import StreamError
from impact_metrics.engines.spark.session import check_java
from tests.absence import take_away
from tests.test_cli_convert import run


def test_without_pyspark_a_command_names_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The package is optional in every command that takes a folder."""
    take_away(monkeypatch, "pyspark")
    told = run("report", tmp_path, "--engine", "spark")
    assert (told.exit_code, "impact-metrics[spark]" in told.output) == (2, True)
    (tmp_path / "s.jsonl").write_text("")
    told = run("report", tmp_path / "s.jsonl", "--engine", "spark")
    assert (told.exit_code, "--engine is for a folder of tables" in told.output) == (2, True)


def java(folder: Path, told: str) -> None:
    script = folder / "bin" / "java"
    script.parent.mkdir(exist_ok=True)
    script.write_text(f"#!/bin/sh\necho '{told}' >&2\n")
    script.chmod(0o755)


def test_java_is_looked_for_and_must_be_new_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """None, one that is too old, one that does not tell its version, and one that will do."""
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(StreamError, match="Spark needs Java, and there is none") as caught:
        check_java()
    assert "apt-get install default-jre-headless" in caught.value.hint
    java(tmp_path, 'openjdk version "11.0.2" 2019-01-15')
    with pytest.raises(StreamError, match="this is Java 11"):
        check_java()
    java(tmp_path, "out of order")
    with pytest.raises(StreamError, match="does not tell its version"):
        check_java()
    java(tmp_path, 'openjdk version "21.0.1" 2023-10-17')
    check_java()
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    check_java()
