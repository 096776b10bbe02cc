"""Parquet: a folder with one file a record type, named as the type, whose columns are named as the fields."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impact_metrics.errors import StreamError
from impact_metrics.streams.about import said_once
from impact_metrics.streams.arrow_reading import note, take_batches
from impact_metrics.streams.arrow_types import CHUNK, arrow
from impact_metrics.streams.arrow_writing import tables
from impact_metrics.streams.folders import replaced
from impact_metrics.streams.json_lines import unreadable
from impact_metrics.streams.reading import Findings, Intake, Reading
from impact_metrics.streams.table_files import PARQUET, files_in, tables_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from impact_metrics.model import Model
    from impact_metrics.streams.versions import AnyRecord

ENDING = ".parquet"


def write_parquet(
    records: Iterable[AnyRecord],
    folder: str | os.PathLike[str],
    model: Model,
    *,
    about: Mapping[str, Any] | None = None,
) -> None:
    """Write records, such as a stream, so that reading them gives an equal stream: every version of each record.

    The layout is that of :mod:`impact_metrics.streams.arrow_types`; ``about`` says what the data are. The folder is
    replaced whole at the end, so that a failure leaves an old one as it was. Raises ``StreamError`` where a value does
    not fit, where the disk is full, or where the folder holds anything but such files, which would be lost.
    """
    pa = arrow()
    with replaced(Path(folder), {name + ENDING for name in model.by_name}) as new:
        for name, table in tables(records, model, about):
            with (new / (name + ENDING)).open("wb") as out:
                pa.parquet.write_table(table, out)
                out.flush()
                os.fsync(out.fileno())


def read_parquet(
    folder: str | os.PathLike[str],
    model: Model,
    *,
    strict: bool = False,
    progress: Callable[[int], None] | None = None,
    findings: Findings = None,
) -> Reading:
    """Read a folder of Parquet files into one stream.

    The rows of a type stand in the file ``<Type>.parquet``, or in the files of the folder ``<Type>/``; a type without
    rows may be absent. Names that begin with a dot or an underscore are passed over. Rows are taken or set aside as by
    ``from_arrow``, with file and row. ``findings`` is called with every
    finding as it is met. ``progress`` is called with the number of bytes read since it was last called.
    Raises ``StreamError`` for a folder or a file that cannot be read at all, and for columns that are not the model's.
    """
    pa = arrow()
    intake = Intake(strict=strict, findings=findings)
    home = Path(folder)
    tables = tables_in(home, model, PARQUET)
    for name, path in ((name, path) for name, table in tables.items() for path in files_in(table, PARQUET)):
        file = _opened(pa, path)
        note(file.schema_arrow, str(path), intake)
        take_batches(pa, file.schema_arrow, _batches(pa, file, path), model.by_name[name], str(path), intake)
        if progress is not None:
            progress(path.stat().st_size)
    intake.about = said_once(intake.about, str(home))
    return intake.close()


def _opened(pa: Any, path: Path) -> Any:  # noqa: ANN401 - of pyarrow
    try:
        file = pa.parquet.ParquetFile(path)
        file.schema_arrow.names  # noqa: B018 - names that are not UTF-8 are told here, and not later
    except (pa.lib.ArrowException, ValueError) as error:
        raise _damaged(path, error) from None
    except OSError as error:
        raise unreadable(path, error) from None
    return file


def _batches(pa: Any, file: Any, path: Path) -> Iterator[Any]:  # noqa: ANN401 - of pyarrow
    try:
        yield from file.iter_batches(batch_size=CHUNK)
    except (pa.lib.ArrowException, OSError, ValueError) as error:
        raise _damaged(path, error) from None


def _damaged(path: Path, error: Exception) -> StreamError:
    return StreamError(f"the file is damaged or no Parquet file: {error}", where=str(path), hint="write it again")
