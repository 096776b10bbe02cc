"""Strategies for whole metrics, and for catalogues whose invariants are candidates: some hold, and some do not."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import attrs
from hypothesis import strategies as st

from impact_metrics.expressions import AllOf
from impact_metrics.rules import Catalogue, Count, Distinct, Metric, Population, Source, Unit, subset
from impact_metrics.rules.measures import population_of
from impact_metrics.rules.populations import subject_kind
from impact_metrics.testing.authoring import Author
from impact_metrics.testing.rules import measures
from impact_metrics.testing.values import USUAL, Pools

if TYPE_CHECKING:
    from collections.abc import Callable

    from impact_metrics.model import Model
    from impact_metrics.rules import Measure


@st.composite
def metrics(draw: Callable[[st.SearchStrategy[Any]], Any], model: Model, *, pools: Pools = USUAL) -> Metric:
    """Draw a metric of a model: a drawn measure, with the unit of what it counts."""
    return _metric(1, draw(measures(model, pools=pools)))


def _metric(number: int, measure: Measure) -> Metric:
    unit = Unit("row", "rows")
    population = population_of(measure)
    if population is not None:
        kind = subject_kind(population).name
        noun = kind.removesuffix("Id").lower()
        unit = Unit(noun, f"{noun}s", kind)
    return Metric(
        id=f"metric_{number}",
        version="1",
        title=f"Metric {number}",
        definition=None,
        source=Source("a strategy", "drawn"),
        unit=unit,
        measure=measure,
    )


@st.composite
def catalogues(
    draw: Callable[[st.SearchStrategy[Any]], Any], model: Model, *, max_metrics: int = 3, pools: Pools = USUAL
) -> Catalogue:
    """Draw a catalogue over a model, with one to ``max_metrics`` metrics, and others that narrow some of them.

    Its invariants are *candidates*, all of the kind that one metric is within another. Those between a metric and one
    that narrows it hold on every stream; the others hold on some streams and not on others, which is for the test to
    find out.
    """
    found = [
        _metric(number, draw(measures(model, pools=pools)))
        for number in range(1, draw(st.sampled_from(range(1, max_metrics + 1))) + 1)
    ]
    author = Author(draw, model, pools)
    pairs: list[tuple[Metric, Metric]] = []
    for whole in tuple(found):
        if isinstance(whole.measure, Count) and draw(st.booleans()):
            narrower = _narrower(author, whole.measure.population)
            found.append(_metric(len(found) + 1, Count(narrower)))
            pairs.append((found[-1], whole))
    candidates = [pair for pair in permutations(found, 2) if _alike(*pair) and pair not in pairs]
    if candidates:
        pairs.extend(draw(st.lists(st.sampled_from(candidates), min_size=1, max_size=3, unique_by=_names)))
    invariants = tuple(subset(part, whole, because="this is a candidate") for part, whole in pairs)
    return Catalogue(id="drawn", version="1", title="Drawn", model=model, metrics=tuple(found), invariants=invariants)


def _narrower(author: Author, population: Population[Any]) -> Population[Any]:
    """Write a population that is within another."""
    if isinstance(population, Distinct) and author.draw(st.booleans()):
        asked = AllOf((population.condition, author.condition([population.row], 1)))
        return attrs.evolve(population, condition=asked)
    other = author.population(subject_kind(population), 0)
    return population & other if author.draw(st.booleans()) else population - other


def _alike(part: Metric, whole: Metric) -> bool:
    """Tell whether one metric could be within the other: both count subjects of one kind."""
    counts = isinstance(part.measure, Count) and isinstance(whole.measure, Count)
    return counts and part.unit == whole.unit


def _names(pair: tuple[Metric, Metric]) -> tuple[str, str]:
    return pair[0].id, pair[1].id
