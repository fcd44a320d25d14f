"""What a row of the archive holds: where its record is, what it says, and its very bytes.

The fields that postings read are columns of their own, so that figures are sums over columns. Which
these are follows from the declarations: other declarations make another table, filled from the
beginning of the log, as the read model has generations.
"""

from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from typing import Final, Literal

import pyarrow as pa
from msgspec import Struct, inspect
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import IdentityTransform, MonthTransform
from pyiceberg.types import (
    BinaryType,
    DateType,
    IcebergType,
    IntegerType,
    LongType,
    NestedField,
    PrimitiveType,
    StringType,
    TimestamptzType,
)

from policy_credit_reporting.indicators.algebra import DIMENSIONS, Algebra, Amount, Days
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.checks import InvariantBroken

Holds = Literal["number", "word", "day"]

_SUFFIX: Final[dict[Holds, str]] = {"number": "", "word": "_word", "day": "_day"}
_TYPE: Final[dict[Holds, PrimitiveType]] = {
    "number": LongType(),
    "word": StringType(),
    "day": DateType(),
}

# Every record has these; `record` says what was read of it, None where it could not be.
PLACE: Final[tuple[tuple[str, PrimitiveType], ...]] = (
    ("topic", StringType()),
    ("partition", IntegerType()),
    ("record_offset", LongType()),
    ("source", StringType()),
    ("sequence", LongType()),
    ("chain", BinaryType()),
    ("outcome", StringType()),
    ("event_type", StringType()),
    ("recorded_at", TimestamptzType()),
    ("value", BinaryType()),
)
# Those that take effect have these; of a reversal, what it reverses, on the reversal's own day.
EFFECT: Final[tuple[tuple[str, PrimitiveType], ...]] = (
    ("moves", StringType()),
    ("sign", IntegerType()),
    ("occurred_on", DateType()),
    ("office", StringType()),
    ("locality", StringType()),
    ("province", StringType()),
    *((dimension, StringType()) for dimension in DIMENSIONS),
)


class Column(Struct, frozen=True, order=True):
    """A field of events as a column: `previous` is a number in one event, a word in another."""

    field: str
    holds: Holds

    @property
    def name(self) -> str:
        """The column's name; dimensions have their own."""
        return self.field if self.field in DIMENSIONS else self.field + _SUFFIX[self.holds]


@cache
def column_of(kind: type[PublicEvent], field: str) -> Column:
    """Where the archive keeps a field of an event type."""
    info = inspect.type_info(kind)
    if not isinstance(info, inspect.StructType):
        raise InvariantBroken(f"{kind.__name__} is a Struct")
    (found,) = (f for f in info.fields if f.name == field)
    holds = _holds(found.type)
    if holds is None:
        raise InvariantBroken(f"{kind.__name__}.{field} is a number, a word or a day")
    return Column(field, holds)


def fields_of(algebra: Algebra, kind: type[PublicEvent]) -> list[str]:
    """The fields of an event type that its postings read."""
    found: set[str] = set()
    for line in algebra.postings.get(kind, ()):
        found |= {*_read(line.amount), *(field for field, _ in line.where)}
    return sorted(found)


def columns_of(algebra: Algebra) -> list[Column]:
    """Every field that postings read, dimensions apart."""
    return sorted(
        {
            column_of(kind, field)
            for kind in algebra.postings
            for field in fields_of(algebra, kind)
            if field not in DIMENSIONS
        }
    )


def schema_of(algebra: Algebra) -> Schema:
    """The table's schema."""
    read = [(column.name, _TYPE[column.holds]) for column in columns_of(algebra)]
    return Schema(
        *(
            NestedField(number, name, kind, required=False)
            for number, (name, kind) in enumerate([*PLACE, *EFFECT, *read], start=1)
        )
    )


def arrow_schema(algebra: Algebra) -> pa.Schema:
    """The same for Arrow, with the numbers by which Iceberg knows the columns of a file."""
    return pa.schema(
        [
            pa.field(
                field.name,
                _ARROW[type(field.field_type)],
                metadata={"PARQUET:field_id": str(field.field_id)},
            )
            for field in schema_of(algebra).fields
        ]
    )


def partitioning(schema: Schema) -> PartitionSpec:
    """By business month and province: of the bank's tree before 2025-07-01, for ever."""
    return PartitionSpec(
        PartitionField(
            schema.find_field("occurred_on").field_id, 1000, MonthTransform(), "business_month"
        ),
        PartitionField(
            schema.find_field("province").field_id, 1001, IdentityTransform(), "of_province"
        ),
    )


def table_name(algebra: Algebra) -> str:
    """The table of these columns."""
    meaning = repr([(field.name, str(field.field_type)) for field in schema_of(algebra).fields])
    return "facts_" + sha256(meaning.encode()).hexdigest()[:12]


def _read(amount: Amount) -> Iterable[str]:
    match amount:
        case str():
            return (amount,)
        case Days(since=since, until=until):
            return (since, until)
    return ()


def _holds(info: inspect.Type) -> Holds | None:
    match info:
        case inspect.Metadata():
            return _holds(info.type)
        case inspect.UnionType():
            options = {_holds(one) for one in info.types if not isinstance(one, inspect.NoneType)}
            return options.pop() if len(options) == 1 else None
        case inspect.LiteralType():
            return "number" if isinstance(info.values[0], int) else "word"
        case inspect.IntType():
            return "number"
        case inspect.StrType():
            return "word"
        case inspect.DateType():
            return "day"
    return None


_ARROW: Final[dict[type[IcebergType], pa.DataType]] = {
    StringType: pa.string(),
    IntegerType: pa.int32(),
    LongType: pa.int64(),
    BinaryType: pa.binary(),
    DateType: pa.date32(),
    TimestamptzType: pa.timestamp("us", tz="UTC"),
}
