"""Catalogues as files: nothing is lost, the same is always the same, and a wrong file is told where it is wrong."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import jsonschema
import pytest
from hypothesis import assume, given

from impact_metrics import (
    Catalogue,
    CodeSet,
    ExchangeError,
    Model,
    alias,
    any_of,
    at_least,
    clause,
    constraint,
    count,
    distinct,
    evaluate,
    exists,
    not_,
    rows,
    total,
)
from impact_metrics.anti_trafficking import CATALOGUE as DOMAIN
from impact_metrics.anti_trafficking import MODEL
from impact_metrics.documents import compare
from impact_metrics.exchange import (
    canonical,
    digest,
    from_json,
    from_plain,
    from_yaml,
    load,
    save,
    schema,
    to_json,
    to_plain,
    to_yaml,
)
from impact_metrics.rules import Measure
from impact_metrics.streams import read_json_lines
from impact_metrics.testing import measures
from tests.regenerate import AGAIN, SCHEMA
from tests.spec.cases import CHAPTERS
from tests.spec.running import measure_of, names
from tests.test_cli import run
from tests.test_english import metric_of
from tests.test_reports import CATALOGUE
from tests.test_versions import VERSIONED
from tests.toys import STRICT_TOYS, TOYS, Broken, Colour, Made, Shape, Sold

EXAMPLE = Path(__file__).parent.parent / "examples" / "justice_and_care" / "stream.jsonl.gz"
VALIDATOR = jsonschema.Draft202012Validator(schema())


def holding(*measured: Measure, model: Model = TOYS) -> Catalogue:
    metrics = tuple(attrs.evolve(metric_of(item), id=f"m{number}") for number, item in enumerate(measured))
    return Catalogue(id="c", version="1", title="C", model=model, metrics=metrics)


@given(measures(TOYS))
def test_random_rules_come_back_as_they_were(measure: Measure) -> None:
    """Through JSON and YAML, with the model's own classes and with rebuilt ones; and the schema describes them."""
    catalogue = holding(measure)
    try:
        plain = to_plain(catalogue)
    except ExchangeError:
        assume(False)  # noqa: FBT003 - two sets of one name, which no file can tell apart
    VALIDATOR.validate(plain)
    assert from_json(to_json(catalogue), TOYS) == catalogue
    text = to_yaml(catalogue)
    assert from_yaml(text, TOYS) == catalogue
    rebuilt = from_yaml(text)
    assert to_plain(rebuilt) == plain
    assert digest(rebuilt) == digest(catalogue)


def test_every_rule_of_the_language_page_comes_back() -> None:
    """Whatever is drawn elsewhere: all that the page shows, shifted dates and several measures of a kind among it."""
    model = names()["HOUSE"]
    catalogue = holding(*dict.fromkeys(measure_of(case) for cases in CHAPTERS.values() for case in cases), model=model)
    assert len(catalogue.metrics) > 50
    assert from_yaml(to_yaml(catalogue), model) == catalogue
    VALIDATOR.validate(to_plain(catalogue))


@pytest.mark.parametrize("catalogue", [DOMAIN, CATALOGUE, VERSIONED], ids=["domain", "toys", "versions"])
def test_whole_catalogues_come_back(catalogue: Catalogue) -> None:
    """Metrics with all their words, other versions, invariants, constraints and the model."""
    assert from_plain(to_plain(catalogue), catalogue.model) == catalogue
    VALIDATOR.validate(to_plain(from_json(to_json(catalogue))))


def test_a_catalogue_from_a_file_evaluates_to_the_same_report() -> None:
    """With event types and code lists made from the file alone, over a stream read with them; and the same evidence."""
    loaded = from_yaml(to_yaml(DOMAIN))
    own = evaluate(loaded, read_json_lines(EXAMPLE, loaded.model).stream)
    python = evaluate(DOMAIN, read_json_lines(EXAMPLE, MODEL).stream)
    assert own.values() == python.values()
    assert [item.event_ids for item in own.evidence("convictions")] == [
        item.event_ids for item in python.evidence("convictions")
    ]
    assert len(own.violations) == len(python.violations)
    assert loaded.model.by_name["Trial"].__record__.doc == MODEL.by_name["Trial"].__record__.doc


def test_an_edited_threshold_changes_the_figure_and_is_told() -> None:
    """A reviewer's edit in the file: two sessions become three."""
    text = to_yaml(DOMAIN)
    assert text.count("at_least: 2\n") == 16, "cared for in 15 rules, and one least change"
    edited = from_yaml(text.replace("at_least: 2\n", "at_least: 3\n", 1), MODEL)
    stream = read_json_lines(EXAMPLE, MODEL).stream
    figures = [evaluate(item, stream)["survivors_cared_for"].value for item in (DOMAIN, edited)]
    assert figures[0] == 4588
    assert figures[1] < figures[0]
    (change,) = compare(DOMAIN["survivors_cared_for"], edited["survivors_cared_for"]).changes
    assert change.before.endswith("in at least two support sessions")
    assert change.after.endswith("in at least three support sessions")


def test_texts_are_pleasant_to_review() -> None:
    """In the order of reading, without anchors, nothing that is empty; and canonical text depends on no order."""
    text = to_yaml(DOMAIN)
    assert text.startswith("format: impact_metrics.catalogue\nformat_version: 1\nid: anti_trafficking\n")
    assert "&id" not in text
    assert "[]" not in text
    assert "null" not in text
    plain = to_plain(DOMAIN)
    shuffled = dict(reversed(plain.items()))
    assert canonical(from_plain(shuffled, MODEL)) == canonical(DOMAIN)
    assert len(digest(DOMAIN)) == 64


ANOTHER = CodeSet("warm colours", (Colour.GREEN,))


def test_two_sets_of_one_name_are_refused() -> None:
    """A reader could not tell which is meant."""
    warm = CodeSet("warm colours", (Colour.RED,))
    catalogue = holding(
        count(distinct(Sold.buyer).where(Sold.colour.in_(warm))), count(rows(Sold).where(Sold.colour.in_(ANOTHER)))
    )
    with pytest.raises(ExchangeError, match="two different sets have this name"):
        to_plain(catalogue)


def test_files_are_read_and_written_by_their_name(tmp_path: Path) -> None:
    """JSON and YAML; other names, missing files and other encodings are refused, and errors name the file."""
    for name in ("c.json", "c.yaml", "c.yml"):
        save(CATALOGUE, tmp_path / name)
        assert load(tmp_path / name, STRICT_TOYS) == CATALOGUE
    for action in (save, lambda _, path: load(path)):
        with pytest.raises(ExchangeError, match=r"(?s)c.txt.*end it in .json or .yaml"):
            action(CATALOGUE, tmp_path / "c.txt")
    with pytest.raises(ExchangeError, match="cannot be written"):
        save(CATALOGUE, tmp_path / "no" / "c.json")
    with pytest.raises(ExchangeError, match="cannot be read"):
        load(tmp_path / "no.json")
    (tmp_path / "utf16.yaml").write_text("a: b", encoding="utf-16")
    with pytest.raises(ExchangeError, match="not in UTF-8"):
        load(tmp_path / "utf16.yaml")
    (tmp_path / "bad.json").write_text('{"format": 1,\n"format": 2}')
    with pytest.raises(ExchangeError, match=r"bad.json: 'format': the key stands twice"):
        load(tmp_path / "bad.json")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: {b", "the text is no YAML"),
        ("", "catalogue: a mapping is expected, and this is null"),
        ("a: 1\na: 2", "line 2: the key stands twice"),
        ("a: &x {b: 1}\nc: *x", "line 1: an alias stands for something"),
        ("\t", "is no YAML"),
        ("a: 1\n---\nb: 2", "line 2: a second document begins"),
        ("a: !!python/object/apply:os.system [x]", "line 1: a tag says what"),
        ("a: !!str 1", "line 1: a tag says what"),
        ("? [a]\n: 1", "line 1: a list or mapping is no key"),
        ("a: \ud800", "the text is no YAML"),
        ("a: " + "9" * 5000, "line 1: a text or number cannot be read"),
        ("a: " + "[" * 300 + "]" * 300, "line 1: lists and mappings are nested more than 300 deep"),
        ("a: " + "[" * 100_000, "line 1: "),  # how deep the parser gets before it tells of the end differs
        ("- " * 100_000, "line 1: lists and mappings are nested more than 300 deep"),
        ("- 1.5", "and this is a list"),
        ("format: 2024-01-01\nformat_version: 1", "format: this is no catalogue: '2024-01-01'"),
        ("format: 1.5\nformat_version: 1", "this is no catalogue: '1.5'"),
    ],
)
def test_broken_yaml_is_refused_with_its_line(text: str, message: str) -> None:
    """And nothing that YAML reads on its own account, such as dates, comes in."""
    with pytest.raises(ExchangeError) as caught:
        from_yaml(text)
    assert message in str(caught.value)


def test_broken_json_is_refused_with_its_line() -> None:
    """Cut off, or no text of JSON at all."""
    with pytest.raises(ExchangeError, match="line 2: the text is no JSON"):
        from_json('{"a":\n')


@clause
def sturdy() -> Any:
    """It lasts."""
    return Made.parts >= 2


other = alias(Made, "other")
RICH = attrs.evolve(
    holding(
        count(
            distinct(Made.maker)
            .where(
                sturdy(),
                Made.colours.contains(Colour.RED),
                Made.shape.not_in({Shape.ROUND}),
                Made.due <= date(2024, 1, 1),
                Made.price == Decimal("1.50"),
                Made.safe,
                exists(other, other.maker == Made.maker, not_(other.note.is_missing())),
                at_least(2, Broken, Broken.case == Made.case, on_distinct=Broken.occurred_on),
                any_of(Made.colours.overlaps(CodeSet("warm", (Colour.RED,))), Made.parts == 1),
            )
            .at_least(2, on_distinct=Made.shape)
        ),
        count((distinct(Made.maker) | distinct(Sold.buyer)) & distinct(Sold.buyer) - distinct(Made.maker)),
        total(Made.parts),
        count(rows(Sold)),
        model=attrs.evolve(
            TOYS,
            constraints=(constraint("c", Made, Made.parts >= 1, when=Made.safe, because="toys have parts"),),
        ),
    ),
    invariants=DOMAIN.invariants[:0],
)
CONDITIONS = "metrics[0].measure.count.distinct.where"


def at(plain: Any, path: str) -> tuple[Any, Any]:
    keys = path.replace("[", ".").replace("]", "").split(".")
    for key in keys[:-1]:
        plain = plain[int(key) if isinstance(plain, list) else key]
    return plain, int(keys[-1]) if isinstance(plain, list) else keys[-1]


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("format", "other", "format: this is no catalogue"),
        ("format_version", 2, "format_version: the file has version 2"),
        ("format_version", "1", "format_version: a whole number is expected, and this is a text"),
        ("titel", "x", "there is no key 'titel' here\n  hint: did you mean 'title'?"),
        ("metrics", {}, "metrics: a list is expected, and this is a mapping"),
        ("metrics[0].id", "Not Good", "metrics[0]: a metric's id is made of"),
        ("metrics[0].title", 7, "metrics[0].title: a text is expected, and this is a whole number"),
        ("metrics[0].effective_from", "2024-02-30", "metrics[0].effective_from: '2024-02-30' is no date"),
        ("metrics[0].measure.sum", {}, "metrics[0].measure: a mapping with one key is expected, and this has 2"),
        (
            "metrics[2].measure",
            {"totl": {}},
            "metrics[2].measure: there is no measure 'totl'\n  hint: did you mean 'total'?",
        ),
        ("metrics[2].measure.total.of", "Made.pats", "metrics[2].measure.total.of: Made has no field 'pats'"),
        ("metrics[2].measure.total.of", "parts", "metrics[2].measure.total.of: 'parts' is no field of a row"),
        ("metrics[2].measure.total.row", "Maed", "metrics[2].measure.total.row: there is no event type 'Maed'"),
        ("metrics[3].measure.count_rows.row", {"type": "Sold"}, "count_rows.row: the key 'alias' is missing"),
        ("metrics[1].measure.count", {"al": []}, "metrics[1].measure.count: there is no population 'al'"),
        (
            f"{CONDITIONS}[0]",
            {"claus": {}},
            f"{CONDITIONS}[0]: there is no condition 'claus'\n  hint: did you mean 'clause'?",
        ),
        (
            f"{CONDITIONS}[1].contains.item.value",
            "pink",
            f"{CONDITIONS}[1].contains.item.value: 'pink' is no code of Colour",
        ),
        (f"{CONDITIONS}[2].not_one_of.among", [], f"{CONDITIONS}[2].not_one_of.among: a set of codes needs"),
        (
            f"{CONDITIONS}[2].not_one_of.among",
            {"set": "wrm"},
            "there is no named set 'wrm'\n  hint: did you mean 'warm'?",
        ),
        (f"{CONDITIONS}[3].compare.is", "=<", f"{CONDITIONS}[3].compare.is: there is no comparison '=<'"),
        (f"{CONDITIONS}[3].compare.right.value", "soon", "compare.right.value: 'soon' is no date"),
        (f"{CONDITIONS}[3].compare.left.days", "7", "compare.left.days: a whole number is expected"),
        (f"{CONDITIONS}[4].compare.left.days", 7, f"{CONDITIONS}[4].compare.left: only a date can be moved by days"),
        (f"{CONDITIONS}[4].compare.right.value", "much", "compare.right.value: 'much' is no decimal"),
        (f"{CONDITIONS}[5].compare.right.value", "yes", "compare.right.value: true or false is expected"),
        (f"{CONDITIONS}[5].compare.left.field", "Made.note", "[5].compare.right.value: no rule compares str"),
        (f"{CONDITIONS}[7].at_least.n", 0, f"{CONDITIONS}[7]: 'at least 0' always holds"),
        (f"{CONDITIONS}[7].at_least.where", "x", "at_least.where: a mapping is expected, and this is a text"),
        ("named_sets[0].of", "Colours", "named_sets[0].of: no field holds 'Colours'"),
        ("named_sets[0].members", ["blu"], "named_sets[0].members[0]: 'blu' is no code of Colour"),
        ("constraints[0].because", " ", "constraints[0]: a constraint says why it must hold"),
        ("model.events[0].fields[0].for", "rol", "model.events[0].fields[0].for: a field is not for 'rol'"),
        ("model.events[0].fields[0].type", "Persn", "model.events[0].fields[0].type: there is no type 'Persn'"),
        ("model.events[0].fields[0].doc", " ", "model.events[0].fields[0]: a field needs a sentence"),
        ("model.events[0].doc", "", "model.events[0]: a record type needs a docstring"),
        ("model.code_lists[0].doc", "", "model.code_lists[0]: a code list needs a docstring"),
        ("invariants", [{"subst": {}}], "invariants[0]: there is no invariant 'subst'"),
        ("invariants", [{"subset": {"part": "m0", "whole": "m9", "because": "b"}}], "there is no metric 'm9'"),
    ],
)
def test_a_wrong_file_is_told_where_it_is_wrong(path: str, value: object, problem: str) -> None:
    """The path to the fault, what was expected, and the nearest right name."""
    plain = copy.deepcopy(to_plain(RICH))
    home, key = at(plain, path)
    home[key] = value
    with pytest.raises(ExchangeError) as caught:
        from_plain(plain)
    assert problem in str(caught.value)


def test_the_rich_catalogue_itself_is_right() -> None:
    """So that what is refused above is refused for its one fault."""
    assert to_plain(from_plain(to_plain(RICH))) == to_plain(RICH)
    assert from_plain(to_plain(RICH), RICH.model) == RICH


def unknown_key(plain: dict[str, Any]) -> None:
    plain["metrics"][0]["titel"] = "x"


def missing_key(plain: dict[str, Any]) -> None:
    del plain["metrics"][0]["unit"]


def two_nodes(plain: dict[str, Any]) -> None:
    plain["metrics"][0]["measure"]["total"] = {"row": "Made", "of": "Made.parts"}


def wrong_type(plain: dict[str, Any]) -> None:
    plain["metrics"][0]["measure"]["count"]["distinct"]["at_least"] = "2"


def newer(plain: dict[str, Any]) -> None:
    plain["format_version"] = 99


@pytest.mark.parametrize("damage", [unknown_key, missing_key, two_nodes, wrong_type, newer])
def test_the_schema_refuses_what_the_reader_refuses(damage: Callable[[dict[str, Any]], None]) -> None:
    """Of the form of a file; what names mean, only the reader knows."""
    plain = copy.deepcopy(to_plain(RICH))
    VALIDATOR.validate(plain)
    damage(plain)
    with pytest.raises(ExchangeError):
        from_plain(plain)
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(plain)


def test_the_published_schema_is_the_one_that_is_generated() -> None:
    """The file in the documentation cannot drift from what the reader knows."""
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == schema(), AGAIN


def test_a_model_that_is_another_is_refused() -> None:
    """The first difference is named; with its own model the file is read."""
    plain = to_plain(CATALOGUE)
    reworded = copy.deepcopy(plain)
    reworded["model"]["events"][0]["fields"][1]["doc"] = "other words"
    with pytest.raises(ExchangeError, match=r"model.events\[0\].fields\[1\].doc: the file has another model"):
        from_plain(reworded, STRICT_TOYS)
    stricter = attrs.evolve(STRICT_TOYS, constraints=())
    with pytest.raises(ExchangeError, match="constraints: the file has another model"):
        from_plain(plain, stricter)
    without = {key: value for key, value in plain.items() if key != "constraints"}
    with pytest.raises(ExchangeError, match="constraints: the file has another model"):
        from_plain(without, STRICT_TOYS)


def test_a_person_type_and_codes_named_otherwise_come_back() -> None:
    """The person is rebuilt with its fields, and members keep the names that their authors gave them."""
    loaded = from_json(to_json(holding(count(distinct(Made.maker))))).model
    assert loaded.person is not None
    assert [spec.name for spec in loaded.person.__record__.fields] == [
        spec.name for spec in (TOYS.person or Made).__record__.fields
    ]
    offence = from_json(to_json(DOMAIN)).model.by_name["Charge"].__record__.field("offence").kind
    original = MODEL.by_name["Charge"].__record__.field("offence").kind
    assert [(member.name, member.meaning) for member in offence.codes] == [  # type: ignore[union-attr]
        (member.name, member.meaning)
        for member in original.codes  # type: ignore[union-attr]
    ]


def test_the_command_exports_and_takes_files(tmp_path: Path) -> None:
    """A catalogue leaves as a file with its digest, and every command takes it again."""
    path = tmp_path / "c.yaml"
    exported = run("export", path, "--catalogue", "tests.test_reports:CATALOGUE")
    assert f"toys 1, sha256 {digest(CATALOGUE)}" in exported.output
    assert "- counts once each person" in run("describe", "buyers", "--catalogue", path).output
    assert run("describe", "buyers", "--catalogue", tmp_path / "no.yaml").exit_code == 2


def test_old_and_new_metrics_are_told_apart_by_their_digest() -> None:
    """Any change of rule or word changes it."""
    reworded = attrs.evolve(CATALOGUE, metrics=(attrs.evolve(CATALOGUE["buyers"], limits=("none",)),), invariants=())
    shorter = attrs.evolve(CATALOGUE, metrics=(CATALOGUE["buyers"],), invariants=())
    assert digest(reworded) != digest(shorter)
