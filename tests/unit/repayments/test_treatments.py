"""Treatments of a debt: what repayments makes of what loans approved, as the balances allow."""

from datetime import date, timedelta
from typing import Any

import build
import pytest

from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.domain.account import Account
from policy_credit_repayments.domain.entries import RecoveryTaken
from policy_credit_repayments.domain.evolving import ACCOUNT
from policy_credit_repayments.domain.household import DebtEnded
from policy_credit_repayments.domain.principal import Due, Part
from policy_credit_repayments.domain.refusals import (
    LoanNotOpen,
    MoreThanWrittenOff,
    Overpayment,
    PaymentRepeated,
    RecordedAlready,
)
from policy_credit_shared.events import collection
from policy_credit_shared.events.public import PublicEvent

JUNE, SEPTEMBER, DECEMBER = date(2019, 6, 5), date(2019, 9, 5), date(2019, 12, 5)
PLAN = build.instalments((JUNE, 10), (SEPTEMBER, 10), (DECEMBER, 20))
TREATED = date(2019, 10, 1)


def desk(ageing: str = "at_once", closed: date | None = None, **loan: Any) -> build.Desk:
    """Repayments after 40 dong were lent in three instalments, closed up to a day."""
    repayments = build.Desk(PARTS)
    terms = {"amount": 40, "plan": PLAN, "due_on": DECEMBER, "ageing": ageing}
    repayments.takes_in(build.loan_disbursed(**terms | loan))
    if closed:
        repayments.closes(closed)
    return repayments


def two_overdue() -> build.Desk:
    """10 dong overdue since 6 June, 10 since 6 September, 20 in term."""
    return desk(closed=date(2019, 9, 30))


def account(repayments: build.Desk) -> Account:
    found = repayments.state(ACCOUNT, build.LOAN)
    assert found is not None
    return found


def hears(repayments: build.Desk, fact: PublicEvent) -> list[PublicEvent]:
    """What is said publicly after a fact of loans."""
    before = len(repayments.said())
    repayments.takes_in(fact)
    return repayments.said()[before:]


def words(said: list[PublicEvent]) -> list[tuple[str, int, str | None]]:
    """Each event's name, amount and bucket."""
    return [(x.NAME, getattr(x, "amount", 0), getattr(x, "bucket", None)) for x in said]


# -- extension and rescheduling ------------------------------------------------------------


def test_an_extended_loans_last_instalment_is_due_later() -> None:
    repayments = desk()
    until = date(2020, 12, 5)
    assert hears(repayments, build.loan_extended(until=until, occurred_on=TREATED)) == []
    repayments.closes(date(2020, 12, 4))
    assert build.classes(account(repayments)) == (20, 20, 0)
    repayments.closes(date(2020, 12, 6))
    assert build.classes(account(repayments)) == (0, 40, 0)


def test_principal_whose_day_lies_ahead_again_is_in_term_again() -> None:
    repayments = desk(closed=date(2020, 4, 1))
    assert [layer.bucket for layer in account(repayments).layers] == [
        "181_360",
        "181_360",
        "91_180",
    ]
    extended = build.loan_extended(until=date(2021, 1, 5), occurred_on=date(2020, 4, 1))
    assert words(hears(repayments, extended)) == [("overdue.cured", 20, "91_180")]
    assert build.classes(account(repayments)) == (20, 20, 0)
    assert account(repayments).schedule == (Due(date(2021, 1, 5), 20, 20),)


def test_an_extension_of_all_that_is_overdue_cures_the_loan() -> None:
    repayments = desk(plan=(), closed=date(2019, 12, 31))
    extended = build.loan_extended(until=date(2021, 1, 5), occurred_on=date(2020, 1, 2))
    assert words(hears(repayments, extended)) == [
        ("overdue.cured", 40, "1_90"),
        ("loan.cured", 0, None),
    ]
    repayments.closes(date(2021, 1, 6))
    assert build.classes(account(repayments)) == (0, 40, 0)


def test_an_extension_to_the_day_of_another_instalment_puts_both_on_it() -> None:
    repayments = desk()
    hears(repayments, build.loan_extended(until=SEPTEMBER))
    assert account(repayments).schedule == (Due(JUNE, 10, 10), Due(SEPTEMBER, 30, 30))


def test_an_extension_is_the_same_whether_the_days_before_it_were_closed() -> None:
    extended = build.loan_extended(until=date(2020, 12, 5), occurred_on=TREATED)
    one, other = desk(), desk()
    for repayments in (one, other):
        repayments.does(build.collect(principal=3))
    one.closes(date(2019, 9, 30))
    for repayments in (one, other):
        repayments.takes_in(extended)
        repayments.closes(date(2020, 12, 31))
    assert account(one).layers == account(other).layers
    assert story(one) == story(other)


def story(repayments: build.Desk) -> list[tuple[date, str, int]]:
    """What was said of principal falling due and overdue, by day."""
    kinds = collection.PrincipalFellDue | collection.PrincipalFellOverdue | collection.OverdueAged
    said = [x for x in repayments.said() if isinstance(x, kinds)]
    return sorted((x.occurred_on, x.NAME, x.amount) for x in said)


def test_a_new_plan_cures_the_newest_overdue_first() -> None:
    repayments = two_overdue()
    repayments.does(build.collect(principal=4, collected_on=TREATED))
    plan = build.instalments((JUNE, 10), (DECEMBER, 30))
    said = hears(repayments, build.loan_rescheduled(plan=plan, occurred_on=TREATED))
    # 6 of June's 10 are unpaid and stay overdue; September's 10 are to be paid in December.
    assert words(said) == [("overdue.cured", 10, "1_90")]
    assert account(repayments).layers == (Part(6, date(2019, 6, 6), "91_180"),)
    assert account(repayments).schedule == (Due(DECEMBER, 30, 30),)


def test_what_was_paid_paid_the_first_instalments_of_a_new_plan() -> None:
    repayments = desk()
    repayments.does(build.collect(principal=13))
    plan = build.instalments((date(2019, 11, 5), 8), (date(2020, 1, 5), 8), (date(2020, 3, 5), 24))
    hears(repayments, build.loan_rescheduled(plan=plan, occurred_on=date(2019, 5, 5)))
    assert account(repayments).schedule == (
        Due(date(2019, 11, 5), 8, 0),
        Due(date(2020, 1, 5), 8, 3),
        Due(date(2020, 3, 5), 24, 24),
    )


def test_a_plan_makes_nothing_overdue_by_itself() -> None:
    repayments = desk("carried_forward", closed=date(2019, 9, 30))
    plan = build.instalments((JUNE, 20), (DECEMBER, 20))
    assert hears(repayments, build.loan_rescheduled(plan=plan, occurred_on=TREATED)) == []
    assert account(repayments).schedule == (Due(DECEMBER, 40, 40, carried=20),)


def test_called_in_principal_stays_overdue_whatever_the_plan() -> None:
    repayments = desk()
    repayments.does(build.mark_overdue(amount=5))
    assert hears(repayments, build.loan_extended(until=date(2021, 1, 5))) == []
    assert build.classes(account(repayments)) == (35, 5, 0)


def test_a_further_tranche_is_paid_back_by_its_own_plan() -> None:
    repayments = desk(closed=date(2019, 6, 30))
    plan = build.instalments((JUNE, 10), (SEPTEMBER, 20), (DECEMBER, 30))
    more = build.loan_disbursed(tranche=2, amount=20, plan=plan, occurred_on=date(2019, 7, 5))
    assert hears(repayments, more) == []
    assert account(repayments).layers == (Part(10, date(2019, 6, 6), "1_90"),)
    assert account(repayments).schedule == (Due(SEPTEMBER, 20, 20), Due(DECEMBER, 30, 30))


# -- another rate --------------------------------------------------------------------------


def test_a_rate_changes_from_its_day_also_for_what_is_overdue() -> None:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed(amount=365_000_000, annual_rate=1_000))
    repayments.does(build.mark_overdue(amount=73_000_000, fell_on=build.DAY))
    rerated = build.loan_rerated(annual_rate=500, occurred_on=date(2019, 3, 7))
    assert hears(repayments, rerated) == []
    repayments.does(build.charge_interest(until=date(2019, 3, 10)))
    two_days, three_days = 2 * (80_000 + 26_000), 3 * (40_000 + 13_000)
    assert account(repayments).interest_due == two_days + three_days
    assert account(repayments).terms.annual_rate == 500


def test_a_payment_dated_before_a_rate_counts_at_the_rate_of_its_days() -> None:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed(amount=365_000_000, annual_rate=1_000))
    hears(repayments, build.loan_rerated(annual_rate=500, occurred_on=date(2019, 3, 7)))
    repayments.does(build.collect(principal=365_000_000, collected_on=date(2019, 3, 6)))
    repayments.does(build.charge_interest(until=date(2019, 3, 10)))
    assert account(repayments).interest_due == 100_000


# -- freezing ------------------------------------------------------------------------------


def test_a_freezing_takes_the_oldest_first_and_says_it_by_bucket() -> None:
    repayments = two_overdue()
    frozen = build.freezing_approved(amount=25, until=date(2022, 10, 1), occurred_on=TREATED)
    assert words(hears(repayments, frozen)) == [
        ("loan.frozen", 10, "91_180"),
        ("loan.frozen", 10, "1_90"),
        ("loan.frozen", 5, None),
        ("loan.cured", 0, None),
    ]
    assert build.classes(account(repayments)) == (15, 0, 25)


def test_a_freezing_takes_what_there_is() -> None:
    repayments = desk()
    hears(repayments, build.freezing_approved(amount=99))
    assert build.classes(account(repayments)) == (0, 0, 40)
    assert hears(repayments, build.freezing_approved(amount=1)) == []


def test_frozen_instalments_do_not_fall_due() -> None:
    repayments = desk()
    hears(repayments, build.freezing_approved(amount=10, until=date(2022, 5, 5)))
    repayments.closes(SEPTEMBER)
    due = [x for x in repayments.said() if isinstance(x, collection.PrincipalFellDue)]
    assert [(x.occurred_on, x.amount, x.paid) for x in due] == [(SEPTEMBER, 10, 0)]


def test_when_a_freeze_ends_each_part_is_in_its_class_again() -> None:
    repayments = two_overdue()
    until = date(2022, 10, 1)
    hears(repayments, build.freezing_approved(amount=25, until=until, occurred_on=TREATED))
    repayments.does(build.collect(principal=15, collected_on=TREATED))
    before = len(repayments.said())
    repayments.closes(until)
    said = [x for x in repayments.said()[before:] if x.occurred_on == until]
    assert words(said)[:3] == [
        ("loan.unfrozen", 20, "over_360"),
        ("loan.unfrozen", 5, None),
        ("loan.fell_overdue", 0, None),
    ]
    assert account(repayments).layers == (
        Part(10, date(2019, 6, 6), "over_360"),
        Part(10, date(2019, 9, 6), "over_360"),
    )
    # The instalment's day passed while it was frozen: it is due on the day that the freeze ends.
    assert words(said)[3:] == [("principal.fell_due", 5, None)]
    repayments.closes(until + timedelta(days=1))
    assert build.classes(account(repayments)) == (0, 25, 0)


def test_an_instalment_whose_day_lies_ahead_keeps_its_day_after_a_freeze() -> None:
    repayments = desk()
    hears(repayments, build.freezing_approved(amount=40, until=date(2019, 8, 5)))
    repayments.closes(date(2019, 8, 5))
    assert account(repayments).schedule == (
        Due(date(2019, 8, 5), 10, 10, announced=True),
        Due(SEPTEMBER, 10, 10),
        Due(DECEMBER, 20, 20),
    )


def test_a_freeze_may_be_ended_before_its_day() -> None:
    repayments = two_overdue()
    hears(repayments, build.freezing_approved(amount=25, occurred_on=TREATED))
    ended = build.unfreezing_approved(occurred_on=date(2019, 10, 2))
    assert words(hears(repayments, ended)) == [
        ("loan.unfrozen", 10, "91_180"),
        ("loan.unfrozen", 10, "1_90"),
        ("loan.unfrozen", 5, None),
        ("loan.fell_overdue", 0, None),
    ]
    assert build.classes(account(repayments)) == (20, 20, 0)
    assert hears(repayments, ended) == []


def test_frozen_principal_is_neither_paid_nor_called_in() -> None:
    repayments = desk()
    hears(repayments, build.freezing_approved(amount=40))
    with pytest.raises(Overpayment, match="0 dong owed"):
        repayments.does(build.collect(principal=1))


# -- write-off and recovery ----------------------------------------------------------------


def test_a_write_off_takes_frozen_then_overdue_then_in_term() -> None:
    repayments = two_overdue()
    hears(repayments, build.freezing_approved(amount=5, occurred_on=TREATED))
    written_off = build.write_off_approved(amount=22, occurred_on=date(2019, 10, 2))
    said = hears(repayments, written_off)
    assert words(said) == [
        ("loan.written_off", 5, None),
        ("loan.written_off", 5, "91_180"),
        ("loan.written_off", 10, "1_90"),
        ("loan.written_off", 2, None),
        ("loan.cured", 0, None),
    ]
    classes = [x.debt_class for x in said if isinstance(x, collection.LoanWrittenOff)]
    assert classes == ["frozen", "overdue", "overdue", "in_term"]
    assert [x.closes for x in said if isinstance(x, collection.LoanWrittenOff)] == [0, 0, 0, 0]
    assert build.classes(account(repayments)) == (18, 0, 0)
    assert account(repayments).recoverable == 22


def test_the_last_dong_written_off_closes_the_loan_and_ends_the_debt() -> None:
    repayments = two_overdue()
    written_off = build.write_off_approved(amount=99, occurred_on=TREATED)
    *_, ended = repayments.takes_in(written_off)
    assert isinstance(ended, DebtEnded)
    said = [x for x in repayments.said() if isinstance(x, collection.LoanWrittenOff)]
    assert [(x.amount, x.closes) for x in said] == [(10, 0), (10, 0), (20, 1)]
    assert account(repayments).next_day is None
    assert hears(repayments, written_off) == []


def test_a_written_off_loan_still_accepts_recoveries() -> None:
    repayments = desk()
    hears(repayments, build.write_off_approved(amount=40))
    (taken,) = repayments.does(build.recover(amount=30))
    assert isinstance(taken, RecoveryTaken)
    last = repayments.said()[-1]
    assert (last.NAME, words([last])) == ("debt.recovered", [("debt.recovered", 30, None)])
    assert account(repayments).recoverable == 10
    assert build.classes(account(repayments)) == (0, 0, 0)


def test_no_more_is_recovered_than_was_written_off() -> None:
    repayments = desk()
    with pytest.raises(MoreThanWrittenOff, match="0 dong are written off"):
        repayments.does(build.recover(amount=1))
    hears(repayments, build.write_off_approved(amount=30))
    repayments.does(build.recover(amount=20))
    another = build.some_id("another")
    with pytest.raises(MoreThanWrittenOff, match="10 dong are written off") as refused:
        repayments.does(build.recover(payment=another, amount=11))
    assert (refused.value.field, refused.value.code) == ("amount", "more-than-written-off")


def test_a_recoverys_id_is_used_once() -> None:
    repayments = desk()
    hears(repayments, build.write_off_approved(amount=30))
    repayments.does(build.recover(amount=1))
    with pytest.raises(RecordedAlready):
        repayments.does(build.recover(amount=1))
    with pytest.raises(PaymentRepeated, match="1 recovered on 2019-06-05"):
        repayments.does(build.recover(amount=2))
    with pytest.raises(PaymentRepeated):
        repayments.does(build.collect(payment=build.some_id("recovery"), principal=1))


@pytest.mark.parametrize(
    "fact",
    [
        build.loan_extended,
        build.loan_rescheduled,
        build.loan_rerated,
        build.freezing_approved,
        build.unfreezing_approved,
        build.write_off_approved,
        build.loan_reassigned,
    ],
)
def test_a_fact_about_a_loan_that_was_never_paid_out_is_refused(fact: Any) -> None:
    with pytest.raises(LoanNotOpen):
        build.Desk(PARTS).takes_in(fact())
