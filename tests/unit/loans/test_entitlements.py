"""From the public meeting to the commune's decision: each named household is decided on once."""

from datetime import date
from typing import Any
from uuid import UUID

import build
import msgspec
import pytest

from policy_credit_loans.__main__ import PARTS
from policy_credit_loans.domain import people_refusals, refusals
from policy_credit_loans.domain.entitlement import (
    AGE_DAYS_MAX,
    ENTITLEMENT_LIST,
    EntitlementList,
    Entry,
    HouseholdsListed,
    ListDecided,
    ListPosted,
    entitlement,
)
from policy_credit_loans.domain.people_refusals import (
    DatedBefore,
    EntryDecided,
    EntryNotListed,
    EntryRepeated,
    ListNotPosted,
    ListOfOtherCommune,
    ListPostedAlready,
    ListRepeated,
    ListTooOld,
    ListUnknown,
    NotAMember,
    NothingDecided,
    ValidityOver,
)
from policy_credit_shared.events import lending
from policy_credit_shared.kernel.refusals import Refusal, WrongOffice
from policy_credit_shared.store.books import Command

NEIGHBOUR = build.MEMBERS[1]


def listed(*entries: dict[str, Any]) -> build.Desk:
    loans = build.Desk(PARTS)
    build.grouped(loans, *build.MEMBERS)
    loans.does(build.list_households(*entries))
    return loans


def posted(*entries: dict[str, Any]) -> build.Desk:
    loans = listed(*entries)
    loans.does(build.post_list())
    return loans


def a_list(loans: build.Desk, list_id: UUID = build.LIST) -> EntitlementList:
    found = loans.state(ENTITLEMENT_LIST, list_id)
    assert found is not None
    return found


def entry(loans: build.Desk, household: UUID = build.HOUSEHOLD, programme: Any = "HN") -> Entry:
    found = entitlement(a_list(loans), household, programme)
    assert found is not None
    return found


def test_a_list_names_members_of_a_group_for_programmes() -> None:
    loans = build.Desk(PARTS)
    build.grouped(loans, *build.MEMBERS)
    (event,) = loans.does(
        build.list_households(
            build.named(), build.named(programme="NSVSMT"), build.named(NEIGHBOUR)
        )
    )
    assert isinstance(event, HouseholdsListed)
    found = a_list(loans)
    assert (found.office, found.commune, found.locality) == ("587", build.COMMUNE, build.LOCALITY)
    assert (found.group, found.association) == (build.GROUP, "women")
    assert (found.listed_on, found.posted_on) == (date(2019, 2, 11), None)
    assert len(found.entries) == 3
    assert entry(loans, programme="NSVSMT") == Entry(
        household=build.HOUSEHOLD, programme="NSVSMT", category="poor"
    )
    assert entitlement(found, NEIGHBOUR, "NSVSMT") is None


def test_who_is_no_member_is_not_listed() -> None:
    loans = build.Desk(PARTS)
    build.grouped(loans, *build.MEMBERS)
    stranger = build.some_id("stranger")
    with pytest.raises(NotAMember, match=str(stranger)) as refused:
        loans.does(build.list_households(build.named(), build.named(stranger)))
    assert refused.value.field == "entries/1/household"
    loans.does(build.leave(NEIGHBOUR))
    with pytest.raises(NotAMember):
        loans.does(build.list_households(build.named(NEIGHBOUR), listed_on=date(2019, 11, 5)))


def test_a_household_is_named_once_for_a_programme() -> None:
    loans = build.Desk(PARTS)
    build.grouped(loans, *build.MEMBERS)
    with pytest.raises(EntryRepeated) as refused:
        loans.does(build.list_households(build.named(), build.named(NEIGHBOUR), build.named()))
    assert refused.value.field == "entries/2"


@pytest.mark.parametrize("entries", [0, 61])
def test_a_list_has_1_to_60_entries(entries: int) -> None:
    command = msgspec.to_builtins(build.list_households())
    command["entries"] = [build.named(build.some_id(str(n))) for n in range(entries)]
    with pytest.raises(msgspec.ValidationError, match="of length"):
        msgspec.convert(command, type(build.list_households()))


def test_a_list_is_drawn_up_once_and_posted_once() -> None:
    loans = posted()
    with pytest.raises(ListRepeated):
        loans.does(build.list_households())
    with pytest.raises(ListPostedAlready, match="2019-02-12"):
        loans.does(build.post_list(posted_on=date(2019, 2, 13)))


def test_a_posted_list_says_on_which_day() -> None:
    loans = listed()
    (event,) = loans.does(build.post_list())
    assert isinstance(event, ListPosted)
    assert a_list(loans).posted_on == date(2019, 2, 12)


def test_the_commune_confirms_some_rejects_some_and_leaves_some() -> None:
    last = build.MEMBERS[4]
    loans = posted(build.named(), build.named(NEIGHBOUR), build.named(last))
    (event,) = loans.does(
        build.decide_list(confirmed=[build.confirmation()], rejected=[build.rejection(NEIGHBOUR)])
    )
    assert isinstance(event, ListDecided)
    yes, no, later = entry(loans), entry(loans, NEIGHBOUR), entry(loans, last)
    assert (yes.confirmed_on, yes.valid_until, yes.rejected) == (
        date(2019, 2, 19),
        date(2019, 12, 31),
        False,
    )
    assert (no.confirmed_on, no.valid_until, no.rejected) == (None, None, True)
    assert (later.confirmed_on, later.rejected) == (None, False)
    loans.does(build.decide_list(rejected=[build.rejection(last)], decided_on=date(2019, 3, 1)))
    assert entry(loans, last).rejected


@pytest.mark.parametrize("again", ["confirmed", "rejected"])
@pytest.mark.parametrize("first", ["confirmed", "rejected"])
def test_an_entry_is_decided_once(first: str, again: str) -> None:
    decisions = {"confirmed": build.confirmation(), "rejected": build.rejection()}
    loans = posted()
    loans.does(build.decide_list(**{first: [decisions[first]]}))
    with pytest.raises(EntryDecided, match=f"is {first} for programme HN") as refused:
        loans.does(build.decide_list(**{again: [decisions[again]]}))
    assert refused.value.field == f"{again}/0"


def test_an_entry_is_not_decided_twice_in_one_decision() -> None:
    for twice in (
        {"confirmed": [build.confirmation()], "rejected": [build.rejection()]},
        {"confirmed": [build.confirmation(), build.confirmation()]},
    ):
        with pytest.raises(EntryRepeated):
            posted().does(build.decide_list(**twice))


def test_only_what_is_listed_is_decided_on() -> None:
    for other in (build.confirmation(NEIGHBOUR), build.confirmation(programme="HCN")):
        with pytest.raises(EntryNotListed) as refused:
            posted().does(build.decide_list(confirmed=[build.confirmation(), other]))
        assert refused.value.field == "confirmed/1"


def test_a_decision_of_nothing_is_refused() -> None:
    with pytest.raises(NothingDecided):
        posted().does(build.decide_list())


def test_nothing_is_decided_before_it_was_posted() -> None:
    with pytest.raises(ListNotPosted):
        listed().does(build.decide_list(confirmed=[build.confirmation()]))


def test_another_communes_committee_does_not_decide() -> None:
    with pytest.raises(ListOfOtherCommune, match=build.COMMUNE) as refused:
        posted().does(build.decide_list(commune="22834", confirmed=[build.confirmation()]))
    assert refused.value.field == "commune"


def test_a_list_is_of_one_office() -> None:
    other = build.OTHER_OFFICE
    for loans, command in (
        (listed(), build.post_list(office=other)),
        (posted(), build.decide_list(office=other, confirmed=[build.confirmation()])),
    ):
        with pytest.raises(WrongOffice, match=build.OFFICE):
            loans.does(command)


def test_nothing_is_done_with_a_list_that_was_not_drawn_up() -> None:
    for command in (build.post_list(), build.decide_list(confirmed=[build.confirmation()])):
        with pytest.raises(ListUnknown) as refused:
            build.Desk(PARTS).does(command)
        assert refused.value.field == "list"


@pytest.mark.parametrize("valid_until", [date(2019, 2, 18), date(2019, 2, 19)])
def test_a_confirmation_is_valid_beyond_its_day(valid_until: date) -> None:
    wrong = build.confirmation() | {"valid_until": valid_until}
    with pytest.raises(ValidityOver) as refused:
        posted().does(build.decide_list(confirmed=[wrong]))
    assert refused.value.field == "confirmed/0/valid_until"
    right = build.confirmation() | {"valid_until": date(2019, 2, 20)}
    posted().does(build.decide_list(confirmed=[right]))


@pytest.mark.parametrize("reason", ["", None])
def test_a_rejection_gives_its_reason(reason: str | None) -> None:
    with pytest.raises(msgspec.ValidationError, match="reason"):
        build.decide_list(rejected=[build.rejection() | {"reason": reason}])


@pytest.mark.parametrize(
    ("loans", "command", "field"),
    [
        (build.Desk(PARTS), build.list_households(listed_on=date(2019, 1, 13)), "listed_on"),
        (listed(), build.post_list(posted_on=date(2019, 2, 10)), "posted_on"),
        (
            posted(),
            build.decide_list(confirmed=[build.confirmation()], decided_on=date(2019, 2, 11)),
            "decided_on",
        ),
    ],
)
def test_what_follows_is_not_dated_before(loans: build.Desk, command: Command, field: str) -> None:
    build.grouped(loans, *build.MEMBERS)
    with pytest.raises(DatedBefore) as refused:
        loans.does(command)
    assert refused.value.field == field


def test_a_list_left_lying_for_more_than_a_year_is_drawn_up_anew() -> None:
    last_day, too_late = date(2020, 2, 11), date(2020, 2, 12)
    assert (last_day - date(2019, 2, 11)).days == AGE_DAYS_MAX
    valid = build.confirmation() | {"valid_until": date(2021, 1, 1)}
    for loans, late, refused_field in (
        (listed(), build.post_list(posted_on=too_late), "posted_on"),
        (posted(), build.decide_list(confirmed=[valid], decided_on=too_late), "decided_on"),
    ):
        with pytest.raises(ListTooOld) as refused:
            loans.does(late)
        assert refused.value.field == refused_field
    posted().does(build.decide_list(confirmed=[valid], decided_on=last_day))


def test_a_household_may_be_named_again_on_a_later_list() -> None:
    loans = posted()
    loans.does(build.decide_list(rejected=[build.rejection()]))
    later = build.some_id("later list")
    loans.does(
        build.list_households(list=later, listed_on=date(2019, 6, 10)),
        build.post_list(list=later, posted_on=date(2019, 6, 11)),
        build.decide_list(
            list=later, confirmed=[build.confirmation()], decided_on=date(2019, 6, 18)
        ),
    )
    found = entitlement(a_list(loans, later), build.HOUSEHOLD, "HN")
    assert found is not None
    assert found.valid_until == date(2019, 12, 31)
    assert entry(loans).rejected


def test_each_household_is_said_publicly_with_the_days_it_took() -> None:
    loans = posted(build.named(), build.named(NEIGHBOUR))
    loans.does(
        build.decide_list(confirmed=[build.confirmation()], rejected=[build.rejection(NEIGHBOUR)])
    )
    said = [e for e in loans.said() if e.NAME.startswith("entitlement.")]
    assert all((e.office, e.locality) == (build.OFFICE, build.LOCALITY) for e in said)
    one, other = said[0::2], said[1::2]
    assert {type(e).__name__: e.occurred_on for e in one} == {
        "EntitlementListed": date(2019, 2, 11),
        "EntitlementPosted": date(2019, 2, 12),
        "EntitlementConfirmed": date(2019, 2, 19),
    }
    common: dict[str, Any] = {
        "office": build.OFFICE,
        "locality": build.LOCALITY,
        "group": build.GROUP,
        "programme": "HN",
        "category": "poor",
    }
    days: dict[str, Any] = {"days_since_listed": 8, "days_since_posted": 7}
    assert one[1:] == [
        lending.EntitlementPosted(
            **common,
            household=build.HOUSEHOLD,
            occurred_on=date(2019, 2, 12),
            days_since_listed=1,
        ),
        lending.EntitlementConfirmed(
            **common,
            **days,
            household=build.HOUSEHOLD,
            occurred_on=date(2019, 2, 19),
            valid_until=date(2019, 12, 31),
        ),
    ]
    assert other[-1] == lending.EntitlementRejected(
        **common,
        **days,
        household=NEIGHBOUR,
        occurred_on=date(2019, 2, 19),
        reason="left the poor list",
    )


def test_the_builder_confirms_from_scratch_and_again() -> None:
    loans = build.Desk(PARTS)
    lists = [
        build.confirmed(loans),
        build.confirmed(loans, programme="NSVSMT"),
        build.confirmed(loans, NEIGHBOUR, "HCN", valid_until=date(2020, 6, 30)),
    ]
    found = [entitlement(a_list(loans, lists[2]), NEIGHBOUR, "HCN")]
    assert len(set(lists)) == 3
    assert found[0] is not None
    assert found[0].valid_until == date(2020, 6, 30)


def test_refusals_have_codes_of_their_own() -> None:
    kinds = [
        kind
        for module in (people_refusals, refusals)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Refusal) and kind is not Refusal
    ]
    codes = [kind.code for kind in kinds]
    assert len(set(codes)) == len(codes)
    assert "refused" not in codes
