"""Pictures: axes hold their numbers, what is not shown is a gap with a mark, and labels do not run into each other."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact_metrics.publication.page.pictures import HEIGHT, LEFT, RIGHT, WIDTH, Axis, Mark, bars, line
from impact_metrics.publication.page.sideways import Row, bars_across, ranges, stacks
from tests.publication.parsed import Parsed


def drawn(element: object) -> Parsed:
    found = Parsed.of(str(element))
    assert not found.faults
    return found


def marks(*values: int | None) -> list[Mark]:
    return [Mark(f"20{n:02}", value) for n, value in enumerate(values)]


@given(st.lists(st.floats(-1e9, 1e9, allow_subnormal=False).map(lambda number: round(number, 3)), max_size=9))
def test_an_axis_holds_its_numbers(values: list[float]) -> None:
    """And zero, within the picture, in few steps."""
    axis = Axis.of(values)
    for value in (0.0, *values):
        assert axis.low <= value <= axis.high
        assert 0 < axis.place(value) < HEIGHT
    assert 2 <= len(axis.steps) <= 8
    assert axis.steps[0] == axis.low
    assert axis.steps[-1] == axis.high
    assert 0 in axis.steps


@pytest.mark.parametrize(
    ("values", "steps"),
    [
        ([], (0, 1)),
        ([0], (0, 1)),
        ([5], (0, 1, 2, 3, 4, 5)),
        ([5014], (0, 2000, 4000, 6000)),
        ([-3, 4], (-4, -2, 0, 2, 4)),
        ([0.5], (0, 0.1, 0.2, 0.3, 0.4, 0.5)),
    ],
)
def test_axes_have_round_steps(values: list[float], steps: tuple[float, ...]) -> None:
    """One, two or five, and ten times, or a tenth of that."""
    assert Axis.of(values).steps == pytest.approx(steps)


def test_a_number_that_is_not_shown_is_a_gap() -> None:
    """A line breaks there, bars leave it out, and a mark stands for it."""
    made = drawn(line("x", "X", "x", marks(3, None, 5, 7)))
    assert len(made.found("polyline")) == 2
    assert len(made.found("circle")) == 3
    for picture in (made, drawn(bars("x", "X", "x", marks(3, None, 5, 7)))):
        assert [text for given, text in picture.found("text") if "hidden" in (given["class"] or "")] == ["c"]
    assert len(drawn(bars("x", "X", "x", marks(3, None, 0, 7))).found("rect")) == 3
    last = drawn(line("x", "X", "x", marks(3, None))).found("text")
    assert not [text for given, text in last if "value" in (given["class"] or "")]


def test_bars_go_down_below_zero() -> None:
    """From the line of zero."""
    up, down = drawn(bars("x", "X", "x", marks(4, -3))).found("rect")
    assert float(up[0]["y"] or 0) + float(up[0]["height"] or 0) == pytest.approx(float(down[0]["y"] or 0), abs=0.02)


@given(st.integers(1, 400), st.sampled_from(["{}", "2023/24 Q{}", "{} a long name"]))
def test_labels_do_not_run_into_each_other(number: int, label: str) -> None:
    """Those there is no room for are left out, but never the last."""
    made = drawn(line("x", "X", "x", [Mark(label.format(n), n) for n in range(number)]))
    placed = [
        (float(given["x"] or 0), text)
        for given, text in made.found("text")
        if given["class"] == "middle" and given["y"] == str(HEIGHT - 10)
    ]
    placed.sort()
    assert placed[-1][1] == label.format(number - 1)
    assert len(made.found("circle")) == (number if number <= 40 else 0)
    for (one, first), (other, second) in itertools.pairwise(placed):
        assert other - one >= (len(first) + len(second)) / 2 * 5.5
    assert all(LEFT - 60 < place <= WIDTH - RIGHT for place, _ in placed)


def test_rows_have_names_and_numbers() -> None:
    """Long names are broken into lines; a row that is not shown has its mark and no shape."""
    rows = [Row("a " * 60, "5", (5.0, 3.0, 2.0)), Row("", "none"), Row("b", "[c]")]
    for draw, shapes in ((bars_across, 1), (stacks, 3)):
        made = drawn(draw("x", "X", "x", rows))
        assert len(made.found("rect")) == shapes
        assert [text for given, text in made.found("text") if "end" in (given["class"] or "")] == ["5", "none", "[c]"]
        assert len([text for given, text in made.found("text") if given["class"] == "name"]) == 5
    assert drawn(stacks("x", "X", "x", [Row("a", "0", (0, 0, 0))])).found("rect")[0][0]["width"] == "0"


@pytest.mark.parametrize(
    ("most", "axis"), [(0.04, "5 %"), (0.1, "10 %"), (0.2, "25 %"), (0.26, "50 %"), (0.9, "100 %")]
)
def test_ranges_have_an_axis_of_their_own(most: float, axis: str) -> None:
    """From nothing to the least round share that holds all of them."""
    made = drawn(ranges("x", "X", "x", [Row("a", "x", (most / 2, 0.0, most)), Row("b", "none")]))
    texts = [text for _, text in made.found("text")]
    assert texts[-2:] == ["0 %", axis]
    assert len(made.found("circle")) == 1
    assert drawn(ranges("x", "X", "x", [Row("b", "none")])).found("circle") == []
