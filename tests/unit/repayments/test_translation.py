"""What repayments says publicly of its private events."""

from datetime import date
from typing import TypedDict
from uuid import UUID

import build
import msgspec
import pytest

from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.application.handlers import MAPPER
from policy_credit_shared.events import collection
from policy_credit_shared.events.catalogue import reversed_entry, types_of
from policy_credit_shared.events.envelope import decode
from policy_credit_shared.events.public import LoanEvent, PublicEvent
from policy_credit_shared.kernel.identifiers import (
    Association,
    Category,
    Fund,
    Locality,
    Office,
    Programme,
)
from policy_credit_shared.messaging.relay import START, Route, event_id, window
from policy_credit_shared.store.books import Command

APRIL = date(2019, 4, 5)
PAYMENT = build.some_id("payment")


class Of(TypedDict):
    office: Office
    locality: Locality
    occurred_on: date
    programme: Programme
    association: Association
    fund: Fund
    household: UUID
    loan: UUID
    in_group: UUID


def of(on: date = APRIL) -> Of:
    """What every event about the loan says."""
    return Of(
        office=build.OFFICE,
        locality=build.LOCALITY,
        occurred_on=on,
        programme="HN",
        association="women",
        fund="central",
        household=build.HOUSEHOLD,
        loan=build.LOAN,
        in_group=build.GROUP,
    )


def entered(on: date = build.DAY) -> PublicEvent:
    return collection.HouseholdEnteredDebt(
        office=build.OFFICE,
        locality=build.LOCALITY,
        occurred_on=on,
        household=build.HOUSEHOLD,
        programme="HN",
        overall=1,
    )


def left(on: date = APRIL) -> PublicEvent:
    return collection.HouseholdLeftDebt(
        office=build.OFFICE,
        locality=build.LOCALITY,
        occurred_on=on,
        household=build.HOUSEHOLD,
        programme="HN",
        overall=1,
    )


def collected(amount: int, debt_class: str) -> PublicEvent:
    bucket = "1_90" if debt_class == "overdue" else None
    said = {"payment": PAYMENT, "amount": amount, "debt_class": debt_class, "place": "point"}
    return msgspec.convert(of() | said | {"bucket": bucket}, collection.PrincipalCollected)


def desk() -> build.Desk:
    """Repayments after 40 dong were lent at 100 % a year."""
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed(amount=40, annual_rate=10_000))
    return repayments


OVERDUE = build.mark_overdue(amount=5)

SAID: list[tuple[str, list[Command], list[PublicEvent]]] = [
    ("a first tranche: only that the household is in debt", [], [entered()]),
    (
        "interest",
        [build.charge_interest()],
        [
            collection.InterestCharged(
                **of(date(2019, 4, 4)), amount=3, period_from=build.DAY, period_until=APRIL
            )
        ],
    ),
    ("interest that rounds to nothing", [build.charge_interest(until=date(2019, 3, 6))], []),
    ("principal in term", [build.collect(principal=8)], [collected(8, "in_term")]),
    (
        "interest before principal, overdue before in term, then what came of it",
        [build.charge_interest(), OVERDUE, build.collect(principal=8, interest=2)],
        [
            collection.InterestCollected(**of(), payment=PAYMENT, amount=2, place="point"),
            collected(5, "overdue"),
            collected(3, "in_term"),
            collection.LoanCured(**of()),
        ],
    ),
    (
        "part of what is overdue",
        [OVERDUE, build.collect(principal=4)],
        [collected(4, "overdue")],
    ),
    (
        "a settlement, and the household out of debt",
        [OVERDUE, build.collect(principal=40)],
        [
            collected(5, "overdue"),
            collected(35, "in_term"),
            collection.LoanCured(**of()),
            collection.LoanSettled(**of()),
            left(),
        ],
    ),
    (
        "principal that falls overdue, first",
        [OVERDUE],
        [collection.PrincipalFellOverdue(**of(), amount=5), collection.LoanFellOverdue(**of())],
    ),
    (
        "principal that falls overdue, again",
        [OVERDUE, OVERDUE],
        [collection.PrincipalFellOverdue(**of(), amount=5)],
    ),
    (
        "savings",
        [build.deposit()],
        [
            collection.SavingsDeposited(
                office=build.OFFICE,
                locality=build.LOCALITY,
                occurred_on=build.DAY,
                association="women",
                household=build.HOUSEHOLD,
                group=build.GROUP,
                amount=50_000,
                place="point",
            )
        ],
    ),
]


@pytest.mark.parametrize(
    ("commands", "public"), [row[1:] for row in SAID], ids=[r[0] for r in SAID]
)
def test_the_last_command_is_said(commands: list[Command], public: list[PublicEvent]) -> None:
    repayments = desk()
    for command in commands[:-1]:
        repayments.does(command)
    before = repayments.said() if commands else []
    repayments.does(*commands[-1:])
    assert repayments.said()[len(before) :] == public


def test_a_second_loan_of_a_programme_says_nothing() -> None:
    repayments = desk()
    before = repayments.said()
    repayments.takes_in(build.loan_disbursed(loan=build.some_id("second")))
    assert repayments.said() == before


def test_a_tranche_after_the_settlement_says_that_the_loan_is_open_again() -> None:
    repayments = desk()
    repayments.does(build.collect(principal=40))
    before = repayments.said()
    repayments.takes_in(build.loan_disbursed(tranche=2, occurred_on=date(2019, 5, 5)))
    assert repayments.said()[len(before) :] == [
        collection.LoanReopened(**of(date(2019, 5, 5))),
        entered(date(2019, 5, 5)),
    ]


def test_a_reversal_names_and_holds_each_event_that_it_reverses() -> None:
    repayments = desk()
    repayments.does(build.charge_interest(), OVERDUE)
    repayments.does(build.collect(principal=40, interest=2))
    taken = repayments.records()
    before = repayments.said()
    repayments.does(build.reverse(), by=build.DIRECTOR)
    interest, overdue, in_term, *rest = repayments.said()[len(before) :]
    day = date(2019, 4, 6)
    assert rest == [
        collection.LoanFellOverdue(**of(day)),
        collection.LoanReopened(**of(day)),
        entered(day),
    ]
    published = {envelope.id: event for envelope, event in (decode(value) for _, value in taken)}
    for index, reversal in enumerate((interest, overdue, in_term)):
        assert isinstance(reversal, collection.EntryReversed)
        assert reversal.entry_id == event_id("/policy-credit/repayments", build.LOAN, 4, index)
        assert reversed_entry(reversal) == published[reversal.entry_id]
        assert reversal.entry_type == published[reversal.entry_id].type()
        assert bytes(reversal.entry) == msgspec.json.encode(published[reversal.entry_id])
        assert (reversal.occurred_on, reversal.reason) == (day, "booked twice")


def everything() -> build.Desk:
    """Repayments after something of every kind has happened to accounts."""
    repayments = desk()
    repayments.takes_in(build.loan_disbursed(tranche=2))
    repayments.does(build.charge_interest(), OVERDUE, build.deposit())
    repayments.does(build.collect(principal=8, interest=1))
    repayments.does(build.reverse(), by=build.DIRECTOR)
    repayments.takes_in(build.freezing_approved(amount=6), build.unfreezing_approved())
    repayments.takes_in(build.loan_reassigned())
    other = build.some_id("other")
    repayments.takes_in(build.loan_disbursed(loan=other, household=other, amount=9))
    repayments.does(build.collect(loan=other, payment=other, principal=9))
    repayments.does(build.reverse(loan=other, payment=other), by=build.DIRECTOR)
    aging(repayments)
    in_session = {"session": build.SESSION}
    repayments.does(
        build.open_session(),
        build.deposit(amount=7, **in_session),
        build.withdraw(amount=5, **in_session),
        build.deposit_mobilised(amount=9, **in_session),
        build.withdraw_mobilised(amount=4, **in_session),
        build.deposit(household=other, amount=7, **in_session),
        build.repay_from_savings(
            loan=other, payment=build.some_id("from savings"), principal=1, **in_session
        ),
        build.close_session(counted_cash=14),
    )
    return repayments


def aging(repayments: build.Desk) -> None:
    """A loan misses its instalments, is extended, written off and partly recovered."""
    third = build.some_id("third")
    plan = build.instalments((date(2019, 4, 5), 4), (date(2019, 5, 5), 5))
    of_third = {"loan": third, "household": third}
    repayments.takes_in(
        build.loan_disbursed(**of_third, amount=9, plan=plan, ageing="carried_forward")
    )
    repayments.closes(date(2019, 9, 30))
    extended = date(2019, 10, 1)
    until = date(2020, 1, 5)
    repayments.takes_in(
        build.loan_extended(**of_third, until=until, occurred_on=extended),
        build.write_off_approved(**of_third, amount=9, occurred_on=date(2019, 10, 2)),
    )
    recovery = build.recover(loan=third, amount=2, collected_on=date(2019, 10, 3))
    repayments.does(recovery)
    reversal = build.reverse(loan=third, payment=recovery.payment, reversed_on=date(2019, 10, 4))
    repayments.does(reversal, by=build.DIRECTOR)


def test_every_public_event_type_of_the_service_is_said_of_something() -> None:
    assert {type(event) for event in everything().said()} == set(types_of("repayments"))


def test_what_is_said_can_be_read() -> None:
    repayments = everything()
    assert [decode(value)[1] for _, value in repayments.records()] == repayments.said()


def test_saying_it_again_gives_the_same_bytes_sequences_and_hashes() -> None:
    log = everything().store.log
    route = Route("/policy-credit/repayments", "repayments", 6)
    whole, end = window(START, log, PARTS.translate, route)
    assert window(START, log, PARTS.translate, route) == (whole, end)
    for cut in range(len(log) + 1):
        first, middle = window(START, log[:cut], PARTS.translate, route)
        rest, end_in_parts = window(middle, log[cut:], PARTS.translate, route)
        assert [*first, *rest] == whole
        assert end_in_parts == end


def test_every_event_has_an_id_of_its_own() -> None:
    ids = [decode(value)[0].id for _, value in everything().records()]
    assert len(set(ids)) == len(ids)


def test_what_is_stored_reads_back_as_it_was_decided_and_says_the_same() -> None:
    for entry in everything().store.log:
        row = MAPPER.to_stored(entry.recorded)
        again = MAPPER.to_recorded(
            entry.recorded.aggregate, row.originator_version, row.topic, row.state
        )
        assert again == entry.recorded
        assert PARTS.translate(again) == PARTS.translate(entry.recorded)


@pytest.mark.parametrize(("category", "in_group"), [("poor", build.GROUP), (None, None)])
def test_every_fact_about_a_loan_says_the_category_and_the_group_that_its_disbursement_said(
    category: Category | None, in_group: UUID | None
) -> None:
    repayments = build.Desk(PARTS)
    lent = build.loan_disbursed(
        amount=40 * build.MILLION,
        due_on=date(2019, 6, 5),
        category=category,
        in_group=in_group,
    )
    repayments.takes_in(lent)
    repayments.does(
        build.collect(payment=PAYMENT, collected_on=APRIL, principal=10 * build.MILLION)
    )
    repayments.closes(date(2019, 9, 30))
    said = [fact for fact in repayments.said() if isinstance(fact, LoanEvent)]
    assert {type(fact) for fact in said} >= {
        collection.PrincipalCollected,
        collection.InterestCharged,
        collection.PrincipalFellOverdue,
        collection.OverdueAged,
    }
    assert {(fact.category, fact.in_group) for fact in said} == {(category, in_group)}
