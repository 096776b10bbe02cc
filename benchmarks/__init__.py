"""Measures the library on generated streams: ``python -m benchmarks``, from the root of the repository."""
