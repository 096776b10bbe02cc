"""One small session of Spark for all tests: what is tested is what it says, and not how fast."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from impact_metrics.engines.spark.session import check_java
from impact_metrics.errors import StreamError

SMALL = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.ui.retainedJobs": "1",
    "spark.ui.retainedStages": "1",
    "spark.sql.ui.retainedExecutions": "1",
    "spark.driver.memory": "2g",
    "spark.sql.warehouse.dir": str(Path(gettempdir()) / "impact_metrics-warehouse"),
    "spark.default.parallelism": "1",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    # Compiling each of many little plans would take longer than running it.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


@cache
def missing() -> str:
    """Say why there can be no session, or nothing."""
    if find_spec("pyspark") is None:
        return "pyspark is not installed"
    try:
        check_java()
    except StreamError as error:
        return error.problem
    return ""


@cache
def session() -> Any:
    """Start Spark, once; it is the active session from then on."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an optional dependency

    builder = SparkSession.builder.master("local[1]").appName("tests")
    for name, value in SMALL.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
