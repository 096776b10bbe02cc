"""Types of columns in Spark and in Arrow, by the names that the compiler has for them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pyspark.sql import types as spark

from impact_metrics.streams.arrow_types import arrow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_NAMES: dict[type[spark.DataType], str] = {
    spark.StringType: "VARCHAR",
    spark.VarcharType: "VARCHAR",
    spark.CharType: "VARCHAR",
    spark.BooleanType: "BOOLEAN",
    spark.DateType: "DATE",
    spark.TimestampType: "TIMESTAMP WITH TIME ZONE",
    spark.TimestampNTZType: "TIMESTAMP",
    spark.ByteType: "TINYINT",
    spark.ShortType: "SMALLINT",
    spark.IntegerType: "INTEGER",
    spark.LongType: "BIGINT",
    spark.FloatType: "FLOAT",
    spark.DoubleType: "DOUBLE",
    spark.NullType: '"NULL"',
}


def name_of(kind: spark.DataType) -> str:
    """Name the type of a column; one that holds no field has the name that Spark has for it."""
    if isinstance(kind, spark.ArrayType):
        return f"{name_of(kind.elementType)}[]"
    if isinstance(kind, spark.DecimalType):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    return _NAMES.get(type(kind), kind.simpleString())


def arrow_table(columns: dict[str, tuple[str, Sequence[Any]]]) -> Any:  # noqa: ANN401 - of pyarrow
    """Put values, given by column with the name of their type, into an Arrow table."""
    pa = arrow()
    return pa.table({name: _array(pa, kind, values) for name, (kind, values) in columns.items()})


def _array(pa: Any, kind: str, values: Sequence[Any]) -> Any:  # noqa: ANN401 - of pyarrow
    if kind.endswith("[]"):
        held, read = _one(pa, kind.removesuffix("[]"))
        return pa.array([None if value is None else [read(item) for item in value] for value in values], pa.list_(held))
    held, read = _one(pa, kind)
    return pa.array([None if value is None else read(value) for value in values], held)


def _one(pa: Any, kind: str) -> tuple[Any, Callable[[Any], Any]]:  # noqa: ANN401 - of pyarrow
    """Give the Arrow type of a name, and what makes its values of those that are loaded."""
    if kind.startswith("DECIMAL"):
        precision, scale = (int(part) for part in kind.removeprefix("DECIMAL(").removesuffix(")").split(","))
        return pa.decimal128(precision, scale), Decimal
    plain = {"VARCHAR": pa.string(), "BOOLEAN": pa.bool_(), "DATE": pa.date32(), "BIGINT": pa.int64()}
    if kind in plain:
        return plain[kind], lambda value: value
    return pa.timestamp("us", "UTC"), datetime.fromisoformat
