"""A household enters debt with its first loan and leaves it with its last."""

from datetime import date

import build

from policy_credit_repayments.application.handlers import HANDLERS
from policy_credit_repayments.application.open import open_account
from policy_credit_repayments.publishing.translation import translate
from policy_credit_shared.events.collection import HouseholdEnteredDebt, HouseholdLeftDebt
from policy_credit_shared.store.books import Books, Command, decide
from policy_credit_shared.store.memory import MemoryEventStore

TWO = build.some_id("second loan")


class Household:
    """One household's loans, and what is said publicly of its debt."""

    def __init__(self) -> None:
        self.store = MemoryEventStore()

    def borrows(self, **loan: object) -> None:
        books = Books(self.store)
        open_account(build.loan_disbursed(**loan), books)
        self.store.append(books.decided(build.clock))

    def does(self, command: Command) -> None:
        self.store.append(decide(Books(self.store), build.clock, HANDLERS, [command]))

    def said(self) -> list[tuple[str, str, int]]:
        return [
            (
                "entered" if isinstance(event, HouseholdEnteredDebt) else "left",
                event.programme,
                event.overall,
            )
            for entry in self.store.log
            for publication in translate(entry.recorded)
            if isinstance(event := publication.event, HouseholdEnteredDebt | HouseholdLeftDebt)
        ]


def test_the_first_loan_brings_a_household_into_debt() -> None:
    household = Household()
    household.borrows()
    assert household.said() == [("entered", "HN", 1)]


def test_a_second_loan_of_the_programme_changes_nothing() -> None:
    household = Household()
    household.borrows()
    household.borrows(loan=TWO)
    assert household.said() == [("entered", "HN", 1)]


def test_a_loan_of_another_programme_counts_for_that_programme_only() -> None:
    household = Household()
    household.borrows()
    household.borrows(loan=TWO, programme="NSVSMT")
    assert household.said() == [("entered", "HN", 1), ("entered", "NSVSMT", 0)]


def test_the_last_settlement_takes_it_out_of_debt() -> None:
    household = Household()
    household.borrows()
    household.borrows(loan=TWO, programme="NSVSMT")
    household.does(build.collect(principal=40_000_000))
    household.does(build.collect(loan=TWO, payment=TWO, principal=40_000_000))
    assert household.said()[2:] == [("left", "HN", 0), ("left", "NSVSMT", 1)]


def test_a_reversed_settlement_brings_it_back() -> None:
    household = Household()
    household.borrows()
    household.does(build.collect(principal=40_000_000))
    household.does(build.reverse())
    assert household.said() == [("entered", "HN", 1), ("left", "HN", 1), ("entered", "HN", 1)]


def test_it_leaves_debt_where_it_entered_it() -> None:
    household = Household()
    household.borrows(locality="22870-22870")
    household.borrows(loan=TWO, programme="HCN", locality="22873-22873")
    household.does(build.collect(principal=40_000_000))
    household.does(build.collect(loan=TWO, payment=TWO, principal=40_000_000))
    places = {
        publication.event.locality
        for entry in household.store.log
        for publication in translate(entry.recorded)
        if isinstance(publication.event, HouseholdEnteredDebt | HouseholdLeftDebt)
    }
    assert places == {"22870-22870"}
    assert date(2019, 4, 5) in {
        publication.event.occurred_on
        for entry in household.store.log
        for publication in translate(entry.recorded)
    }
