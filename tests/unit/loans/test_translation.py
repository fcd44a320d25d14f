"""What loans says publicly of its private events."""

from datetime import date

import build
from msgspec import convert

from policy_credit_loans.__main__ import PARTS
from policy_credit_loans.application.handlers import MAPPER
from policy_credit_shared.events import lending
from policy_credit_shared.events.envelope import decode


def two_tranches() -> build.Desk:
    loans = build.Desk(PARTS)
    second = date(2019, 9, 5)
    loans.does(
        build.disburse(),
        build.disburse(tranche=2, amount=5, disbursed_on=second, place="office"),
    )
    return loans


def test_each_tranche_is_said_with_the_terms_of_its_loan() -> None:
    assert two_tranches().said() == [
        build.loan_disbursed(),
        build.loan_disbursed(tranche=2, amount=5, occurred_on=date(2019, 9, 5), place="office"),
    ]


def test_what_is_said_can_be_read_and_saying_it_again_gives_the_same_bytes() -> None:
    loans = two_tranches()
    records = loans.records()
    assert [decode(value)[1] for _, value in records] == loans.said()
    assert loans.records() == records
    assert len({partition for partition, _ in records}) == 1


def test_what_is_stored_reads_back_as_it_was_decided() -> None:
    for entry in two_tranches().store.log:
        row = MAPPER.to_stored(entry.recorded)
        again = MAPPER.to_recorded(
            entry.recorded.aggregate, row.originator_version, row.topic, row.state
        )
        assert again == entry.recorded


def people() -> build.Desk:
    """A group's life, from its members' registration to its end."""
    loans = build.Desk(PARTS)
    newcomer = build.some_id("newcomer")
    loans.does(
        *(build.register(m) for m in (*build.MEMBERS, newcomer)),
        build.correct(),
        build.form(),
        build.join(newcomer),
        build.list_households(build.named(), build.named(newcomer)),
        build.post_list(),
        build.decide_list(confirmed=[build.confirmation()], rejected=[build.rejection(newcomer)]),
        build.leave(),
        build.erase(),
        build.dissolve(),
    )
    return loans


def test_a_groups_members_are_said_one_by_one() -> None:
    said = [event for event in people().said() if event.NAME.startswith("group.")]
    assert [event.NAME.removeprefix("group.") for event in said] == [
        "formed",
        *["member_joined"] * 6,
        *["member_left"] * 6,
        "dissolved",
    ]
    joined = [e.household for e in said if isinstance(e, lending.GroupMemberJoined)]
    left = [e.household for e in said if isinstance(e, lending.GroupMemberLeft)]
    assert joined == [*build.MEMBERS, build.some_id("newcomer")]
    assert left == [build.HOUSEHOLD, *sorted(set(joined) - {build.HOUSEHOLD})]
    of_group = {"office": build.OFFICE, "group": build.GROUP, "association": "women"}
    where = {**of_group, "locality": build.LOCALITY}
    assert said[0] == convert(
        {**where, "occurred_on": date(2019, 1, 14), "village": "Thôn Hạ"}, lending.GroupFormed
    )
    assert said[-1] == convert({**where, "occurred_on": date(2019, 11, 25)}, lending.GroupDissolved)


def test_of_a_household_alone_nothing_is_said() -> None:
    loans = build.Desk(PARTS)
    loans.does(build.register(), build.correct(), build.erase())
    assert len(loans.store.log) == 3
    assert loans.said() == []


def test_what_is_said_of_people_can_be_read_and_is_said_the_same_again() -> None:
    loans = people()
    records = loans.records()
    assert [decode(value)[1] for _, value in records] == loans.said()
    assert loans.records() == records
    assert len({decode(value)[0].id for _, value in records}) == len(records)
    assert len({partition for partition, _ in records}) == 1


def test_what_is_stored_of_people_reads_back_as_it_was_decided() -> None:
    for entry in people().store.log:
        recorded = entry.recorded
        row = MAPPER.to_stored(recorded)
        assert MAPPER.to_recorded(recorded.aggregate, recorded.version, row.topic, row.state) == (
            recorded
        )
