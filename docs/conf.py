"""Configuration of the documentation."""

from importlib.metadata import version as _version

project = "impact_metrics"
author = "The impact_metrics founders"
release = version = _version("impact-metrics")
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.intersphinx", "impact_metrics.sphinx"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "impact_metrics"
html_extra_path = ["schema", "vectors"]  # the published JSON Schema of catalogues, and test vectors of the rule book
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the signatures in the docstrings' own words; checkers read the annotations
autodoc_default_options = {"members": True, "exclude-members": "__init__, __new__"}
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
