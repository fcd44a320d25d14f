"""Ageing: what a missed instalment does, and how overdue principal grows older."""

from datetime import date, timedelta

import build
import pytest

from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.domain.account import Account
from policy_credit_repayments.domain.evolving import ACCOUNT
from policy_credit_repayments.domain.principal import Part
from policy_credit_shared.events import collection
from policy_credit_shared.kernel.ages import bucket_on

JUNE, SEPTEMBER, DECEMBER = date(2019, 6, 5), date(2019, 9, 5), date(2019, 12, 5)
PLAN = build.instalments((JUNE, 10), (SEPTEMBER, 10), (DECEMBER, 20))


def desk(ageing: str = "at_once", **loan: object) -> build.Desk:
    """Repayments after 40 dong were lent, too little to earn any interest."""
    repayments = build.Desk(PARTS)
    terms = {"amount": 40, "plan": PLAN, "due_on": DECEMBER, "ageing": ageing}
    repayments.takes_in(build.loan_disbursed(**terms | loan))
    return repayments


def account(repayments: build.Desk) -> Account:
    found = repayments.state(ACCOUNT, build.LOAN)
    assert found is not None
    return found


def story(repayments: build.Desk) -> list[tuple[date, str, int]]:
    """What was said of principal: the day, the event and the amount."""
    return [
        (event.occurred_on, event.NAME, getattr(event, "amount", 0))
        for event in repayments.said()
        if isinstance(
            event,
            collection.PrincipalFellDue
            | collection.InstalmentCarriedForward
            | collection.PrincipalFellOverdue
            | collection.LoanFellOverdue
            | collection.OverdueAged,
        )
    ]


def test_a_missed_instalment_falls_overdue_the_day_after_its_day() -> None:
    repayments = desk()
    repayments.closes(JUNE)
    assert story(repayments) == [(JUNE, "principal.fell_due", 10)]
    assert build.classes(account(repayments)) == (40, 0, 0)
    repayments.closes(JUNE + timedelta(days=1))
    assert story(repayments)[1:] == [
        (date(2019, 6, 6), "principal.fell_overdue", 10),
        (date(2019, 6, 6), "loan.fell_overdue", 0),
    ]
    assert build.classes(account(repayments)) == (30, 10, 0)


def test_only_what_was_not_paid_of_an_instalment_falls_overdue() -> None:
    repayments = desk()
    repayments.does(build.collect(principal=7))
    repayments.closes(date(2019, 6, 6))
    assert story(repayments)[1] == (date(2019, 6, 6), "principal.fell_overdue", 3)
    due = next(x for x in repayments.said() if isinstance(x, collection.PrincipalFellDue))
    assert (due.amount, due.paid) == (10, 7)


def test_a_paid_instalment_falls_due_and_nothing_falls_overdue() -> None:
    repayments = desk()
    repayments.does(build.collect(principal=15))
    repayments.closes(date(2019, 6, 30))
    assert story(repayments) == [(JUNE, "principal.fell_due", 10)]
    due = next(x for x in repayments.said() if isinstance(x, collection.PrincipalFellDue))
    assert due.paid == 10
    repayments.closes(SEPTEMBER + timedelta(days=1))
    assert build.classes(account(repayments)) == (20, 5, 0)


def test_a_payment_on_the_day_itself_is_in_time() -> None:
    repayments = desk()
    repayments.closes(JUNE)
    repayments.does(build.collect(principal=10, collected_on=JUNE))
    repayments.closes(date(2019, 8, 1))
    assert account(repayments).overdue == 0


def test_a_loan_without_a_plan_is_due_at_once_at_its_end() -> None:
    repayments = desk(plan=())
    repayments.closes(DECEMBER + timedelta(days=1))
    assert story(repayments) == [
        (DECEMBER, "principal.fell_due", 40),
        (date(2019, 12, 6), "principal.fell_overdue", 40),
        (date(2019, 12, 6), "loan.fell_overdue", 0),
    ]


def test_where_the_programme_says_so_a_missed_instalment_is_carried_to_the_next() -> None:
    repayments = desk("carried_forward")
    repayments.does(build.collect(principal=4))
    repayments.closes(date(2019, 9, 6))
    assert story(repayments) == [
        (JUNE, "principal.fell_due", 10),
        (date(2019, 6, 6), "instalment.carried_forward", 6),
        (SEPTEMBER, "principal.fell_due", 16),
        (date(2019, 9, 6), "instalment.carried_forward", 16),
    ]
    assert build.classes(account(repayments)) == (36, 0, 0)
    carried = [x for x in repayments.said() if isinstance(x, collection.InstalmentCarriedForward)]
    assert [x.new_due_on for x in carried] == [SEPTEMBER, DECEMBER]


def test_what_was_carried_forward_falls_overdue_after_final_maturity() -> None:
    repayments = desk("carried_forward")
    repayments.closes(DECEMBER + timedelta(days=1))
    assert story(repayments)[-3:] == [
        (DECEMBER, "principal.fell_due", 40),
        (date(2019, 12, 6), "principal.fell_overdue", 40),
        (date(2019, 12, 6), "loan.fell_overdue", 0),
    ]


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (-1, "1_90"),
        (0, "1_90"),
        (89, "1_90"),
        (90, "91_180"),
        (179, "91_180"),
        (180, "181_360"),
        (359, "181_360"),
        (360, "over_360"),
        (9_999, "over_360"),
    ],
)
def test_the_day_that_principal_falls_overdue_is_its_first(days: int, bucket: str) -> None:
    assert bucket_on(JUNE, JUNE + timedelta(days=days)) == bucket


def test_overdue_principal_grows_from_bucket_to_bucket_each_on_its_day() -> None:
    repayments = desk(plan=())
    repayments.closes(date(2021, 1, 1))
    fell = date(2019, 12, 6)
    aged = [x for x in repayments.said() if isinstance(x, collection.OverdueAged)]
    assert [(x.occurred_on, x.amount, x.from_bucket, x.to_bucket) for x in aged] == [
        (fell + timedelta(days=90), 40, "1_90", "91_180"),
        (fell + timedelta(days=180), 40, "91_180", "181_360"),
        (fell + timedelta(days=360), 40, "181_360", "over_360"),
    ]


def test_each_layer_grows_older_by_itself_and_the_oldest_is_paid_first() -> None:
    repayments = desk()
    repayments.closes(date(2019, 9, 6))
    assert account(repayments).layers == (
        Part(10, date(2019, 6, 6), "91_180"),
        Part(10, date(2019, 9, 6), "1_90"),
    )
    repayments.does(build.collect(principal=12, collected_on=date(2019, 9, 7)))
    assert account(repayments).layers == (Part(8, date(2019, 9, 6), "1_90"),)
    collected = [x for x in repayments.said() if isinstance(x, collection.PrincipalCollected)]
    assert [(x.amount, x.bucket) for x in collected] == [(10, "91_180"), (2, "1_90")]


def test_principal_is_called_in_before_its_day() -> None:
    repayments = desk()
    repayments.does(build.mark_overdue(amount=12, fell_on=date(2019, 4, 5)))
    repayments.closes(JUNE + timedelta(days=1))
    assert account(repayments).layers == (Part(12, date(2019, 4, 5), "1_90", called_in=True),)
    assert [x for x in story(repayments) if x[1] == "principal.fell_due"] == []
    assert build.classes(account(repayments)) == (28, 12, 0)
