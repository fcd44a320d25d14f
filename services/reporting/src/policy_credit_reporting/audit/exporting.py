"""Lines of an explanation as a file: CSV, Parquet or XLSX; whole or not there at all."""

import csv
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
from msgspec.structs import asdict, astuple
from openpyxl import Workbook

from policy_credit_reporting.store.audited import EventLine

SHEET_LINES_MAX: Final = 1_048_575
"""What a sheet of a workbook holds below its header."""

BATCH_LINES: Final = 50_000

SCHEMA: Final = pa.schema(
    [
        ("topic", pa.string()),
        ("partition", pa.int32()),
        ("offset", pa.int64()),
        ("source", pa.string()),
        ("sequence", pa.int64()),
        ("event_id", pa.string()),
        ("event_type", pa.string()),
        ("business_day", pa.date32()),
        ("recorded_at", pa.timestamp("us", tz="UTC")),
        ("locality", pa.string()),
        ("programme", pa.string()),
        ("association", pa.string()),
        ("fund", pa.string()),
        ("measure", pa.string()),
        ("amount", pa.int64()),
        ("chain", pa.string()),
    ]
)


class CannotExport(Exception):
    """The file cannot be written; says what can be done instead."""


def usable_output(path: Path) -> None:
    """Raise CannotExport before the log is read, if a file cannot be written there."""
    if path.suffix.lower() not in _WRITE:
        raise CannotExport(f"{path.name} ends in none of {', '.join(_WRITE)}")
    if path.exists():
        raise CannotExport(f"{path} exists; name a new file")
    if not path.parent.is_dir():
        raise CannotExport(f"there is no folder {path.parent}")


def export(lines: Sequence[EventLine], path: Path) -> None:
    """Write the lines in the format that the file's name ends in; raises CannotExport."""
    kind = path.suffix.lower()
    if kind == ".xlsx" and len(lines) > SHEET_LINES_MAX:
        raise CannotExport(
            f"a sheet holds {SHEET_LINES_MAX} lines and there are {len(lines)};"
            " name a .csv or a .parquet file"
        )
    # Under its own name only when it is complete: half an explanation does not add up.
    partial = path.with_name(f".{path.name}.partial")
    try:
        _WRITE[kind](lines, partial)
        partial.replace(path)
    except OSError as error:
        raise CannotExport(f"{path} cannot be written: {error}") from None
    finally:
        partial.unlink(missing_ok=True)


def _csv(lines: Sequence[EventLine], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(EventLine.__struct_fields__)
        writer.writerows(map(_readable, lines))


def _parquet(lines: Sequence[EventLine], path: Path) -> None:
    with pq.ParquetWriter(path, SCHEMA, compression="zstd") as writer:
        for start in range(0, len(lines), BATCH_LINES):
            rows = [asdict(line) for line in lines[start : start + BATCH_LINES]]
            writer.write_table(pa.Table.from_pylist(rows, schema=SCHEMA))


def _xlsx(lines: Sequence[EventLine], path: Path) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("events")
    sheet.freeze_panes = "A2"
    sheet.append(EventLine.__struct_fields__)
    for line in lines:
        sheet.append(_readable(line))
    book.save(path)


def _readable(line: EventLine) -> tuple[str | int, ...]:
    """Days and moments as ISO 8601 has them; a workbook knows no time zones."""
    return tuple(value.isoformat() if isinstance(value, date) else value for value in astuple(line))


_WRITE: Final[dict[str, Callable[[Sequence[EventLine], Path], None]]] = {
    ".csv": _csv,
    ".parquet": _parquet,
    ".xlsx": _xlsx,
}
