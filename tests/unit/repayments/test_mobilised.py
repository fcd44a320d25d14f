"""Mobilised deposits: given what a depositor deposited, when another entry comes, then what."""

import build
import msgspec
import pytest

from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.domain.refusals import DepositorIsOther, HeldElsewhere, MoreThanSaved
from policy_credit_shared.events import collection
from policy_credit_shared.kernel.refusals import CommuneNotServed, WrongOffice

MILLION = build.MILLION
ELSEWHERE = {"office": build.OTHER_OFFICE, "commune": "22834"}


def depositor(amount: int = 5 * MILLION) -> build.Desk:
    """Repayments after an individual's first deposit."""
    repayments = build.Desk(PARTS)
    repayments.does(build.deposit_mobilised(amount=amount))
    return repayments


def test_the_first_deposit_opens_and_further_ones_add_up() -> None:
    repayments = depositor(5 * MILLION)
    repayments.does(build.deposit_mobilised(amount=MILLION))
    assert build.mobilised(repayments) == 6 * MILLION


def test_a_deposit_is_withdrawn_to_the_last_dong() -> None:
    repayments = depositor(5 * MILLION)
    repayments.does(build.withdraw_mobilised(amount=2 * MILLION))
    assert build.mobilised(repayments) == 3 * MILLION
    with pytest.raises(MoreThanSaved, match="balance is 3000000 dong") as refused:
        repayments.does(build.withdraw_mobilised(amount=3 * MILLION + 1))
    assert "3000000" in refused.value.fix
    repayments.does(build.withdraw_mobilised(amount=3 * MILLION))
    assert build.mobilised(repayments) == 0


def test_who_never_deposited_withdraws_nothing() -> None:
    with pytest.raises(MoreThanSaved, match="balance is 0 dong"):
        build.Desk(PARTS).does(build.withdraw_mobilised(amount=1))


def test_a_depositor_is_an_individual_or_an_organisation_for_ever() -> None:
    repayments = depositor()
    with pytest.raises(DepositorIsOther, match="an individual") as refused:
        repayments.does(build.deposit_mobilised(kind="organisation"))
    assert refused.value.field == "kind"
    with pytest.raises(msgspec.ValidationError):
        build.deposit_mobilised(kind="state")


@pytest.mark.parametrize(
    ("place", "field"), [({"commune": "22873"}, "commune"), (ELSEWHERE, "office")]
)
def test_a_deposit_is_kept_in_one_place(place: dict[str, str], field: str) -> None:
    with pytest.raises(HeldElsewhere, match=r"5000000 dong .* 587 in commune 22870") as refused:
        depositor(5 * MILLION).does(build.deposit_mobilised(**place))
    assert refused.value.field == field


def test_once_nothing_is_left_a_depositor_goes_elsewhere() -> None:
    repayments = depositor(5 * MILLION)
    repayments.does(build.withdraw_mobilised(amount=5 * MILLION))
    repayments.does(build.deposit_mobilised(**ELSEWHERE, amount=9))
    assert build.mobilised(repayments) == 9


def test_an_office_takes_deposits_in_its_communes_and_pays_back_its_own() -> None:
    with pytest.raises(CommuneNotServed):
        build.Desk(PARTS).does(build.deposit_mobilised(commune="22834"))
    with pytest.raises(WrongOffice, match=build.OFFICE):
        depositor().does(build.withdraw_mobilised(office=build.OTHER_OFFICE))


def test_deposits_and_withdrawals_are_said_publicly() -> None:
    repayments = build.Desk(PARTS)
    repayments.does(build.deposit_mobilised(kind="organisation", amount=7))
    repayments.does(build.withdraw_mobilised(amount=2, place="office"))
    deposited, withdrawn = repayments.said()
    assert deposited == collection.MobilisedDeposited(
        office=build.OFFICE,
        locality=build.LOCALITY,
        occurred_on=build.DAY,
        depositor=build.DEPOSITOR,
        kind="organisation",
        amount=7,
        place="point",
    )
    assert withdrawn == collection.MobilisedWithdrawn(
        office=build.OFFICE,
        locality=build.LOCALITY,
        occurred_on=build.DAY,
        depositor=build.DEPOSITOR,
        kind="organisation",
        amount=2,
        place="office",
    )
