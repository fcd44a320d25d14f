"""A disk that loses what was not synced when the power goes, in the ways that disks do."""

from dataclasses import dataclass, field
from pathlib import Path
from random import Random

SECTOR_BYTES = 512


class PowerCut(BaseException):
    """The machine is off; only what is durable stays."""


@dataclass
class Stored:
    """The content of a file: as programs see it, and what of it the medium has for certain."""

    seen: bytes = b""
    durable: bytes = b""
    writes: list[tuple[int, bytes]] = field(default_factory=list)
    """Writes and cuts since the last sync; a cut writes nothing at its place."""


class FailingDisk:
    """A disk, and when the power goes: at a step, before or after it, as a seed says."""

    def __init__(self, random: Random, chance: float = 0.0) -> None:
        self._random = random
        self.chance = chance
        self.files: dict[Path, Stored] = {}
        self._durable_names: dict[Path, Stored] = {}

    # -- what a program does -----------------------------------------------------------------

    def read(self, path: Path) -> bytes:
        if path not in self.files:
            raise FileNotFoundError(path)
        return self.files[path].seen

    def names(self, folder: Path) -> list[str]:
        return sorted(path.name for path in self.files if path.parent == folder)

    def write(self, path: Path, at: int, content: bytes) -> None:
        self._perhaps()
        file = self.files.setdefault(path, Stored())
        file.writes.append((at, content))
        file.seen = _written(file.seen, at, content)
        self._perhaps()

    def cut(self, path: Path, size: int) -> None:
        self._perhaps()
        file = self.files[path]
        file.writes.append((size, b""))
        file.seen = file.seen[:size]
        self._perhaps()

    def sync(self, path: Path) -> None:
        self._perhaps()
        file = self.files[path]
        file.durable, file.writes = file.seen, []
        self._perhaps()

    def rename(self, old: Path, new: Path) -> None:
        self._perhaps()
        self.files[new] = self.files.pop(old)
        self._perhaps()

    def sync_folder(self, folder: Path) -> None:
        self._perhaps()
        kept = {p: f for p, f in self._durable_names.items() if p.parent != folder}
        self._durable_names = kept | {p: f for p, f in self.files.items() if p.parent == folder}
        self._perhaps()

    def _perhaps(self) -> None:
        if self._random.random() < self.chance:
            raise PowerCut

    # -- what happens to it ------------------------------------------------------------------

    def lose_power(self) -> None:
        """Go on with what is durable, and with some of what was not synced, by chance."""
        if self._random.random() < 0.5:
            self.files = dict(self._durable_names)
        for file in {id(f): f for f in self.files.values()}.values():
            file.seen = file.durable = self._left_of(file)
            file.writes = []
        self._durable_names = dict(self.files)

    def put(self, path: Path, content: bytes) -> None:
        """A file copied from elsewhere, durable."""
        self.files[path] = self._durable_names[path] = Stored(content, content)

    def _left_of(self, file: Stored) -> bytes:
        """The durable content, the first of the writes since, and a part of the next."""
        content = file.durable
        whole = self._random.randrange(len(file.writes) + 1)
        for at, written in file.writes[:whole]:
            content = _written(content, at, written) if written else content[:at]
        if whole < len(file.writes):
            at, written = file.writes[whole]
            if written:
                content = self._torn(content, at, written)
        return content

    def _torn(self, before: bytes, at: int, written: bytes) -> bytes:
        """The file may have grown by any part of it; what did not get there reads as zeros."""
        size = self._random.randrange(len(written) + 1)
        part = bytearray(written[:size])
        begin = 0
        while begin < size:
            # Sectors of the medium, not of the write.
            end = min(size, (at + begin) // SECTOR_BYTES * SECTOR_BYTES + SECTOR_BYTES - at)
            if self._random.random() < 0.5:
                part[begin:end] = bytes(end - begin)
            begin = end
        return _written(before, at, bytes(part))


def _written(content: bytes, at: int, more: bytes) -> bytes:
    return content[:at].ljust(at, b"\0") + more + content[at + len(more) :]
