"""The domain ``metric``: what can be documented and linked to, and where each was documented."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from docutils import nodes
from sphinx.domains import Domain, ObjType
from sphinx.roles import XRefRole
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

from impact_metrics.errors import ImpactMetricsError
from impact_metrics.sphinx.directives import (
    CatalogueDirective,
    CertificateDirective,
    CodeListsDirective,
    CodesDirective,
    CodeSetDirective,
    CodeSetsDirective,
    ConstraintsDirective,
    EventDirective,
    EventsDirective,
    FigureDirective,
    InvariantsDirective,
    MetricDirective,
    loaded,
    made_from,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from docutils.nodes import Element, reference
    from sphinx.addnodes import pending_xref
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)
_KINDS = ("metric", "event", "codes", "codeset")


class Place(NamedTuple):
    """Where an object is documented, under which anchor and title."""

    page: str
    anchor: str
    title: str


class MetricDomain(Domain):
    """Metrics, event types, code lists and code sets."""

    name = "metric"
    label = "Metrics"
    object_types: ClassVar[dict[str, ObjType]] = {kind: ObjType(kind, kind) for kind in _KINDS}
    directives: ClassVar[dict[str, Any]] = {
        "metric": MetricDirective,
        "event": EventDirective,
        "codes": CodesDirective,
        "codeset": CodeSetDirective,
        "events": EventsDirective,
        "codelists": CodeListsDirective,
        "codesets": CodeSetsDirective,
        "catalogue": CatalogueDirective,
        "certificate": CertificateDirective,
        "constraints": ConstraintsDirective,
        "invariants": InvariantsDirective,
        "figure": FigureDirective,
    }
    roles: ClassVar[dict[str, Any]] = {kind: XRefRole(warn_dangling=True) for kind in _KINDS}
    initial_data: ClassVar[dict[str, Any]] = {"objects": {}, "catalogues": {}}
    data_version = 2

    @property
    def objects(self) -> dict[tuple[str, str], Place]:
        """Where each object is documented, by kind and name."""
        found: dict[tuple[str, str], Place] = self.data["objects"]
        return found

    def note_object(self, kind: str, name: str, anchor: str, title: str, location: Any) -> None:  # noqa: ANN401 - a node
        """Keep where an object is documented, and warn where it is documented twice."""
        if (kind, name) in self.objects:
            other = self.objects[kind, name].page
            logger.warning("%s %s is documented in %s already", kind, name, other, location=location)
        self.objects[kind, name] = Place(self.env.docname, anchor, title)

    def note_catalogue(self, place: str, made_from: str) -> None:
        """Keep what the page that is read depends on."""
        self.data["catalogues"].setdefault(self.env.docname, {})[place] = made_from

    def outdated(self) -> set[str]:
        """Give the pages of which a catalogue says something else than when they were read, or cannot be read now."""
        now: dict[str, str] = {}
        read: dict[str, dict[str, str]] = self.data["catalogues"]
        for place in {place for places in read.values() for place in places}:
            try:
                now[place] = made_from(loaded(place, Path(self.env.srcdir)))
            except ImpactMetricsError:
                now[place] = ""  # its page is read again, and says what is wrong
        return {page for page, places in read.items() if any(now[place] != before for place, before in places.items())}

    def clear_doc(self, docname: str) -> None:
        """Forget what a page documented."""
        self.data["catalogues"].pop(docname, None)
        for key in [key for key, place in self.objects.items() if place.page == docname]:
            del self.objects[key]

    def merge_domaindata(self, docnames: AbstractSet[str], otherdata: dict[str, Any]) -> None:
        """Take over what another process read."""
        self.objects.update({key: place for key, place in otherdata["objects"].items() if place.page in docnames})
        self.data["catalogues"].update({page: otherdata["catalogues"].get(page, {}) for page in docnames})

    def resolve_xref(  # noqa: PLR0913, PLR0917 - as Sphinx calls it
        self,
        env: BuildEnvironment,  # noqa: ARG002 - the environment is the domain's own
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: Element,
    ) -> reference | None:
        """Turn a reference into a link to where its target is documented, or give ``None`` where it is nowhere."""
        place = self.objects.get((typ, target))
        if place is None:
            return None
        if not node.get("refexplicit") and contnode.astext() == target:
            contnode = nodes.inline("", place.title)
        return make_refnode(builder, fromdocname, place.page, place.anchor, contnode, place.title)

    def resolve_any_xref(  # noqa: PLR0913, PLR0917 - as Sphinx calls it
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: pending_xref,
        contnode: Element,
    ) -> list[tuple[str, reference]]:
        """Resolve a reference of any kind."""
        found = [(kind, self.resolve_xref(env, fromdocname, builder, kind, target, node, contnode)) for kind in _KINDS]
        return [(f"metric:{kind}", link) for kind, link in found if link is not None]

    def get_objects(self) -> Iterable[tuple[str, str, str, str, str, int]]:
        """Give every documented object, for searching and for other projects' links."""
        for (kind, name), place in self.objects.items():
            yield name, place.title, kind, place.page, place.anchor, 1
