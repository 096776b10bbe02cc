"""Test vectors from files: what is published is read, and what is wrong is told with its place."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from impact_metrics import ExchangeError, limits
from impact_metrics.anti_trafficking import CATALOGUE
from impact_metrics.proofs import read_vectors, vector_files
from tests.proofs.test_vectors import published
from tests.regenerate import VECTORS
from tests.test_exchange import at


def test_published_vectors_are_read() -> None:
    """As they are, with and without the catalogue that they are of."""
    assert read_vectors(VECTORS) == published()
    assert read_vectors(str(VECTORS), CATALOGUE) == published()


def written(folder: Path, plain: Any) -> Path:
    path = folder / "v.json"
    path.write_text(plain if isinstance(plain, str) else json.dumps(plain), encoding="utf-8")
    return path


def small() -> dict[str, Any]:
    plain = copy.deepcopy({key: value for key, value in published().items() if key != "vectors"})
    return {**plain, "vectors": copy.deepcopy(published()["vectors"][:2])}


def test_keys_of_another_hand_are_kept(tmp_path: Path) -> None:
    """In the file and in a vector."""
    plain = {**small(), "licence": "CC0"}
    plain["vectors"][0]["author"] = "by hand"
    assert read_vectors(written(tmp_path, plain), CATALOGUE) == plain


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("format", "other", "file.format: these are no test vectors"),
        ("format_version", 3, "file.format_version: this version of the format is not read"),
        ("format_version", 1, "file.format_version: this version of the format is not read"),
        ("format_version", True, "file.format_version: a whole number is expected"),
        ("digest", 7, "file.digest: a text is expected"),
        ("vectors", {}, "file.vectors: a list is expected, and this is a mapping"),
        ("vectors[1]", [], "file.vectors[1]: a mapping is expected, and this is a list"),
        ("vectors[1].as_at", "2024-02-30", "file.vectors[1].as_at: '2024-02-30' is no date"),
        ("vectors[1].standing", 1, "file.vectors[1].standing: a text is expected"),
        ("vectors[1].part", 1, "file.vectors[1].part: a text is expected"),
        ("vectors[1].days", "9", "file.vectors[1].days: a whole number is expected"),
        ("vectors[1].subject", None, "file.vectors[1].subject: a text is expected, and this is null"),
        ("vectors[1].events", "x", "file.vectors[1].events: a list is expected"),
        ("vectors[0].events[0]", "x", "file.vectors[0].events[0]: a mapping is expected"),
        ("vectors[0].events[0].type", 1, "file.vectors[0].events[0].type: a text is expected"),
        ("vectors[0].metric", "arests", "file.vectors[0].metric: there is no metric 'arests'"),
        ("vectors[0].version", "1999.1", "file.vectors[0].version: victims_rescued has no version '1999.1'"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, path: str, value: object, problem: str) -> None:
    """The file, the path in it, and what is expected."""
    plain = small()
    holder, key = at(plain, path)
    holder[key] = value
    with pytest.raises(ExchangeError) as caught:
        read_vectors(written(tmp_path, plain), CATALOGUE)
    assert str(caught.value).startswith(f"{tmp_path / 'v.json'}: {problem}")


@pytest.mark.parametrize("key", ["format", "catalogue", "vectors[0].clause", "vectors[0].events[0].id"])
def test_what_is_missing_is_told(tmp_path: Path, key: str) -> None:
    """By its name."""
    plain = small()
    holder, name = at(plain, key)
    del holder[name]
    with pytest.raises(ExchangeError, match=f"the key '{name}' is missing"):
        read_vectors(written(tmp_path, plain))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "v.json: line 1: the text is no JSON"),
        ("7", "v.json: file: a mapping is expected, and this is a whole number"),
        ("[" * 100_000, "v.json: line 1: lists and mappings are nested more than 300 deep"),
        (r'"\ud800"', "v.json: a text has half of a character"),
    ],
)
def test_what_is_no_json_is_told(tmp_path: Path, text: str, problem: str) -> None:
    """Or is nested too deep."""
    with pytest.raises(ExchangeError) as caught:
        read_vectors(written(tmp_path, text))
    assert problem in str(caught.value)


def test_a_large_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it is read; as is one that is not there."""
    monkeypatch.setattr(vector_files, "MAX_FILE", 100)
    assert limits.MAX_FILE == 16 * 2**20
    with pytest.raises(ExchangeError, match=r"v\.json: the file of test vectors is larger than 100 bytes"):
        read_vectors(written(tmp_path, small()))
    with pytest.raises(ExchangeError, match=r"no\.json: the file of test vectors cannot be read: No such file"):
        read_vectors(tmp_path / "no.json")
