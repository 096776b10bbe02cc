"""Tests of the Spark engine. They are marked ``spark``, and skipped where there is no pyspark or no Java."""
