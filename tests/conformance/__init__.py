"""Every reader on every kind of value: the same records, the same findings, whatever form a file has.

``docs/readers.md`` is written from these cases: ``python -m tests.conformance.page``.
"""
