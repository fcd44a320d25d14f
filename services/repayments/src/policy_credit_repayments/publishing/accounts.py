"""What the account of a loan says publicly: every movement of a class, a bucket or a count."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal, TypedDict
from uuid import UUID

import msgspec
from msgspec import Raw

from policy_credit_repayments.domain import entries
from policy_credit_repayments.domain.entries import AccountEvent, PaymentTaken, Terms
from policy_credit_repayments.domain.principal import Frozen, Part, aged
from policy_credit_shared.events import collection
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.ages import AGES
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.identifiers import (
    Association,
    Bucket,
    Category,
    DebtClass,
    Fund,
    Locality,
    Office,
    Programme,
)
from policy_credit_shared.messaging.relay import event_id
from policy_credit_shared.messaging.topics import source_of
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
    category: Category | None
    in_group: UUID | None


def account_says(recorded: Recorded) -> tuple[Office, Sequence[PublicEvent]]:
    """The office that opened the account, and what its event says."""
    event = recorded.event
    if not isinstance(event, AccountEvent):
        raise InvariantBroken(f"no public words for {event.TOPIC}")
    said = list(_said(event, recorded.aggregate))
    if event.carries_forward:
        of = _of(event.terms, recorded.aggregate, event.on)
        said.append(collection.CarriedForwardChanged(**of, amount=event.carries_forward))
    return event.terms.opened_by, said


def _said(event: AccountEvent, loan: UUID) -> Iterable[PublicEvent]:
    of = _of(event.terms, loan, event.on)
    match event:
        case entries.TrancheReceived() | entries.PlanChanged():
            if isinstance(event, entries.TrancheReceived) and event.reopens:
                yield collection.LoanReopened(**of)
            for cured_in, amount in _by_bucket(event.cured):
                yield collection.OverdueCured(**of, amount=amount, bucket=cured_in)
            yield from _cured(event.cures, of)
        case entries.BalanceCarriedOver():
            pass  # loans has said it
        case entries.InterestCharged():
            if event.amount:
                yield collection.InterestCharged(
                    **of,
                    amount=event.amount,
                    period_from=event.period_from,
                    period_until=event.period_until,
                )
        case entries.PaymentTaken():
            yield from _money(event, loan)
            yield from _cured(event.cures, of)
            if event.settles:
                yield collection.LoanSettled(**of)
        case entries.PaymentReversed():
            yield from _reversal(event, loan)
        case entries.RecoveryTaken():
            yield _recovered(event, loan)
        case entries.RecoveryReversed():
            yield _reversed(event, loan, 0, _recovered(event.entry, loan))
        case entries.InstalmentFellDue():
            yield collection.PrincipalFellDue(**of, amount=event.amount, paid=event.paid)
        case entries.InstalmentCarried():
            yield collection.InstalmentCarriedForward(
                **of, amount=event.amount, new_due_on=event.new_due_on
            )
        case entries.PrincipalFellOverdue():
            yield collection.PrincipalFellOverdue(**of, amount=event.amount)
            yield from _fell(event.first, of)
        case entries.LayerAged():
            yield from _aged(event.layer, event.to_bucket, of)
        case entries.DebtFrozen():
            for debt_class, bucket, amount in _classes(x.part for x in event.frozen):
                yield collection.LoanFrozen(
                    **of, amount=amount, from_class=debt_class, bucket=bucket
                )
            yield from _cured(event.cures, of)
        case entries.DebtUnfrozen():
            for debt_class, bucket, amount in _classes(_back(event.frozen, event.on)):
                yield collection.LoanUnfrozen(
                    **of, amount=amount, to_class=debt_class, bucket=bucket
                )
            yield from _fell(event.falls_overdue, of)
        case entries.DebtWrittenOff():
            yield from _written_off(event, loan)
        case entries.LoanMoved():
            if event.in_term or event.frozen or any(event.overdue.values()):
                yield _transferred(event, loan, "out")
                yield _transferred(event, loan, "in")


def _money(payment: PaymentTaken, loan: UUID) -> Iterable[PublicEvent]:
    """Interest, then principal by class and bucket: in the order in which `_reversal` counts."""
    of = _of(payment.terms, loan, payment.on)
    if payment.interest:
        yield collection.InterestCollected(
            **of, payment=payment.payment, amount=payment.interest, place=payment.place
        )
    for debt_class, bucket, amount in _classes(payment.parts):
        yield collection.PrincipalCollected(
            **of,
            payment=payment.payment,
            amount=amount,
            debt_class=debt_class,
            place=payment.place,
            bucket=bucket,
        )


def _reversal(event: entries.PaymentReversed, loan: UUID) -> Iterable[PublicEvent]:
    """The opposite of each entry; what is older by now than when it was paid ages at once."""
    of = _of(event.terms, loan, event.on)
    for index, entry in enumerate(_money(event.entry, loan)):
        yield _reversed(event, loan, index, entry)
    yield from _fell(event.falls_overdue, of)
    if event.reopens:
        yield collection.LoanReopened(**of)
    for part in event.entry.parts:
        if part.bucket and (bucket := aged(part, event.on).bucket) != part.bucket and bucket:
            yield from _aged(part, bucket, of)


def _reversed(
    event: entries.PaymentReversed | entries.RecoveryReversed,
    loan: UUID,
    index: int,
    entry: PublicEvent,
) -> PublicEvent:
    return collection.EntryReversed(
        office=event.terms.office,
        locality=event.terms.locality,
        occurred_on=event.on,
        entry_id=event_id(source_of("repayments"), loan, event.entry_version, index),
        entry_type=entry.type(),
        entry=Raw(msgspec.json.encode(entry)),
        reason=event.reason,
    )


def _recovered(event: entries.RecoveryTaken, loan: UUID) -> PublicEvent:
    return collection.DebtRecovered(
        **_of(event.terms, loan, event.on),
        payment=event.payment,
        amount=event.amount,
        place=event.place,
    )


def _written_off(event: entries.DebtWrittenOff, loan: UUID) -> Iterable[PublicEvent]:
    of = _of(event.terms, loan, event.on)
    pieces: list[tuple[DebtClass, Bucket | None, int]] = []
    if frozen := sum(x.part.amount for x in event.frozen):
        pieces.append(("frozen", None, frozen))
    pieces += _classes(event.parts)
    for number, (debt_class, bucket, amount) in enumerate(pieces, start=1):
        closes = event.closes and number == len(pieces)
        yield collection.LoanWrittenOff(
            **of,
            amount=amount,
            debt_class=debt_class,
            bucket=bucket,
            closes=1 if closes else 0,
        )
    yield from _cured(event.cures, of)


def _transferred(
    event: entries.LoanMoved, loan: UUID, direction: Literal["out", "in"]
) -> PublicEvent:
    out = direction == "out"
    overdue = sum(event.overdue.values())
    return collection.LoanTransferred(
        **_of(event.previously if out else event.terms, loan, event.on),
        direction=direction,
        group=event.group if out else event.to_group,
        in_term=event.in_term,
        frozen=event.frozen,
        overdue_1_90=event.overdue["1_90"],
        overdue_91_180=event.overdue["91_180"],
        overdue_181_360=event.overdue["181_360"],
        overdue_over_360=event.overdue["over_360"],
        overdue=overdue,
        outstanding=event.in_term + event.frozen + overdue,
        loans=1,
        overdue_loans=1 if overdue else 0,
        carried_forward=event.carried_forward,
    )


def _aged(layer: Part, to_bucket: Bucket, of: _OfLoan) -> Iterable[PublicEvent]:
    if layer.bucket:
        yield collection.OverdueAged(
            **of, amount=layer.amount, from_bucket=layer.bucket, to_bucket=to_bucket
        )


def _fell(first: bool, of: _OfLoan) -> Iterable[PublicEvent]:
    if first:
        yield collection.LoanFellOverdue(**of)


def _cured(last: bool, of: _OfLoan) -> Iterable[PublicEvent]:
    if last:
        yield collection.LoanCured(**of)


def _back(frozen: Iterable[Frozen], on: date) -> Iterable[Part]:
    return (aged(x.part, on) if x.part.bucket else x.part for x in frozen)


def _by_bucket(parts: Iterable[Part]) -> list[tuple[Bucket, int]]:
    """Overdue amounts by bucket, the oldest first."""
    found = dict.fromkeys(reversed(AGES), 0)
    for part in parts:
        if part.bucket:
            found[part.bucket] += part.amount
    return [(bucket, amount) for bucket, amount in found.items() if amount]


def _classes(
    parts: Iterable[Part],
) -> list[tuple[Literal["in_term", "overdue"], Bucket | None, int]]:
    """Amounts by class and bucket: overdue, the oldest first, then in term."""
    kept = tuple(parts)
    found: list[tuple[Literal["in_term", "overdue"], Bucket | None, int]] = [
        ("overdue", bucket, amount) for bucket, amount in _by_bucket(kept)
    ]
    if rest := sum(part.amount for part in kept if not part.bucket):
        found.append(("in_term", None, rest))
    return found


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
        category=terms.category,
        in_group=terms.in_group,
    )
