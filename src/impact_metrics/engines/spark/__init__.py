"""The Spark engine: the same rules over tables of any size, on this machine or on a cluster."""

from impact_metrics.engines.spark.tables import SparkTables

__all__ = ["SparkTables"]
