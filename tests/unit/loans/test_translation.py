"""What loans says publicly of its private events."""

from datetime import date

import build

from policy_credit_loans.__main__ import PARTS
from policy_credit_loans.application.handlers import MAPPER
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
