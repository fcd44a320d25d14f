"""Disbursing: given what happened to a loan, when a tranche is asked for, then an event or a no."""

from datetime import date

import build
import msgspec
import pytest

from policy_credit_loans.__main__ import PARTS
from policy_credit_loans.domain.loan import Loan, disburse, evolve
from policy_credit_loans.domain.refusals import DueBeforeDisbursed, TermsDiffer, TrancheRepeated
from policy_credit_shared.kernel.refusals import CommuneNotServed


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
    with pytest.raises(TrancheRepeated, match="number 3") as refused:
        disburse(given(20_000_000, 15_000_000), build.disburse(tranche=tranche))
    assert (refused.value.code, refused.value.field) == ("tranche-out-of-order", "tranche")


def test_the_first_tranche_is_number_one() -> None:
    with pytest.raises(TrancheRepeated, match="number 1"):
        disburse(None, build.disburse(tranche=2))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"office": build.OTHER_OFFICE, "commune": "22834"}, "office"),
        ({"commune": "22876"}, "locality"),
        ({"household": build.some_id("other")}, "household"),
        ({"group": build.some_id("other")}, "group"),
        ({"programme": "HCN"}, "programme"),
        ({"association": "farmers"}, "association"),
        ({"fund": "local"}, "fund"),
        ({"annual_rate": 792}, "annual_rate"),
        ({"due_on": date(2024, 3, 6)}, "due_on"),
    ],
)
def test_a_further_tranche_keeps_the_terms(change: dict[str, object], field: str) -> None:
    with pytest.raises(TermsDiffer) as refused:
        disburse(given(20_000_000), build.disburse(tranche=2, **change))
    assert (refused.value.code, refused.value.field) == ("terms-differ", field)


def test_a_further_tranche_may_be_paid_out_elsewhere_and_later() -> None:
    later = build.disburse(tranche=2, place="office", disbursed_on=date(2019, 9, 5))
    event = disburse(given(20_000_000), later)
    assert (event.place, event.disbursed_on) == ("office", date(2019, 9, 5))


@pytest.mark.parametrize(
    "change",
    [{"amount": 0}, {"amount": 1.5}, {"annual_rate": 10_001}, {"tranche": 0}, {"tranche": 101}],
)
def test_amounts_are_whole_dong_and_rates_hundredths_of_a_percent(
    change: dict[str, object],
) -> None:
    with pytest.raises(msgspec.ValidationError):
        build.disburse(**change)


def test_a_disbursement_sent_twice_is_stored_once() -> None:
    loans = build.Desk(PARTS)
    loans.does(build.disburse())
    with pytest.raises(TrancheRepeated):
        loans.does(build.disburse())
    assert len(loans.store.log) == 1


def test_a_loan_falls_due_after_it_is_paid_out() -> None:
    with pytest.raises(DueBeforeDisbursed) as refused:
        disburse(None, build.disburse(due_on=build.DAY))
    assert refused.value.field == "due_on"
    assert disburse(None, build.disburse(due_on=date(2019, 3, 6)))


@pytest.mark.parametrize("commune", ["22834", "99999"])
def test_an_office_lends_in_its_own_communes(commune: str) -> None:
    with pytest.raises(CommuneNotServed):
        disburse(None, build.disburse(commune=commune))


def test_where_only_the_old_commune_is_known_its_main_part_is_the_locality() -> None:
    assert disburse(None, build.disburse(commune="22876")).terms.locality == "22876-22891"
