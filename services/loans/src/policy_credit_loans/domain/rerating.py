"""Rerating (điều chỉnh lãi suất): a programme's change that reaches existing contracts."""

from collections.abc import Sequence
from datetime import date

from policy_credit_loans.domain.loan import Loan
from policy_credit_loans.domain.loan_events import LoanRerated
from policy_credit_loans.domain.programme import Entry, terms_on
from policy_credit_loans.domain.programme_change import Change, Changes, entries
from policy_credit_shared.kernel.units import province_of


def reratings(loan: Loan, changes: Changes | None, until: date) -> Sequence[LoanRerated]:
    """What the changes that hold from `until` or before do to a contract, in their order.

    All of them, so that days may be closed one by one or several at once. A change passes over a
    contract whose rate another, more specific entry sets.
    """
    if changes is None or not loan.is_agreed:
        return []
    rate, found = loan.annual_rate, []
    for change in changes.reaching:
        if loan.rated_on < change.entry.valid_from <= until:
            changed = _rerated(loan, change, entries(changes), rate)
            if changed is not None:
                rate = changed.annual_rate
                found.append(changed)
    return found


def _rerated(
    loan: Loan, change: Change, known: Sequence[Entry], previously: int
) -> LoanRerated | None:
    entry, standing = change.entry, loan.standing
    province = province_of(standing.office)
    terms = terms_on(known, standing.programme, entry.valid_from, standing.fund, province)
    if terms.rated_by != entry.change or terms.annual_rate == previously or entry.change is None:
        return None
    return LoanRerated(
        standing=standing,
        on=max(entry.valid_from, loan.first_disbursed_on or entry.valid_from),
        change=entry.change,
        valid_from=entry.valid_from,
        annual_rate=terms.annual_rate,
        previously=previously,
        legal_basis=entry.legal_basis,
        paid_out=loan.tranches > 0,
    )
