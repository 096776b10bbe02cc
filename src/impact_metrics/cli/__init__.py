"""The command ``impact-metrics``: a thin face over the library."""

from __future__ import annotations

import io
import sys

from impact_metrics.errors import missing_extra


def main() -> None:
    """Run the command; without the extra ``cli``, say which package brings it, and exit with 2."""
    try:
        import click  # noqa: F401, PLC0415 - an optional dependency, asked for here so that its absence is told
    except ImportError:
        print(missing_extra("the command impact-metrics", "click", "cli"), file=sys.stderr)  # noqa: T201
        raise SystemExit(2) from None
    from impact_metrics.cli.commands import command  # noqa: PLC0415 - needs the optional dependency

    for stream in (sys.stdout, sys.stderr):  # a name of a file, or what it holds, may have what they cannot print
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")

    command(prog_name="impact-metrics")
