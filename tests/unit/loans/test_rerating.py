"""Rerating: the close of a day carries out, once, a change that reaches existing contracts."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import build
import pytest
from build import HEAD_OFFICE, LOAN, MILLION
from hypothesis import given
from hypothesis import strategies as st

from policy_credit_loans.application.rerate import LOANS_MAX
from policy_credit_loans.domain.loan import LOAN as LOAN_KIND
from policy_credit_loans.domain.loan import Loan
from policy_credit_loans.domain.programme_change import RERATING, Rerating
from policy_credit_shared.events import lending
from policy_credit_shared.running.closing import close_day

JUNE = date(2019, 6, 1)


def reaching(**changes: Any) -> Any:
    return build.change_programme(**{"reaches_existing": True} | changes)


def loan(desk: build.Desk, identifier: UUID = LOAN) -> Loan:
    state = desk.state(LOAN_KIND, identifier)
    assert state is not None
    return state


def rerated(desk: build.Desk) -> list[tuple[date, int, int]]:
    """Day, rate before and rate after of what was said of the loan's rate."""
    return [
        (e.occurred_on, e.previously, e.annual_rate)
        for e in desk.said()
        if isinstance(e, lending.LoanRerated)
    ]


def rerating(desk: build.Desk, change: UUID | None = None) -> Rerating:
    state = desk.state(RERATING, change or build.some_id("change"))
    assert state is not None
    return state


def test_the_close_of_its_day_gives_open_loans_the_new_rate() -> None:
    desk = build.lending_desk()
    build.lend(desk)
    desk.does(reaching(), by=HEAD_OFFICE)
    desk.closes(date(2019, 5, 31))
    assert loan(desk).annual_rate == 660
    desk.closes(JUNE)
    assert loan(desk).annual_rate == 600
    assert rerated(desk) == [(JUNE, 660, 600)]
    (said,) = (e for e in desk.said() if isinstance(e, lending.LoanRerated))
    assert said.legal_basis == "Decree 1/2019"


def test_a_close_done_again_changes_nothing() -> None:
    desk = build.lending_desk()
    build.lend(desk)
    desk.does(reaching(), by=HEAD_OFFICE)
    desk.closes(JUNE)
    stored = len(desk.store.log)
    desk.closes(JUNE)
    desk.closes(date(2019, 7, 1))
    assert len(desk.store.log) == stored


def test_a_change_for_new_contracts_leaves_the_others() -> None:
    desk = build.lending_desk()
    build.lend(desk)
    desk.does(build.change_programme(), by=HEAD_OFFICE)
    desk.closes(JUNE)
    assert loan(desk).annual_rate == 660


def test_only_open_loans_of_the_programme_and_fund_are_reached() -> None:
    desk = build.lending_desk("HN", "NSVSMT")
    build.lend(desk)
    others = {
        "water": {"programme": "NSVSMT", "amount": 10 * MILLION},
        "local": {"fund": "local", "household": build.MEMBERS[1]},
        "settled": {"household": build.MEMBERS[2]},
        "asked": {},
        "declined": {},
    }
    for name in ("water", "local", "settled"):
        build.lend(desk, loan=build.some_id(name), **others[name])  # type: ignore[arg-type]
    settled = {"loan": build.some_id("settled"), "household": build.MEMBERS[2]}
    desk.takes_in(build.principal_collected(**settled, amount=40 * MILLION))
    for name in ("asked", "declined"):
        listed = build.list_of(build.MEMBERS[3], "HN")
        at = {"loan": build.some_id(name), "household": build.MEMBERS[3], "list": listed}
        desk.does(build.apply_for(**at))
    desk.does(build.approve(loan=build.some_id("declined")))
    desk.does(build.decline(loan=build.some_id("declined")))
    desk.does(reaching(fund="central"), by=HEAD_OFFICE)
    desk.closes(JUNE)
    assert loan(desk).annual_rate == 600
    assert rerating(desk).rerated == 1
    rates = {name: loan(desk, build.some_id(name)).annual_rate for name in others}
    assert rates == {"water": 900, "local": 660, "settled": 660, "asked": 0, "declined": 660}


def test_changes_of_two_programmes_on_one_day_count_their_own_loans() -> None:
    desk = build.lending_desk("HN", "NSVSMT")
    build.lend(desk)
    water = build.some_id("water")
    build.lend(desk, loan=water, programme="NSVSMT", amount=10 * MILLION)
    other = build.some_id("other change")
    desk.does(
        reaching(),
        reaching(change=other, programme="NSVSMT", annual_rate=800),
        by=HEAD_OFFICE,
    )
    desk.closes(JUNE)
    assert (loan(desk).annual_rate, loan(desk, water).annual_rate) == (600, 800)
    assert (rerating(desk).rerated, rerating(desk, other).rerated) == (1, 1)


def test_a_contract_under_a_more_specific_rate_is_passed_over() -> None:
    desk = build.lending_desk()
    own = build.some_id("own")
    build.lend(desk, fund="local")
    desk.does(
        build.change_programme(change=own, fund="local", annual_rate=620, valid_from=build.DAY),
        reaching(),
        by=HEAD_OFFICE,
    )
    desk.closes(JUNE)
    assert loan(desk).annual_rate == 660


def test_an_approved_loan_is_reached_silently_and_paid_out_at_the_new_rate() -> None:
    desk = build.lending_desk()
    desk.does(build.apply_for(list=build.list_of(build.HOUSEHOLD, "HN")), build.approve())
    desk.does(reaching(), by=HEAD_OFFICE)
    desk.closes(JUNE)
    desk.does(build.disburse(disbursed_on=date(2019, 6, 5)))
    assert rerated(desk) == []
    (said,) = (e for e in desk.said() if isinstance(e, lending.LoanDisbursed))
    assert said.annual_rate == 600


def test_a_tranche_paid_out_before_the_close_has_the_rate_of_its_day() -> None:
    desk = build.lending_desk()
    desk.does(build.apply_for(list=build.list_of(build.HOUSEHOLD, "HN")), build.approve())
    desk.does(build.disburse(amount=MILLION), reaching(), by=HEAD_OFFICE)
    desk.does(build.disburse(tranche=2, amount=MILLION, disbursed_on=date(2019, 6, 5)))
    desk.closes(date(2019, 6, 5))
    assert rerated(desk) == [(JUNE, 660, 600)]
    rates = [e.annual_rate for e in desk.said() if isinstance(e, lending.LoanDisbursed)]
    assert rates == [660, 600]


def test_a_contract_recorded_late_is_given_the_rate_that_passed_it_by() -> None:
    desk = build.lending_desk()
    desk.does(reaching(), by=HEAD_OFFICE)
    desk.closes(JUNE)
    build.lend(desk)
    assert rerated(desk) == [(JUNE, 660, 600)]
    assert loan(desk).annual_rate == 600


def test_a_contract_of_the_new_rate_is_left_alone() -> None:
    desk = build.lending_desk()
    desk.does(reaching(), by=HEAD_OFFICE)
    build.lend(desk, disbursed_on=date(2019, 6, 5))
    desk.closes(date(2019, 6, 5))
    assert rerated(desk) == []


def many(desk: build.Desk, count: int) -> list[UUID]:
    """So many loans of a million each."""
    loans = [build.some_id(f"loan {n}") for n in range(count)]
    for number, identifier in enumerate(loans):
        household = build.MEMBERS[number % len(build.MEMBERS)]
        listed = build.list_of(household, "HN")
        at = {"loan": identifier, "household": household}
        desk.does(
            build.apply_for(**at, list=listed, amount=MILLION),
            build.approve(loan=identifier),
            build.disburse(loan=identifier, amount=MILLION),
        )
    return loans


def test_more_loans_than_one_transaction_takes_are_reached_in_parts() -> None:
    desk = build.lending_desk()
    loans = many(desk, LOANS_MAX)
    desk.does(reaching(), by=HEAD_OFFICE)
    desk.closes(JUNE)
    assert {loan(desk, identifier).annual_rate for identifier in loans} == {600}
    assert (rerating(desk).rerated, rerating(desk).done) == (LOANS_MAX, True)
    assert len(desk.history(build.some_id("change"))) == 3


class Killed(Exception):
    """The close was interrupted."""


def test_a_close_that_is_killed_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy_credit_loans.application.rerate.LOANS_MAX", 2)
    desk = build.lending_desk()
    loans = many(desk, 5)
    desk.does(reaching(), by=HEAD_OFFICE)
    append, appended = desk.store.append, 0

    def dies(changes: Any) -> None:
        nonlocal appended
        appended += 1
        if appended == 2:
            raise Killed
        append(changes)

    monkeypatch.setattr(desk.store, "append", dies)
    with pytest.raises(Killed):
        list(close_day(desk.store, build.clock, desk.parts.closings, JUNE))
    assert rerating(desk).rerated == 2
    desk.closes(JUNE)
    assert rerating(desk).rerated == 5
    assert len(rerated(desk)) == 5
    assert {loan(desk, identifier).annual_rate for identifier in loans} == {600}


@given(
    st.lists(st.tuples(st.integers(1, 300), st.integers(0, 1_000)), min_size=1, max_size=4),
    st.integers(0, 300),
    st.lists(st.integers(0, 320), max_size=4),
)
def test_whenever_days_are_closed_and_whenever_it_is_recorded_a_loan_has_had_the_same_rates(
    made: list[tuple[int, int]], recorded: int, closed: list[int]
) -> None:
    """Changes are decided first; the loan of 5 March is recorded before or between closes."""
    desk = build.lending_desk()
    start = date(2019, 3, 5)
    changes = sorted(dict(made).items())
    for number, (days, rate) in enumerate(changes):
        desk.does(
            reaching(
                change=build.some_id(f"change {number}"),
                valid_from=start + timedelta(days=days),
                annual_rate=rate,
            ),
            by=HEAD_OFFICE,
        )
    lent = False
    for day in [*sorted(closed), 400]:
        if not lent and day >= recorded:
            build.lend(desk)
            lent = True
        desk.closes(start + timedelta(days=day))
    expected, rate = [], 660
    for days, new in changes:
        if new != rate:
            expected.append((start + timedelta(days=days), rate, new))
            rate = new
    assert rerated(desk) == expected
    assert loan(desk).annual_rate == rate
