"""Allocating: which parts of a debt an amount pays, and who may bring it."""

from datetime import date

import build
import pytest

from policy_credit_repayments.domain import charging, collecting
from policy_credit_repayments.domain.account import Account
from policy_credit_repayments.domain.entries import PaymentTaken
from policy_credit_repayments.domain.principal import Part
from policy_credit_repayments.domain.refusals import (
    AmountTwice,
    NothingPaid,
    Overpayment,
    PrincipalByGroupLeader,
)

MILLION = build.MILLION
JUNE, DECEMBER = date(2019, 6, 5), date(2019, 12, 5)
PLAN = build.instalments((JUNE, 10 * MILLION), (DECEMBER, 30 * MILLION))


def owing(*, called_in: tuple[int, int] = (2 * MILLION, 3 * MILLION)) -> Account:
    """40 million in two instalments, of the first 5 million called in, and interest due.

    2 million are overdue since 5 April and 3 million since 6 April; a month's interest is due.
    """
    given = build.opened(plan=PLAN)
    given = build.after(given, charging.charge_interest(given, build.charge_interest()))
    for amount, fell_on in zip(called_in, (date(2019, 4, 5), date(2019, 4, 6)), strict=True):
        command = build.mark_overdue(amount=amount, fell_on=fell_on)
        given = build.after(given, charging.mark_overdue(given, command))
    return given


def take(given: Account, amount: int, **payment: object) -> PaymentTaken:
    command = build.collect(amount=amount, **{"collected_on": JUNE} | payment)
    return collecting.collect(given, command, "a teller")


INTEREST = 224_219


@pytest.mark.parametrize(
    ("amount", "oldest", "newer", "interest", "first", "second"),
    [
        (1, 1, 0, 0, 0, 0),
        (2 * MILLION, 2 * MILLION, 0, 0, 0, 0),
        (2 * MILLION + 1, 2 * MILLION, 1, 0, 0, 0),
        (5 * MILLION, 2 * MILLION, 3 * MILLION, 0, 0, 0),
        (5 * MILLION + INTEREST, 2 * MILLION, 3 * MILLION, INTEREST, 0, 0),
        (5 * MILLION + INTEREST + 7, 2 * MILLION, 3 * MILLION, INTEREST, 7, 0),
        (10 * MILLION + INTEREST, 2 * MILLION, 3 * MILLION, INTEREST, 5 * MILLION, 0),
        (10 * MILLION + INTEREST + 9, 2 * MILLION, 3 * MILLION, INTEREST, 5 * MILLION, 9),
        (
            40 * MILLION + INTEREST,
            2 * MILLION,
            3 * MILLION,
            INTEREST,
            5 * MILLION,
            30 * MILLION,
        ),
    ],
)
def test_an_amount_pays_overdue_principal_then_interest_then_instalments(
    amount: int, oldest: int, newer: int, interest: int, first: int, second: int
) -> None:
    taken = take(owing(), amount)
    parts = {part.day: part.amount for part in taken.parts}
    days = (date(2019, 4, 5), date(2019, 4, 6), JUNE, DECEMBER)
    assert [parts.get(day, 0) for day in days] == [oldest, newer, first, second]
    assert taken.interest == interest
    assert taken.principal + taken.interest == amount


def test_principal_named_as_such_pays_in_the_same_order() -> None:
    command = build.collect(principal=12 * MILLION, collected_on=JUNE)
    taken = collecting.collect(owing(), command, "a teller")
    assert taken.parts == (
        Part(2 * MILLION, date(2019, 4, 5), "1_90", called_in=True),
        Part(3 * MILLION, date(2019, 4, 6), "1_90", called_in=True),
        Part(5 * MILLION, JUNE),
        Part(2 * MILLION, DECEMBER),
    )


def test_the_whole_amount_settles_a_loan() -> None:
    given = owing()
    taken = take(given, 40 * MILLION + INTEREST)
    assert (taken.cures, taken.settles) == (True, True)
    after = build.after(given, taken)
    assert (build.classes(after), after.interest_due) == ((0, 0, 0), 0)


def test_more_than_is_owed_is_refused_with_what_is_due_by_part() -> None:
    with pytest.raises(Overpayment, match=f"the {40 * MILLION + INTEREST} dong owed") as refused:
        take(owing(), 40 * MILLION + INTEREST + 1)
    assert refused.value.field == "amount"
    for part in ("5000000 overdue", "224219 of interest due", "35000000 in term"):
        assert part in refused.value.fix


def test_a_payment_is_an_amount_or_its_parts() -> None:
    for parts in ({"principal": 1}, {"interest": 1}, {"principal": 1, "interest": 1}):
        with pytest.raises(AmountTwice) as refused:
            take(owing(), 2, **parts)
        assert refused.value.field == "amount"
    with pytest.raises(NothingPaid):
        take(owing(), 0)


def test_a_group_leader_brings_interest() -> None:
    command = build.collect(interest=INTEREST, via="group_leader")
    taken = collecting.collect(owing(), command, "a teller")
    assert (taken.interest, taken.via) == (INTEREST, "group_leader")


@pytest.mark.parametrize("field", ["principal", "amount"])
def test_a_group_leader_brings_no_principal(field: str) -> None:
    command = build.collect(**{field: 1}, via="group_leader")
    with pytest.raises(PrincipalByGroupLeader, match="in person") as refused:
        collecting.collect(owing(), command, "a teller")
    assert (refused.value.code, refused.value.field) == ("principal-by-group-leader", field)


def test_a_group_leader_brings_an_amount_that_is_all_interest() -> None:
    given = build.opened()
    given = build.after(given, charging.charge_interest(given, build.charge_interest()))
    assert take(given, INTEREST, via="group_leader").parts == ()
    with pytest.raises(PrincipalByGroupLeader, match="principal") as refused:
        take(given, INTEREST + 1, via="group_leader")
    assert "224219 dong of interest" in refused.value.fix


def test_a_payment_says_who_took_it_and_in_which_session() -> None:
    session = build.some_id("session")
    taken = take(owing(), 1, session=session)
    assert (taken.by, taken.session) == ("a teller", session)


def test_frozen_principal_is_no_part_of_an_amount() -> None:
    given = owing()
    given = build.after(given, build.frozen(given, amount=35 * MILLION))
    with pytest.raises(Overpayment, match=f"the {5 * MILLION + INTEREST} dong owed"):
        take(given, 40 * MILLION)
