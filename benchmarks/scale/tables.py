"""The numbers as tables: seconds of each way, and what is compared with its aim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.scale.ways import DATA_FRAMES, DUCKDB
from benchmarks.timing import exponent, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MOST_GROWTH = 1.05
MOST_BYTES = 4 * 2**30
MOST_COMPILING = 0.050
"""Seconds to write the SQL of the whole catalogue."""
APART = ("SQLite, loading", "Python loops, reading")
"""What is prepared once before a way can be taken, and is no part of it."""
OTHERS = (*DATA_FRAMES, "SQLite", "Python loops")

CHECKED, TRUSTED = "library, rows checked", "library, files trusted"


def _best(seconds: Mapping[str, float]) -> float:
    return min(seconds[name] for name in DUCKDB)


def _over(name: str) -> Callable[[Mapping[str, float]], float]:
    return lambda seconds: seconds[TRUSTED] / seconds[name]


# Every ratio: its name, what is divided by what, and the most it may be where there is an aim.
RATIOS: tuple[tuple[str, Callable[[Mapping[str, float]], float], float | None], ...] = (
    ("eight figures, library trusting files / best SQL by hand", lambda s: s[TRUSTED] / _best(s), 1.15),
    ("eight figures, library checking rows / best SQL by hand", lambda s: s[CHECKED] / _best(s), 1.15),
    ("whole catalogue / its metrics alone", lambda s: s["whole catalogue"] / s["its metrics alone"], 0.6),
    ("whole catalogue with invariants / figures alone", lambda s: s["with invariants"] / s["whole catalogue"], None),
    (
        "whole catalogue with entries / figures alone",
        lambda s: s["with entries"] / s["whole catalogue"],
        1.5,
    ),
    ("whole catalogue with evidence / figures alone", lambda s: s["with evidence"] / s["whole catalogue"], 1.5),
    ("twelve monthly closings / one", lambda s: s["twelve closings"] / s["one closing"], 2.0),
    ("all constraints / eight figures", lambda s: (s["with violations"] - s[TRUSTED]) / s[TRUSTED], 3.0),
    *((f"eight figures, library trusting files / {name}", _over(name), 1.0) for name in OTHERS),
)


def shown(found: Mapping[str, Any]) -> str:
    """Lay out the numbers: the machine, seconds by way and size, ratios with their aims, growth and memory."""
    sizes = found["sizes"]
    parts = [
        ", ".join(f"{name} {value}" for name, value in found["machine"].items()),
        "seconds, CPU of all threads (on the clock), medians in one run:\n" + table([*_seconds(sizes)]),
    ]
    ratios = [*_ratios(sizes)]
    if ratios:
        head = ["CPU seconds, over CPU seconds", *_columns(sizes), "aim: at most"]
        parts.append(table([head, *ratios]))
    parts.append("\n".join([*_growth(sizes), *_compiling(sizes), *_memory(sizes)]))
    return "\n\n".join(parts) + "\n"


def _columns(sizes: Mapping[int, Any]) -> list[str]:
    return [f"{size:,} events" for size in sizes]


def _seconds(sizes: Mapping[int, Any]) -> Iterator[list[str]]:
    yield ["", *_columns(sizes)]
    names = dict.fromkeys(name for measured in sizes.values() for name in measured["cpu"])
    for name in names:
        cells = [
            f"{measured['cpu'][name]:.3f} ({measured['clock'][name]:.3f})" if name in measured["cpu"] else "-"
            for measured in sizes.values()
        ]
        yield [f"{name} (once, apart)" if name in APART else name, *cells]


def _ratios(sizes: Mapping[int, Any]) -> Iterator[list[str]]:
    for name, ratio, most in RATIOS:
        cells: list[str] = []
        for measured in sizes.values():
            try:
                cells.append(f"{ratio(measured['cpu']):.2f}")
            except KeyError:  # one of the two was not measured on this size
                cells.append("-")
        if set(cells) != {"-"}:
            yield [name, *cells, "-" if most is None else f"{most:.2f}"]


def _growth(sizes: Mapping[int, Any]) -> Iterator[str]:
    """How the seconds grow with the size, the fixed cost of small sizes included."""
    for title, best in (("library checking rows", (CHECKED,)), ("SQL by hand", DUCKDB)):
        spent = {
            size: min(measured["cpu"][name] for name in best)
            for size, measured in sizes.items()
            if all(name in measured["cpu"] for name in best)
        }
        if len(spent) > 1:
            over_all, last = exponent(spent), exponent({size: spent[size] for size in sorted(spent)[-2:]})
            both = f"{over_all:.2f} over all sizes, {last:.2f} between the two largest"
            yield f"growth of eight figures, {title}: exponent {both}; aim at most {MOST_GROWTH}"


def _compiling(sizes: Mapping[int, Any]) -> Iterator[str]:
    spent = [measured["cpu"]["compiling"] for measured in sizes.values() if "compiling" in measured["cpu"]]
    if spent:
        yield f"compiling the whole catalogue: {max(spent) * 1e3:.1f} ms; aim at most {MOST_COMPILING * 1e3:.0f} ms"


def _memory(sizes: Mapping[int, Any]) -> Iterator[str]:
    for size, measured in sizes.items():
        held = ", ".join(f"{name} {count / 2**20:,.0f} MiB" for name, count in measured["bytes"].items())
        yield f"most memory of a process, {size:,} events: {held}; aim at most {MOST_BYTES / 2**20:,.0f} MiB"
