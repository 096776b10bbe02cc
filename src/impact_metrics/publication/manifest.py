"""Manifests: what a report was made of and by what, so that anybody who has the same can make it again."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from importlib.metadata import PackageNotFoundError, version
from platform import python_version
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast, get_args

import attrs

from impact_metrics.errors import ExchangeError, RuleError
from impact_metrics.exchange import canonical, from_json, from_plain, json_text, to_plain
from impact_metrics.exchange.at import At
from impact_metrics.exchange.values import read_date
from impact_metrics.limits import cut
from impact_metrics.publication.layout import Layout
from impact_metrics.publication.read_values import optional, read_choice, read_count, read_moment, read_sha256
from impact_metrics.streams import StreamDigest
from impact_metrics.streams.json_text import dumps
from impact_metrics.streams.versions import as_moment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from impact_metrics.model import Model
    from impact_metrics.reports import Report
    from impact_metrics.rules import Catalogue

AudienceName: TypeAlias = Literal["internal", "publishable"]
"""For whom a report is: those who may see the people behind the figures, or anybody."""

_LIBRARIES = {"duckdb": "duckdb", "spark": "pyspark"}
_KEYS = (
    "catalogue",
    "stream",
    "as_at",
    "known_at",
    "engine",
    "versions",
    "audience",
    "policy",
    "created_at",
    "layout",
)


@attrs.frozen(kw_only=True)
class Manifest:
    """What a report was made of: definitions, records, dates and programs.

    ``catalogue_text`` is the canonical form of the catalogue, whole, so that the definitions are at hand when those in
    use have moved on. ``stream`` is the digest of the records known at the moment of the report. ``records`` is how
    many records were read, ``None`` where nobody counted, and ``set_aside`` how many of these were left out as faulty.
    ``versions`` are pairs of a program and its version. ``policy_text`` is the policy of disclosure as canonical JSON.
    ``created_at`` is given by whoever makes it: no clock is read here.
    """

    catalogue_id: str
    catalogue_version: str
    catalogue_text: str = attrs.field(repr=False)
    stream: StreamDigest
    records: int | None
    set_aside: int
    as_at: date
    known_at: datetime | None
    engine: str
    versions: tuple[tuple[str, str], ...]
    audience: AudienceName
    policy_text: str
    created_at: datetime | None
    layout: Layout

    @classmethod
    def of(  # noqa: PLR0913 - what only the caller knows
        cls,
        report: Report,
        *,
        stream_digest: StreamDigest,
        records: int | None = None,
        set_aside: int = 0,
        audience: AudienceName = "internal",
        policy: str | Mapping[str, Any] | None = None,
        created_at: datetime | None = None,
        layout: Layout | None = None,
    ) -> Manifest:
        """Describe a report.

        ``stream_digest`` is that of the records known at the moment of the report:
        ``StreamDigest.of(stream, known_at=report.known_at)``. ``policy`` is the name or the plain form of the policy of
        disclosure. A moment without time zone is read as UTC. Raises ``RuleError`` for an audience that there is not
        and a policy that is no plain data, and ``StreamError`` for a ``created_at`` that is no moment.
        """
        if audience not in get_args(AudienceName):
            raise RuleError(f"there is no audience {audience!r}", where="audience", hint="use internal or publishable")
        return cls(
            catalogue_id=report.catalogue.id,
            catalogue_version=report.catalogue.version,
            catalogue_text=canonical(report.catalogue),
            stream=stream_digest,
            records=records,
            set_aside=set_aside,
            as_at=report.as_at,
            known_at=report.known_at,
            engine=report.engine_name,
            versions=versions_in_use(report.engine_name),
            audience=audience,
            policy_text=_policy_text(policy),
            created_at=as_moment(created_at),
            layout=layout or Layout(),
        )

    @property
    def catalogue_digest(self) -> str:
        """The SHA-256 of the canonical form of the catalogue, as of :func:`impact_metrics.exchange.files.digest`."""
        return hashlib.sha256(self.catalogue_text.encode()).hexdigest()

    @property
    def policy(self) -> Any:  # noqa: ANN401 - plain data
        """The policy of disclosure, as plain data; ``None`` where nothing was withheld by one."""
        return json.loads(self.policy_text)

    def catalogue(self, model: Model | None = None) -> Catalogue:
        """Give the catalogue, with event types of its own, or those of a model that is the same.

        Raises ``ExchangeError`` where the model is another one.
        """
        own = from_json(self.catalogue_text)
        # Written anew before it is compared: an earlier version may have written the same model in other words.
        return own if model is None else from_plain(to_plain(own), model)

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """What the manifest says, as pairs of a label and a text, to be shown to a reader."""
        return (
            ("Catalogue", f"{self.catalogue_id} {self.catalogue_version}"),
            ("SHA-256 of the catalogue", self.catalogue_digest),
            ("SHA-256 of the records", self.stream.sha256),
            ("Different records", f"{self.stream.records:,}"),
            *([] if self.records is None else [("Records read", f"{self.records:,}")]),
            ("Records set aside", f"{self.set_aside:,}"),
            ("As at", self.as_at.isoformat()),
            ("Known at", "everything recorded" if self.known_at is None else self.known_at.isoformat()),
            ("Broken down", str(self.layout)),
            ("Audience", self.audience),
            ("Disclosure policy", _told(self.policy)),
            ("Engine", self.engine),
            *((f"Version of {name}", number) for name, number in self.versions),
            *([] if self.created_at is None else [("Created at", self.created_at.isoformat())]),
        )

    def to_plain(self) -> dict[str, Any]:
        """Give the manifest as plain data, such as JSON holds."""
        return {
            "catalogue": {
                "id": self.catalogue_id,
                "version": self.catalogue_version,
                "sha256": self.catalogue_digest,
                "canonical": self.catalogue_text,
            },
            "stream": {
                "sha256": self.stream.sha256,
                "records": self.stream.records,
                "read": self.records,
                "set_aside": self.set_aside,
            },
            "as_at": self.as_at.isoformat(),
            "known_at": None if self.known_at is None else self.known_at.isoformat(),
            "engine": self.engine,
            "versions": dict(self.versions),
            "audience": self.audience,
            "policy": self.policy,
            "created_at": None if self.created_at is None else self.created_at.isoformat(),
            "layout": self.layout.to_plain(),
        }

    @classmethod
    def from_plain(cls, plain: object) -> Manifest:
        """Read a manifest from plain data.

        Raises ``ExchangeError`` that names the place for anything that is missing, unknown or of another type, and
        for a catalogue whose text is not that of its digest, id and version.
        """
        at = plain if isinstance(plain, At) else At(plain, "manifest")
        at.keys(_KEYS)
        catalogue, stream, programs = at["catalogue"], at["stream"], at["versions"]
        text = _catalogue_text(catalogue)
        stream.keys(("sha256", "records", "read", "set_aside"))
        programs.keys((), programs.value if isinstance(programs.value, dict) else ())
        with at["policy"].building():
            policy_text = _policy_text(at["policy"].value)
        return cls(
            catalogue_id=catalogue["id"].text(),
            catalogue_version=catalogue["version"].text(),
            catalogue_text=text,
            stream=StreamDigest(read_sha256(stream["sha256"]), read_count(stream["records"])),
            records=optional(stream["read"], read_count),
            set_aside=read_count(stream["set_aside"]),
            as_at=read_date(at["as_at"]),
            known_at=optional(at["known_at"], read_moment),
            engine=at["engine"].text(),
            versions=tuple((name, programs[name].text()) for name in programs.value),
            audience=cast("AudienceName", read_choice(at["audience"], get_args(AudienceName))),
            policy_text=policy_text,
            created_at=optional(at["created_at"], read_moment),
            layout=Layout.from_plain(at["layout"]),
        )


def versions_in_use(engine: str) -> tuple[tuple[str, str], ...]:
    """Give the programs that work out figures with an engine, each with its version."""
    packages = ["impact-metrics", *([_LIBRARIES[engine]] if engine in _LIBRARIES else [])]
    return (("python", python_version()), *((name, _version(name)) for name in packages))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed as a package"


def _policy_text(policy: object) -> str:
    """Give a policy as canonical JSON. Raises ``RuleError`` for what is no name and no mapping of plain values."""
    try:
        text = dumps(policy) if policy is None or isinstance(policy, str | dict) else ""
        text.encode()
    except (TypeError, ValueError):
        text = ""
    if not text:
        hint = "give its name, or a mapping of names to plain values"
        raise RuleError(f"the policy is no plain data: {cut(repr(policy), 80)}", where="policy", hint=hint)
    return text


def _catalogue_text(at: At) -> str:
    """Read the canonical form of the catalogue, which is what its digest, id and version say."""
    at.keys(("id", "version", "sha256", "canonical"))
    text = at["canonical"].text()
    if hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != read_sha256(at["sha256"]):
        at["sha256"].fail("the catalogue has another digest", "the file was changed after it was written")
    try:
        held = json_text.read(text)
    except ExchangeError as error:
        at["canonical"].fail(f"{error.problem} ({error.where})", error.hint)
    for key in ("id", "version"):
        if not isinstance(held, dict) or held.get(key) != at[key].text():
            at[key].fail(f"the catalogue in the manifest has another {key} than {cut(repr(at[key].value), 80)}")
    return text


def _told(policy: object) -> str:
    if policy is None:
        return "none"
    return policy if isinstance(policy, str) else dumps(policy)
