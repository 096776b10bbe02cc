"""The JSON Schema of a catalogue's file, generated from the same names that the readers know."""

from __future__ import annotations

from typing import Any, get_args

from impact_metrics.exchange.catalogue import FORMAT, FORMAT_VERSION
from impact_metrics.exchange.conditions import OPERATORS
from impact_metrics.exchange.scales import REQUIRED
from impact_metrics.rules.measures import KINDS, Form, Measure, Slot
from impact_metrics.rules.measures.picks import How
from impact_metrics.rules.scales import Better

_TEXT = {"type": "string"}
_WHERE = {"anyOf": [{"$ref": "#/$defs/condition"}, {"type": "array", "items": {"$ref": "#/$defs/condition"}}]}
_CONDITION = {"$ref": "#/$defs/condition"}
_POPULATION = {"$ref": "#/$defs/population"}
_ROW = {"$ref": "#/$defs/row"}
_NUMBER = {"type": ["integer", "string"]}
_VALUE = {"type": ["string", "integer", "boolean"]}

_SOME_VALUES = {"type": "array", "items": _VALUE, "minItems": 1}


def _mapping(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def _one_of(named: dict[str, Any]) -> dict[str, Any]:
    """Describe a mapping with exactly one of some keys."""
    return {
        "type": "object",
        "properties": named,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }


def _list(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


def schema() -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of version 1 of the format."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"A catalogue of metrics: {FORMAT}, version {FORMAT_VERSION}",
        **_mapping(
            {
                "format": {"const": FORMAT},
                "format_version": {"const": FORMAT_VERSION},
                "id": _TEXT,
                "version": _TEXT,
                "title": _TEXT,
                "metrics": _list({"$ref": "#/$defs/metric"}),
                "model": {"$ref": "#/$defs/model"},
            },
            {
                "other_versions": _list({"$ref": "#/$defs/metric"}),
                "invariants": _list({"$ref": "#/$defs/invariant"}),
                "sections": _list(_mapping({"title": _TEXT, "metrics": _list(_TEXT)})),
                "named_sets": _list(_mapping({"name": _TEXT, "of": _TEXT, "members": _SOME_VALUES}, {"source": _TEXT})),
                "scales": _list(_scale()),
                "constraints": _list(
                    _mapping({"id": _TEXT, "row": _ROW, "require": _CONDITION, "because": _TEXT}, {"when": _WHERE})
                ),
            },
        ),
        "$defs": {
            "metric": _metric(),
            "invariant": _one_of(
                {
                    "subset": _mapping({"part": _TEXT, "whole": _TEXT, "because": _TEXT}),
                    "at_most": _mapping({"lesser": _TEXT, "greater": _TEXT, "because": _TEXT}),
                    "disjoint": _mapping({"one": _TEXT, "other": _TEXT, "because": _TEXT}),
                    "equivalent": _mapping({"one": _TEXT, "other": _TEXT, "because": _TEXT}),
                    "covered_by": _mapping(
                        {"part": _TEXT, "wholes": {**_list(_TEXT), "minItems": 1}, "because": _TEXT}
                    ),
                    "monotone": _mapping({"metric": _TEXT, "because": _TEXT}),
                    "satisfiable": _mapping({"metric": _TEXT, "because": _TEXT}),
                }
            ),
            "model": _model(),
            "record": _record(),
            "row": {"anyOf": [_TEXT, _mapping({"type": _TEXT, "alias": _TEXT})]},
            "place": _mapping({"field": _TEXT}, {"days": {"type": "integer"}}),
            "operand": {"anyOf": [{"$ref": "#/$defs/place"}, _mapping({"value": _VALUE})]},
            "set": {"anyOf": [_mapping({"set": _TEXT}), _SOME_VALUES]},
            "condition": _condition(),
            "population": _population(),
            "measure": _one_of({kind.kind: _kind(kind) for kind in KINDS}),
        },
    }


def _kind(kind: type[Measure]) -> dict[str, Any]:
    """Describe what a kind of measure is made of."""
    (first, *_) = kind.slots
    if not first.key:
        return _slot(first)
    optional = {slot.key for slot in kind.slots if slot.optional or slot.form is Form.WHERE}
    described = {slot.key: _slot(slot) for slot in kind.slots}
    return _mapping(
        {key: found for key, found in described.items() if key not in optional},
        {key: found for key, found in described.items() if key in optional},
    )


def _slot(slot: Slot) -> dict[str, Any]:
    if slot.form is Form.WHOLE:
        most = {} if slot.most is None else {"maximum": slot.most}
        return {"type": "integer", "minimum": slot.least, **most}
    return _FORMS[slot.form]


_PICK = {"take": {"enum": list(get_args(How))}, "of": _POPULATION}
_FORMS: dict[Form, dict[str, Any]] = {
    Form.POPULATION: _POPULATION,
    Form.OUTCOME: _POPULATION,
    Form.ROW: _ROW,
    Form.WHERE: _WHERE,
    Form.CONDITION: _CONDITION,
    Form.FIELD: _TEXT,
    Form.FIELDS: _list(_TEXT),
    Form.SCALE: _TEXT,
    Form.NUMBER: _NUMBER,
    Form.MEASURE: {"$ref": "#/$defs/measure"},
    Form.PICK: _mapping(_PICK, {"field": _TEXT}),
    Form.PICKS: _list(_mapping({"name": _TEXT, **_PICK}, {"field": _TEXT})),
    Form.STAGES: {**_list(_mapping({"title": _TEXT, "population": _POPULATION})), "minItems": 2},
}
"""What each form of slot is in a file."""


def _metric() -> dict[str, Any]:
    return _mapping(
        {
            "id": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"},
            "version": _TEXT,
            "title": _TEXT,
            "source": _mapping({"publisher": _TEXT, "title": _TEXT}, {"locator": _TEXT}),
            "unit": _mapping({"singular": _TEXT, "plural": _TEXT}, {"identified_by": _TEXT}),
            "measure": {"$ref": "#/$defs/measure"},
        },
        {
            "definition": _TEXT,
            "assumptions": _list(_TEXT),
            "limits": _list(_TEXT),
            "effective_from": {"type": "string", "format": "date"},
            "reason": _TEXT,
        },
    )


def _scale() -> dict[str, Any]:
    """Describe a scale; a number that is no whole one is a text."""
    kinds = {"least": _NUMBER, "most": _NUMBER, "least_change": _NUMBER, "better": {"enum": list(get_args(Better))}}
    return _mapping(
        {name: kinds.get(name, _TEXT) for name in REQUIRED},
        {
            "licence": _TEXT,
            "domains": _list(_TEXT),
            "stable": _NUMBER,
            "stable_in": _list(_mapping({"domain": _TEXT, "stable": _NUMBER})),
        },
    )


def _model() -> dict[str, Any]:
    code = _mapping({"code": _TEXT}, {"name": _TEXT, "meaning": _TEXT})
    return _mapping(
        {
            "name": _TEXT,
            "ids": _list(_TEXT),
            "code_lists": _list(_mapping({"name": _TEXT, "doc": _TEXT, "codes": _list(code)})),
            "events": _list({"$ref": "#/$defs/record"}),
        },
        {"person": {"$ref": "#/$defs/record"}},
    )


def _record() -> dict[str, Any]:
    flag = {"type": "boolean"}
    field = _mapping(
        {"name": _TEXT, "for": {"enum": ["role", "link", "field"]}, "type": _TEXT, "doc": _TEXT},
        {"many": flag, "optional": flag},
    )
    return _mapping({"name": _TEXT, "doc": _TEXT, "fields": _list(field)})


def _condition() -> dict[str, Any]:
    operand, place, among = ({"$ref": f"#/$defs/{name}"} for name in ("operand", "place", "set"))
    in_set = _mapping({"field": _TEXT, "among": among})
    return _one_of(
        {
            "compare": _mapping({"left": place, "is": {"enum": list(OPERATORS)}, "right": operand}),
            "one_of": in_set,
            "not_one_of": in_set,
            "overlaps": in_set,
            "contains": _mapping({"field": _TEXT, "item": operand}),
            "is_missing": _TEXT,
            "all_of": _list(_CONDITION),
            "any_of": _list(_CONDITION),
            "not": _CONDITION,
            "exists": _mapping({"row": _ROW}, {"where": _WHERE}),
            "at_least": _mapping({"n": {"type": "integer", "minimum": 1}, "row": _ROW}, {"where": _WHERE, "on": _TEXT}),
            "clause": _mapping({"name": _TEXT, "text": _TEXT, "condition": _CONDITION}),
        }
    )


def _population() -> dict[str, Any]:
    several = {**_list(_POPULATION), "minItems": 1}
    return _one_of(
        {
            "distinct": _mapping(
                {"row": _ROW, "of": _TEXT},
                {"where": _WHERE, "at_least": {"type": "integer", "minimum": 1}, "on": _TEXT},
            ),
            "both": several,
            "either": several,
            "without": _mapping({"base": _POPULATION, "removed": _POPULATION}),
        }
    )
