"""Whatever is asked of the two services over years, every loan, household and fund stays right.

LENDING_SEEDS sets how many seeds are lived; a failing one is lived alone by its test id.
"""

import json
import os
from collections import Counter
from typing import Any, Final
from uuid import UUID

import jsonschema_rs
import pytest
from simulation.years import PARTS, District

from policy_credit_loans.domain.capital import CAPITAL
from policy_credit_loans.domain.credit import CREDIT
from policy_credit_loans.domain.entitlement import ENTITLEMENT_LIST
from policy_credit_loans.domain.existing_books import EXISTING_BOOKS
from policy_credit_loans.domain.group import GROUP
from policy_credit_loans.domain.household import HOUSEHOLD
from policy_credit_loans.domain.loan import LOAN
from policy_credit_loans.domain.programme import catalogue, terms_on
from policy_credit_repayments.domain.account import Account
from policy_credit_repayments.domain.evolving import ACCOUNT
from policy_credit_repayments.domain.household import HOUSEHOLD_DEBT
from policy_credit_repayments.domain.savings import SAVINGS
from policy_credit_shared.events.catalogue import EVENT_TYPES
from policy_credit_shared.events.lending import CapitalAllocated
from policy_credit_shared.kernel.aggregates import Kind
from policy_credit_shared.messaging.contracts import schema

SEEDS: Final = int(os.environ.get("LENDING_SEEDS", "20"))
STEPS: Final = 600
KINDS: Final[tuple[Kind[Any], ...]] = (
    ACCOUNT,
    CAPITAL,
    CREDIT,
    ENTITLEMENT_LIST,
    EXISTING_BOOKS,
    GROUP,
    HOUSEHOLD,
    HOUSEHOLD_DEBT,
    LOAN,
    SAVINGS,
)


@pytest.fixture(scope="module", params=range(SEEDS))
def lived(request: pytest.FixtureRequest) -> District:
    """A district after some nine years."""
    district = District(request.param, check_lending)
    district.settle_in()
    for _ in range(STEPS):
        district.lives(district.random.choice([1, 2, 5, 15]))
    return district


def check_lending(district: District, lent: UUID) -> None:
    """With what was just paid out, the household and the fund are within their limits."""
    loan = account(district, lent)
    assert loan is not None
    terms, every = loan.terms, accounts(district).values()
    of_household = sum(
        a.outstanding
        for a in every
        if (a.terms.household, a.terms.programme) == (terms.household, terms.programme)
    )
    offered = terms_on(catalogue(), terms.programme, district.day, terms.fund, "58")
    assert of_household <= offered.ceiling
    of_fund = sum(
        a.outstanding for a in every if (a.terms.office, a.terms.fund) == (terms.office, terms.fund)
    )
    given = sum(
        e.amount
        for e in district.desks["loans"].said()
        if isinstance(e, CapitalAllocated) and (e.office, e.fund) == (terms.office, terms.fund)
    )
    assert of_fund <= given


def account(district: District, loan: UUID) -> Account | None:
    return district.desks["repayments"].state(ACCOUNT, loan)


def accounts(district: District) -> dict[UUID, Account]:
    found = {loan: account(district, loan) for _, loan in district.loans}
    return {loan: state for loan, state in found.items() if state is not None}


def values(district: District) -> list[dict[str, Any]]:
    """Every record value, read as plain JSON."""
    return [json.loads(value) for desk in district.desks.values() for _, value in desk.records()]


def test_what_a_loan_owes_is_what_was_paid_out_or_carried_over_less_collected_and_written_off(
    lived: District,
) -> None:
    owed: Counter[str] = Counter()
    for value in values(lived):
        name, data, sign = value["type"], value["data"], 1
        if name == "policycredit.entry.reversed.v1":
            name, data, sign = data["entry_type"], data["entry"], -1
        match name:
            case "policycredit.loan.disbursed.v1":
                owed[data["loan"]] += sign * data["amount"]
            case "policycredit.loan.carried_over.v1":
                owed[data["loan"]] += data["outstanding"]
            case "policycredit.principal.collected.v1" | "policycredit.loan.written_off.v1":
                owed[data["loan"]] -= sign * data["amount"]
    found = accounts(lived)
    assert {str(loan) for loan in found} == set(owed)
    for loan, state in found.items():
        parts = state.in_term, state.overdue, state.frozen
        assert owed[str(loan)] == state.outstanding == sum(parts)
        assert min(parts) >= 0


def test_loans_knows_what_repayments_knows(lived: District) -> None:
    for loan, state in accounts(lived).items():
        known = lived.desks["loans"].state(LOAN, loan)
        assert known is not None
        assert known.outstanding == state.outstanding
        assert known.overdue == (state.overdue > 0)


def test_every_event_has_an_id_of_its_own_among_those_of_both_services(lived: District) -> None:
    ids = [value["id"] for value in values(lived)]
    assert len(set(ids)) == len(ids)


def test_every_event_is_as_its_schema_says(lived: District) -> None:
    validators = {name: jsonschema_rs.validator_for(schema(k)) for name, k in EVENT_TYPES.items()}
    for value in values(lived):
        validators[value["type"]].validate(value["data"])


def test_replaying_the_stores_gives_the_same_aggregates(lived: District) -> None:
    seen = set()
    for name, parts in PARTS.items():
        desk = lived.desks[name]
        for aggregate in {entry.recorded.aggregate for entry in desk.store.log}:
            history = desk.history(aggregate)
            for kind in KINDS:
                if not isinstance(history[0].event, kind.events):
                    continue
                state = None
                for recorded in history:
                    row = parts.mapper.to_stored(recorded)
                    again = parts.mapper.to_recorded(
                        aggregate, recorded.version, row.topic, row.state
                    )
                    state = kind.evolve(state, again.event)
                assert state == desk.state(kind, aggregate)
                seen.add(id(kind))
    assert len(seen) == len(KINDS)


def test_the_same_calls_again_change_nothing(lived: District) -> None:
    before = {name: len(desk.store.log) for name, desk in lived.desks.items()}
    for call in lived.accepted:
        lived.carries_out(call)
    assert {name: len(desk.store.log) for name, desk in lived.desks.items()} == before


def test_years_hold_much_of_what_can_be_asked(lived: District) -> None:
    assert {
        "allocate_capital",
        "assign_plan",
        "apply_for_loan",
        "approve_loan",
        "disburse_loan",
        "collect_payment",
        "deposit_savings",
        "decide_list",
        "open_books",
    } <= set(lived.done)
    assert len(lived.done) > 20
    assert len(lived.refused) > 30
