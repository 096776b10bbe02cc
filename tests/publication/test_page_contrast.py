"""Colours: every pair of text and ground has the contrast that WCAG 2.2 asks for, by day and by night."""

from __future__ import annotations

import re
from importlib import resources

import pytest

CSS = resources.files("impact_metrics.publication.page").joinpath("style.css").read_text(encoding="utf-8")
TEXTS = [
    ("ink", "paper"),
    ("quiet", "paper"),
    ("accent", "paper"),
    ("other", "paper"),
    ("quiet", "wash"),
    ("ink", "wash"),
    ("mark-ink", "mark"),
    ("alarm-ink", "alarm"),
]
SHAPES = [("bar", "paper"), ("other", "paper"), ("accent", "paper"), ("quiet", "paper"), ("quiet", "wash")]


def colours() -> list[dict[str, str]]:
    """Give the colours of each scheme: the light one, and the dark one."""
    return [
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    ]


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_defined() -> None:
    """Black on white is 21, and a colour on itself 1."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [0, 1])
def test_texts_have_contrast(scheme: int) -> None:
    """At least 4.5 to 1."""
    found = colours()
    assert len(found) == 2
    reached = {pair: contrast(found[scheme][pair[0]], found[scheme][pair[1]]) for pair in TEXTS}
    assert {pair: number for pair, number in reached.items() if number < 4.5} == {}


@pytest.mark.parametrize("scheme", [0, 1])
def test_shapes_have_contrast(scheme: int) -> None:
    """What a picture tells by a shape stands out from its ground by at least 3 to 1."""
    found = colours()[scheme]
    assert {pair for pair in SHAPES if contrast(found[pair[0]], found[pair[1]]) < 3} == set()


def test_no_colour_is_beside_the_scheme() -> None:
    """Every colour in use is one of those that are tested."""
    used = set(re.findall(r"(?:color|fill|stroke|background|border[a-z-]*|outline):[^;]*?var\(--([a-z-]+)\)", CSS))
    tested = {name for pair in (*TEXTS, *SHAPES) for name in pair}
    assert used - tested == {"edge"}  # decoration only: lines between rows, and the frames of cards
    outside = re.sub(r":root \{.*?\}", "", CSS, flags=re.DOTALL)
    assert not re.findall(r"#[0-9a-f]{6}\b|rgb|hsl", outside)
