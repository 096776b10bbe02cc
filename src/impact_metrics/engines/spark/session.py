"""Sessions of Spark: one of our own on this machine, or one beside that of the caller."""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING

from impact_metrics.errors import StreamError, missing_extra

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

OLDEST_JAVA = 17
"""The oldest Java that Spark 4 runs on."""
_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",  # what does not fit is an error, and not NULL
    "spark.sql.ansi.enforceReservedKeywords": "false",
    "spark.sql.caseSensitive": "false",
    "spark.sql.variable.substitute": "false",  # a name with ${...} is that name
    "spark.sql.constraintPropagation.enabled": "false",  # else a union that reads a kept part twice can fail
    "spark.sql.maxPlanStringLength": "8192",  # each plan is printed for a page that nobody may look at
}
_LOCAL = {
    "spark.buffer.pageSize": "1m",  # each small table that is sent around takes a page: those of 64 MB fill the heap
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.ui.retainedJobs": "10",
    "spark.ui.retainedStages": "10",
    "spark.sql.ui.retainedExecutions": "10",
    "spark.sql.shuffle.partitions": "16",
    "spark.sql.warehouse.dir": str(Path(gettempdir()) / "impact_metrics-warehouse"),  # and not where the caller is
}


def opened(session: SparkSession | None) -> SparkSession:
    """Give a session with settings and views of its own, on the cluster of the one that is given, if one is.

    Raises ``MissingExtraError`` without the extra ``spark``, and ``StreamError`` without a Java that can run it.
    """
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an optional dependency
    except ImportError:
        raise missing_extra("evaluating with Spark", "pyspark", "spark") from None
    found = session or SparkSession.getActiveSession() or _local()
    made = found.newSession()
    for name, value in _SETTINGS.items():
        made.conf.set(name, value)
    return made


def _local() -> SparkSession:
    """Start Spark as it is configured here: on this machine, where nothing else is said."""
    from pyspark.errors import PySparkRuntimeError  # noqa: PLC0415 - an optional dependency
    from pyspark.sql import SparkSession  # noqa: PLC0415 - the same

    if "PYSPARK_GATEWAY_PORT" not in os.environ:  # spark-submit has started Java already
        check_java()
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)  # errors are raised, and need no print
    quiet = Path(__file__).with_name("log4j2.properties").as_uri()
    builder = SparkSession.builder.appName("impact_metrics")
    for name, value in {**_LOCAL, "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={quiet}"}.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except PySparkRuntimeError as error:
        raise StreamError(f"Spark cannot start: {error}", hint="run java -version to see whether Java works") from None


def check_java() -> None:
    """Raise ``StreamError`` where there is no Java, or one that is too old."""
    hint = f"install Java {OLDEST_JAVA} or later, as by: apt-get install default-jre-headless; or set JAVA_HOME"
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if java is None:
        where = "JAVA_HOME" if home else ""
        raise StreamError("Spark needs Java, and there is none", where=where, hint=hint)
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603 - a fixed command
    version = re.search(r'version "(?:1\.)?(\d+)', told.stderr)
    if version is None:
        raise StreamError(f"{java} does not tell its version", hint=hint)
    if int(version[1]) < OLDEST_JAVA:
        raise StreamError(f"Spark needs Java {OLDEST_JAVA} or later, and this is Java {version[1]}", hint=hint)
