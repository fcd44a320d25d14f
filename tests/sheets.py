"""Sheets, outboxes and what is carried, for tests: on a disk in memory, or a real one."""

from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import msgspec
from power import FailingDisk

from policy_credit_branch.outbox.carried import Carried
from policy_credit_branch.outbox.disk import Disk
from policy_credit_branch.outbox.outbox import Outbox
from policy_credit_branch.sheet.lines import Deposit, Payment, Withdrawal
from policy_credit_branch.sheet.records import Opened
from policy_credit_shared.kernel.identifiers import derived_id

SECRET = b"a passphrase of some length"
COST = 4
"""Guessing need not be slow in tests."""

FOLDER = Path("/branch")
NOW = datetime(2019, 3, 4, 10, 5, tzinfo=UTC)
HELD_ON = date(2019, 3, 5)


def some_id(name: str) -> UUID:
    """The same id for the same name."""
    return derived_id("test", name)


LOAN, HOUSEHOLD, GROUP = some_id("loan"), some_id("household"), some_id("group")
SAVER = some_id("saver")


def opened(**changes: Any) -> Opened:
    fields = {
        "session": some_id("session"),
        "office": "587",
        "commune": "22870",
        "held_on": HELD_ON,
        "opening_cash": 5_000_000,
    }
    return msgspec.convert(fields | changes, Opened)


def payment(**changes: Any) -> Payment:
    return msgspec.convert({"loan": LOAN, "principal": 1_000_000} | changes, Payment)


def deposit(**changes: Any) -> Deposit:
    fields = {"household": SAVER, "group": GROUP, "association": "women", "amount": 50_000}
    return msgspec.convert(fields | changes, Deposit)


def withdrawal(**changes: Any) -> Withdrawal:
    return msgspec.convert({"household": SAVER, "amount": 20_000} | changes, Withdrawal)


def outbox(disk: Disk, folder: Path = FOLDER) -> Outbox:
    """A new sheet's."""
    return Outbox.create(disk, folder, SECRET, opened(), COST)


def still_disk() -> FailingDisk:
    """A disk that fails nobody."""
    return FailingDisk(Random(0))


def carried() -> Carried:
    """A loan on which something is due, and a saver."""
    loan = {
        "loan": LOAN,
        "household": HOUSEHOLD,
        "programme": "HN",
        "association": "women",
        "in_term": 40_000_000,
        "overdue": 500_000,
        "instalments_due": 2_000_000,
        "interest_due": 195_288,
    }
    part = {"group": GROUP, "association": "women", "amount": 300_000}
    saved = {"household": SAVER, "balance": 300_000, "parts": [part]}
    fields = {
        "office": "587",
        "commune": "22870",
        "on": HELD_ON,
        "fetched_at": NOW,
        "loans": [loan],
        "savings": [saved],
    }
    return msgspec.convert(fields, Carried)


class Ids:
    """Ids in an order, for what makes them at random otherwise."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._numbers = count(1)

    def __call__(self) -> UUID:
        return some_id(f"{self._name} {next(self._numbers)}")
