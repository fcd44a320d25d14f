"""Sessions: given a plan, cash and entries, when the cash is counted, then it is right or not."""

from datetime import date, timedelta

import build
import msgspec
import pytest

from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.domain.evolving import ACCOUNT
from policy_credit_repayments.domain.point_commands import session_id
from policy_credit_repayments.domain.refusals import (
    CashDiffers,
    MoreThanSaved,
    PointInSession,
    RecordedAlready,
    SessionClosedAlready,
    SessionOnAnotherDay,
    SessionOpenedAlready,
    SessionUnknown,
)
from policy_credit_repayments.domain.session import SESSION, Moved, Session, SessionMoved
from policy_credit_shared.events.collection import SessionAmounts, SessionHeld
from policy_credit_shared.kernel.refusals import CommuneNotServed, WrongOffice
from policy_credit_shared.store.books import Command

OTHER = build.some_id("other session")
NEXT_DAY = build.DAY + timedelta(days=1)
IN = {"session": build.SESSION}
COLLECTED = build.collect(principal=8, collected_on=build.DAY, **IN)


def desk(opening_cash: int = 100) -> build.Desk:
    """Repayments with an open session, a loan of 40 dong, savings of 30 and a deposit of 50."""
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed(amount=40, annual_rate=10_000))
    repayments.does(
        build.charge_interest(),
        build.deposit(amount=30),
        build.deposit_mobilised(amount=50),
        build.open_session(opening_cash=opening_cash),
    )
    return repayments


def test_a_session_opens_with_its_plan_and_cash() -> None:
    repayments = build.Desk(PARTS)
    repayments.does(build.open_session(opening_cash=100, planned={"disbursed": 60, "interest": 5}))
    opened = build.session(repayments).opened
    assert opened is not None
    assert opened.planned == SessionAmounts(disbursed=60, interest=5)
    assert (opened.office, opened.locality, opened.on) == (
        build.OFFICE,
        build.LOCALITY,
        build.DAY,
    )
    assert build.session(repayments).cash == 100
    assert repayments.said() == []


ENTRIES: list[tuple[Command, Moved, int]] = [
    (COLLECTED, Moved(lines=1, principal=8), 8),
    (
        build.collect(principal=5, interest=3, collected_on=build.DAY, **IN),
        Moved(lines=1, principal=5, interest=3),
        8,
    ),
    (build.deposit(amount=7, **IN), Moved(lines=1, savings_deposited=7), 7),
    (build.withdraw(amount=9, **IN), Moved(lines=1, savings_withdrawn=9), -9),
    (build.deposit_mobilised(amount=6, **IN), Moved(lines=1, mobilised_deposited=6), 6),
    (build.withdraw_mobilised(amount=4, **IN), Moved(lines=1, mobilised_withdrawn=4), -4),
    (
        build.repay_from_savings(principal=20, interest=2, **IN),
        Moved(lines=2, principal=20, interest=2, savings_withdrawn=22),
        0,
    ),
]


@pytest.mark.parametrize(
    ("entry", "moved", "cash"), ENTRIES, ids=[type(entry).__name__ for entry, *_ in ENTRIES]
)
def test_an_entry_moves_the_totals_and_the_cash_of_its_session(
    entry: Command, moved: Moved, cash: int
) -> None:
    repayments = desk(opening_cash=100)
    repayments.does(entry)
    assert build.session(repayments).realised == moved
    assert build.session(repayments).cash == 100 + cash


def test_a_disbursement_goes_out_of_the_cash_of_its_session() -> None:
    repayments = desk(opening_cash=100)
    repayments.takes_in(build.loan_disbursed(loan=OTHER, amount=60, **IN))
    assert build.session(repayments).realised == Moved(lines=1, disbursed=60)
    assert build.session(repayments).cash == 40
    assert repayments.state(ACCOUNT, OTHER) is not None


def test_an_entry_without_a_session_moves_none() -> None:
    repayments = desk(opening_cash=100)
    repayments.does(build.deposit(amount=7, place="office"))
    repayments.takes_in(build.loan_disbursed(loan=OTHER))
    assert build.session(repayments).realised == Moved()


def test_the_lines_of_a_sheet_move_their_session_once() -> None:
    repayments = desk()
    events = repayments.does(
        *(build.deposit(household=build.some_id(f"{n}"), amount=n, **IN) for n in range(1, 101))
    )
    (moved,) = [event for event in events if isinstance(event, SessionMoved)]
    assert moved.moved == Moved(lines=100, savings_deposited=5050)


def test_several_sheets_and_disbursements_add_up() -> None:
    repayments = desk(opening_cash=100)
    repayments.does(COLLECTED, build.deposit(amount=7, **IN))
    repayments.takes_in(
        build.loan_disbursed(loan=OTHER, amount=20, **IN),
        build.loan_disbursed(loan=build.some_id("third"), amount=30, **IN),
    )
    repayments.does(build.withdraw(amount=9, **IN), build.deposit(amount=1, **IN))
    assert build.session(repayments).realised == Moved(
        lines=6, disbursed=50, principal=8, savings_deposited=8, savings_withdrawn=9
    )
    assert build.session(repayments).cash == 100 - 50 + 8 + 8 - 9


def test_what_a_refused_sheet_would_have_moved_is_not_counted() -> None:
    repayments = desk()
    with pytest.raises(MoreThanSaved):
        repayments.does(build.deposit(amount=7, **IN), build.withdraw(amount=1000, **IN))
    assert build.session(repayments).realised == Moved()


def test_a_session_that_was_not_opened_takes_no_entries() -> None:
    with pytest.raises(SessionUnknown, match=str(OTHER)) as refused:
        desk().does(build.deposit(session=OTHER))
    assert refused.value.field == "session"
    with pytest.raises(SessionUnknown):
        build.Desk(PARTS).does(build.close_session())


def test_a_session_may_be_opened_by_the_sheet_that_has_its_entries() -> None:
    repayments = build.Desk(PARTS)
    repayments.does(
        build.open_session(opening_cash=5),
        build.deposit(amount=7, **IN),
        build.close_session(counted_cash=12),
    )
    (_, held) = repayments.said()
    assert isinstance(held, SessionHeld)


@pytest.mark.parametrize("on", [NEXT_DAY, build.DAY - timedelta(days=1)])
def test_an_entry_has_the_date_of_its_session(on: date) -> None:
    repayments = desk()
    for entry in (
        build.deposit(deposited_on=on, **IN),
        build.withdraw(withdrawn_on=on, amount=1, **IN),
        build.deposit_mobilised(deposited_on=on, **IN),
        build.withdraw_mobilised(withdrawn_on=on, amount=1, **IN),
        build.collect(principal=1, collected_on=on, **IN),
        build.repay_from_savings(payment=OTHER, principal=1, repaid_on=on, **IN),
    ):
        with pytest.raises(SessionOnAnotherDay, match=f"held on {build.DAY}.*dated {on}"):
            repayments.does(entry)


def test_only_the_sessions_office_makes_entries_and_closes_it() -> None:
    repayments = desk()
    for command in (
        build.deposit(
            office=build.OTHER_OFFICE, commune="22834", household=build.some_id("x"), **IN
        ),
        build.close_session(office=build.OTHER_OFFICE, counted_cash=100),
    ):
        with pytest.raises(WrongOffice, match=build.OFFICE):
            repayments.does(command)


def test_an_office_holds_sessions_in_its_own_communes() -> None:
    with pytest.raises(CommuneNotServed):
        build.Desk(PARTS).does(build.open_session(commune="22834"))


def test_a_session_and_a_loan_of_the_same_id_do_not_meet() -> None:
    repayments = build.Desk(PARTS)
    repayments.does(build.open_session(session=build.LOAN, opening_cash=100))
    repayments.takes_in(build.loan_disbursed(amount=40, session=build.LOAN))
    assert build.session(repayments, build.LOAN).cash == 60


def test_a_session_is_opened_once() -> None:
    repayments = desk()
    for again in ({}, {"held_on": NEXT_DAY}, {"commune": "22873"}):
        with pytest.raises(SessionOpenedAlready, match=str(build.SESSION)):
            repayments.does(build.open_session(**again))
    repayments.does(build.close_session(counted_cash=100))
    with pytest.raises(SessionOpenedAlready):
        repayments.does(build.open_session())


def test_who_opens_or_closes_a_session_the_same_again_is_told_that_it_is_done() -> None:
    repayments = desk(opening_cash=100)
    with pytest.raises(RecordedAlready):
        repayments.does(build.open_session(opening_cash=100))
    repayments.does(build.close_session(counted_cash=100))
    for again in (build.open_session(opening_cash=100), build.close_session(counted_cash=100)):
        with pytest.raises(RecordedAlready) as refused:
            repayments.does(again)
        assert refused.value.field == "session"


def test_a_point_holds_one_session_at_a_time() -> None:
    repayments = desk()
    with pytest.raises(PointInSession, match=f"{build.SESSION} is open in commune 22870"):
        repayments.does(build.open_session(session=OTHER))
    repayments.does(build.open_session(session=OTHER, commune="22873"))
    repayments.does(build.open_session(session=build.some_id("tomorrow"), held_on=NEXT_DAY))


def test_once_a_session_is_closed_its_point_may_hold_another_that_day() -> None:
    repayments = desk()
    repayments.does(build.close_session(counted_cash=100))
    repayments.does(build.open_session(session=OTHER))
    repayments.does(build.deposit(session=OTHER))


def test_disbursements_that_arrive_before_the_session_is_opened_are_counted() -> None:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed(amount=20, **IN))
    repayments.takes_in(build.loan_disbursed(loan=OTHER, amount=30, **IN))
    repayments.does(build.open_session(opening_cash=100))
    assert build.session(repayments).realised == Moved(lines=2, disbursed=50)
    repayments.does(build.close_session(counted_cash=50))


def test_a_session_only_known_from_disbursements_is_not_open() -> None:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed(amount=20, **IN))
    for command in (build.deposit(**IN), build.close_session()):
        with pytest.raises(SessionUnknown):
            repayments.does(command)


@pytest.mark.parametrize(
    "of", [{"office": build.OTHER_OFFICE, "locality": "22834-22834"}, {"occurred_on": NEXT_DAY}]
)
def test_disbursements_of_another_office_or_day_are_kept_as_astray(of: dict[str, object]) -> None:
    """Whether they arrive before the session is opened or after."""
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed(amount=20, **of, **IN))
    repayments.takes_in(build.loan_disbursed(loan=OTHER, amount=5, **IN))
    repayments.does(build.open_session(opening_cash=100))
    repayments.takes_in(build.loan_disbursed(loan=build.some_id("3"), amount=30, **of, **IN))
    assert build.session(repayments).realised == Moved(lines=1, disbursed=5)
    assert build.session(repayments).astray == Moved(lines=2, disbursed=50)
    assert build.session(repayments).cash == 95


def test_a_disbursement_after_the_close_opens_its_account_and_is_kept_as_astray() -> None:
    repayments = desk(opening_cash=100)
    repayments.does(build.close_session(counted_cash=100))
    repayments.takes_in(build.loan_disbursed(loan=OTHER, amount=20, **IN))
    assert repayments.state(ACCOUNT, OTHER) is not None
    assert build.session(repayments).realised == Moved()
    assert build.session(repayments).astray == Moved(lines=1, disbursed=20)


@pytest.mark.parametrize(
    ("counted", "difference"), [(98, "1 dong are missing"), (100, "1 dong are too many")]
)
def test_a_session_is_not_closed_with_other_cash_than_its_entries_say(
    counted: int, difference: str
) -> None:
    repayments = desk(opening_cash=100)
    repayments.does(COLLECTED, build.withdraw(amount=9, **IN))
    with pytest.raises(CashDiffers) as refused:
        repayments.does(build.close_session(counted_cash=counted))
    assert f"{counted} dong were counted and 99 must be there: {difference}" in refused.value.detail
    assert "100 opening +8 principal -9 savings withdrawn" in refused.value.detail
    assert (refused.value.code, refused.value.field) == ("cash-differs", "counted_cash")
    repayments.does(build.deposit(amount=1, **IN))


def test_more_paid_out_than_there_was_leaves_nothing_to_count() -> None:
    repayments = desk(opening_cash=0)
    repayments.takes_in(build.loan_disbursed(loan=OTHER, amount=20, **IN))
    with pytest.raises(CashDiffers, match="-20 must be there: 20 dong are too many"):
        repayments.does(build.close_session(counted_cash=0))


def test_a_closed_session_is_said_with_plan_and_realised_by_kind() -> None:
    planned = {"principal": 10, "savings_deposited": 1}
    repayments = desk()
    repayments.does(build.close_session(counted_cash=100))
    repayments.does(build.open_session(session=OTHER, opening_cash=100, planned=planned))
    entries = [msgspec.structs.replace(e, session=OTHER) for e, *_ in ENTRIES[1:]]  # type: ignore[type-var]
    repayments.does(*entries[:-1])
    repayments.takes_in(build.loan_disbursed(loan=OTHER, amount=60, session=OTHER))
    repayments.does(build.close_session(session=OTHER, counted_cash=100 + 8 + 7 - 9 + 6 - 4 - 60))
    assert repayments.said()[-1] == SessionHeld(
        office=build.OFFICE,
        locality=build.LOCALITY,
        occurred_on=build.DAY,
        session=OTHER,
        planned=SessionAmounts(principal=10, savings_deposited=1),
        realised=SessionAmounts(
            disbursed=60,
            principal=5,
            interest=3,
            savings_deposited=7 + 6,
            savings_withdrawn=9 + 4,
        ),
        lines=6,
    )


def test_a_closed_session_takes_no_more_entries() -> None:
    repayments = desk()
    repayments.does(build.close_session(counted_cash=100))
    for command in (COLLECTED, build.deposit(**IN), build.close_session(counted_cash=101)):
        with pytest.raises(SessionClosedAlready, match=f"{build.SESSION} of {build.DAY} is closed"):
            repayments.does(command)


def test_many_calls_later_a_session_is_the_same_from_a_snapshot() -> None:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed(amount=20, office="586", **IN))
    repayments.does(build.open_session(planned={"interest": 4}))
    for _ in range(120):
        repayments.does(build.deposit(amount=3, **IN), build.withdraw(amount=1, **IN))
    whole: Session | None = None
    for recorded in repayments.history(session_id(build.SESSION)):
        whole = SESSION.evolve(whole, recorded.event)
    assert whole == build.session(repayments)
    assert build.session(repayments).cash == 240
    assert build.session(repayments).astray.disbursed == 20
