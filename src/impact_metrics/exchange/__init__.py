"""Catalogues as files: JSON and YAML without loss, a canonical form with its digest, and errors that name the place."""

from impact_metrics.exchange.catalogue import FORMAT, FORMAT_VERSION, from_plain, to_plain
from impact_metrics.exchange.files import canonical, digest, from_json, from_yaml, load, save, to_json, to_yaml
from impact_metrics.exchange.schema import schema

__all__ = [
    "FORMAT",
    "FORMAT_VERSION",
    "canonical",
    "digest",
    "from_json",
    "from_plain",
    "from_yaml",
    "load",
    "save",
    "schema",
    "to_json",
    "to_plain",
    "to_yaml",
]
