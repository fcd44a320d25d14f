"""Interest that becomes due when somebody asks for it, and principal that is called in."""

from datetime import timedelta

from policy_credit_repayments.domain.account import Account, not_before_books, own
from policy_credit_repayments.domain.commands import ChargeInterest, MarkOverdue
from policy_credit_repayments.domain.entries import InterestCharged, PrincipalFellOverdue
from policy_credit_repayments.domain.principal import in_term, taken
from policy_credit_repayments.domain.refusals import InterestUpToDate, MoreThanInTerm
from policy_credit_shared.kernel.money import interest


def charge_interest(account: Account, command: ChargeInterest) -> InterestCharged:
    """Decide on the interest of a period; raises a Refusal. It is of the last day it counts."""
    own(account, command.office)
    if command.until <= account.charged_until:
        raise InterestUpToDate(command.until, account.charged_until)
    return InterestCharged(
        terms=account.terms,
        on=command.until - timedelta(days=1),
        amount=interest(account.uncharged_on(command.until)),
        period_from=account.charged_until,
        period_until=command.until,
    )


def mark_overdue(account: Account, command: MarkOverdue) -> PrincipalFellOverdue:
    """Decide to call principal in, the earliest instalments first; raises a Refusal."""
    own(account, command.office)
    not_before_books(account, "fell_on", command.fell_on)
    if command.amount > account.in_term:
        raise MoreThanInTerm(command.amount, account.in_term)
    parts, _ = taken(in_term(account.schedule), command.amount)
    return PrincipalFellOverdue(
        terms=account.terms,
        on=command.fell_on,
        parts=parts,
        called_in=True,
        first=account.overdue == 0,
    )
