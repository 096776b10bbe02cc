"""Pseudonyms: records whose ids tell nothing to whoever lacks the key, and which give the same figures.

Every id is replaced by the HMAC-SHA256 (RFC 2104) of its type, the name of the release, and itself, under a secret key:
160 bits of it, as 32 letters and digits. The same id of the same type has the same pseudonym wherever it stands, a
person and a case of the same text have different ones, and without the key nobody can tell whose pseudonym one is,
even with a list of all ids at hand. Pseudonyms with a release cannot be linked to those of another; without one, they
are the same for as long as the key is.

Where two events of one day tie, the smaller id decides through which of them a person is placed in a breakdown; so does
the smaller of two ids that one person was merged into. So that cells stay equal, such ids keep their order: the second,
third and so on get a ``z`` with a number before their pseudonym. Nothing else of the order of ids is kept. What follows
the number is the same in every delivery, and the number need not be.

Pseudonyms are no anonymity. Dates, codes and numbers are kept, and may single somebody out; so may the links between
records. The law takes such records for personal data still.
"""

from __future__ import annotations

import base64
import hmac
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from impact_metrics.errors import StreamError
from impact_metrics.model import Event, SamePerson, ids_in, revised
from impact_metrics.streams import Stream
from impact_metrics.streams.free_text import without_free_text
from impact_metrics.streams.json_text import dumps
from impact_metrics.streams.known import merged_together
from impact_metrics.streams.versions import moment
from impact_metrics.values import IdKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from os import PathLike

    from impact_metrics.model import Record
    from impact_metrics.streams.versions import AnyRecord

    R = TypeVar("R", bound=Record)

KEY_BYTES = 32
"""How many bytes a key has at least, as many as the hash gives."""

_BYTES = 20
_MAKE_ONE = 'make one with: python -c "import secrets; print(secrets.token_hex(32))" > key.txt, and keep it secret'
_EVENT, _PERSON = "EventId", "PersonId"


def _checked(key: bytes) -> bytes:
    if not isinstance(key, bytes):
        raise StreamError(f"a key is bytes, and this is {type(key).__name__}", where="key", hint=_MAKE_ONE)
    if len(key) < KEY_BYTES:
        problem = f"the key has {len(key)} bytes, and at least {KEY_BYTES} are needed"
        raise StreamError(problem, where="key", hint=_MAKE_ONE)
    return key


@attrs.frozen
class Pseudonyms:
    """Pseudonyms under a key of at least 32 bytes, and for one ``release`` alone where it has a name.

    Raises ``StreamError`` for a key that is too short.
    """

    _key: bytes = attrs.field(alias="key", repr=False, converter=_checked)
    release: str | None = None

    @classmethod
    def from_file(cls, path: str | PathLike[str], release: str | None = None) -> Pseudonyms:
        """Read the key from a file: its bytes, without blanks and line ends around them.

        Raises ``StreamError`` for a file that cannot be read, or whose key is too short.
        """
        try:
            key = Path(path).read_bytes().strip()
        except OSError as error:
            problem = f"the key cannot be read: {error.strerror}"
            raise StreamError(problem, where=str(path), hint=_MAKE_ONE) from None
        try:
            return cls(key, release)
        except StreamError as error:
            raise StreamError(error.problem, where=str(path), hint=error.hint) from None

    def of(self, kind: str, name: str) -> str:
        """Give the pseudonym of an id of a type, such as ``"PersonId"``, where its order does not matter."""
        message = dumps([kind, self.release, name]).encode("utf-8", "surrogatepass")
        digest = hmac.digest(self._key, message, "sha256")[:_BYTES]
        return base64.b32hexencode(digest).decode().lower()

    def pseudonymised(self, records: Iterable[AnyRecord]) -> Stream:
        """Give the same records under pseudonyms and without free text, in an order that tells nothing.

        Every figure of the stream is that of the records, unless a rule names an id. Texts are empty; one
        that was missing still is. All records are held in memory.
        """
        stream = records if isinstance(records, Stream) else Stream(records)
        ranks = _ranks(stream)
        width = len(str(max(ranks.values(), default=0)))
        named: dict[tuple[str, str], str] = {}

        def pseudonym(kind: str, name: str) -> str:
            if (kind, name) not in named:
                rank = ranks.get((kind, name), 0)
                named[kind, name] = (f"z{rank:0{width}}-" if rank else "") + self.of(kind, name)
            return named[kind, name]

        replaced = [_replaced(without_free_text(record), pseudonym) for record in stream]
        return Stream(sorted(replaced, key=lambda record: (type(record).__name__, record.id, moment(record))))


def _replaced(record: R, pseudonym: Callable[[str, str], str]) -> R:
    changes: dict[str, Any] = {}
    for spec in record.__record__.fields:
        value = getattr(record, spec.name)
        if isinstance(spec.kind, IdKind) and value is not None:
            kind = spec.kind.name
            changes[spec.name] = (
                frozenset(pseudonym(kind, member) for member in value) if spec.many else pseudonym(kind, value)
            )
    return revised(record, **changes)


def _ranks(stream: Stream) -> Mapping[tuple[str, str], int]:
    """Give numbers that keep the order of ids where it decides: of one day about one thing, and of one person."""
    together = merged_together(record for record in stream if isinstance(record, SamePerson))
    one: dict[str, str] = {name: min(names) for name, names in together.items()}
    groups: dict[tuple[str, str], set[object]] = {(_PERSON, name): {leader} for name, leader in one.items()}
    for record in stream:
        if isinstance(record, Event):
            held = {(record.occurred_on, one.get(name, name)) for name in ids_in(record)}
            groups.setdefault((_EVENT, record.id), set()).update(held)
    last: defaultdict[object, int] = defaultdict(lambda: -1)
    ranks: dict[tuple[str, str], int] = {}
    for name in sorted(groups):
        ranks[name] = max((last[group] + 1 for group in groups[name]), default=0)
        last.update(dict.fromkeys(groups[name], ranks[name]))
    return ranks
