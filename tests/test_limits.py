"""What a file may hold: one that is too large, too deep or written to cost time is refused, with the limit."""

from __future__ import annotations

import copy
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from impact_metrics import ExchangeError, limits
from impact_metrics.errors import LONGEST_COMPARED, MOST_NAMED, nearest
from impact_metrics.exchange import files, from_json, from_plain, from_yaml, load, to_json, to_plain, to_yaml
from impact_metrics.exchange import json_text as json_module
from tests.test_exchange import CONDITIONS, RICH, at


def test_a_large_catalogue_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One byte more than the limit is told with the limit; at the limit it is read."""
    path = tmp_path / "c.json"
    path.write_text(to_json(RICH), encoding="utf-8")
    size = path.stat().st_size
    monkeypatch.setattr(files, "MAX_FILE", size)
    assert load(path).id == RICH.id
    monkeypatch.setattr(files, "MAX_FILE", size - 1)
    with pytest.raises(ExchangeError, match=f"c.json: the catalogue is larger than {size - 1:,} bytes"):
        load(path)


def test_a_name_that_no_file_has_is_refused() -> None:
    """A zero character in the name of a file is an error like any other."""
    with pytest.raises(ExchangeError, match="cannot be read: embedded null"):
        load(Path("a\0b.json"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 301, "line 1: lists and mappings are nested more than 300 deep"),
        ("[" * 1_000_000, "line 1: lists and mappings are nested more than 300 deep"),
        ('{"a":\n' * 100_000, "line 301: lists and mappings are nested more than 300 deep"),
        ("[1, 2]" + "[]," * 1000, "line 1: the text is no JSON"),
        ('"' + "[" * 1000 + '"', "a mapping is expected, and this is a text"),
        (r'"\"' + "[" * 1000 + '"', "a mapping is expected, and this is a text"),
        ('"' + r"\"" * 100_000, "the text is no JSON: Unterminated string"),
        ('{"a": NaN}', "NaN is no JSON number"),
        ('{"a": ' + "9" * 5000 + "}", "the text cannot be read: Exceeds the limit"),
        (r'{"a": "\ud800"}', "a text has half of a character"),
        (r'{"format": "\u00e9"}', "the key 'format_version' is missing"),
        ('{"' + "k" * 1000 + '": 1, "' + "k" * 1000 + '": 1}', "...: the key stands twice in one mapping"),
    ],
)
def test_hostile_json_is_refused(text: str, message: str) -> None:
    """Depth before the parser runs out of stack, numbers and characters that nothing can hold."""
    with pytest.raises(ExchangeError) as caught:
        from_json(text)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 1000


def test_as_deep_as_the_limit_is_read() -> None:
    """At the limit the text is read, in JSON and in YAML."""
    deepest = "[" * limits.MAX_DEPTH + "]" * limits.MAX_DEPTH
    assert not limits.is_deeper(json_module.read(deepest), limits.MAX_DEPTH)
    assert limits.is_deeper(json_module.read(deepest), limits.MAX_DEPTH - 1)
    with pytest.raises(ExchangeError, match="a mapping is expected, and this is a list"):
        from_yaml(deepest)


def test_a_thousand_aliases_of_aliases_are_refused() -> None:
    """No alias is followed, so that ten lines cannot fill the memory."""
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 100))]
    with pytest.raises(ExchangeError, match="line 1: an alias stands for something written elsewhere"):
        from_yaml("\n".join(lines))


def test_an_alias_without_an_anchor_is_refused() -> None:
    """The same where nothing has the name."""
    with pytest.raises(ExchangeError, match="line 1: an alias stands for"):
        from_yaml("a: *b")


@pytest.mark.parametrize("text", ["a: 'x", 'a: "\\U0011FFFF"', 'a: "\\ud800"', "a: \ud800", "a: [", "a\0"])
def test_without_the_fast_parser_the_same_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML comes without its C parser on some machines."""
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    with pytest.raises(ExchangeError):
        from_yaml(text)


def test_without_the_fast_parser_the_same_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole catalogue."""
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert to_plain(from_yaml(to_yaml(RICH))) == to_plain(RICH)


def nested(levels: int, inner: Any) -> Any:
    for _ in range(levels):
        inner = {"not": inner}
    return inner


def test_conditions_are_nested_so_deep_and_no_deeper() -> None:
    """Beyond it the place is told, even where the stack would not hold them."""
    plain = copy.deepcopy(to_plain(RICH))
    holder, key = at(plain, f"{CONDITIONS}[0]")
    inner = holder[key]
    holder[key] = nested(limits.MAX_CONDITIONS - 2, {"is_missing": "Made.note"})
    from_plain(plain)
    for levels in (limits.MAX_CONDITIONS, sys.getrecursionlimit() * 2):
        holder[key] = nested(levels, inner)
        with pytest.raises(ExchangeError, match="conditions and populations lie more than 60 deep"):
            from_plain(plain)


def test_populations_are_nested_so_deep_and_no_deeper() -> None:
    """The same for populations in each other."""
    plain = copy.deepcopy(to_plain(RICH))
    for _ in range(limits.MAX_CONDITIONS):
        plain["metrics"][0]["measure"]["count"] = {"both": [plain["metrics"][0]["measure"]["count"]] * 2}
    with pytest.raises(ExchangeError, match="conditions and populations lie more than 60 deep"):
        from_plain(plain)


@pytest.mark.parametrize("number", ["1e999999999", "NaN", "Infinity", "-sNaN", "1e-999999999", "1" * 100])
def test_a_decimal_that_nothing_can_be_added_to_is_refused(number: str) -> None:
    """Each would fill the memory, or fail, in the first sum."""
    plain = copy.deepcopy(to_plain(RICH))
    holder, key = at(plain, f"{CONDITIONS}[4].compare.right.value")
    holder[key] = number
    with pytest.raises(ExchangeError, match="is no decimal of at most 38 digits"):
        from_plain(plain)


def test_errors_quote_the_beginning_of_what_is_long() -> None:
    """A text of megabytes is no message."""
    plain = copy.deepcopy(to_plain(RICH))
    plain["metrics"][0]["measure"] = {"x" * 100_000: {}}
    with pytest.raises(ExchangeError) as caught:
        from_plain(plain)
    assert len(str(caught.value)) < 2000


def test_names_are_compared_where_a_person_may_have_misspelt_them() -> None:
    """A near name is looked for where it is short enough, and known names are listed where they are few enough."""
    names = [f"name{number:03}" for number in range(MOST_NAMED + 5)]
    assert nearest("q", names).endswith("name099 and 5 more")
    assert nearest("nam042", names) == "did you mean 'name042'?"
    long = "n" * (LONGEST_COMPARED + 1)
    assert nearest(long, [long[1:]]).startswith("known names are")


def test_many_keys_are_read_in_time() -> None:
    """Repeats are looked for in one pass: a hundred thousand keys take no afternoon."""
    text = json.dumps({f"k{number}": 1 for number in range(100_000)})
    assert len(json_module.read(text)) == 100_000
