"""Editions: which numbers of a report they have, how these are shown, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impact_metrics.errors import DisclosureError, RuleError
from impact_metrics.publication import (
    COMPLEMENTARY,
    HOSPITAL,
    POLICIES,
    Audience,
    Edition,
    Observation,
    Policy,
    Status,
    differencing,
)
from impact_metrics.publication.drawing import Drawing, Place
from impact_metrics.rules.measures.parts import Nature
from tests.publication.editions import CATALOGUE_OF_TOYS, example, made, of_toys, owner, sold
from tests.toys import Colour, Shape

BY = [["sex"], ["age"], ["age", "sex"]]


@pytest.fixture(scope="module")
def published() -> Edition:
    """Publish the example."""
    return Edition.of(example(), by=BY, lists=["systemic_change"])


@pytest.fixture(scope="module")
def internal() -> Edition:
    """Keep the example internal."""
    return Edition.of(example(), audience=Audience.INTERNAL, by=BY)


def values(edition: Edition, metric: str) -> dict[str, object]:
    """Give what is printed of the parts of a figure to date."""
    return {part: seen.value for part, seen in edition.headline(metric).items()}


class TestInternal:
    """An internal edition has the figures of the report exactly, and says that it is internal."""

    def test_every_figure(self, internal: Edition) -> None:
        """Counts, shares, medians and stages are those of the report."""
        for result in example().results:
            shown = values(internal, result.metric.id)
            if result.times is not None:
                assert shown["value"] == result.times.median
                assert (shown["lower_quartile"], shown["upper_quartile"]) == result.times.quartiles
            elif result.parts is None:
                assert shown == {"value": result.value}
            else:
                assert shown["value"] == result.parts.share
                assert (shown["lower"], shown["upper"]) == result.interval
                if result.parts.stages is None:
                    assert (shown["numerator"], shown["denominator"]) == (
                        result.parts.numerator,
                        result.parts.denominator,
                    )
                else:
                    assert [shown[f"stage_{n}"] for n in (1, 2, 3)] == list(result.parts.stages)

    def test_every_cell(self, internal: Edition) -> None:
        """Cells and periods are those of the books."""
        by_sex = {seen.cell: seen.value for seen in internal.breakdowns("arrests")["sex",]}
        assert by_sex == {("female",): 231, ("male",): 875, ("unknown",): 228, ("all",): 1334}
        books = example().books(example().periods("year"), metrics=["arrests"])
        entered = [seen.value for seen in internal.trend("arrests") if seen.part == "entered"]
        assert entered == [line.flow.entered for line in books.lines if line.flow]

    def test_it_says_so(self, internal: Edition) -> None:
        """By its marking, in every row, and by having no policy."""
        assert internal.marking == "INTERNAL: exact figures, not for publication"
        assert internal.policy is None
        assert {row["audience"] for row in internal.to_dicts()} == {"internal"}
        assert {row["status"] for row in internal.to_dicts()} == {"exact", "none"}
        assert set(internal.lists) == {"systemic_change"}
        assert internal.refusals == ()


class TestPublished:
    """A published edition has no small count, and nothing that gives one away."""

    @pytest.mark.parametrize("policy", list(POLICIES.values()), ids=list(POLICIES))
    def test_no_small_count(self, policy: Policy) -> None:
        """Of the example, under each policy: what is printed is zero, or large enough."""
        edition = Edition.of(example(), policy=policy, by=BY)
        for seen in edition.observations:
            counts = seen.declared.nature in {Nature.COUNT, Nature.AMOUNT}
            if counts and seen.value is not None:
                assert seen.value == 0 or seen.value >= min(policy.threshold, policy.rounded(policy.threshold))

    def test_headlines_are_exact(self, published: Edition) -> None:
        """Totals that nothing breaks down are those that the organisation publishes."""
        assert values(published, "prosecutions") == {"value": 1275}
        assert published.headline("prosecutions")["value"].told == "exact"

    def test_the_same_count_is_shown_alike(self, published: Edition) -> None:
        """The denominator of a share is the headline that counts it, and its numerator the part that is within it."""
        shown = published.headline("recovery_and_reintegration")
        assert shown["numerator"].value == published.headline("survivors_rehabilitated")["value"].value == 1041
        assert shown["denominator"].value == 4588

    def test_a_share_of_a_small_count(self, published: Edition) -> None:
        """Seven came into exploitation again: neither they nor the rate are told."""
        shown = published.headline("re_trafficking_12_months")
        assert [shown[part].told for part in ("numerator", "value", "lower", "upper")] == ["suppressed"] * 4
        assert shown["denominator"].value == 3595
        assert shown["rest"].value == 3590

    def test_shares_come_from_what_is_shown(self, published: Edition) -> None:
        """Not from the exact counts."""
        shown = published.headline("change_in_safety")
        assert (shown["numerator"].value, shown["denominator"].value) == (45, 100)
        assert shown["value"].value == Decimal("0.45")
        assert shown["value"].told == "rounded"

    def test_a_listed_metric_hides_nothing(self, published: Edition) -> None:
        """What is listed one by one has an exact count, however small."""
        assert values(published, "systemic_change") == {"value": 5}
        assert len(published.lists["systemic_change"].rows) == 5
        assert published.to_dicts()[0]["audience"] == "publishable"
        assert published.marking == "Publishable: Suppressed below 8, others rounded to 5"

    def test_the_order_is_that_of_the_catalogue(self, published: Edition) -> None:
        """Listed metrics too stand in their place."""
        names = list(dict.fromkeys(seen.metric.id for seen in published.observations))
        assert names == [metric.id for metric in example().catalogue.metrics]

    def test_refused_groups(self, published: Edition) -> None:
        """They are told, without the category; no cell of them is printed."""
        refused = {refusal.metric for refusal in published.refusals}
        assert "convictions" in refused
        assert str(published.refusals[0]).startswith("convictions, by age and sex: some or all of its groups")
        assert all(seen.status is not Status.WITHHELD for seen in published.observations)

    def test_medians_of_few(self) -> None:
        """A median of few who ended is one of their own times, and is not shown."""
        few = attrs.evolve(HOSPITAL, threshold=400)
        shown = Edition.of(example(), policy=few, period=None).headline("case_duration")
        assert shown["value"].told == "suppressed"
        assert Edition.of(example(), period=None).headline("case_duration")["value"].value == 434

    def test_holding(self, published: Edition) -> None:
        """Whether invariants hold is told, and not for whom they do not."""
        assert ("convictions is within prosecutions", True) in published.holding

    def test_every_part_is_explained(self, published: Edition) -> None:
        """Whoever reads the table knows what each number is."""
        assert all(seen.meaning for seen in published.observations)
        stage = published.headline("way_of_survivors")["stage_2"]
        assert stage.meaning == "how many are in stage 2, and so in every one before"

    def test_breakdowns_that_share_dimensions_are_tied(self) -> None:
        """A reader adds cells up over the other dimension: the audit knows, and so nothing comes of it."""
        edition = Edition.of(example(), by=[["sex"], ["sex", "age"], ["age", "sex"]], period=None, policy=COMPLEMENTARY)
        cells = edition.breakdowns("arrests")
        one = {frozenset(zip(seen.by, seen.cell, strict=True)): seen.told for seen in cells["sex", "age"]}
        other = {frozenset(zip(seen.by, seen.cell, strict=True)): seen.told for seen in cells["age", "sex"]}
        assert all(one[cell] == told for cell, told in other.items() if cell in one)


class TestAsked:
    """What is asked for has to be there, and to be fit for publication."""

    @pytest.mark.parametrize(
        ("by", "message"),
        [
            ([["colours_of"]], "no count can be broken down by 'colours_of'"),
            ([[]], "no breakdown"),
            ([["shape"] * 2], "no breakdown"),
        ],
    )
    def test_breakdowns(self, by: list[list[str]], message: str) -> None:
        """By nothing, twice by one, or by what no metric has."""
        with pytest.raises(RuleError, match=message):
            Edition.of(of_toys(made(1, "Ann")), by=by)

    @pytest.mark.parametrize("name", ["maker", "note", "due", "born_on", "parts"])
    def test_categories_that_name_persons(self, name: str) -> None:
        """Ids, texts, dates and numbers are no categories of a publication; internally they are."""
        report = of_toys(made(1, "Ann"), owner("Ann"))
        with pytest.raises(DisclosureError, match="codes, flags, bands, age and time only"):
            Edition.of(report, by=[[name]])
        assert Edition.of(report, audience=Audience.INTERNAL, by=[[name]]).breakdowns("makers")

    def test_time_twice(self) -> None:
        """Years as a dimension beside years as periods would tell of the same people in two ways."""
        report = of_toys(*(made(n, f"P-{n}") for n in range(30)))
        with pytest.raises(DisclosureError, match="by year beside figures over periods"):
            Edition.of(report, by=[["year"]])
        cells = Edition.of(report, by=[["year"]], period=None).breakdowns("makers")["year",]
        assert [(seen.cell, seen.value) for seen in cells] == [
            (("2020",), 10),
            (("2021",), 10),
            (("2022",), 10),
            (("all",), 30),
        ]

    def test_lists(self) -> None:
        """Lists of persons, and lists that name persons, are never published; unknown names are told."""
        report = of_toys(made(1, "Ann"))
        for name in ("people", "orders_with_makers"):
            with pytest.raises(DisclosureError, match="names persons"):
                Edition.of(report, lists=[name])
        with pytest.raises(RuleError, match="there is no list 'makers'"):
            Edition.of(report, lists=["makers"])
        assert set(Edition.of(report, lists=["orders"]).lists) == {"orders"}
        assert Edition.of(report).lists == {}

    def test_unknown_metrics(self) -> None:
        """Are told with what is near."""
        edition = Edition.of(of_toys())
        for ask in (edition.headline, edition.trend, edition.breakdowns):
            with pytest.raises(RuleError, match="maker"):
                ask("makerz")


class TestTotals:
    """Totals that are no counts are published to date only."""

    def test_decimals(self) -> None:
        """Prices are shown where enough rows stand behind them, and not by period or category."""
        few = Edition.of(of_toys(made(1, "Ann", price=Decimal("1.50"))), by=[["shape"]])
        assert few.headline("price")["value"].told == "suppressed"
        many = Edition.of(of_toys(*(made(n, "Ann", price=Decimal("1.50")) for n in range(8))), by=[["shape"]])
        assert many.headline("price")["value"].value == Decimal("12.00")
        assert many.trend("price") == ()
        assert [(item.metric, item.what) for item in many.refusals if item.metric == "price"] == [
            ("price", "by period and category")
        ]

    def test_numbers_below_nothing(self) -> None:
        """A whole total is a count, but not where a cell or a period of it is negative."""
        report = of_toys(sold(1, 40), sold(2, -3, Colour.BLUE))
        edition = Edition.of(report, by=[["colour"]])
        assert values(edition, "pieces") == {"value": 37}
        assert "by colour" in {item.what for item in edition.refusals if item.metric == "pieces"}
        assert edition.trend("pieces")
        over = of_toys(sold(1, 40), attrs.evolve(sold(2, -3), occurred_on=date(2022, 1, 1)))
        assert "by period" in {item.what for item in Edition.of(over).refusals if item.metric == "pieces"}


class TestDrawing:
    """A count has one name wherever it stands."""

    def test_counts_that_differ_are_no_one_count(self) -> None:
        """The library would be wrong, and says so."""
        drawing = Drawing({})
        drawing.note(Place("m", "value"), 1)
        with pytest.raises(AssertionError, match=r"m.value is 2 here, and was 1 before"):
            drawing.note(Place("m", "value"), 2)

    def test_names_can_be_read(self) -> None:
        """They stand in errors."""
        assert str(Place("arrests", "value", "2024", ("sex",), ("male",))) == "arrests.value in 2024 sex male"

    def test_a_broken_invariant_says_nothing(self) -> None:
        """Then the common members of both are not the part."""
        report = of_toys(made(1, "Ann"))
        assert Drawing.of(report).same
        broken = attrs.evolve(report.invariants[0], holds=False)
        assert not Drawing.of(attrs.evolve(report, invariants=(broken,))).same


@given(
    st.lists(
        st.tuples(
            st.integers(0, 49), st.integers(0, 40), st.sampled_from([*Shape, None]), st.sampled_from([*Colour, None])
        ),
        max_size=60,
        unique_by=lambda row: row[0],
    ),
    st.sampled_from(list(POLICIES.values())),
)
@settings(max_examples=40)
def test_published_editions_of_any_stream(
    rows: list[tuple[int, int, Shape | None, Colour | None]], policy: Policy
) -> None:
    """Whatever the stream, no printed count is small, and each is the true one or that one rounded."""
    records = [made(number, f"P-{person}", shape) for number, person, shape, _ in rows]
    people = {person: owner(f"P-{person}", colour) for _, person, _, colour in rows}
    report = of_toys(*records, *people.values())
    by = [["colour"], ["shape", "colour"]]
    edition = Edition.of(report, policy=policy, by=by)
    internal = Edition.of(report, audience=Audience.INTERNAL, by=by)
    exact = {_name(seen): seen.value for seen in internal.observations}
    for seen in edition.observations:
        if seen.declared.nature in {Nature.COUNT, Nature.AMOUNT}:
            true = exact[_name(seen)]
            if seen.value is None:
                assert true != 0 or seen.status is Status.WITHHELD
            else:
                assert seen.value in {true, policy.rounded(true)}
                assert true == 0 or true >= policy.threshold
    assert edition.table.names == internal.table.names


def _name(seen: Observation) -> tuple[object, ...]:
    return seen.metric.id, seen.part, seen.period, seen.by, seen.cell


class TestDifferencing:
    """What two editions tell together."""

    def test_a_small_difference(self) -> None:
        """Three more people are told of by two exact headlines."""
        before = Edition.of(of_toys(*(made(n, f"P-{n}") for n in range(30))), by=[["shape"]])
        after = Edition.of(of_toys(*(made(n, f"P-{n}") for n in range(33))), by=[["shape"]])
        warned = differencing(before.to_dicts(), after)
        assert warned[0] == (
            "makers, value is 33, and was 30 in the previous edition: the difference is below 8, so that the two "
            "together may tell of so few (the figure itself: of counts how many there are, of totals the sum)"
        )
        assert differencing(after.to_dicts(), after) == ()
        assert differencing(before.to_dicts(), attrs.evolve(after, policy=None)) == ()

    def test_periods_and_cells_are_named(self) -> None:
        """So that they can be found."""
        shapes = [Shape.ROUND] * 20 + [Shape.SQUARE] * 20
        before = Edition.of(of_toys(*(made(n, f"P-{n}", shape) for n, shape in enumerate(shapes))), by=[["shape"]])
        rows = before.to_dicts()
        for row in rows:
            row["value"] = row["value"] and row["value"] + 5
        warned = " ".join(differencing(rows, before))
        assert "makers, value, shape: round is 20, and was 25" in warned
        assert "makers, entered, in 2020 is 10, and was 15" in warned


def test_days_are_no_counts(published: Edition) -> None:
    """A median that changes by a day tells of no single person."""
    rows = published.to_dicts()
    for row in rows:
        if row["unit"] == "days" and row["value"] is not None:
            row["value"] += 1
    assert differencing(rows, published) == ()


def test_the_catalogue_is_that_of_the_report() -> None:
    """For definitions beside the figures."""
    assert Edition.of(of_toys()).catalogue is CATALOGUE_OF_TOYS
