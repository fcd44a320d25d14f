"""A household is registered, corrected and erased; who it is stands nowhere but in the vault."""

import json
from datetime import date
from typing import Any

import build
import msgspec
import pytest

from policy_credit_loans.__main__ import PARTS
from policy_credit_loans.domain import household
from policy_credit_loans.domain.household import (
    HOUSEHOLD,
    Household,
    HouseholdErased,
    HouseholdRegistered,
    PersonCorrected,
)
from policy_credit_loans.domain.people_refusals import (
    DatedBefore,
    HouseholdInGroup,
    HouseholdIsErased,
    HouseholdOwes,
    HouseholdRepeated,
    HouseholdUnknown,
)
from policy_credit_loans.domain.person import unsealed
from policy_credit_shared.kernel.refusals import CommuneNotServed, Refusal, WrongOffice


def registered() -> build.Desk:
    loans = build.Desk(PARTS)
    loans.does(build.register())
    return loans


def kept(loans: build.Desk) -> dict[str, Any] | None:
    content = loans.store.personal(build.HOUSEHOLD)
    return json.loads(content) if content else None


def test_a_registration_says_where_and_when_and_nothing_else() -> None:
    loans = build.Desk(PARTS)
    assert loans.does(build.register()) == [
        HouseholdRegistered(office=build.OFFICE, locality=build.LOCALITY, on=date(2019, 1, 7))
    ]
    assert loans.state(HOUSEHOLD, build.HOUSEHOLD) == Household(
        office=build.OFFICE, locality=build.LOCALITY, registered_on=date(2019, 1, 7)
    )


def test_who_the_person_is_goes_to_the_vault() -> None:
    assert kept(registered()) == build.PERSON


def test_a_household_is_registered_once() -> None:
    loans = registered()
    with pytest.raises(HouseholdRepeated) as refused:
        loans.does(build.register(person=build.PERSON | {"name": "Another"}))
    assert (refused.value.code, refused.value.field) == ("household-repeated", "household")
    assert kept(loans) == build.PERSON


@pytest.mark.parametrize("commune", ["22834", "99999"])
def test_an_office_registers_households_of_its_own_communes(commune: str) -> None:
    with pytest.raises(CommuneNotServed):
        build.Desk(PARTS).does(build.register(commune=commune))


def test_a_sheet_with_a_refused_line_keeps_no_one() -> None:
    loans = build.Desk(PARTS)
    with pytest.raises(CommuneNotServed):
        loans.does(build.register(), build.register(build.some_id("other"), commune="99999"))
    assert kept(loans) is None


def test_a_correction_replaces_what_is_kept_and_says_only_that_it_happened() -> None:
    loans = registered()
    given = build.correct()
    assert loans.does(given) == [PersonCorrected(on=date(2019, 1, 8))]
    assert kept(loans) == build.PERSON | {"name": "Nguyễn Thị Bười"}


def test_an_erasure_deletes_who_it_was_and_keeps_that_it_was_there() -> None:
    loans = registered()
    assert loans.does(build.erase()) == [HouseholdErased(reason="asked", on=date(2019, 12, 2))]
    assert kept(loans) is None
    state = loans.state(HOUSEHOLD, build.HOUSEHOLD)
    assert state is not None
    assert state.erased
    assert state.office == build.OFFICE


def test_nothing_is_done_with_a_household_that_is_not_registered() -> None:
    for command in (build.correct(), build.erase()):
        with pytest.raises(HouseholdUnknown) as refused:
            build.Desk(PARTS).does(command)
        assert refused.value.field == "household"


def test_an_erased_household_stays_erased() -> None:
    loans = registered()
    loans.does(build.erase())
    refusals: list[tuple[Any, type[Refusal]]] = [
        (build.register(), HouseholdRepeated),
        (build.correct(), HouseholdIsErased),
        (build.erase(), HouseholdIsErased),
    ]
    for command, refusal in refusals:
        with pytest.raises(refusal):
            loans.does(command)
    assert kept(loans) is None


def test_only_the_households_office_corrects_or_erases() -> None:
    loans = registered()
    for command in (build.correct(office="586"), build.erase(office="586")):
        with pytest.raises(WrongOffice, match=build.OFFICE):
            loans.does(command)
    assert kept(loans) == build.PERSON


def test_a_member_of_a_group_is_not_erased_until_it_leaves() -> None:
    loans = build.Desk(PARTS)
    build.grouped(loans, build.HOUSEHOLD)
    with pytest.raises(HouseholdInGroup, match=str(build.GROUP)):
        loans.does(build.erase())
    loans.does(build.leave())
    loans.does(build.erase())
    assert kept(loans) is None


def test_who_owes_is_not_erased() -> None:
    state = registered().state(HOUSEHOLD, build.HOUSEHOLD)
    with pytest.raises(HouseholdOwes):
        household.erase(state, build.erase(), owes=True)


def test_nothing_is_dated_before_the_registration() -> None:
    before = date(2019, 1, 6)
    for command, field in (
        (build.correct(corrected_on=before), "corrected_on"),
        (build.erase(erased_on=before), "erased_on"),
    ):
        with pytest.raises(DatedBefore, match="2019-01-06 is before 2019-01-07") as refused:
            registered().does(command)
        assert refused.value.field == field
    registered().does(build.correct(corrected_on=date(2019, 1, 7)))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "name"),
        ({"name": " \t"}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "An\nBình"}, "name"),
        ({"name": "\u0958" * 61}, "name"),  # one letter that NFC writes as two
        ({"identity_number": "12345678"}, "identity_number"),
        ({"identity_number": "1234567890"}, "identity_number"),
        ({"identity_number": "0601750043211"}, "identity_number"),
        ({"identity_number": "123456789\n"}, "identity_number"),
        ({"identity_number": "06017500432x"}, "identity_number"),
        ({"identity_number": "٠٦٠١٧٥٠٠٤"}, "identity_number"),
        ({"identity_number": 60175004321}, "identity_number"),
        ({"phone": "0912 345 678"}, "phone"),
        ({"phone": "0912345678\n"}, "phone"),
        ({"address": "x" * 301}, "address"),
        ({"address": "a\x00b"}, "address"),
    ],
)
def test_a_person_is_refused_by_field_and_never_repeated(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=says) as refused:
        build.register(person=build.PERSON | wrong)
    for value in map(str, (build.PERSON | wrong).values()):
        assert not value.strip() or value not in str(refused.value)


@pytest.mark.parametrize(
    "right",
    [
        {"name": "x" * 120},
        {"identity_number": "123456789"},
        {"phone": "+84912345678"},
        {"phone": "", "address": ""},
    ],
)
def test_a_person_has_a_name_a_number_and_perhaps_more(right: dict[str, Any]) -> None:
    loans = build.Desk(PARTS)
    loans.does(build.register(person=build.PERSON | right))
    content = loans.store.personal(build.HOUSEHOLD)
    assert content is not None
    assert unsealed(content) == build.person(**right)


def test_names_typed_in_either_form_are_one_name() -> None:
    composed = "Hà Thị Ổi"
    typed = "  Ha\u0300 Thi\u0323 O\u0302\u0309i "
    assert typed.strip() != composed
    assert build.person(name=typed).name == composed
    assert build.person(address=typed).address == composed


def test_a_person_is_not_shown_where_a_command_is() -> None:
    shown = repr(build.register())
    assert str(build.HOUSEHOLD) in shown
    for value in build.PERSON.values():
        assert value not in shown
