"""A file of sealed records: what is kept stays, what was cut off goes, and damage is named."""

from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
import sheets
from hypothesis import given
from hypothesis import strategies as st
from power import FailingDisk, PowerCut

from policy_credit_branch.outbox.disk import RealDisk, sole_use
from policy_credit_branch.outbox.failures import (
    Damaged,
    InUse,
    KeyUnusable,
    NotAnOutbox,
    NotSaved,
    WrongKey,
)
from policy_credit_branch.outbox.journal import FRAME_HEAD_BYTES, Journal
from policy_credit_branch.outbox.seal import HEADER_BYTES, Seal

PATH = Path("/branch/a.sheet")
RECORDS = [f"record {n} ".encode() * (n + 1) for n in range(6)]


def journal(disk: FailingDisk, records: list[bytes] = RECORDS) -> Journal:
    seal = Seal.fresh(sheets.SECRET, sheets.COST)
    made = Journal.create(disk, PATH, seal, records[0])
    for record in records[1:]:
        made.append(record)
    return made


def reopened(disk: FailingDisk) -> Journal:
    return Journal.open(disk, PATH, sheets.SECRET)


def content(disk: FailingDisk) -> bytes:
    return disk.read(PATH)


def starts() -> list[int]:
    """Where each record's frame begins, and where the last ends."""
    disk = sheets.still_disk()
    made = journal(disk, RECORDS[:1])
    found = [HEADER_BYTES]
    for record in RECORDS[1:]:
        found.append(len(content(disk)))
        made.append(record)
    return [*found, len(content(disk))]


def test_records_are_read_as_they_were_kept() -> None:
    disk = sheets.still_disk()
    journal(disk)
    assert reopened(disk).records == RECORDS
    assert reopened(disk).cut == 0


def test_nothing_can_be_read_without_the_key() -> None:
    disk = sheets.still_disk()
    journal(disk)
    assert b"record" not in content(disk)
    with pytest.raises(WrongKey, match=r"a\.sheet"):
        Journal.open(disk, PATH, b"another passphrase")


@pytest.mark.parametrize("secret", [b"", b"short", b"   spaces   "])
def test_a_key_that_anybody_guesses_is_refused(secret: bytes) -> None:
    with pytest.raises(KeyUnusable, match="12"):
        Seal.fresh(secret)


@pytest.mark.parametrize("other", [b"", b"PK\x03\x04", b"PCBRANCH1\n", b"PCBRANCH1\n\xff" * 9])
def test_a_file_of_something_else_is_not_taken_for_ours(other: bytes) -> None:
    disk = sheets.still_disk()
    disk.put(PATH, other)
    with pytest.raises(NotAnOutbox):
        reopened(disk)


def test_two_copies_that_go_on_never_use_a_nonce_twice() -> None:
    """Their records have the same numbers, and different content."""
    one, other = sheets.still_disk(), sheets.still_disk()
    journal(one)
    other.put(PATH, content(one))
    before = len(content(one))
    for disk, record in ((one, b"a line of ours"), (other, b"a line of them")):
        reopened(disk).append(record)
    first, second = (content(disk)[before + FRAME_HEAD_BYTES :] for disk in (one, other))
    assert first[:12] != second[:12]


@pytest.mark.parametrize("end", range(starts()[-2] + 1, starts()[-1]))
def test_a_last_record_that_ends_early_is_cut_off(end: int) -> None:
    disk = sheets.still_disk()
    journal(disk)
    disk.put(PATH, content(disk)[:end])
    found = reopened(disk)
    assert found.records == RECORDS[:-1]
    assert found.cut == end - starts()[-2]
    found.append(b"the next line")
    assert reopened(disk).records == [*RECORDS[:-1], b"the next line"]
    assert reopened(disk).cut == 0


@given(st.data())
def test_a_gap_that_the_disk_left_in_the_last_record_is_cut_off(data: st.DataObject) -> None:
    """The file has its length already, a sector of it was not written."""
    disk = sheets.still_disk()
    journal(disk)
    last, end = starts()[-2:]
    begin = data.draw(st.integers(last, end - 9))
    whole = content(disk)
    for gap in ((last, begin + 9), (begin, end), (begin, begin + 9)):
        disk.put(PATH, whole[: gap[0]] + bytes(gap[1] - gap[0]) + whole[gap[1] :])
        assert reopened(disk).records == RECORDS[:-1]


@given(st.integers(0, len(RECORDS) - 2), st.data())
def test_a_damaged_record_with_others_after_it_is_named(number: int, data: st.DataObject) -> None:
    disk = sheets.still_disk()
    journal(disk)
    begin, end = starts()[number : number + 2]
    at = data.draw(st.integers(begin, end - 1))
    whole = bytearray(content(disk))
    whole[at] ^= data.draw(st.integers(1, 255))
    disk.put(PATH, bytes(whole))
    with pytest.raises(Damaged, match=f"record {number + 1} at byte {begin}") as damaged:
        reopened(disk)
    assert (damaged.value.record, damaged.value.at) == (number + 1, begin)
    assert content(disk) == bytes(whole), "a damaged file is left as it is"


@pytest.mark.parametrize("byte", [FRAME_HEAD_BYTES + 3, FRAME_HEAD_BYTES + 40, 7])
def test_a_changed_last_record_is_damage_too(byte: int) -> None:
    """It was whole once: to cut it off would lose a line that was said to be saved."""
    disk = sheets.still_disk()
    journal(disk)
    whole = bytearray(content(disk))
    whole[starts()[-2] + byte] ^= 0x55
    whole[-1] |= 1
    disk.put(PATH, bytes(whole))
    with pytest.raises(Damaged):
        reopened(disk)


def test_a_record_left_out_moved_or_from_another_file_is_damage() -> None:
    disk, other = sheets.still_disk(), sheets.still_disk()
    journal(disk)
    journal(other)
    whole, foreign, places = content(disk), content(other), starts()
    frames = [whole[a:b] for a, b in pairwise(places)]
    strange = foreign[places[2] : places[3]]
    for wrong in (
        [*frames[:2], *frames[3:]],
        [frames[0], frames[2], frames[1], *frames[3:]],
        [*frames[:2], strange, *frames[3:]],
        [*frames, frames[-1]],
    ):
        disk.put(PATH, whole[:HEADER_BYTES] + b"".join(wrong))
        with pytest.raises(Damaged):
            reopened(disk)


@pytest.mark.parametrize("seed", range(200))
def test_whatever_was_kept_survives_the_power(seed: int) -> None:
    random = Random(seed)
    disk = FailingDisk(random)
    journal(disk, RECORDS[:1])
    kept = [RECORDS[0]]
    disk.chance = 0.1
    for number in range(30):
        record = bytes(random.randrange(256) for _ in range(random.randrange(1, 2_000)))
        try:
            found = reopened(disk)
            assert found.records[: len(kept)] == kept
            assert len(found.records) <= len(kept) + 1
            kept = list(found.records)
            found.append(record + str(number).encode())
            kept.append(record + str(number).encode())
        except PowerCut:
            if random.random() < 0.8:
                disk.lose_power()


@pytest.mark.parametrize("seed", range(50))
def test_a_new_file_is_there_as_a_whole_or_not_at_all(seed: int) -> None:
    disk = FailingDisk(Random(seed), chance=0.15)
    told = False
    try:
        journal(disk, RECORDS[:1])
        told = True
    except PowerCut:
        pass
    disk.chance = 0
    disk.lose_power()
    if told or PATH in disk.files:
        assert reopened(disk).records == RECORDS[:1]


def test_after_a_failed_sync_nothing_more_is_called_saved() -> None:
    """A disk may show as kept what it lost: the file is read anew before it goes on."""

    class Sick(FailingDisk):
        sick = False

        def sync(self, path: Path) -> None:
            if self.sick:
                raise OSError(5, "Input/output error")
            super().sync(path)

    disk = Sick(Random(0))
    made = journal(disk)
    disk.sick = True
    with pytest.raises(NotSaved, match="Input/output error"):
        made.append(b"a line")
    disk.sick = False
    with pytest.raises(NotSaved):
        made.append(b"the next line")
    reopened(disk).append(b"the next line")
    assert reopened(disk).records[-1] == b"the next line"


def test_a_real_disk_keeps_a_file_to_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "a.sheet"
    seal = Seal.fresh(sheets.SECRET, sheets.COST)
    Journal.create(RealDisk(), path, seal, b"first").append(b"second")
    assert Journal.open(RealDisk(), path, sheets.SECRET).records == [b"first", b"second"]
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    assert [p.name for p in path.parent.iterdir()] == ["a.sheet"]


def test_a_second_window_is_kept_out(tmp_path: Path) -> None:
    with sole_use(tmp_path / "a.sheet"):
        with pytest.raises(InUse):
            sole_use(tmp_path / "a.sheet").__enter__()
    with sole_use(tmp_path / "a.sheet"):
        pass
