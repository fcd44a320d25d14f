"""What an outbox needs of a disk, step by step: only what was synced is there after a power cut."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import Protocol

from policy_credit_branch.outbox.failures import InUse


class Disk(Protocol):
    """Files, in steps of which each can be the last one before the power goes."""

    def read(self, path: Path) -> bytes:
        """The content of a file; raises FileNotFoundError."""

    def names(self, folder: Path) -> list[str]:
        """The names of the files in a folder, in order; none if there is no such folder."""

    def write(self, path: Path, at: int, content: bytes) -> None:
        """Write from a position on; a file that is not there is made. Not durable."""

    def cut(self, path: Path, size: int) -> None:
        """Make a file shorter. Not durable."""

    def sync(self, path: Path) -> None:
        """Make the content of a file durable."""

    def rename(self, old: Path, new: Path) -> None:
        """Give a file the name of another, which is replaced. Not durable."""

    def sync_folder(self, folder: Path) -> None:
        """Make the names in a folder durable."""


class RealDisk:
    """The disk of this machine."""

    def read(self, path: Path) -> bytes:
        return path.read_bytes()

    def names(self, folder: Path) -> list[str]:
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []

    def write(self, path: Path, at: int, content: bytes) -> None:
        self._make(path.parent)
        with self._open(path, os.O_RDWR | os.O_CREAT) as descriptor:
            written = 0
            while written < len(content):
                written += os.pwrite(descriptor, content[written:], at + written)

    def cut(self, path: Path, size: int) -> None:
        os.truncate(path, size)

    def sync(self, path: Path) -> None:
        with self._open(path, os.O_RDWR) as descriptor:
            os.fsync(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        old.replace(new)

    def sync_folder(self, folder: Path) -> None:
        with self._open(folder, os.O_RDONLY | os.O_DIRECTORY) as descriptor:
            os.fsync(descriptor)

    def _make(self, folder: Path) -> None:
        """Make a folder that stays: its name is durable in the one above before it is used."""
        if not folder.is_dir():
            self._make(folder.parent)
            folder.mkdir(mode=0o700, exist_ok=True)
            self.sync_folder(folder.parent)

    @contextmanager
    def _open(self, path: Path, flags: int) -> Iterator[int]:
        descriptor = os.open(path, flags, 0o600)
        try:
            yield descriptor
        finally:
            os.close(descriptor)


@contextmanager
def sole_use(path: Path) -> Iterator[None]:
    """Keep a second window of this machine out of a file; raises InUse."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.with_name(f".{path.name}.lock").open("w") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise InUse(path.name) from None
        yield
