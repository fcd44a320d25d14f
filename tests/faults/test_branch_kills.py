"""A teller's process killed with SIGKILL while it saves and sends, and its last write torn.

What it said to be saved is in the file, whatever became of the rest; and counts once.
BRANCH_KILLS sets how many lives are played.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path
from random import Random

import build
import pytest
import sheets
from simulation.points import Point

from policy_credit_branch.outbox.disk import RealDisk
from policy_credit_branch.outbox.outbox import Outbox
from policy_credit_branch.sheet import deciding
from policy_credit_branch.sheet.totals import totals_of
from policy_credit_branch.submission.services import Reply
from policy_credit_branch.submission.submit import submit

LIVES = int(os.environ.get("BRANCH_KILLS", "5"))
DEATHS = 3

TELLER = """
import sys
from itertools import count
from pathlib import Path
import sheets
from policy_credit_branch.outbox.disk import RealDisk
from policy_credit_branch.outbox.outbox import Outbox
from policy_credit_branch.sheet import deciding

path = Path(sys.argv[1])
box = Outbox.open(RealDisk(), path, sheets.SECRET)
print("saved", *box.sheet.lines, path.stat().st_size, flush=True)
for number in count():
    entry = sheets.some_id(f"{sys.argv[2]} {number}")
    box.keep(deciding.enter(box.sheet, entry, sheets.deposit(amount=number + 1)))
    print("saved", entry, path.stat().st_size, flush=True)
"""


class Till:
    """The service at the other end."""

    def __init__(self, point: Point) -> None:
        self._point = point

    def post(self, key: str, body: bytes) -> Reply:
        return self._point.post("teller", key, body)


@pytest.mark.parametrize("life", range(LIVES))
def test_what_was_said_to_be_saved_survives_kills_and_torn_writes(
    life: int, tmp_path: Path
) -> None:
    random = Random(life)
    path = sheets.outbox(RealDisk(), tmp_path).path
    told: set[str] = set()
    for death in range(DEATHS):
        size = play(path, f"{life}.{death}", random, told)
        tear(path, size, random)
    box = Outbox.open(RealDisk(), path, sheets.SECRET)
    assert told <= {str(entry) for entry in box.sheet.lines}
    point = Point()
    send_with_deaths(path, point, random)
    box = Outbox.open(RealDisk(), path, sheets.SECRET)
    accepted = {x.entry: totals_of([x.line]) for x in box.sheet.of("accepted")}
    assert set(accepted) == set(box.sheet.lines)
    assert point.booked() == accepted
    ledger = point.figures()
    assert ledger.figure(build.OFFICE, "savings") == box.sheet.totals.deposited


def play(path: Path, name: str, random: Random, told: set[str]) -> int:
    """Let a teller save lines until it is killed; returns how long the file was when it last told.

    It is killed after some number of lines, or in the midst of the next one.
    """
    here = Path(__file__).parents[1]
    teller = subprocess.Popen(
        [sys.executable, "-c", TELLER, str(path), name],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(here)},
    )
    assert teller.stdout is not None
    size = 0
    until = random.randrange(2, 25)
    for number, line in enumerate(teller.stdout):
        if number == until:
            teller.send_signal(signal.SIGKILL)
        _, *entries, at = line.split()
        told.update(entries)
        size = int(at)
    assert teller.wait() == -signal.SIGKILL
    return size


def tear(path: Path, durable: int, random: Random) -> None:
    """Of what was written after the last answer a part may be there, or be there as zeros."""
    content = path.read_bytes()
    if len(content) == durable:
        box = Outbox.open(RealDisk(), path, sheets.SECRET)
        box.keep(deciding.enter(box.sheet, sheets.some_id("torn"), sheets.deposit()))
        content = path.read_bytes()
    left = bytearray(content[durable : random.randrange(durable, len(content))])
    if left and random.random() < 0.5:
        begin = random.randrange(len(left))
        left[begin:] = bytes(len(left) - begin)
    path.write_bytes(content[:durable] + left)


def send_with_deaths(path: Path, point: Point, random: Random) -> None:
    """Send until nothing is left; in between the process ends and only the file goes on."""
    keys = sheets.Ids(f"key {random.random()}")
    for _ in range(20):
        box = Outbox.open(RealDisk(), path, sheets.SECRET)
        for _ in submit(box, Till(point), build.clock, keys):
            if random.random() < 0.5:
                break
        sent = box.sheet.sent
        if sent is not None:
            point.post("teller", str(sent.key), sent.body)
        if not box.sheet.of("saved", "sending", "refused"):
            return
    raise AssertionError("the sheet does not come to an end")
