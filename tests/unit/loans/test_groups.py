"""A group is formed of households of its commune; each is a member of one group at a time."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import build
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_credit_loans.__main__ import PARTS
from policy_credit_loans.application.handlers import MAPPER
from policy_credit_loans.domain import group
from policy_credit_loans.domain.group import (
    GROUP,
    Group,
    GroupDissolved,
    GroupFormed,
    MemberJoined,
    MemberLeft,
)
from policy_credit_loans.domain.household import HOUSEHOLD, Household
from policy_credit_loans.domain.people_commands import MEMBERS_MAX, MEMBERS_MIN
from policy_credit_loans.domain.people_refusals import (
    DatedBefore,
    GroupFull,
    GroupIsDissolved,
    GroupRepeated,
    GroupUnknown,
    HouseholdElsewhere,
    HouseholdInGroup,
    HouseholdIsErased,
    HouseholdOwes,
    HouseholdUnknown,
    MemberRepeated,
    NotAMember,
)
from policy_credit_shared.events import lending
from policy_credit_shared.kernel.refusals import CommuneNotServed, Refusal, WrongOffice
from policy_credit_shared.store.books import Command

NEWCOMER = build.some_id("newcomer")
OTHER_GROUP = build.some_id("other group")


def registered(*households: UUID) -> build.Desk:
    loans = build.Desk(PARTS)
    loans.does(*(build.register(h) for h in households or build.MEMBERS))
    return loans


def formed() -> build.Desk:
    loans = registered(*build.MEMBERS, NEWCOMER)
    loans.does(build.form())
    return loans


def a_group(loans: build.Desk, group_id: UUID = build.GROUP) -> Group:
    found = loans.state(GROUP, group_id)
    assert found is not None
    return found


def a_household(loans: build.Desk, household: UUID = build.HOUSEHOLD) -> Household:
    found = loans.state(HOUSEHOLD, household)
    assert found is not None
    return found


def test_a_group_is_formed_of_registered_households() -> None:
    loans = registered()
    event, *entered = loans.does(build.form())
    assert isinstance(event, GroupFormed)
    assert event.members == build.MEMBERS
    assert event.locality == build.LOCALITY
    assert len(entered) == len(build.MEMBERS)
    assert a_group(loans).members == frozenset(build.MEMBERS)
    assert all(a_household(loans, m).group == build.GROUP for m in build.MEMBERS)


def test_a_group_and_its_members_can_be_one_sheet() -> None:
    loans = build.Desk(PARTS)
    loans.does(*(build.register(m) for m in build.MEMBERS), build.form())
    assert len(a_group(loans).members) == 5


@pytest.mark.parametrize("members", [MEMBERS_MIN - 1, MEMBERS_MAX + 1])
def test_a_group_has_5_to_60_members(members: int) -> None:
    with pytest.raises(msgspec.ValidationError, match="of length"):
        build.form(members=[build.some_id(str(n)) for n in range(members)])


def test_a_group_of_60_is_full() -> None:
    members = [build.some_id(str(n)) for n in range(MEMBERS_MAX)]
    loans = registered(*members, NEWCOMER)
    loans.does(build.form(members=members))
    with pytest.raises(GroupFull, match="60 members") as refused:
        loans.does(build.join(NEWCOMER))
    assert refused.value.field == "group"
    loans.does(build.leave(members[0]), build.join(NEWCOMER, joined_on=date(2019, 11, 4)))


def test_a_wrong_member_is_named_by_its_place() -> None:
    erased, elsewhere = build.some_id("erased"), build.some_id("elsewhere")
    loans = formed()
    loans.does(build.register(erased), build.register(elsewhere, commune="22876"))
    loans.does(build.erase(household=erased))
    good = [build.some_id(str(n)) for n in range(4)]
    loans.does(*(build.register(m) for m in good))
    wrong: list[tuple[UUID, type[Refusal]]] = [
        (build.some_id("nobody"), HouseholdUnknown),
        (erased, HouseholdIsErased),
        (elsewhere, HouseholdElsewhere),
        (build.HOUSEHOLD, HouseholdInGroup),
        (good[1], MemberRepeated),
    ]
    for member, refusal in wrong:
        members = [*good[:3], member, good[3]]
        with pytest.raises(refusal, match=str(member)) as refused:
            loans.does(build.form(group=OTHER_GROUP, members=members))
        assert refused.value.field == "members/3"
    loans.does(build.form(group=OTHER_GROUP, members=[*good, NEWCOMER]))


def test_a_group_is_formed_once() -> None:
    loans = formed()
    with pytest.raises(GroupRepeated):
        loans.does(build.form())


def test_an_office_forms_groups_in_its_own_communes() -> None:
    with pytest.raises(CommuneNotServed):
        registered().does(build.form(commune="22834"))


def test_a_household_joins() -> None:
    loans = formed()
    joined, _ = loans.does(build.join(NEWCOMER))
    assert isinstance(joined, MemberJoined)
    assert NEWCOMER in a_group(loans).members
    assert a_household(loans, NEWCOMER).group == build.GROUP


def test_a_household_joins_one_group() -> None:
    others = [build.some_id(str(n)) for n in range(5)]
    loans = formed()
    loans.does(*(build.register(m) for m in others), build.form(group=OTHER_GROUP, members=others))
    with pytest.raises(HouseholdInGroup, match=str(build.GROUP)) as refused:
        loans.does(build.join(build.HOUSEHOLD, group=OTHER_GROUP))
    assert refused.value.field == "household"
    with pytest.raises(HouseholdInGroup):
        loans.does(build.join(build.HOUSEHOLD))
    day = date(2019, 11, 4)
    loans.does(build.leave(), build.join(build.HOUSEHOLD, group=OTHER_GROUP, joined_on=day))
    assert a_household(loans).group == OTHER_GROUP


def test_who_may_not_be_a_first_member_may_not_join() -> None:
    loans = formed()
    elsewhere = build.some_id("elsewhere")
    loans.does(build.register(elsewhere, commune="22876"), build.erase(household=NEWCOMER))
    wrong: list[tuple[UUID, type[Refusal]]] = [
        (build.some_id("nobody"), HouseholdUnknown),
        (NEWCOMER, HouseholdIsErased),
        (elsewhere, HouseholdElsewhere),
    ]
    for household, refusal in wrong:
        with pytest.raises(refusal) as refused:
            loans.does(build.join(household))
        assert refused.value.field == "household"


def test_a_member_leaves_and_is_free() -> None:
    loans = formed()
    left, _ = loans.does(build.leave())
    assert isinstance(left, MemberLeft)
    assert build.HOUSEHOLD not in a_group(loans).members
    assert a_household(loans).group is None
    with pytest.raises(NotAMember):
        loans.does(build.leave())


def test_a_member_that_owes_does_not_leave() -> None:
    loans = formed()
    given = (a_group(loans), build.leave(), a_household(loans))
    with pytest.raises(HouseholdOwes, match=str(build.HOUSEHOLD)):
        group.leave(*given, owing={build.HOUSEHOLD})
    assert group.leave(*given, owing={build.MEMBERS[1]}).household == build.HOUSEHOLD


def test_a_group_is_dissolved_and_its_members_are_free() -> None:
    loans = formed()
    dissolved, *quit_ = loans.does(build.dissolve())
    assert isinstance(dissolved, GroupDissolved)
    assert set(dissolved.members) == set(build.MEMBERS)
    assert len(quit_) == 5
    assert a_group(loans).dissolved
    assert a_group(loans).members == frozenset()
    again = build.form(group=OTHER_GROUP, formed_on=date(2019, 11, 25))
    loans.does(again)
    assert a_household(loans).group == OTHER_GROUP


def test_a_group_of_which_a_member_owes_is_not_dissolved() -> None:
    loans = formed()
    known = {m: a_household(loans, m) for m in build.MEMBERS}
    last = build.MEMBERS[-1]
    with pytest.raises(HouseholdOwes, match=str(last)):
        group.dissolve(a_group(loans), build.dissolve(), known, owing={last})
    assert group.dissolve(a_group(loans), build.dissolve(), known, owing={NEWCOMER})


def test_nothing_is_done_with_a_dissolved_group() -> None:
    loans = formed()
    loans.does(build.dissolve())
    late = date(2019, 12, 2)
    for command in (
        build.join(NEWCOMER, joined_on=late),
        build.leave(left_on=late),
        build.dissolve(dissolved_on=late),
        build.list_households(listed_on=late),
    ):
        with pytest.raises(GroupIsDissolved):
            loans.does(command)


def test_nothing_is_done_with_a_group_that_was_not_formed() -> None:
    for command in (
        build.join(build.HOUSEHOLD),
        build.leave(),
        build.dissolve(),
        build.list_households(),
    ):
        with pytest.raises(GroupUnknown) as refused:
            registered().does(command)
        assert refused.value.field == "group"


def test_only_the_groups_office_acts_on_it() -> None:
    other = build.OTHER_OFFICE
    for command in (
        build.join(NEWCOMER, office=other),
        build.leave(office=other),
        build.dissolve(office=other),
        build.list_households(office=other),
    ):
        with pytest.raises(WrongOffice, match=build.OFFICE):
            formed().does(command)


@pytest.mark.parametrize(
    ("command", "field", "before"),
    [
        (build.join(NEWCOMER, joined_on=date(2019, 1, 13)), "joined_on", "2019-01-14"),
        (build.leave(left_on=date(2019, 1, 13)), "left_on", "2019-01-14"),
        (build.dissolve(dissolved_on=date(2019, 1, 13)), "dissolved_on", "2019-01-14"),
        (
            build.form(
                group=OTHER_GROUP,
                members=[*(build.some_id(str(n)) for n in range(4)), NEWCOMER],
                formed_on=date(2019, 1, 6),
            ),
            "formed_on",
            "2019-01-07",
        ),
    ],
)
def test_what_follows_is_not_dated_before(command: Command, field: str, before: str) -> None:
    loans = formed()
    loans.does(*(build.register(build.some_id(str(n))) for n in range(4)))
    with pytest.raises(DatedBefore, match=before) as refused:
        loans.does(command)
    assert refused.value.field == field


def test_a_group_is_not_dissolved_before_its_last_member_joined() -> None:
    loans = formed()
    loans.does(build.join(NEWCOMER, joined_on=date(2019, 11, 26)))
    with pytest.raises(DatedBefore, match="2019-11-26"):
        loans.does(build.dissolve(dissolved_on=date(2019, 11, 25)))


HOUSEHOLDS = [build.some_id(f"h{n}") for n in range(9)]
GROUPS = [build.some_id("g1"), build.some_id("g2")]

Ask = Callable[[date], Command]


def ask(make: Callable[..., Any], day_field: str, **fields: st.SearchStrategy[Any]) -> Any:
    """Commands of a kind, on a day given later."""
    return st.fixed_dictionaries(fields).map(
        lambda chosen: lambda day: make(**chosen | {day_field: day})
    )


households, groups = st.sampled_from(HOUSEHOLDS), st.sampled_from(GROUPS)
asks = st.one_of(
    ask(build.register, "registered_on", household=households),
    ask(build.erase, "erased_on", household=households),
    ask(
        build.form,
        "formed_on",
        group=groups,
        members=st.lists(households, min_size=5, max_size=6),
    ),
    ask(build.join, "joined_on", group=groups, household=households),
    ask(build.leave, "left_on", group=groups, household=households),
    ask(build.dissolve, "dissolved_on", group=groups),
)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([6, 9]), st.lists(st.tuples(st.integers(-2, 9), asks), max_size=40))
def test_whatever_is_asked_a_household_is_in_one_group(
    known: int, steps: list[tuple[int, Ask]]
) -> None:
    loans, day = registered(*HOUSEHOLDS[:known]), date(2019, 2, 1)
    loans.does(build.form(group=GROUPS[0], members=HOUSEHOLDS[:5]))
    for days, asked in steps:
        day += timedelta(days=days)
        try:
            loans.does(asked(day))
        except Refusal:
            continue
    check_membership(loans)
    check_what_is_said(loans)
    check_replay(loans)


def check_membership(loans: build.Desk) -> None:
    """Each group and each household say the same of who belongs where; no erased one does."""
    by_group = {(m, g) for g in GROUPS if (known := loans.state(GROUP, g)) for m in known.members}
    by_household = set()
    for h in HOUSEHOLDS:
        found = loans.state(HOUSEHOLD, h)
        assert (loans.store.personal(h) is None) is (found is None or found.erased)
        if found is not None and found.group is not None:
            assert not found.erased
            by_household.add((h, found.group))
    assert by_group == by_household


def check_what_is_said(loans: build.Desk) -> None:
    """Joined less left are the members, and a group is dissolved with none left."""
    members: Counter[UUID] = Counter()
    for event in loans.said():
        match event:
            case lending.GroupMemberJoined():
                members[event.group] += 1
            case lending.GroupMemberLeft():
                members[event.group] -= 1
            case lending.GroupDissolved():
                assert members[event.group] == 0
    for g in GROUPS:
        found = loans.state(GROUP, g)
        assert members[g] == (len(found.members) if found else 0)


def check_replay(loans: build.Desk) -> None:
    for entry in loans.store.log:
        recorded = entry.recorded
        row = MAPPER.to_stored(recorded)
        again = MAPPER.to_recorded(recorded.aggregate, recorded.version, row.topic, row.state)
        assert again == recorded
