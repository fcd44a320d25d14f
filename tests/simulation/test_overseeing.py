"""A year of a province's oversight comes out the same, however it is heard of.

OVERSIGHT_SEEDS sets how many seeds are lived; a failing one is lived alone by its test id.
"""

import os
from typing import Final

import pytest
from simulation.overseeing import (
    OFFICES,
    VIEWS,
    Processing,
    Year,
    figures,
    groups,
    live,
    open_checks,
)

from policy_credit_oversight.application import supervising
from policy_credit_oversight.domain.inspection_plan import InspectionCounted, InspectionsPlanned
from policy_credit_shared.kernel.aggregates import DomainEvent

SEEDS: Final = int(os.environ.get("OVERSIGHT_SEEDS", "10"))


@pytest.fixture(scope="module", params=range(SEEDS))
def year(request: pytest.FixtureRequest) -> Year:
    return live(request.param)


@pytest.fixture(scope="module")
def processed(year: Year) -> tuple[Processing, Processing]:
    """The same year, heard of in two ways."""
    return Processing(year, 1).run(), Processing(year, 2).run()


@pytest.mark.parametrize("view", VIEWS)
def test_processed_twice_out_of_order_and_with_restarts_it_comes_out_the_same(
    processed: tuple[Processing, Processing], view: str
) -> None:
    one, other = processed
    assert one.restarts
    assert other.restarts
    assert VIEWS[view](one) == VIEWS[view](other)


def test_it_was_heard_of_in_different_orders(processed: tuple[Processing, Processing]) -> None:
    one, other = ([e.recorded.event for e in p.store.log] for p in processed)
    assert one != other


def test_no_fact_is_one_that_oversight_cannot_believe(
    processed: tuple[Processing, Processing],
) -> None:
    assert [p.letters.partitions for p in processed] == [{}, {}]


def test_each_tranche_opened_one_check(
    processed: tuple[Processing, Processing], year: Year
) -> None:
    for oversight in processed:
        known = {(use.loan, tranche) for use in oversight.uses() for tranche in use.checks}
        assert known == year.tranches
        assert oversight.figures().figure("VN", "use_checks_opened") == len(known)


def test_open_are_the_checks_of_loans_owed_whose_use_nobody_found_out(
    processed: tuple[Processing, Processing], year: Year
) -> None:
    for oversight in processed:
        found = open_checks(oversight)
        assert {(loan, tranche) for *_, loan, tranche in found} == year.to_be_checked


def test_registers_and_figures_say_what_the_loans_say(
    processed: tuple[Processing, Processing],
) -> None:
    for oversight in processed:
        found, ledger = open_checks(oversight), oversight.figures()
        assert ledger.figure("VN", "use_checks_open") == len(found)
        overdue = sum(check.fell_due for check in found.values())
        assert ledger.figure("VN", "use_checks_overdue") == overdue
        for office in OFFICES:
            mine = sum(key[0] == office for key in found)
            assert ledger.figure(office, "use_checks_open") == mine
        still = [f for f in oversight.findings().values() if f.is_open]
        assert ledger.figure("VN", "findings_open") == len(still)
        assert ledger.figure("VN", "findings_past_deadline") == sum(f.lapsed for f in still)


def test_no_stock_is_ever_negative(processed: tuple[Processing, Processing]) -> None:
    for oversight in processed:
        assert all(figure >= 0 for figure in figures(oversight).values())


def test_the_years_hold_much_of_what_can_happen() -> None:
    happened = set[type[DomainEvent]]()
    for seed in range(10):
        log = Processing(live(seed), 1).run().store.log
        happened |= {type(entry.recorded.event) for entry in log}
    planned = {InspectionsPlanned, InspectionCounted}
    assert happened >= set(supervising.EVENTS) - planned


def test_a_group_owes_what_its_loans_owe_and_waits_for_its_last_months(
    processed: tuple[Processing, Processing], year: Year
) -> None:
    for oversight in processed:
        found = groups(oversight)
        owed = {g: (s.outstanding, s.overdue) for g, s in found.items() if s.outstanding}
        assert owed == year.owed
        lending = [state for state in found.values() if state.first and state.outstanding]
        assert lending
        assert all("2019-12" in state.waiting for state in lending)
