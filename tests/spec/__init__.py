"""The language, stated by small tables: events in, members or a number out.

The cases are the tests that every engine must pass, and ``docs/language.md`` is written from them.
"""
