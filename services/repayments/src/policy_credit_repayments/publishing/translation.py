"""From private events to public ones; a pure function, so that resending says the same."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict
from uuid import UUID

import msgspec
from msgspec import Raw

from policy_credit_repayments.domain import account, household
from policy_credit_repayments.domain.account import PaymentTaken, Terms
from policy_credit_repayments.publishing import savings, sessions
from policy_credit_shared.events import collection
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.identifiers import (
    Association,
    Fund,
    Locality,
    Office,
    Programme,
)
from policy_credit_shared.messaging.relay import Publication, event_id
from policy_credit_shared.store.recorded import Recorded


class _OfLoan(TypedDict):
    office: Office
    locality: Locality
    occurred_on: date
    programme: Programme
    association: Association
    fund: Fund
    household: UUID
    loan: UUID


def translate(recorded: Recorded) -> Sequence[Publication]:
    """The public events that a stored event says; none for what only this service needs."""
    event = recorded.event
    match event:
        case household.DebtBegun() | household.DebtEnded():
            return [Publication(event.office, public) for public in _household(event)]
    for words in (savings.words, sessions.words):
        if (said := words(recorded)) is not None:
            return [Publication(public.office, public) for public in said]
    return [Publication(public.office, public) for public in _account(recorded.aggregate, recorded)]


def _account(loan: UUID, recorded: Recorded) -> Sequence[PublicEvent]:
    event = recorded.event
    match event:
        case account.TrancheReceived(terms=terms, on=on):
            return [collection.LoanReopened(**_of(terms, loan, on))] if event.reopens else []
        case account.InterestCharged(terms=terms, on=on):
            if event.amount == 0:
                return []
            charged = collection.InterestCharged(
                **_of(terms, loan, on),
                amount=event.amount,
                period_from=event.period_from,
                period_until=on,
            )
            return [charged]
        case account.PaymentTaken():
            return [*_money(event, loan), *_payment_status(event, loan)]
        case account.PaymentReversed():
            return _reversal(event, loan)
        case account.PrincipalFellOverdue(terms=terms, on=on):
            fell = collection.PrincipalFellOverdue(**_of(terms, loan, on), amount=event.amount)
            first = [collection.LoanFellOverdue(**_of(terms, loan, on))] if event.first else []
            return [fell, *first]
        case account.DebtFrozen(terms=terms, on=on):
            return _frozen(event, loan)
    raise InvariantBroken(f"no public words for {event.TOPIC}")


def _money(payment: PaymentTaken, loan: UUID) -> Sequence[PublicEvent]:
    of = _of(payment.terms, loan, payment.on)
    said: list[PublicEvent] = []
    if payment.interest:
        said.append(
            collection.InterestCollected(
                **of, payment=payment.payment, amount=payment.interest, place=payment.place
            )
        )
    if payment.overdue:
        said.append(
            collection.PrincipalCollected(
                **of,
                payment=payment.payment,
                amount=payment.overdue,
                debt_class="overdue",
                place=payment.place,
            )
        )
    if payment.in_term:
        said.append(
            collection.PrincipalCollected(
                **of,
                payment=payment.payment,
                amount=payment.in_term,
                debt_class="in_term",
                place=payment.place,
            )
        )
    return said


def _payment_status(payment: PaymentTaken, loan: UUID) -> Sequence[PublicEvent]:
    of = _of(payment.terms, loan, payment.on)
    said: list[PublicEvent] = []
    if payment.cures:
        said.append(collection.LoanCured(**of))
    if payment.settles:
        said.append(collection.LoanSettled(**of))
    return said


def _reversal(event: account.PaymentReversed, loan: UUID) -> Sequence[PublicEvent]:
    of = _of(event.terms, loan, event.on)
    said: list[PublicEvent] = []
    for index, entry in enumerate(_money(event.entry, loan)):
        said.append(
            collection.EntryReversed(
                office=event.terms.office,
                locality=event.terms.locality,
                occurred_on=event.on,
                entry_id=event_id(loan, event.entry_version, index),
                entry_type=entry.type(),
                entry=Raw(msgspec.json.encode(entry)),
                reason=event.reason,
            )
        )
    if event.falls_overdue:
        said.append(collection.LoanFellOverdue(**of))
    if event.reopens:
        said.append(collection.LoanReopened(**of))
    return said


def _frozen(event: account.DebtFrozen, loan: UUID) -> Sequence[PublicEvent]:
    of = _of(event.terms, loan, event.on)
    said: list[PublicEvent] = []
    if event.overdue:
        said.append(collection.LoanFrozen(**of, amount=event.overdue, from_class="overdue"))
    if event.in_term:
        said.append(collection.LoanFrozen(**of, amount=event.in_term, from_class="in_term"))
    if event.cures:
        said.append(collection.LoanCured(**of))
    return said


def _household(event: household.DebtBegun | household.DebtEnded) -> Sequence[PublicEvent]:
    if not event.in_programme:
        return []
    kind = (
        collection.HouseholdEnteredDebt
        if isinstance(event, household.DebtBegun)
        else collection.HouseholdLeftDebt
    )
    return [
        kind(
            office=event.office,
            locality=event.locality,
            occurred_on=event.on,
            household=event.household,
            programme=event.programme,
            overall=1 if event.overall else 0,
        )
    ]


def _of(terms: Terms, loan: UUID, on: date) -> _OfLoan:
    return _OfLoan(
        office=terms.office,
        locality=terms.locality,
        occurred_on=on,
        programme=terms.programme,
        association=terms.association,
        fund=terms.fund,
        household=terms.household,
        loan=loan,
    )
