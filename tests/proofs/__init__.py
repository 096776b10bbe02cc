"""The tests of the prover: each states its claim in its docstring."""
