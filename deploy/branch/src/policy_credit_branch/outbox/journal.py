"""A file of sealed records, each durable before the next is begun.

    header | frame | frame | …        frame = mark, length, check of both | sealed record

Whoever is told that a record is kept is told after the disk was. The power may go at any moment:
then at most the last frame, which nobody was told of, is there in part. A part of a frame is one
that ends too early, or in which the disk left a gap of zeros; both are cut off. Anything else
that cannot be read was durable once: that is damage, and is never passed over in silence.
"""

from pathlib import Path
from typing import Final
from zlib import crc32

from policy_credit_branch.outbox.disk import Disk
from policy_credit_branch.outbox.failures import Damaged, NotSaved
from policy_credit_branch.outbox.seal import HEADER_BYTES, OVERHEAD_BYTES, Seal

MARK: Final = b"\xb5\x1e"
FRAME_HEAD_BYTES: Final = len(MARK) + 4 + 4
RECORD_BYTES_MAX: Final = 8 << 20
GAP: Final = bytes(8)
"""By chance so many zeros are in a sealed record once in 2 ** 64 places."""

SKIPPED_MAX: Final = 8
"""How many records can be destroyed together, and those after them still be known for ours."""


class Journal:
    """The records of one file. `cut` counts bytes of a last record that was never durable."""

    def __init__(self, disk: Disk, path: Path, seal: Seal, content: bytes) -> None:
        self._disk = disk
        self._seal = seal
        self._failed = False
        self.path = path
        self.records: list[bytes] = []
        self._size = HEADER_BYTES
        self._read(content)
        self.cut = len(content) - self._size

    @classmethod
    def create(cls, disk: Disk, path: Path, seal: Seal, first: bytes) -> "Journal":
        """A new file with its first record, or no file: it gets its name once it is durable."""
        content = seal.header + _frame(seal.close(0, first))
        fresh = path.with_name(f".{path.name}.new")
        try:
            disk.write(fresh, 0, content)
            disk.cut(fresh, len(content))
            disk.sync(fresh)
            disk.rename(fresh, path)
            disk.sync_folder(path.parent)
        except OSError as failure:
            raise NotSaved(path.name, str(failure)) from None
        return cls(disk, path, seal, content)

    @classmethod
    def open(cls, disk: Disk, path: Path, secret: bytes) -> "Journal":
        """An existing file; raises FileNotFoundError, WrongKey, NotAnOutbox or Damaged.

        What is read may be in memory only: a process can have died between writing a record and
        making it durable. So it is made durable before anybody believes it.
        """
        content = disk.read(path)
        journal = cls(disk, path, Seal.of(secret, content, path.name), content)
        if journal.cut:
            disk.cut(path, journal._size)
        disk.sync(path)
        disk.sync_folder(path.parent)
        return journal

    def append(self, record: bytes) -> None:
        """Keep a record; when this returns it survives a power cut. Raises NotSaved.

        After a failed sync a disk may show as kept what is not: the file is read anew first.
        """
        if self._failed:
            raise NotSaved(self.path.name, "an earlier record failed")
        frame = _frame(self._seal.close(len(self.records), record))
        self._failed = True
        try:
            self._disk.write(self.path, self._size, frame)
            self._disk.sync(self.path)
        except OSError as failure:
            raise NotSaved(self.path.name, str(failure)) from None
        self._failed = False
        self._size += len(frame)
        self.records.append(record)

    def _read(self, content: bytes) -> None:
        while self._size < len(content):
            sealed = _sealed(content, self._size)
            record = None if sealed is None else self._seal.open(len(self.records), sealed)
            if sealed is None or record is None:
                if self._is_damage(content):
                    raise Damaged(self.path.name, len(self.records) + 1, self._size)
                return
            self.records.append(record)
            self._size += FRAME_HEAD_BYTES + len(sealed)

    def _is_damage(self, content: bytes) -> bool:
        """Whether what follows was durable once, rather than a part of a frame never finished."""
        rest = content[self._size :]
        if self._goes_on(content):
            return True
        head = rest[:FRAME_HEAD_BYTES]
        ends_early = len(rest) < FRAME_HEAD_BYTES or (
            (length := _length(head)) is not None and len(rest) < FRAME_HEAD_BYTES + length
        )
        has_gap = GAP in rest or rest.startswith(b"\0") or rest.endswith(b"\0")
        return not (ends_early or has_gap)

    def _goes_on(self, content: bytes) -> bool:
        """Whether a record of this file follows: then the one before it was durable."""
        at = content.find(MARK, self._size + 1)
        while at != -1:
            sealed = _sealed(content, at)
            if sealed is not None:
                number = len(self.records)
                for later in range(number + 1, number + 1 + SKIPPED_MAX):
                    if self._seal.open(later, sealed) is not None:
                        return True
            at = content.find(MARK, at + 1)
        return False


def _frame(sealed: bytes) -> bytes:
    length = len(sealed).to_bytes(4, "big")
    return MARK + length + crc32(MARK + length).to_bytes(4, "big") + sealed


def _length(head: bytes) -> int | None:
    """What a frame's head says; None if it is no head."""
    length = int.from_bytes(head[2:6], "big")
    whole = head[:2] == MARK and crc32(head[:6]).to_bytes(4, "big") == head[6:]
    return length if whole and OVERHEAD_BYTES <= length <= RECORD_BYTES_MAX else None


def _sealed(content: bytes, at: int) -> bytes | None:
    """The sealed record of a whole frame at a position, if there is one."""
    begin = at + FRAME_HEAD_BYTES
    length = _length(content[at:begin])
    if length is None or begin + length > len(content):
        return None
    return content[begin : begin + length]
