"""The directives of the domain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

import attrs
from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.directives import ObjectDescription
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_id

from impact_metrics.documents.english.words import event_noun
from impact_metrics.documents.finding import load_catalogue
from impact_metrics.errors import ImpactMetricsError, RuleError, nearest
from impact_metrics.exchange import digest
from impact_metrics.rules import Catalogue
from impact_metrics.rules.periods import MONTHS
from impact_metrics.sphinx.certainty import certificate_page, examples_of
from impact_metrics.sphinx.figures import figure_page, report_on
from impact_metrics.sphinx.lists import catalogue_list, constraints_list, invariants_list
from impact_metrics.sphinx.metric_page import metric_page
from impact_metrics.sphinx.model_page import code_lists, code_set_page, code_sets, codes_page, event_names, event_page

_OPTIONS: dict[str, Any] = {"catalogue": directives.unchanged_required}


@lru_cache(maxsize=8)
def _loaded(place: str, stamp: int) -> Catalogue:  # noqa: ARG001 - a file that changed is another
    """Load a catalogue once, so that all pages speak of the same classes."""
    return load_catalogue(place)


def loaded(place: str, folder: Path) -> Catalogue:
    """Load the catalogue that a place names, seen from a folder."""
    path = Path(place.rpartition(":")[0] or place)
    if path.suffix not in {".py", ".yaml", ".yml", ".json"}:
        return _loaded(place, 0)
    found = folder / path
    stamp = found.stat().st_mtime_ns if found.exists() else 0
    return _loaded(f"{found}{place[len(str(path)) :]}", stamp)


def made_from(catalogue: Catalogue) -> str:
    """Give what all that is written of a catalogue depends on: all that it says, and the words of this release."""
    return f"{digest(catalogue)} {version('impact-metrics')}"


class _WithCatalogue(SphinxDirective):
    """A directive that reads a catalogue: that of the project, or the one that its option names."""

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue, noted as what the page depends on, wherever it comes from."""
        place = self.options.get("catalogue", self.config.impact_metrics_catalogue)
        catalogue = loaded(place, Path(self.env.srcdir))
        domain: Any = self.env.get_domain("metric")
        domain.note_catalogue(place, made_from(catalogue))
        return catalogue

    def failing(self, error: ImpactMetricsError) -> Exception:
        """Turn an error of the library into one that names the line of the page."""
        return self.error(str(error))


@attrs.frozen
class Documented:
    """A kind of thing that a directive documents: what it is called, how it is found, and what its page says."""

    kind: str
    noun: str
    find: Callable[[Catalogue, str], Any]
    title: Callable[[Any], str]
    page: Callable[[Any, Catalogue, str], Iterable[nodes.Node]]


class _Described(ObjectDescription[str], _WithCatalogue):  # pyright: ignore[reportIncompatibleVariableOverride]
    """An object with its signature, its anchor, its index entry and its description."""

    option_spec = {**ObjectDescription.option_spec, **_OPTIONS}  # noqa: RUF012 - as Sphinx declares it
    what: ClassVar[Documented]

    def handle_signature(self, sig: str, signode: addnodes.desc_signature) -> str:
        """Find what is named, and head its description with its title."""
        try:
            self._found = self.what.find(self.catalogue, sig)
        except ImpactMetricsError as error:
            raise self.failing(error) from None
        signode += addnodes.desc_annotation("", f"{self.what.noun} ")
        signode += addnodes.desc_name("", self.what.title(self._found))
        return sig

    def add_target_and_index(self, name: str, sig: str, signode: addnodes.desc_signature) -> None:  # noqa: ARG002
        """Let references and the index find it."""
        what, title = self.what, self.what.title(self._found)
        anchor = make_id(self.env, self.state.document, f"metric-{what.kind}", name)
        signode["ids"].append(anchor)
        self.state.document.note_explicit_target(signode)
        domain: Any = self.env.get_domain("metric")
        domain.note_object(what.kind, name, anchor, title, signode)
        self.indexnode["entries"].append(("single", f"{title} ({what.noun})", anchor, "", None))

    def transform_content(self, content_node: addnodes.desc_content) -> None:
        """Write the page."""
        content_node += list(self.what.page(self._found, self.catalogue, self.env.docname))
        if "examples" in self.options:
            try:
                content_node += list(examples_of(self._found, self.catalogue))
            except ImpactMetricsError as error:
                raise self.failing(error) from None


class MetricDirective(_Described):
    """One metric's page; with the option ``:examples:``, worked examples too."""

    option_spec = {**_Described.option_spec, "examples": directives.flag}  # noqa: RUF012 - as Sphinx declares it
    what = Documented("metric", "metric", Catalogue.__getitem__, lambda found: str(found.title), metric_page)


class EventDirective(_Described):
    """An event type, or the person type, with its fields."""

    what = Documented(
        "event",
        "event",
        lambda catalogue, name: _known(catalogue.model.by_name, name, "event type"),
        lambda found: event_noun(found.__name__).capitalize(),
        event_page,
    )


class CodesDirective(_Described):
    """A code list with the meaning of each code."""

    what = Documented(
        "codes",
        "code list",
        lambda catalogue, name: _known(code_lists(catalogue), name, "code list"),
        lambda found: str(found.__name__),
        codes_page,
    )


class CodeSetDirective(_Described):
    """A named set of codes."""

    what = Documented(
        "codeset",
        "code set",
        lambda catalogue, name: _known(code_sets(catalogue), name, "code set"),
        lambda found: str(found.name),
        code_set_page,
    )


class _Every(_WithCatalogue):
    """All of a kind that a catalogue has, each described as by its own directive."""

    option_spec: ClassVar[Any] = _OPTIONS
    each: ClassVar[type[_Described]]
    names: ClassVar[Callable[[Catalogue], Iterable[str]]]

    def run(self) -> list[nodes.Node]:
        """Describe one after the other."""
        try:
            names = list(type(self).names(self.catalogue))
        except ImpactMetricsError as error:
            raise self.failing(error) from None
        return [node for name in names for node in self._described(name)]

    def _described(self, name: str) -> list[nodes.Node]:
        place = (self.lineno, self.content_offset, self.block_text, self.state, self.state_machine)
        return self.each(f"metric:{self.each.what.kind}", [name], self.options, StringList(), *place).run()


class EventsDirective(_Every):
    """Every event type, and the person type, with their fields."""

    each = EventDirective
    names = event_names


class CodeListsDirective(_Every):
    """Every code list that a field has."""

    each = CodesDirective
    names = code_lists


class CodeSetsDirective(_Every):
    """Every named set of codes that a rule or a constraint uses."""

    each = CodeSetDirective
    names = code_sets


def _known(known: Mapping[str, Any], name: str, what: str) -> Any:  # noqa: ANN401 - whatever is documented
    try:
        return known[name]
    except KeyError:
        raise RuleError(f"there is no {what} {name!r}", hint=nearest(name, known)) from None


class _Listing(_WithCatalogue):
    """A directive that lists parts of a catalogue."""

    option_spec: ClassVar[Any] = _OPTIONS
    listed: ClassVar[Callable[[Catalogue, str], Iterable[nodes.Node]]]

    def run(self) -> list[nodes.Node]:
        """Write the list."""
        try:
            return list(type(self).listed(self.catalogue, self.env.docname))
        except ImpactMetricsError as error:
            raise self.failing(error) from None


class CatalogueDirective(_Listing):
    """The metrics of a catalogue, each with its title, its unit and where its definition was published."""

    listed = catalogue_list


class ConstraintsDirective(_Listing):
    """What must be true of every valid stream, in words."""

    listed = constraints_list


class CertificateDirective(_Listing):
    """What is proved of a catalogue for every valid stream, and what is not, with the streams that show it."""

    listed = certificate_page


class FigureDirective(_WithCatalogue):
    """What comes of a metric on a stream: the figure, what it is made of, and on request period by period."""

    required_arguments = 1
    option_spec: ClassVar[Any] = {
        **_OPTIONS,
        "stream": directives.unchanged_required,
        "as-at": date.fromisoformat,
        "period": lambda given: directives.choice(given, tuple(MONTHS)),
    }

    def run(self) -> list[nodes.Node]:
        """Evaluate the metric, and write the figure."""
        if "stream" not in self.options:
            raise self.error("a figure is of a stream: name its file in the option :stream:")
        _, path = self.env.relfn2path(self.options["stream"])
        self.env.note_dependency(path)
        try:
            report, about = report_on(self.catalogue, self.arguments[0], Path(path), self.options.get("as-at"))
            return list(figure_page(report, about, self.options.get("period")))
        except ImpactMetricsError as error:
            raise self.failing(error) from None


class InvariantsDirective(_Listing):
    """What must be true between the metrics of a catalogue."""

    listed = invariants_list
