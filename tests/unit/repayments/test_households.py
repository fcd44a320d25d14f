"""A household enters debt with its first loan and leaves it with its last."""

from datetime import date
from uuid import UUID

import build

from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.domain.commands import CollectPayment, ReversePayment
from policy_credit_shared.events.collection import HouseholdEnteredDebt, HouseholdLeftDebt

TWO = build.some_id("second loan")


class Household(build.Desk):
    """One household's loans, and what is said publicly of its debt."""

    def __init__(self) -> None:
        super().__init__(PARTS)

    def borrows(self, **loan: object) -> None:
        self.takes_in(build.loan_disbursed(**loan))

    def told(self) -> list[HouseholdEnteredDebt | HouseholdLeftDebt]:
        both = HouseholdEnteredDebt | HouseholdLeftDebt
        return [event for event in self.said() if isinstance(event, both)]

    def story(self) -> list[tuple[str, str, int]]:
        words = {HouseholdEnteredDebt: "entered", HouseholdLeftDebt: "left"}
        return [(words[type(event)], event.programme, event.overall) for event in self.told()]


def repay(loan: UUID = build.LOAN, amount: int = 40_000_000) -> CollectPayment:
    """A payment whose id is the loan's."""
    return build.collect(loan=loan, payment=loan, principal=amount)


def reverse(loan: UUID = build.LOAN) -> ReversePayment:
    return build.reverse(loan=loan, payment=loan)


def test_the_first_loan_brings_a_household_into_debt() -> None:
    household = Household()
    household.borrows()
    assert household.story() == [("entered", "HN", 1)]


def test_a_second_loan_of_the_programme_changes_nothing() -> None:
    household = Household()
    household.borrows()
    household.borrows(loan=TWO)
    assert household.story() == [("entered", "HN", 1)]


def test_a_further_tranche_changes_nothing() -> None:
    household = Household()
    household.borrows()
    household.borrows(tranche=2)
    assert household.story() == [("entered", "HN", 1)]


def test_a_loan_of_another_programme_counts_for_that_programme_only() -> None:
    household = Household()
    household.borrows()
    household.borrows(loan=TWO, programme="NSVSMT")
    assert household.story() == [("entered", "HN", 1), ("entered", "NSVSMT", 0)]


def test_paying_a_part_changes_nothing() -> None:
    household = Household()
    household.borrows()
    household.does(repay(amount=39_999_999))
    assert household.story() == [("entered", "HN", 1)]


def test_settling_one_of_two_loans_of_a_programme_changes_nothing() -> None:
    household = Household()
    household.borrows()
    household.borrows(loan=TWO)
    household.does(repay())
    assert household.story() == [("entered", "HN", 1)]


def test_the_last_settlement_takes_it_out_of_debt() -> None:
    household = Household()
    household.borrows()
    household.borrows(loan=TWO, programme="NSVSMT")
    household.does(repay())
    household.does(repay(TWO))
    assert household.story()[2:] == [("left", "HN", 0), ("left", "NSVSMT", 1)]


def test_two_loans_settled_on_one_sheet_take_it_out_of_debt_once() -> None:
    household = Household()
    household.borrows()
    household.borrows(loan=TWO)
    household.does(repay(), repay(TWO))
    assert household.story() == [("entered", "HN", 1), ("left", "HN", 1)]


def test_a_reversed_settlement_brings_it_back() -> None:
    household = Household()
    household.borrows()
    household.does(repay())
    household.does(reverse(), by=build.DIRECTOR)
    assert household.story() == [("entered", "HN", 1), ("left", "HN", 1), ("entered", "HN", 1)]


def test_a_reversed_settlement_beside_another_loan_changes_nothing() -> None:
    household = Household()
    household.borrows()
    household.borrows(loan=TWO)
    household.does(repay())
    household.does(reverse(), by=build.DIRECTOR)
    assert household.story() == [("entered", "HN", 1)]


def test_frozen_debt_is_debt() -> None:
    household = Household()
    household.borrows()
    household.takes_in(build.freezing_approved(amount=40_000_000))
    assert household.story() == [("entered", "HN", 1)]


def test_a_household_that_borrows_again_is_in_debt_again() -> None:
    household = Household()
    household.borrows()
    household.does(repay())
    household.borrows(loan=TWO, programme="HCN")
    assert household.story()[2:] == [("entered", "HCN", 1)]


def test_households_are_counted_apart() -> None:
    household = Household()
    household.borrows()
    household.borrows(loan=TWO, household=build.some_id("neighbour"))
    assert household.story() == [("entered", "HN", 1), ("entered", "HN", 1)]


def test_it_leaves_debt_where_it_entered_it() -> None:
    household = Household()
    household.borrows(locality="22870-22870")
    household.borrows(loan=TWO, programme="HCN", locality="22873-22873")
    household.does(repay())
    household.does(repay(TWO))
    assert {event.locality for event in household.told()} == {"22870-22870"}


def test_a_household_free_of_debt_enters_it_where_it_borrows_next() -> None:
    household = Household()
    household.borrows(locality="22870-22870")
    household.does(repay())
    household.borrows(loan=TWO, office=build.OTHER_OFFICE, locality="22834-22834")
    last = household.told()[-1]
    assert (last.office, last.locality) == (build.OTHER_OFFICE, "22834-22834")


def test_it_enters_and_leaves_on_the_days_of_its_loans() -> None:
    household = Household()
    household.borrows(occurred_on=date(2019, 3, 5))
    household.does(build.collect(principal=40_000_000, collected_on=date(2019, 4, 5)))
    assert [event.occurred_on for event in household.told()] == [
        date(2019, 3, 5),
        date(2019, 4, 5),
    ]
