"""Debt classes: principal is called in or frozen. A loan is a vector, not one state."""

import build
import msgspec
import pytest

from policy_credit_repayments.domain import charging, collecting, treating
from policy_credit_repayments.domain.account import Account
from policy_credit_repayments.domain.entries import DebtFrozen
from policy_credit_repayments.domain.refusals import MoreThanInTerm

MILLION = build.MILLION
TELLER = "a teller"


def overdue(amount: int = 5 * MILLION) -> Account:
    """40 million, of which an amount is overdue."""
    given = build.opened()
    return build.after(given, charging.mark_overdue(given, build.mark_overdue(amount=amount)))


def test_only_the_part_that_fell_overdue_is_overdue() -> None:
    assert build.classes(overdue(5 * MILLION)) == (35 * MILLION, 5 * MILLION, 0)


def test_a_loan_falls_overdue_with_the_first_part() -> None:
    given = build.opened()
    first = charging.mark_overdue(given, build.mark_overdue(amount=MILLION))
    given = build.after(given, first)
    second = charging.mark_overdue(given, build.mark_overdue(amount=MILLION))
    assert (first.first, second.first) == (True, False)
    assert build.classes(build.after(given, second)) == (38 * MILLION, 2 * MILLION, 0)


def test_a_cured_loan_can_fall_overdue_again() -> None:
    given = overdue(MILLION)
    given = build.after(given, collecting.collect(given, build.collect(principal=MILLION), TELLER))
    assert charging.mark_overdue(given, build.mark_overdue(amount=MILLION)).first


def test_the_whole_loan_can_be_overdue() -> None:
    assert build.classes(overdue(40 * MILLION)) == (0, 40 * MILLION, 0)


def test_no_more_falls_overdue_than_is_in_term() -> None:
    with pytest.raises(MoreThanInTerm, match="35000000 dong are in term") as refused:
        charging.mark_overdue(overdue(), build.mark_overdue(amount=35 * MILLION + 1))
    assert (refused.value.code, refused.value.field) == ("more-than-in-term", "amount")


def parts(frozen: DebtFrozen) -> tuple[int, int]:
    """Overdue and in term."""
    overdue = sum(x.part.amount for x in frozen.frozen if x.part.bucket)
    return overdue, sum(x.part.amount for x in frozen.frozen) - overdue


def test_freezing_takes_overdue_principal_first() -> None:
    given = overdue(5 * MILLION)
    frozen = build.frozen(given, amount=7 * MILLION)
    assert (*parts(frozen), frozen.cures) == (5 * MILLION, 2 * MILLION, True)
    assert build.classes(build.after(given, frozen)) == (33 * MILLION, 0, 7 * MILLION)


def test_a_loan_is_not_cured_while_some_of_it_stays_overdue() -> None:
    frozen = build.frozen(overdue(5 * MILLION), amount=5 * MILLION - 1)
    assert (*parts(frozen), frozen.cures) == (5 * MILLION - 1, 0, False)


def test_a_loan_that_was_not_overdue_is_not_cured_by_freezing() -> None:
    assert not build.frozen(build.opened(), amount=MILLION).cures


def test_freezing_leaves_what_is_outstanding() -> None:
    given = overdue()
    frozen = build.frozen(given, amount=40 * MILLION)
    assert build.after(given, frozen).outstanding == given.outstanding == 40 * MILLION


def test_no_more_is_frozen_than_is_collectable() -> None:
    given = overdue()
    given = build.after(given, build.frozen(given, amount=10 * MILLION))
    assert parts(build.frozen(given, amount=31 * MILLION)) == (0, 30 * MILLION)
    given = build.after(given, build.frozen(given, amount=31 * MILLION))
    assert treating.freeze(given, build.freezing_approved()) is None


def test_frozen_principal_does_not_fall_overdue() -> None:
    given = build.opened()
    given = build.after(given, build.frozen(given, amount=40 * MILLION))
    with pytest.raises(MoreThanInTerm):
        charging.mark_overdue(given, build.mark_overdue(amount=1))


@pytest.mark.parametrize("amount", [0, -1, 1.5])
def test_an_amount_is_at_least_one_whole_dong(amount: object) -> None:
    for words in (build.mark_overdue, build.freezing_approved, build.recover):
        with pytest.raises(msgspec.ValidationError):
            words(amount=amount)
