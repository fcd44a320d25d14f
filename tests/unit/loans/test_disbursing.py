"""Disbursing: given what happened to a loan, when a tranche is asked for, then an event or a no."""

from datetime import date

import build
import pytest

from policy_credit_loans.domain.loan import Loan, disburse, evolve
from policy_credit_loans.domain.refusals import DueBeforeDisbursed, TermsDiffer, TrancheRepeated
from policy_credit_loans.publishing.translation import translate
from policy_credit_shared.events import lending
from policy_credit_shared.kernel.refusals import CommuneNotServed
from policy_credit_shared.store.recorded import Recorded


def given(*tranches: int) -> Loan | None:
    loan: Loan | None = None
    for number, amount in enumerate(tranches, start=1):
        loan = evolve(loan, disburse(loan, build.disburse(tranche=number, amount=amount)))
    return loan


def test_a_first_tranche_opens_the_loan() -> None:
    event = disburse(None, build.disburse(amount=40_000_000))
    assert (event.tranche, event.amount, event.terms.locality) == (1, 40_000_000, build.LOCALITY)


def test_tranches_add_up() -> None:
    loan = given(20_000_000, 15_000_000)
    assert loan is not None
    assert (loan.tranches, loan.disbursed) == (2, 35_000_000)


@pytest.mark.parametrize("tranche", [1, 2, 4])
def test_tranches_come_in_order_and_once(tranche: int) -> None:
    with pytest.raises(TrancheRepeated, match="number 3"):
        disburse(given(20_000_000, 15_000_000), build.disburse(tranche=tranche))


@pytest.mark.parametrize(
    "change", [{"household": build.some_id("other")}, {"annual_rate": 792}, {"programme": "HCN"}]
)
def test_a_further_tranche_keeps_the_terms(change: dict[str, object]) -> None:
    with pytest.raises(TermsDiffer) as refused:
        disburse(given(20_000_000), build.disburse(tranche=2, **change))
    assert refused.value.field == next(iter(change))


def test_a_loan_falls_due_after_it_is_paid_out() -> None:
    with pytest.raises(DueBeforeDisbursed):
        disburse(None, build.disburse(due_on=build.DAY))


@pytest.mark.parametrize("commune", ["22834", "99999"])
def test_an_office_lends_in_its_own_communes(commune: str) -> None:
    with pytest.raises(CommuneNotServed):
        disburse(None, build.disburse(commune=commune))


def test_where_only_the_old_commune_is_known_its_main_part_is_the_locality() -> None:
    assert disburse(None, build.disburse(commune="22876")).terms.locality == "22876-22891"


def test_the_public_event_says_what_was_paid_out() -> None:
    event = disburse(None, build.disburse())
    (said,) = translate(Recorded(build.LOAN, 1, build.NOW, event))
    assert said.office == build.OFFICE
    assert said.event == build.loan_disbursed(due_on=date(2024, 3, 5))
    assert isinstance(said.event, lending.LoanDisbursed)
