"""A published report as a folder that anybody can check: its events, and what proves them."""

import csv
import gzip
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import IO, Any, Final

from msgspec import Struct, json

from policy_credit_reporting.audit.bundle_meaning import Excluded, meaning_of
from policy_credit_reporting.indicators.acceptance import accept
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_reporting.reports.answers import (
    FIGURES_HEADER,
    figures_rows,
    published_statement,
)
from policy_credit_reporting.reports.closing import FiguresPublished
from policy_credit_reporting.reports.statement import Taken
from policy_credit_shared.messaging.admission import admit, apply_advance
from policy_credit_shared.messaging.records import BadHeaders, Incoming, read_place
from policy_credit_shared.store.progress import Partition, Progress
from policy_credit_shared.store.signing import public_pem

COMPRESSION: Final = 6
OWN: Final = ("README.md", "verify.py")


class LogTooShort(Exception):
    """The log does not reach the offsets that the figures were taken at."""

    def __init__(self, partition: Partition, found: int, wanted: int) -> None:
        super().__init__(
            f"{partition.topic}[{partition.number}] ends at offset {found},"
            f" and the figures were taken at {wanted}"
        )


class Manifest(Struct, frozen=True, kw_only=True):
    """What the folder is of, and the SHA-256 of each of its files."""

    number: int
    unit: str
    period: str
    digest: str
    signature: str
    key: str
    files: dict[str, str]


def write_bundle(
    algebra: Algebra,
    body: FiguresPublished,
    fetches: Iterable[Sequence[Incoming]],
    folder: Path,
) -> Manifest:
    """Write everything into an empty folder; raises LogTooShort or OffsetsMissing."""
    statement = published_statement(body)
    report = statement.report
    (folder / "events").mkdir()
    excluded = _write_events(report, fetches, folder / "events", Layout.of(algebra))
    (folder / "statement.json").write_text(body.statement, encoding="utf-8")
    (folder / "signature.bin").write_bytes(bytes.fromhex(body.signature))
    (folder / "public-key.pem").write_bytes(public_pem(bytes.fromhex(body.key)))
    meaning = json.format(json.encode(meaning_of(algebra, report, excluded)), indent=1)
    (folder / "meaning.json").write_bytes(meaning)
    with (folder / "figures.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([FIGURES_HEADER, *figures_rows(statement)])
    for name in OWN:
        content = (resources.files(__package__) / "bundled" / name).read_bytes()
        (folder / name).write_bytes(content)
    manifest = Manifest(
        number=body.number,
        unit=report.unit,
        period=report.period,
        digest=body.digest,
        signature=body.signature,
        key=body.key,
        files=hashes(folder),
    )
    content = json.format(json.encode(manifest), indent=1)
    (folder / "manifest.json").write_bytes(content)
    return manifest


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file but the manifest, by its path."""
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


def _write_events(
    report: Taken, fetches: Iterable[Sequence[Incoming]], folder: Path, layout: Layout
) -> list[Excluded]:
    """Every record before the published offsets; returns those that take no effect."""
    ends = {Partition(o.topic, o.partition): o.next_offset for o in report.offsets}
    progress = Progress.none()
    excluded: list[Excluded] = []
    with ExitStack() as stack:
        files = {
            partition: stack.enter_context(
                gzip.GzipFile(
                    folder / f"{partition.topic}-{partition.number}.gz",
                    "wb",
                    compresslevel=COMPRESSION,
                    # The same events make the same file.
                    mtime=0,
                )
            )
            for partition in ends
        }
        for fetch in fetches:
            records = [r for r in fetch if r.offset < ends.get(r.partition, 0)]
            batch = admit(progress, records, lambda event: accept(layout, event))
            apply_advance(progress, batch.advance)
            for record in records:
                _write_record(files[record.partition], record)
            excluded += [
                Excluded(wrong.record, wrong.error.reason)
                for wrong in batch.quarantined
                if wrong.place is not None
            ]
            if all(progress.offsets.get(p, 0) == end for p, end in ends.items()):
                break
    for partition, end in sorted(ends.items()):
        if (found := progress.offsets.get(partition, 0)) != end:
            raise LogTooShort(partition, found, end)
    return excluded


def _write_record(file: IO[bytes] | gzip.GzipFile, record: Incoming) -> None:
    value = record.value or b""
    about: list[Any] = [record.offset, None, None, None, len(value)]
    try:
        place = read_place(record)
    except BadHeaders:
        pass
    else:
        about[1:4] = place.stream.source, place.head.sequence, place.head.digest.hex()
    file.write(json.encode(about) + b"\n" + value + b"\n")
