"""Savings: given what a member saved, when a deposit comes, then an event or a no."""

import build
import pytest

from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.domain.savings import SAVINGS, SavingsDeposited
from policy_credit_shared.kernel.identifiers import derived_id
from policy_credit_shared.kernel.refusals import CommuneNotServed


def test_deposits_add_up() -> None:
    repayments = build.Desk(PARTS)
    (event,) = repayments.does(build.deposit(amount=50_000))
    repayments.does(build.deposit(amount=20_000))
    savings = repayments.state(SAVINGS, derived_id("savings", build.HOUSEHOLD))
    assert savings is not None
    assert savings.balance == 70_000
    assert isinstance(event, SavingsDeposited)
    assert event.locality == build.LOCALITY


def test_a_member_saves_without_a_loan() -> None:
    assert build.Desk(PARTS).does(build.deposit(household=build.some_id("saver")))


@pytest.mark.parametrize("commune", ["22834", "99999"])
def test_an_office_takes_savings_in_its_own_communes(commune: str) -> None:
    with pytest.raises(CommuneNotServed):
        build.Desk(PARTS).does(build.deposit(commune=commune))
