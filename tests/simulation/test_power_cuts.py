"""Sessions without a line, and the power goes: what was said to be saved counts, and counts once.

POWER_CUT_SEEDS sets how many seeds are run; a failing one is run alone by its test id.
"""

import os

import pytest
from power import FailingDisk
from simulation.points import Simulation

from policy_credit_branch.sheet import calls
from policy_credit_branch.submission import submit

SEEDS = int(os.environ.get("POWER_CUT_SEEDS", "300"))
STEPS = 60


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_saved_line_is_lost_and_none_counts_twice_whatever_fails(seed: int) -> None:
    Simulation(seed).run(STEPS)


def finds_something_wrong() -> bool:
    """Whether any of a few seeds ends in a broken promise."""
    for seed in range(40):
        try:
            Simulation(seed).run(STEPS)
        except AssertionError:
            return True
    return False


def test_an_outbox_that_does_not_sync_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FailingDisk, "sync", lambda *_: None)
    assert finds_something_wrong()


def test_savings_entries_without_ids_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    real = calls._words

    def nameless(*given: object) -> dict[str, object]:
        words = real(*given)  # type: ignore[arg-type]
        return {name: value for name, value in words.items() if name != "entry"}

    monkeypatch.setattr(calls, "_words", nameless)
    assert finds_something_wrong()


def test_a_branch_that_takes_recorded_lines_for_refused_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(submit, "RECORDED_ALREADY", "")
    assert finds_something_wrong()
