"""The tests: each states its claim in its docstring."""
