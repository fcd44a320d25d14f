"""Faults 1, 2, 7a, 14, 16, 18 to 20 and 22 from a seed, with invariants I1 to I7 as the oracle.

SIMULATION_SEEDS sets how many seeds are run; a failing one is run alone by its test id.
"""

import os
from random import Random

import pytest
from msgspec.structs import replace
from simulation.harness import Nemesis, Simulation

from policy_credit_reporting.store.ledger import Commit
from policy_credit_reporting.store.memory import MemoryLedger
from policy_credit_shared.messaging import admission
from policy_credit_shared.messaging.relay import Relay, window

SEEDS = int(os.environ.get("SIMULATION_SEEDS", "300"))
STEPS = 250
SHORT_STEPS = 80


@pytest.mark.parametrize("seed", range(SEEDS))
def test_figures_are_right_whatever_fails(seed: int) -> None:
    Simulation(seed).run(STEPS)


def test_a_reader_that_keeps_the_highest_sequence_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def highest(high: int, sequence: int) -> admission.Verdict:
        return "applied" if sequence > high else "duplicate"

    monkeypatch.setattr(admission, "verdict", highest)
    assert finds_something_wrong()


def test_a_ledger_without_fencing_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def commit_anyway(ledger: MemoryLedger, commit: Commit) -> None:
        start = dict.fromkeys(commit.advance.end, -1)
        for partition in commit.advance.end:
            start[partition] = ledger.progress().offsets.get(partition, 0)
        real(ledger, replace(commit, advance=replace(commit.advance, start=start)))

    real = MemoryLedger.commit
    monkeypatch.setattr(MemoryLedger, "commit", commit_anyway)
    assert finds_something_wrong()


def test_a_relay_that_moves_its_mark_before_it_publishes_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def hasty(relay: Relay, limit: int) -> int:
        mark, outbox = relay._mark, relay._outbox
        entries = outbox.read(mark.position, limit)
        records, after = window(mark, entries, relay._translate, relay._route)
        outbox.move(mark, after)
        relay._publisher.publish(records)
        relay._mark = after
        return len(entries)

    monkeypatch.setattr(Relay, "step", hasty)
    assert finds_something_wrong()


def finds_something_wrong() -> bool:
    """Whether any of a few seeds ends in a broken invariant."""
    for seed in range(40):
        try:
            Simulation(seed).run(STEPS)
        except AssertionError:
            return True
    return False


class StrikesOnce(Nemesis):
    """Something goes wrong at one place, the nth at which it could, and nowhere else."""

    def __init__(self, place: int) -> None:
        super().__init__(Random(0))
        self.place = place
        self.passed = 0

    def strikes(self, chance: float) -> bool:
        self.passed += 1
        return not self.resting and self.passed == self.place


def places(seed: int) -> int:
    """At how many places something can go wrong in a short run of that seed."""
    nemesis = StrikesOnce(place=0)
    Simulation(seed, nemesis).run(SHORT_STEPS)
    return nemesis.passed


@pytest.mark.parametrize("seed", range(3))
def test_one_fault_at_every_place_where_one_can_happen(seed: int) -> None:
    """Faults 1, 2, 14 and 16, exhaustively: before and after whatever is made durable."""
    for place in range(1, places(seed) + 1):
        Simulation(seed, StrikesOnce(place)).run(SHORT_STEPS)
