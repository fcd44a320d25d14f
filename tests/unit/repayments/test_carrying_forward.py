"""What is still owed of instalments carried forward: the warning that overdue debt hides."""

from datetime import date

import build

from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.domain.account import Account
from policy_credit_repayments.domain.evolving import ACCOUNT
from policy_credit_repayments.domain.principal import Due
from policy_credit_shared.events import collection

JUNE, SEPTEMBER, DECEMBER = date(2019, 6, 5), date(2019, 9, 5), date(2019, 12, 5)
PLAN = build.instalments((JUNE, 10), (SEPTEMBER, 10), (DECEMBER, 20))


def desk(closed: date = date(2019, 6, 6), ageing: str = "carried_forward") -> build.Desk:
    """Repayments after 40 dong were lent and a day was closed."""
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed(amount=40, plan=PLAN, due_on=DECEMBER, ageing=ageing))
    repayments.closes(closed)
    return repayments


def account(repayments: build.Desk) -> Account:
    found = repayments.state(ACCOUNT, build.LOAN)
    assert found is not None
    return found


def changes(repayments: build.Desk) -> list[tuple[date, int]]:
    """What was said of it: the day, and by how much it changed."""
    return [
        (event.occurred_on, event.amount)
        for event in repayments.said()
        if isinstance(event, collection.CarriedForwardChanged)
    ]


def test_a_missed_instalment_is_owed_of_what_was_carried_forward() -> None:
    repayments = desk()
    assert account(repayments).carried_forward == 10
    assert changes(repayments) == [(date(2019, 6, 6), 10)]
    assert build.classes(account(repayments)) == (40, 0, 0)


def test_what_is_carried_a_second_time_is_counted_once() -> None:
    repayments = desk(closed=date(2019, 9, 6))
    assert account(repayments).carried_forward == 20
    assert changes(repayments) == [(date(2019, 6, 6), 10), (date(2019, 9, 6), 10)]


def test_a_payment_pays_what_was_carried_forward_first() -> None:
    repayments = desk()
    repayments.does(build.collect(principal=7, collected_on=date(2019, 7, 5)))
    assert account(repayments).carried_forward == 3
    assert changes(repayments)[-1] == (date(2019, 7, 5), -7)
    again = build.some_id("another payment")
    repayments.does(build.collect(principal=5, payment=again, collected_on=date(2019, 7, 6)))
    assert account(repayments).carried_forward == 0
    assert changes(repayments)[-1] == (date(2019, 7, 6), -3)


def test_a_payment_that_is_reversed_leaves_it_owed_again() -> None:
    repayments = desk()
    repayments.does(build.collect(principal=7, collected_on=date(2019, 7, 5)))
    repayments.does(build.reverse(reversed_on=date(2019, 7, 8)), by=build.DIRECTOR)
    assert account(repayments).carried_forward == 10
    assert changes(repayments)[-1] == (date(2019, 7, 8), 7)


def test_what_falls_overdue_is_no_longer_carried_forward() -> None:
    repayments = desk(closed=date(2019, 12, 6))
    assert build.classes(account(repayments)) == (0, 40, 0)
    assert account(repayments).carried_forward == 0
    assert sum(amount for _, amount in changes(repayments)) == 0


def test_where_a_missed_instalment_falls_overdue_at_once_nothing_is_carried() -> None:
    assert changes(desk(closed=date(2020, 1, 6), ageing="at_once")) == []


def test_what_is_frozen_or_written_off_is_no_longer_carried_forward() -> None:
    repayments = desk()
    repayments.takes_in(build.freezing_approved(amount=8))
    assert account(repayments).carried_forward == 2
    repayments.takes_in(build.write_off_approved(amount=40))
    assert account(repayments).carried_forward == 0
    assert [amount for _, amount in changes(repayments)] == [10, -8, -2]


def test_a_new_plan_gives_it_other_days() -> None:
    repayments = desk()
    plan = build.instalments((SEPTEMBER, 10), (DECEMBER, 30))
    repayments.takes_in(build.loan_rescheduled(plan=plan, occurred_on=date(2019, 6, 20)))
    assert account(repayments).carried_forward == 0
    assert changes(repayments)[-1] == (date(2019, 6, 20), -10)


def test_what_a_new_plan_wants_of_the_past_stays_carried_forward() -> None:
    repayments = desk()
    repayments.takes_in(build.loan_rescheduled(plan=PLAN, occurred_on=date(2019, 6, 20)))
    assert account(repayments).schedule[0] == Due(SEPTEMBER, 20, 20, carried=10)
    assert changes(repayments) == [(date(2019, 6, 6), 10)]


def test_a_transfer_takes_it_along() -> None:
    repayments = desk()
    repayments.takes_in(build.loan_reassigned())
    moved = [x for x in repayments.said() if isinstance(x, collection.LoanTransferred)]
    assert [(x.direction, x.carried_forward) for x in moved] == [("out", 10), ("in", 10)]
    assert len(changes(repayments)) == 1
