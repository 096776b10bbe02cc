"""A Sphinx extension that documents catalogues: every page is generated from the rules themselves.

Two lines in ``conf.py`` are enough::

    extensions = ["impact_metrics.sphinx"]
    impact_metrics_catalogue = "my_package.metrics:CATALOGUE"

Then ``.. metric:catalogue::`` lists the catalogue, ``.. metric:metric:: prosecutions`` writes one metric's page, and
``metric:event``, ``metric:codes``, ``metric:codeset``, ``metric:constraints`` and ``metric:invariants`` the rest;
``metric:events``, ``metric:codelists`` and ``metric:codesets`` describe all that there are. With
the extra ``prove``, ``metric:certificate`` says what is proved of the catalogue, and the option ``:examples:`` of
``metric:metric`` adds worked examples to a page. ``metric:figure`` shows what comes of a metric on a stream of JSON
Lines, named in the option ``:stream:`` as seen from the page; the options ``:as-at:`` and ``:period:`` may be left out.
The roles ``metric:metric``, ``metric:event``, ``metric:codes`` and ``metric:codeset`` link to them. A directive's
option ``:catalogue:`` names another catalogue than that of the project. A page is read again once its catalogue says
something else, whatever it was made from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from impact_metrics.errors import missing_extra

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the domain and its setting with Sphinx."""
    try:
        from impact_metrics.sphinx.domain import MetricDomain  # noqa: PLC0415 - needs the optional dependency
    except ImportError:
        raise missing_extra("documenting catalogues", "sphinx", "sphinx") from None
    app.add_config_value("impact_metrics_catalogue", "impact_metrics.anti_trafficking:CATALOGUE", "env", [str])
    app.add_domain(MetricDomain)
    app.connect("env-get-outdated", _outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _outdated(_app: Sphinx, env: BuildEnvironment, *_pages: set[str]) -> set[str]:
    """Give the pages of which a catalogue has changed, whatever module or file it is made from."""
    domain: Any = env.get_domain("metric")
    found: set[str] = domain.outdated()
    return found
