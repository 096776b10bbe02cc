"""The DuckDB engine: files and tables of any size, without a Python object for each record."""

from impact_metrics.engines.duckdb.tables import Tables

__all__ = ["Tables"]
