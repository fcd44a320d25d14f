"""What a disbursement means for the account of its loan."""

from policy_credit_repayments.domain.account import Account, replan
from policy_credit_repayments.domain.entries import Terms, TrancheReceived
from policy_credit_repayments.domain.principal import amount_of, ordered
from policy_credit_shared.events.lending import LoanDisbursed
from policy_credit_shared.kernel.instalments import Instalment


def receive_tranche(account: Account | None, loan: LoanDisbursed) -> TrancheReceived:
    """Decide on a tranche; the first opens the account, on the terms that it says."""
    lent = account.lent if account else 0
    plan = ordered(loan.plan) or (Instalment(loan.due_on, lent + loan.amount),)
    if account is None:
        return TrancheReceived(
            terms=_terms(loan),
            on=loan.occurred_on,
            amount=loan.amount,
            plan=plan,
            ageing=loan.ageing,
        )
    _, cured = replan(account, plan, loan.occurred_on, loan.amount)
    return TrancheReceived(
        terms=account.terms,
        on=loan.occurred_on,
        amount=loan.amount,
        plan=plan,
        ageing=loan.ageing,
        cured=cured,
        cures=0 < account.overdue == amount_of(cured),
        reopens=account.outstanding == 0,
    )


def _terms(loan: LoanDisbursed) -> Terms:
    return Terms(
        office=loan.office,
        locality=loan.locality,
        opened_by=loan.office,
        household=loan.household,
        programme=loan.programme,
        association=loan.association,
        fund=loan.fund,
        annual_rate=loan.annual_rate,
        category=loan.category,
    )
