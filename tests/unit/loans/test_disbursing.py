"""Disbursing: given an approved loan, when a tranche is asked for, then an event or a no."""

from datetime import date

import build
import msgspec
import pytest
from build import LOAN, MILLION

from policy_credit_loans.domain.capital import CAPITAL, capital_id
from policy_credit_loans.domain.credit import CREDIT, credit_id
from policy_credit_loans.domain.credit_refusals import BeyondCapital, BeyondPlan, NoPlan
from policy_credit_loans.domain.loan import LOAN as LOAN_KIND
from policy_credit_loans.domain.loan import Loan
from policy_credit_loans.domain.people_refusals import DatedBefore
from policy_credit_loans.domain.refusals import (
    BeyondApproved,
    LoanNotApproved,
    LoanSettled,
    LoanUnknown,
    SecondPersonNeeded,
    TermOver,
    TrancheRepeated,
)
from policy_credit_shared.events import lending
from policy_credit_shared.kernel.instalments import Instalment, total
from policy_credit_shared.kernel.refusals import Refusal, WrongOffice


def approved(amount: int = 40 * MILLION, **applied: object) -> build.Desk:
    """A desk with an approved loan."""
    desk = build.lending_desk()
    listed = build.list_of(build.HOUSEHOLD, "HN")
    desk.does(build.apply_for(amount=amount, list=listed, **applied))
    desk.does(build.approve(), by=build.DIRECTOR)
    return desk


def loan(desk: build.Desk) -> Loan:
    state = desk.state(LOAN_KIND, LOAN)
    assert state is not None
    return state


def disbursed(desk: build.Desk) -> list[lending.LoanDisbursed]:
    return [e for e in desk.said() if isinstance(e, lending.LoanDisbursed)]


def refused(desk: build.Desk, kind: type[Refusal], **command: object) -> Refusal:
    before = len(desk.store.log)
    with pytest.raises(kind) as caught:
        desk.does(build.disburse(**command))
    assert len(desk.store.log) == before
    return caught.value


def test_a_disbursement_says_the_terms_the_plan_and_the_confirmation() -> None:
    desk = approved()
    session = build.some_id("session")
    desk.does(build.disburse(session=session))
    assert disbursed(desk) == [
        build.loan_disbursed(
            plan=[
                Instalment(date(year, 3, 5), 8 * MILLION) for year in (2020, 2021, 2022, 2023, 2024)
            ],
            ageing="carried_forward",
            confirmed_on=date(2019, 2, 19),
            session=session,
            category="poor",
        )
    ]


def test_a_loan_without_instalments_is_paid_back_at_the_end() -> None:
    desk = approved(instalment_months=0)
    desk.does(build.disburse())
    assert loan(desk).plan == (Instalment(date(2024, 3, 5), 40 * MILLION),)


def test_the_last_instalment_is_due_with_the_loan_whatever_does_not_divide() -> None:
    desk = approved(amount=10 * MILLION, term_months=30, instalment_months=12)
    desk.does(build.disburse(amount=10 * MILLION, disbursed_on=date(2019, 8, 31)))
    assert [i.due_on for i in loan(desk).plan] == [
        date(2020, 8, 31),
        date(2021, 8, 31),
        date(2022, 2, 28),
    ]
    assert [i.amount for i in loan(desk).plan] == [3_333_333, 3_333_333, 3_333_334]


def test_tranches_add_up_and_each_plan_pays_back_what_is_paid_out() -> None:
    desk = approved()
    desk.does(build.disburse(amount=15 * MILLION))
    desk.does(
        build.disburse(tranche=2, amount=7 * MILLION, disbursed_on=date(2019, 9, 5), place="office")
    )
    first, second = disbursed(desk)
    assert (total(first.plan), total(second.plan)) == (15 * MILLION, 22 * MILLION)
    assert (first.due_on, second.due_on) == (date(2024, 3, 5), date(2024, 3, 5))
    assert (second.place, second.occurred_on) == ("office", date(2019, 9, 5))
    assert (loan(desk).disbursed, loan(desk).undisbursed) == (22 * MILLION, 18 * MILLION)


@pytest.mark.parametrize("tranche", [1, 2, 4])
def test_tranches_come_in_order_and_once(tranche: int) -> None:
    desk = approved()
    for number in (1, 2):
        desk.does(build.disburse(tranche=number, amount=MILLION))
    refusal = refused(desk, TrancheRepeated, tranche=tranche, amount=MILLION)
    assert (refusal.code, refusal.field) == ("tranche-out-of-order", "tranche")
    assert "number 3" in refusal.detail


def test_no_more_is_paid_out_than_was_approved() -> None:
    desk = approved()
    desk.does(build.disburse(amount=30 * MILLION))
    refusal = refused(desk, BeyondApproved, tranche=2, amount=10 * MILLION + 1)
    assert refusal.fix == "Pay out at most 10000000 dong."
    desk.does(build.disburse(tranche=2, amount=10 * MILLION))


def test_only_an_approved_loan_is_paid_out() -> None:
    desk = build.lending_desk()
    refused(desk, LoanUnknown)
    desk.does(build.apply_for(list=build.list_of(build.HOUSEHOLD, "HN")))
    refused(desk, LoanNotApproved)
    desk.does(build.decline())
    refused(desk, LoanNotApproved)


def test_another_office_does_not_pay_it_out() -> None:
    refused(approved(), WrongOffice, office=build.OTHER_OFFICE)


def test_above_the_limit_a_second_person_pays_out_even_a_small_tranche() -> None:
    desk = approved(amount=60 * MILLION)
    with pytest.raises(SecondPersonNeeded, match="a director approved the loan"):
        desk.does(build.disburse(amount=MILLION), by=build.DIRECTOR)
    desk.does(build.disburse(amount=MILLION), by=build.TELLER)


def test_up_to_the_limit_one_person_may_approve_and_pay_out() -> None:
    approved(amount=50 * MILLION).does(build.disburse(), by=build.DIRECTOR)


def test_days_do_not_run_backwards() -> None:
    desk = approved()
    assert refused(desk, DatedBefore, disbursed_on=date(2019, 2, 28)).field == "disbursed_on"
    desk.does(build.disburse(amount=MILLION, disbursed_on=date(2019, 4, 5)))
    refused(desk, DatedBefore, tranche=2, amount=MILLION, disbursed_on=date(2019, 4, 4))


def test_nothing_is_paid_out_after_the_term() -> None:
    desk = approved(term_months=6, instalment_months=0)
    desk.does(build.disburse(amount=MILLION))
    refusal = refused(desk, TermOver, tranche=2, amount=MILLION, disbursed_on=date(2019, 9, 5))
    assert "2019-09-05" in refusal.detail


def test_a_loan_that_is_paid_back_is_over_and_its_rest_no_longer_reserved() -> None:
    desk = approved()
    desk.does(build.disburse(amount=30 * MILLION))
    desk.takes_in(build.principal_collected(amount=30 * MILLION))
    credit = desk.state(CREDIT, credit_id(build.HOUSEHOLD))
    assert credit is not None
    assert credit.committed("HN") == 0
    refused(desk, LoanSettled, tranche=2, amount=MILLION)


def test_what_is_paid_out_is_covered_by_capital_of_its_fund() -> None:
    desk = approved(fund="local")
    desk.does(
        build.allocate(fund="local", amount=-build.BILLION + 30 * MILLION),
        by=build.PROVINCE_DIRECTOR,
    )
    refusal = refused(desk, BeyondCapital, amount=30 * MILLION + 1)
    assert "free local capital, 30000000: 30000000 allocated, 0 outstanding" in refusal.detail
    desk.does(build.disburse(amount=30 * MILLION))


def test_what_is_paid_out_lies_within_the_plan_of_its_year() -> None:
    desk = approved()
    desk.does(build.assign_plan(target=35 * MILLION), by=build.PROVINCE_DIRECTOR)
    desk.does(build.disburse(amount=20 * MILLION))
    refusal = refused(desk, BeyondPlan, tranche=2, amount=15 * MILLION + 1)
    assert "the plan of 2019: 35000000 dong, of which 20000000 is outstanding" in refusal.detail
    desk.does(build.disburse(tranche=2, amount=15 * MILLION))


def test_without_a_plan_for_the_year_nothing_is_paid_out() -> None:
    refusal = refused(approved(), NoPlan, disbursed_on=date(2021, 1, 5))
    assert refusal.detail == "The office was assigned no plan of HN for 2021."


def test_a_sheet_of_many_disbursements_is_checked_as_a_whole_and_moves_capital_once() -> None:
    desk = build.lending_desk()
    lines = []
    for household in build.MEMBERS:
        at = {"loan": build.some_id(f"loan of {household}")}
        listed = build.list_of(household, "HN")
        desk.does(build.apply_for(**at, household=household, list=listed), build.approve(**at))
        lines.append(build.disburse(**at))
    desk.does(build.assign_plan(target=199 * MILLION), by=build.PROVINCE_DIRECTOR)
    with pytest.raises(BeyondPlan):
        desk.does(*lines)
    desk.does(build.assign_plan(target=200 * MILLION), by=build.PROVINCE_DIRECTOR)
    before = len(desk.history(capital_id(build.OFFICE)))
    desk.does(*lines)
    assert len(desk.history(capital_id(build.OFFICE))) == before + 1
    capital = desk.state(CAPITAL, capital_id(build.OFFICE))
    assert capital is not None
    assert capital.lent_in("HN") == 200 * MILLION


@pytest.mark.parametrize("change", [{"amount": 0}, {"amount": 1.5}, {"tranche": 0}])
def test_amounts_are_whole_dong_and_tranches_are_counted(change: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        build.disburse(**change)
