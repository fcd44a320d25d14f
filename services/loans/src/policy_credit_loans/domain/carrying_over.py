"""Carrying over (chuyển số dư): what existing books say of a group, a household, a loan."""

from datetime import date
from uuid import UUID

from policy_credit_loans.domain.books_commands import (
    CarryOverGroup,
    CarryOverHousehold,
    CarryOverLoan,
)
from policy_credit_loans.domain.books_refusals import BalanceContradicts
from policy_credit_loans.domain.group import Group, GroupFormed
from policy_credit_loans.domain.household import Household, HouseholdCarriedOver, on_record
from policy_credit_loans.domain.loan import Loan
from policy_credit_loans.domain.loan_events import Contract, LoanCarriedOver, Standing
from policy_credit_loans.domain.people_refusals import (
    DatedBefore,
    GroupRepeated,
    GroupUnknown,
    HouseholdElsewhere,
    HouseholdRepeated,
    MemberRepeated,
    NotAMember,
)
from policy_credit_loans.domain.programme import Terms
from policy_credit_loans.domain.refusals import LoanRepeated
from policy_credit_shared.kernel.instalments import is_ordered
from policy_credit_shared.kernel.units import served_locality


def carry_over_group(group: Group | None, command: CarryOverGroup, on: date) -> GroupFormed:
    """Decide on a group of the books; raises a Refusal."""
    if group is not None:
        raise GroupRepeated(command.group)
    if command.formed_on > on:
        raise _after("formed_on", command.formed_on, on)
    seen: set[UUID] = set()
    for number, member in enumerate(command.members):
        if member in seen:
            raise MemberRepeated(member, f"members/{number}")
        seen.add(member)
    return GroupFormed(
        office=command.office,
        locality=served_locality(command.commune, command.office),
        association=command.association,
        commune=command.commune,
        village=command.village,
        members=command.members,
        on=on,
        formed_on=command.formed_on,
    )


def carry_over_household(
    household: Household | None, command: CarryOverHousehold, group: Group | None, on: date
) -> HouseholdCarriedOver:
    """Decide on a household of the books, given the group that it names; raises a Refusal."""
    if household is not None:
        raise HouseholdRepeated(command.household)
    locality = served_locality(command.commune, command.office)
    if command.group is not None:
        if group is None:
            raise GroupUnknown(command.group)
        if command.household not in group.members:
            raise NotAMember(command.household, command.group)
        if locality != group.locality:
            raise HouseholdElsewhere(command.household, locality, group.locality, "commune")
    elif command.savings:
        raise BalanceContradicts(
            "savings",
            f"The household has {command.savings} dong of savings and no group.",
            "Name the group through which it saved.",
        )
    return HouseholdCarriedOver(
        office=command.office,
        locality=locality,
        household=command.household,
        group=command.group,
        association=group.association if group else None,
        savings=command.savings,
        on=on,
    )


def carry_over_loan(
    loan: Loan | None,
    command: CarryOverLoan,
    household: Household | None,
    group: Group | None,
    terms: Terms,
    on: date,
    by: str,
) -> LoanCarriedOver:
    """Decide on a loan of the books, given its household and that one's group; raises a Refusal."""
    if loan is not None:
        raise LoanRepeated(command.loan)
    known = on_record(household, command.household)
    if known.group is None or group is None:
        raise BalanceContradicts(
            "household",
            f"Household {command.household} is in no group; a loan is lent through one.",
            "Name the household's group.",
        )
    _dated(command, on)
    _plan(command, on)
    _frozen(command, on)
    return LoanCarriedOver(
        standing=Standing(
            opened_by=command.office,
            office=command.office,
            locality=known.locality,
            group=known.group,
            association=group.association,
            household=command.household,
            programme=command.programme,
            fund=command.fund,
            group_said=True,
        ),
        on=on,
        contract=Contract(
            amount=command.outstanding + command.undisbursed,
            annual_rate=command.annual_rate,
            ageing=terms.ageing,
            term_months=command.term_months,
            instalment_months=0,
            approved_on=command.disbursed_on,
            by=by,
        ),
        outstanding=command.outstanding,
        disbursed_on=command.disbursed_on,
        due_on=command.due_on,
        plan=command.plan,
        fell_overdue=command.fell_overdue,
        frozen=command.frozen,
        frozen_until=command.frozen_until,
        frozen_overdue_since=command.frozen_overdue_since,
        interest_arrears=command.interest_arrears,
    )


def _dated(command: CarryOverLoan, on: date) -> None:
    if command.disbursed_on > on:
        raise _after("disbursed_on", command.disbursed_on, on)
    if command.due_on <= command.disbursed_on:
        raise DatedBefore("due_on", command.due_on, "the loan was paid out", command.disbursed_on)
    if not command.outstanding:
        raise BalanceContradicts(
            "loan", "Nothing is owed on the loan.", "Leave out loans that are paid back."
        )


def _plan(command: CarryOverLoan, on: date) -> None:
    if not is_ordered(command.plan) or (command.plan and command.plan[-1].due_on != command.due_on):
        raise BalanceContradicts(
            "plan",
            "The instalments left do not ascend to the day on which the loan is due.",
            f"Give each day once, in order, the last on {command.due_on}.",
        )
    if command.plan and (on - command.plan[0].due_on).days > 1:
        raise BalanceContradicts(
            "plan",
            f"An instalment of {command.plan[0].due_on} cannot be in term on {on}.",
            "Give it as overdue, or with the next instalment if it is carried forward.",
        )
    since = [missed.since for missed in command.fell_overdue]
    if since != sorted(set(since)):
        raise BalanceContradicts(
            "fell_overdue",
            "The days since when principal is overdue do not ascend.",
            "Give each day once, the earliest first.",
        )
    for day in since:
        if not command.disbursed_on < day <= on:
            raise BalanceContradicts(
                "fell_overdue",
                f"Principal cannot be overdue since {day}: the loan was paid out on"
                f" {command.disbursed_on}, and the books are of {on}.",
                "Give the day after that on which it was due.",
            )


def _frozen(command: CarryOverLoan, on: date) -> None:
    if bool(command.frozen) != (command.frozen_until is not None):
        raise BalanceContradicts(
            "frozen_until",
            "Frozen principal and the day until which it is frozen go together.",
            "Give both or neither.",
        )
    if command.frozen_until is not None and command.frozen_until < on:
        raise DatedBefore("frozen_until", command.frozen_until, "the books are opened", on)
    since = command.frozen_overdue_since
    if since is not None and not (command.frozen and command.disbursed_on < since <= on):
        raise BalanceContradicts(
            "frozen_overdue_since",
            f"Frozen principal cannot have been overdue since {since}.",
            f"Give a day after {command.disbursed_on} and not after {on}, or none.",
        )


def _after(field: str, day: date, on: date) -> BalanceContradicts:
    return BalanceContradicts(
        field, f"{day} is after {on}, the books' day.", f"Give a day up to {on}."
    )
