"""Savings: given what a member saved, when a deposit or withdrawal comes, then events or a no."""

from datetime import date

import build
import pytest

from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.domain.point_commands import savings_id
from policy_credit_repayments.domain.refusals import (
    HeldElsewhere,
    MoreThanSaved,
    RecordedAlready,
    SavingsEntryRepeated,
)
from policy_credit_repayments.domain.savings import SAVINGS, Savings, SavingsDeposited
from policy_credit_shared.events import collection
from policy_credit_shared.kernel.refusals import CommuneNotServed, WrongOffice
from policy_credit_shared.store.books import Command

NEXT_COMMUNE = "22873"
"""Of the same office."""
ELSEWHERE = {"office": build.OTHER_OFFICE, "commune": "22834"}
OTHER_GROUP = build.some_id("other group")
ENTRY = build.some_id("entry")


def saver(amount: int = 50_000) -> build.Desk:
    """Repayments after a member of a women's group saved."""
    repayments = build.Desk(PARTS)
    repayments.does(build.deposit(amount=amount))
    return repayments


def test_deposits_add_up() -> None:
    repayments = build.Desk(PARTS)
    (event,) = repayments.does(build.deposit(amount=50_000))
    repayments.does(build.deposit(amount=20_000))
    assert build.saved(repayments) == 70_000
    assert isinstance(event, SavingsDeposited)
    assert event.locality == build.LOCALITY


def test_a_member_saves_without_a_loan() -> None:
    assert build.Desk(PARTS).does(build.deposit(household=build.some_id("saver")))


@pytest.mark.parametrize("commune", ["22834", "99999"])
def test_an_office_takes_savings_in_its_own_communes(commune: str) -> None:
    with pytest.raises(CommuneNotServed):
        build.Desk(PARTS).does(build.deposit(commune=commune))


def test_savings_are_withdrawn_to_the_last_dong() -> None:
    repayments = saver(50_000)
    repayments.does(build.withdraw(amount=20_000))
    assert build.saved(repayments) == 30_000
    repayments.does(build.withdraw(amount=30_000))
    assert build.saved(repayments) == 0


@pytest.mark.parametrize("amount", [50_001, 2**62])
def test_more_than_the_balance_is_refused_with_the_balance(amount: int) -> None:
    with pytest.raises(MoreThanSaved, match="balance is 50000 dong") as refused:
        saver(50_000).does(build.withdraw(amount=amount))
    assert refused.value.field == "amount"
    assert "50000" in refused.value.fix


def test_who_never_saved_has_a_balance_of_nothing() -> None:
    with pytest.raises(MoreThanSaved, match="balance is 0 dong"):
        build.Desk(PARTS).does(build.withdraw(amount=1))


def test_withdrawals_of_one_sheet_see_each_other() -> None:
    repayments = saver(50_000)
    with pytest.raises(MoreThanSaved, match="balance is 20000 dong"):
        repayments.does(build.withdraw(amount=30_000), build.withdraw(amount=30_000))
    assert build.saved(repayments) == 50_000


def test_only_the_office_that_keeps_savings_pays_them_back() -> None:
    with pytest.raises(WrongOffice, match=build.OFFICE):
        saver().does(build.withdraw(office=build.OTHER_OFFICE))


@pytest.mark.parametrize(
    ("place", "field"), [({"commune": NEXT_COMMUNE}, "commune"), (ELSEWHERE, "office")]
)
def test_savings_are_kept_in_one_place(place: dict[str, str], field: str) -> None:
    with pytest.raises(
        HeldElsewhere, match="50000 dong are kept already at office 587 in commune 22870"
    ) as refused:
        saver(50_000).does(build.deposit(**place))
    assert refused.value.field == field


def test_once_nothing_is_left_a_household_saves_elsewhere() -> None:
    repayments = saver(50_000)
    repayments.does(build.withdraw(amount=50_000))
    repayments.does(build.deposit(**ELSEWHERE, amount=7))
    with pytest.raises(WrongOffice, match=build.OTHER_OFFICE):
        repayments.does(build.withdraw(amount=7))
    repayments.does(build.withdraw(amount=7, office=build.OTHER_OFFICE))
    assert build.saved(repayments) == 0


def test_a_member_of_another_group_saves_on_and_draws_the_oldest_first() -> None:
    """Each association's savings are what came in less what went out."""
    repayments = saver(50_000)
    repayments.does(build.deposit(group=OTHER_GROUP, association="farmers", amount=30_000))
    before = len(repayments.said())
    repayments.does(build.withdraw(amount=60_000))
    said = repayments.said()[before:]
    assert [
        (e.group, e.association, e.amount)
        for e in said
        if isinstance(e, collection.SavingsWithdrawn)
    ] == [(build.GROUP, "women", 50_000), (OTHER_GROUP, "farmers", 10_000)]
    assert build.saved(repayments) == 20_000


def test_an_entry_is_booked_once() -> None:
    """From two copies of one sheet, say, each sent under keys of its own."""
    repayments = saver(50_000)
    deposit, withdrawal = build.some_id("deposit"), build.some_id("withdrawal")
    first = (build.deposit(entry=deposit), build.withdraw(entry=withdrawal, amount=60_000))
    repayments.does(*first)
    for again in first:
        with pytest.raises(RecordedAlready) as refused:
            repayments.does(again)
        assert (refused.value.code, refused.value.field) == ("recorded-already", "entry")
    assert build.saved(repayments) == 40_000


@pytest.mark.parametrize(
    "other",
    [
        build.deposit(entry=ENTRY, amount=49_999),
        build.deposit(entry=ENTRY, deposited_on=date(2019, 3, 6)),
        build.withdraw(entry=ENTRY, amount=50_000),
    ],
)
def test_an_id_is_of_one_entry(other: Command) -> None:
    repayments = build.Desk(PARTS)
    repayments.does(build.deposit(entry=ENTRY))
    with pytest.raises(SavingsEntryRepeated, match="50000 dong deposited on 2019-03-05") as refused:
        repayments.does(other)
    assert refused.value.field == "entry"
    repayments.does(build.deposit(entry=build.some_id("another")))


def test_a_withdrawal_from_the_parts_of_two_groups_is_one_entry() -> None:
    repayments = saver(50_000)
    repayments.does(build.deposit(group=OTHER_GROUP, association="farmers", amount=30_000))
    withdrawal = build.withdraw(entry=ENTRY, amount=60_000)
    repayments.does(withdrawal)
    with pytest.raises(RecordedAlready):
        repayments.does(withdrawal)


def test_entries_without_ids_are_told_apart_by_nobody() -> None:
    repayments = saver(50_000)
    repayments.does(build.deposit(), build.deposit())
    assert build.saved(repayments) == 150_000


def test_what_is_withdrawn_is_said_publicly() -> None:
    repayments = saver()
    repayments.does(build.withdraw(amount=20_000, withdrawn_on=date(2019, 4, 5), place="office"))
    assert repayments.said()[-1] == collection.SavingsWithdrawn(
        office=build.OFFICE,
        locality=build.LOCALITY,
        occurred_on=date(2019, 4, 5),
        association="women",
        household=build.HOUSEHOLD,
        group=build.GROUP,
        amount=20_000,
        place="office",
    )


def test_many_entries_later_the_balance_is_the_same_from_a_snapshot() -> None:
    repayments = saver(1_000)
    for _ in range(60):
        repayments.does(build.deposit(amount=10), build.withdraw(amount=3))
    whole: Savings | None = None
    for recorded in repayments.history(savings_id(build.HOUSEHOLD)):
        whole = SAVINGS.evolve(whole, recorded.event)
    assert whole == repayments.state(SAVINGS, savings_id(build.HOUSEHOLD))
    assert build.saved(repayments) == 1_000 + 60 * 7
