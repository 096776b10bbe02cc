"""DHIS2 data values, and the mappings that say where they go."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

from impact_metrics.errors import ExportError, RuleError
from impact_metrics.publication import Edition
from impact_metrics.publication.exports import Dhis2Mapping, Dhis2Values, dhis2_values, load_dhis2_mapping
from impact_metrics.publication.exports.dhis2 import period_id
from impact_metrics.rules.periods import Period, periods
from tests.publication.fair import fair, internal, published

UNIT, OTHER_UNIT = "OrgUnit0001", "OrgUnit0002"
DATA, MORE, BLUE, RED = "DataElem001", "DataElem002", "CatOptCom01", "CatOptCom02"
MAKERS = {"metric": "makers", "part": "closing", "data_element": DATA}
TABLES: dict[str, Any] = {"org_unit": UNIT, "to_date": "2024", "values": [MAKERS]}


def sent(edition: Edition | None = None, **more: Any) -> Dhis2Values:
    return dhis2_values(edition or published(), Dhis2Mapping.of({**TABLES, **more}))


def test_figures_go_where_the_mapping_says() -> None:
    """Values are texts, in the period and at the organisation unit that they are of, each marked as it is shown."""
    edition = published()
    red = {"metric": "makers", "data_element": MORE, "category_option_combo": RED, "by": {"colour": "red"}}
    share = {"metric": "safe_share", "part": "value", "data_element": MORE, "org_unit": OTHER_UNIT}
    found = sent(edition, values=[MAKERS, red, share])
    marked = f"rounded. {edition.marking}"
    value = edition.headline("safe_share")["value"].value
    assert found.values == {
        "dataValues": [
            {"dataElement": DATA, "period": "2023", "orgUnit": UNIT, "value": "50", "comment": marked},
            {
                "dataElement": MORE,
                "categoryOptionCombo": RED,
                "period": "2024",
                "orgUnit": UNIT,
                "value": "45",
                "comment": marked,
            },
            {"dataElement": MORE, "period": "2024", "orgUnit": OTHER_UNIT, "value": str(value), "comment": marked},
        ]
    }


def test_what_is_not_sent_is_told_with_its_reason() -> None:
    """Suppressed numbers, periods that are not over, figures without a period, and those that the edition lacks."""
    blue = {"metric": "makers", "data_element": MORE, "category_option_combo": BLUE, "by": {"colour": "blue"}}
    pink = {**blue, "by": {"colour": "pink"}}
    sales = {"metric": "sales", "data_element": MORE}
    found = sent(values=[MAKERS, blue, pink, sales], to_date="")
    assert [str(item) for item in found.left_out] == [
        "makers closing, 2022: suppressed",
        "makers closing, 2024 (to 2024-06-30): it is no whole period of the type Yearly",
        "makers value, colour blue, to date: suppressed",
        "makers value, colour pink, to date: the edition has no such figure",
        "sales value, to date: the mapping does not say under which period figures to date are filed (to_date)",
    ]
    assert [value["value"] for value in found.values["dataValues"]] == ["50"]
    assert [
        str(item) for item in sent(published(fair([])), values=[{**MAKERS, "metric": "way", "part": "value"}]).left_out
    ] == ["way value, to date: none"]


def test_what_the_mapping_says_nothing_of_is_named() -> None:
    """Once a figure, whatever its periods and cells; a cell that sums over everything is the whole."""
    found = sent(values=[MAKERS, {"metric": "makers", "data_element": MORE, "by": {"colour": "all"}}])
    assert {"makers entered over periods", "makers value by colour", "sales value over periods"} <= set(
        found.not_mapped
    )
    assert not {"makers closing over periods", "makers value"} & set(found.not_mapped)
    assert len(set(found.not_mapped)) == len(found.not_mapped)


def test_a_number_that_is_internal_says_so() -> None:
    """The comment of each value is marked as the edition is."""
    (first, *_) = sent(internal()).values["dataValues"]
    assert first["comment"].startswith("exact. INTERNAL")
    assert first["value"] == "7"


def test_only_the_periods_that_are_named_are_sent() -> None:
    """A total is over periods where the mapping says so, and named periods are ones that the edition has."""
    total = {"metric": "pieces", "data_element": MORE, "per_period": True}
    found = sent(values=[MAKERS, total], periods=["2023"])
    assert [(value["dataElement"], value["period"], value["value"]) for value in found.values["dataValues"]] == [
        (DATA, "2023", "50"),
        (MORE, "2023", "785"),
    ]
    assert found.left_out == ()
    with pytest.raises(ExportError, match="did you mean '2023'"):
        sent(periods=["20233"])


def test_a_set_is_completed_for_one_period_and_unit() -> None:
    """They stand at the top then, as DHIS2 registers a completion; several are refused."""
    head = {"data_set": "DataSet0001", "attribute_option_combo": "AttOptCom01", "complete_date": date(2024, 2, 1)}
    found = sent(periods=["2023"], **head)
    assert list(found.values) == [
        "dataSet",
        "attributeOptionCombo",
        "completeDate",
        "period",
        "orgUnit",
        "dataValues",
    ]
    assert [found.values[name] for name in ("completeDate", "period", "orgUnit")] == ["2024-02-01", "2023", UNIT]
    with pytest.raises(ExportError, match="there are 2"):
        sent(values=[MAKERS, {"metric": "sales", "data_element": MORE}], **head)


def test_two_figures_in_one_place_are_refused() -> None:
    """One would take the place of the other in DHIS2."""
    with pytest.raises(ExportError, match=f"two figures go to data element {DATA} in period 2024") as caught:
        sent(values=[{"metric": "sales", "data_element": DATA}, {"metric": "pieces", "data_element": DATA}])
    assert caught.value.where == "DHIS2 mapping, pieces value"
    with pytest.raises(RuleError, match="did you mean 'makers'"):
        sent(values=[{**MAKERS, "metric": "makres"}])


def test_the_set_is_written_as_json(tmp_path: Path) -> None:
    """As it is, in UTF-8."""
    path = tmp_path / "values.json"
    found = sent()
    found.write(path)
    assert json.loads(path.read_text(encoding="utf-8")) == found.values


@pytest.mark.parametrize(
    ("unit", "year_starts", "kind", "ids"),
    [
        ("year", 1, "Yearly", ["2023", "2024"]),
        ("year", 4, "FinancialApril", ["2022April", "2023April", "2024April"]),
        ("year", 7, "FinancialJuly", ["2022July", "2023July", "2024July"]),
        ("year", 10, "FinancialOct", ["2022Oct", "2023Oct", "2024Oct"]),
        ("quarter", 1, "Quarterly", [f"{year}Q{n}" for year in (2023, 2024) for n in range(1, 5)]),
        ("month", 1, "Monthly", [f"{year}{n:02}" for year in (2023, 2024) for n in range(1, 13)]),
        ("year", 1, "FinancialApril", ["", ""]),
        ("year", 4, "Yearly", ["", "", ""]),
        ("quarter", 2, "Quarterly", [""] * 9),
        ("month", 1, "Quarterly", [""] * 24),
    ],
    ids=str,
)
def test_periods_are_written_as_dhis2_writes_them(unit: Any, year_starts: int, kind: str, ids: list[str]) -> None:
    """A financial year by the calendar year in which it begins; a period of another type has no id."""
    found = periods(unit, date(2023, 1, 1), date(2024, 12, 31), year_starts=year_starts)
    assert [period_id(period, kind) for period in found] == ids


def test_a_period_that_is_cut_has_no_id() -> None:
    """Neither at its start nor at its end."""
    assert period_id(Period(date(2024, 1, 2), date(2024, 12, 31), "2024"), "Yearly") == ""
    assert period_id(Period(date(2024, 1, 1), date(2024, 12, 30), "2024"), "Yearly") == ""


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"org_unit": ""}, r"'' is no uid"),
        ({"org_unit": "OrgUnit001"}, "the first a letter"),
        ({"org_unit": "1rgUnit0001"}, "is no uid"),
        ({"data_set": "DataSet-001"}, "is no uid"),
        ({"values": [{**MAKERS, "data_element": ""}]}, "is no uid"),
        ({"values": [{**MAKERS, "category_option_combo": "CatOptCom001"}]}, "is no uid"),
        ({"period_type": "Financial"}, "did you mean 'Financial"),
        ({"to_date": "2024-04"}, "write it as 2024"),
        ({"complete_date": "2024-02-01"}, "give data_set too"),
        (
            {"complete_date": "1 February"},
            r"a date YYYY-MM-DD is expected, and '1 February' is given @ mapping.complete",
        ),
        ({"complete_date": datetime(2024, 2, 1)}, "a date YYYY-MM-DD is expected"),  # noqa: DTZ001 - as TOML gives it
        ({"periods": "2023"}, "a list of texts is expected, and '2023' is given"),
        ({"periods": [2023]}, "a list of texts"),
        ({"values": {}}, "a list of tables is expected"),
        ({"values": [{**MAKERS, "by": "colour"}]}, "a table of texts is expected"),
        ({"values": [{**MAKERS, "by": {"colour": 1}}]}, "a table of texts is expected"),
        ({"values": [{**MAKERS, "per_period": 1}]}, "true or false is expected, and 1 is given"),
        ({"values": [{**MAKERS, "metric": 1}]}, "text in quotes is expected, and 1 is given"),
        ({"values": [{"metric": "makers"}]}, "data_element|required"),
        ({"orgunit": UNIT}, "there is no orgunit"),
    ],
    ids=str,
)
def test_a_wrong_mapping_is_refused(more: dict[str, Any], says: str) -> None:
    """Where the fault is, what was expected, and what is given."""
    with pytest.raises(ExportError, match=says) as caught:
        Dhis2Mapping.of({**TABLES, **more})
    assert caught.value.where.startswith("DHIS2 mapping")


def test_mappings_are_read_from_toml_and_json(tmp_path: Path) -> None:
    """Both say the same, and a date of TOML is a date."""
    toml, plain = tmp_path / "mapping.toml", tmp_path / "mapping.json"
    toml.write_text(
        f"""
        org_unit = "{UNIT}"
        to_date = "2024"
        data_set = "DataSet0001"
        complete_date = 2024-02-01
        [[values]]
        metric = "makers"
        part = "closing"
        data_element = "{DATA}"
        """
    )
    plain.write_text(json.dumps({**TABLES, "data_set": "DataSet0001", "complete_date": "2024-02-01"}))
    assert load_dhis2_mapping(toml) == load_dhis2_mapping(plain)
    assert load_dhis2_mapping(toml).complete_date == date(2024, 2, 1)
    assert attrs.evolve(load_dhis2_mapping(toml), complete_date=None, data_set="") == Dhis2Mapping.of(TABLES)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.toml", None, "cannot be read: No such file"),
        ("a.toml", b"org_unit = ", "is no TOML"),
        ("a.json", b"{", "is no JSON"),
        ("a.json", b"\xff", "is not in UTF-8"),
        ("a.json", b"[]", "is no table"),
    ],
)
def test_a_file_that_is_no_mapping_is_named(name: str, text: bytes | None, says: str, tmp_path: Path) -> None:
    """With what is wrong about it."""
    path = tmp_path / name
    if text is not None:
        path.write_bytes(text)
    with pytest.raises(ExportError, match=says) as caught:
        load_dhis2_mapping(path)
    assert caught.value.where == str(path)
