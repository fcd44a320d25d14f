"""The outbox of one sheet: its records, durable and sealed, and the sheet that they make."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from policy_credit_branch.outbox.disk import Disk
from policy_credit_branch.outbox.failures import NotAnOutbox
from policy_credit_branch.outbox.journal import Journal
from policy_credit_branch.outbox.seal import COST, Seal
from policy_credit_branch.sheet.records import Opened, Record
from policy_credit_branch.sheet.sheet import Sheet, evolve

SUFFIX: Final = ".sheet"

_decoder = msgspec.json.Decoder(Record)
_encoder = msgspec.json.Encoder()


class Outbox:
    """A sheet that outlives the machine's power. `sheet` is as the kept records make it."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        sheet: Sheet | None = None
        for record in journal.records:
            try:
                sheet = evolve(sheet, _decoder.decode(record))
            except msgspec.DecodeError:
                raise NotAnOutbox(journal.path.name) from None
        if sheet is None:
            raise NotAnOutbox(journal.path.name)
        self.sheet: Sheet = sheet

    @classmethod
    def create(
        cls, disk: Disk, folder: Path, secret: bytes, opened: Opened, cost: int = COST
    ) -> "Outbox":
        """A new sheet's outbox; raises KeyUnusable or NotSaved."""
        path = folder / name_of(opened)
        seal = Seal.fresh(secret, cost)
        return cls(Journal.create(disk, path, seal, _encoder.encode(opened)))

    @classmethod
    def open(cls, disk: Disk, path: Path, secret: bytes) -> "Outbox":
        """A sheet's outbox as it was left; raises an OutboxFailed or FileNotFoundError."""
        return cls(Journal.open(disk, path, secret))

    @property
    def path(self) -> Path:
        """Where it is."""
        return self._journal.path

    @property
    def cut(self) -> int:
        """Bytes of a last record that the power cut off: it was never said to be saved."""
        return self._journal.cut

    def keep(self, record: Record) -> None:
        """Keep what happened: saved (đã lưu) when this returns. Raises NotSaved."""
        after = evolve(self.sheet, record)
        self._journal.append(_encoder.encode(record))
        self.sheet = after


def name_of(opened: Opened) -> str:
    """2026-11-24-22870-1f0c9a52.sheet: day, commune and the beginning of the session's id."""
    return f"{opened.held_on}-{opened.commune}-{opened.session.hex[:8]}{SUFFIX}"


def sheets(disk: Disk, folder: Path) -> Iterator[Path]:
    """The sheets in a folder, the earliest day first."""
    for name in disk.names(folder):
        if name.endswith(SUFFIX) and not name.startswith("."):
            yield folder / name
