"""Capital and plans: given from above, never lent twice, never taken back while it is lent."""

from datetime import date, timedelta

import build
import msgspec
import pytest
from build import BILLION, MILLION, OFFICE
from hypothesis import given
from hypothesis import strategies as st

from policy_credit_loans.__main__ import PARTS
from policy_credit_loans.domain import capital as rules
from policy_credit_loans.domain.capital import CAPITAL, Capital, OutstandingMoved, capital_id, lent
from policy_credit_loans.domain.credit_refusals import (
    CapitalLentOut,
    GivenFromAbove,
    NothingAllocated,
)
from policy_credit_shared.events import lending
from policy_credit_shared.store.books import SNAPSHOT_EVENTS


def capital(desk: build.Desk, office: str = OFFICE) -> Capital:
    state = desk.state(CAPITAL, capital_id(office))
    assert state is not None
    return state


def test_capital_is_given_and_taken_back_by_fund() -> None:
    desk = build.lending_desk()
    desk.does(build.allocate(amount=-BILLION, decision="Decision 16"), by=build.PROVINCE_DIRECTOR)
    assert (capital(desk).free("central"), capital(desk).free("local")) == (9 * BILLION, BILLION)
    said = [e for e in desk.said() if isinstance(e, lending.CapitalAllocated)]
    assert [(e.fund, e.amount, e.decision) for e in said] == [
        ("central", 10 * BILLION, "Decision 15"),
        ("local", BILLION, "Decision 15"),
        ("central", -BILLION, "Decision 16"),
    ]


def test_what_is_lent_is_not_taken_back() -> None:
    desk = build.lending_desk()
    build.lend(desk, fund="local")
    with pytest.raises(CapitalLentOut, match="only 960000000 is not lent"):
        desk.does(
            build.allocate(fund="local", amount=-960 * MILLION - 1), by=build.PROVINCE_DIRECTOR
        )
    desk.does(build.allocate(fund="local", amount=-960 * MILLION), by=build.PROVINCE_DIRECTOR)
    assert capital(desk).free("local") == 0


def test_an_office_gives_itself_nothing() -> None:
    desk = build.Desk(PARTS, by=build.DIRECTOR)
    with pytest.raises(GivenFromAbove):
        desk.does(build.allocate())
    with pytest.raises(GivenFromAbove):
        desk.does(build.assign_plan())


def test_an_allocation_is_of_something() -> None:
    with pytest.raises(NothingAllocated):
        build.Desk(PARTS, by=build.HEAD_OFFICE).does(build.allocate(amount=0))


def plans_said(desk: build.Desk) -> list[tuple[date, int, int, int]]:
    """From which day which year's target holds, and which held until then."""
    return [
        (e.occurred_on, e.year, e.target, e.previous)
        for e in desk.said()
        if isinstance(e, lending.PlanAssigned)
    ]


def test_a_plan_set_anew_says_what_it_was_before() -> None:
    desk = build.lending_desk()
    desk.does(
        build.assign_plan(target=6 * BILLION, assigned_on=date(2019, 7, 1)), by=build.HEAD_OFFICE
    )
    assert plans_said(desk) == [
        (date(2019, 1, 2), 2019, 5 * BILLION, 0),
        (date(2019, 7, 1), 2019, 6 * BILLION, 5 * BILLION),
    ]


def test_a_plan_assigned_ahead_holds_from_the_first_day_of_its_year() -> None:
    desk = build.lending_desk()
    desk.closes(date(2019, 12, 31))
    assert len(plans_said(desk)) == 1
    desk.closes(date(2020, 1, 1))
    assert plans_said(desk)[1:] == [(date(2020, 1, 1), 2020, 5 * BILLION, 5 * BILLION)]


def test_a_plan_ends_with_its_year_though_no_other_follows() -> None:
    desk = build.lending_desk()
    desk.closes(date(2022, 3, 31))
    assert plans_said(desk)[1:] == [
        (date(2020, 1, 1), 2020, 5 * BILLION, 5 * BILLION),
        (date(2021, 1, 1), 2021, 0, 5 * BILLION),
    ]
    assert desk.closes(date(2023, 1, 1)) == []


def test_a_plan_assigned_before_the_close_of_new_year_takes_the_place_of_the_last() -> None:
    desk = build.lending_desk()
    desk.does(
        build.assign_plan(year=2020, target=BILLION, assigned_on=date(2020, 1, 1)),
        by=build.PROVINCE_DIRECTOR,
    )
    desk.closes(date(2020, 1, 1))
    assert plans_said(desk)[1:] == [(date(2020, 1, 1), 2020, BILLION, 5 * BILLION)]


@given(
    st.lists(
        st.tuples(st.integers(2019, 2022), st.integers(0, 9), st.integers(0, 400), st.booleans()),
        max_size=12,
    )
)
def test_what_is_said_comes_to_the_plan_of_the_year_whatever_was_assigned_when(
    assigned: list[tuple[int, int, int, bool]],
) -> None:
    desk, today = build.Desk(PARTS, by=build.PROVINCE_DIRECTOR), date(2019, 1, 1)
    targets: dict[int, int] = {}
    for year, target, days, closes in assigned:
        today += timedelta(days=days)
        desk.does(build.assign_plan(year=year, target=target, assigned_on=today))
        targets[year] = target
        if closes:
            desk.closes(today)
            assert sum(now - before for _, _, now, before in plans_said(desk)) == targets.get(
                today.year, 0
            )


def test_repayments_make_capital_free_and_reversals_bind_it_again() -> None:
    desk = build.lending_desk()
    build.lend(desk)
    desk.takes_in(build.principal_collected(amount=15 * MILLION))
    assert capital(desk).outstanding == {"central/HN": 25 * MILLION}
    desk.takes_in(build.collection_reversed(amount=15 * MILLION))
    assert capital(desk).outstanding == {"central/HN": 40 * MILLION}


def test_a_loan_written_off_is_no_longer_lent() -> None:
    desk = build.lending_desk()
    build.lend(desk)
    desk.takes_in(build.principal_written_off())
    assert capital(desk).free("central") == 10 * BILLION


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["central", "local"]),
            st.sampled_from(["HN", "HCN"]),
            st.integers(-50, 50),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_moves_of_one_call_add_up_to_the_same_as_moves_of_many(
    moves: list[tuple[str, str, int]],
) -> None:
    one, many = None, None
    merged: OutstandingMoved | None = None
    for fund, programme, amount in moves:
        event = lent(OFFICE, fund, programme, amount)  # type: ignore[arg-type]
        many = rules.evolve(many, event)
        merged = event if merged is None else rules.merge(merged, event)
        assert merged is not None
    assert merged is not None
    one = rules.evolve(one, merged)
    assert one == many


def test_a_snapshot_is_the_capital_that_its_events_make() -> None:
    desk = build.lending_desk()
    for number in range(SNAPSHOT_EVENTS):
        desk.does(build.allocate(amount=number + 1), by=build.PROVINCE_DIRECTOR)
    history = desk.store.histories([capital_id(OFFICE)])[capital_id(OFFICE)]
    assert history.base is not None
    replayed: Capital | None = None
    for recorded in desk.history(capital_id(OFFICE)):
        replayed = rules.evolve(replayed, recorded.event)  # type: ignore[arg-type]
    assert capital(desk) == replayed
    assert msgspec.json.decode(msgspec.json.encode(replayed), type=Capital) == replayed


def test_years_have_plans_of_their_own() -> None:
    desk = build.lending_desk()
    build.lend(desk)
    desk.does(build.assign_plan(target=40 * MILLION), by=build.PROVINCE_DIRECTOR)
    build.lend(
        desk,
        loan=build.some_id("next"),
        household=build.MEMBERS[1],
        disbursed_on=date(2020, 1, 6),
    )
    assert capital(desk).lent_in("HN") == 80 * MILLION
