"""Measures figures from Parquet files of 10^5 to 10^8 events: ``python -m benchmarks scale``."""
