"""Files that are no JSON Lines, told by how they begin: what each is, and what to do with it."""

from __future__ import annotations

import re

from impact_metrics.errors import StreamError

HEAD = 2**16
"""How many bytes of a file are looked at."""

_MAPPING = "read it through a mapping: impact-metrics report --mapping FILE.toml"
_ROWS = f"{_MAPPING}; or name a folder of such files, each named as the record type that its columns tell"
_SHEETS = f"save each sheet as CSV, and {_MAPPING}"
_TABLES = f"write its tables as CSV or Parquet, one file a record type in a folder, and name the folder; or {_MAPPING}"
_LOG = f"let its tool write OCEL 2.0 as JSON, in a file that ends in .ocel.json; or write CSV, and {_MAPPING}"
_SAVE = "save it in the encoding UTF-8"

_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (rb"(?s:.{8})DUCK", "a database (DuckDB)", _TABLES),  # behind a checksum, which may look like anything
    (rb"\xff\xfe|\xfe\xff", "in the encoding UTF-16", _SAVE),
    (rb"([ -~]\x00){4}|(\x00[ -~]){4}", "in the encoding UTF-16, without its mark", _SAVE),
    (rb"PK\x03\x04(?s:.*)(\[Content_Types\]|xl/)", "a workbook (XLSX)", _SHEETS),
    (rb"PK\x03\x04(?s:.*)opendocument", "a spreadsheet (ODS)", _SHEETS),
    (rb"PK\x03\x04", "an archive (ZIP)", "unpack it, and name the files in it"),
    (rb"\xd0\xcf\x11\xe0", "an old workbook (XLS)", _SHEETS),
    (rb"SQLite format 3\x00", "a database (SQLite)", _TABLES),
    (
        rb"PAR1",
        "a table in Parquet",
        "name the folder that it is in; the file is named as its record type: Arrest.parquet",
    ),
    (rb"ARROW1|FEA1", "a table in Arrow", "write it as Parquet, and name the folder that it is in"),
    (rb"\x1f\x8b", "gzipped", "let its name end in .gz"),
    (rb"%PDF", "a document (PDF)", "ask for the data that it was made of"),
    (rb"\s*<!DOCTYPE html|\s*<html", "a page (HTML)", "download the file itself, not the page that shows it"),
    (rb"\s*(<\?xml(?s:.*))?<log\b(?s:.*)(xes|<trace)", "an event log (XES)", _LOG),
    (rb"\s*(<\?xml(?s:.*))?<log\b", "an event log in XML", _LOG),
    (rb"\s*(<\?xml|<[a-zA-Z][\w:.-]*[\s>/](?!(?s:.*)\{\"))", "XML", _LOG),
    (rb"\s*\{(?s:.*)\"(ocel:global-log|ocel:events|eventTypes|objectTypes)\"\s*:", "an event log (OCEL)", _LOG),
    (
        rb"\s*\[\s*(\n|\{(?s:.*)\},?\s*\n\s*[{\]])",
        "a list in JSON",
        "write one object on each line, without brackets around",
    ),
)
_FORMS = tuple((re.compile(begins, re.IGNORECASE), what, hint) for begins, what, hint in _MAGIC)
_HEADER = re.compile(rb"[^{}\[\]\x00-\x08]*[^{}\[\]\x00-\x08\s][,;\t|][^{}\[\]\x00-\x08]*")


def check_form(head: bytes, file: str) -> None:
    """Raise ``StreamError`` for a file that begins as one of another form does, and not as JSON Lines."""
    for form, what, hint in _FORMS:
        if form.match(head):
            raise StreamError(f"the file is {what}, and no JSON Lines", where=file, hint=hint)
    lines = [line.strip() for line in head.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()]
    if not lines or any(line.startswith(b"{") for line in lines):
        return
    if _HEADER.fullmatch(lines[0]) and b'":' not in lines[0]:
        raise StreamError("the file is a table of text (CSV), and no JSON Lines", where=file, hint=_ROWS)
