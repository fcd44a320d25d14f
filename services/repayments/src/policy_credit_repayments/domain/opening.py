"""What opens the account of a loan: its first disbursement, or its office's existing books."""

from datetime import date

from policy_credit_repayments.domain.account import Account, replan
from policy_credit_repayments.domain.entries import BalanceCarriedOver, Terms, TrancheReceived
from policy_credit_repayments.domain.principal import Due, Frozen, Part, amount_of, ordered
from policy_credit_repayments.domain.refusals import AccountRepeated
from policy_credit_shared.events.lending import LoanCarriedOver, LoanDisbursed
from policy_credit_shared.kernel.ages import bucket_on
from policy_credit_shared.kernel.instalments import Instalment, left_of_plan


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


def carry_over(account: Account | None, loan: LoanCarriedOver) -> BalanceCarriedOver:
    """Decide on the balances of existing books; raises AccountRepeated."""
    if account is not None:
        raise AccountRepeated(loan.loan)
    on, until = loan.occurred_on, loan.frozen_until
    return BalanceCarriedOver(
        terms=_terms(loan),
        on=on,
        plan=left_of_plan(ordered(loan.plan), loan.fell_overdue, loan.frozen, loan.due_on),
        ageing=loan.ageing,
        schedule=tuple(
            Due(i.due_on, i.amount, i.amount, announced=i.due_on < on) for i in ordered(loan.plan)
        ),
        layers=tuple(_layer(x.amount, x.since, on) for x in loan.fell_overdue),
        frozen=(Frozen(_frozen(loan), until),) if until is not None and loan.frozen else (),
        interest_arrears=loan.interest_arrears,
    )


def _layer(amount: int, since: date, on: date) -> Part:
    return Part(amount, since, bucket_on(since, on))


def _frozen(loan: LoanCarriedOver) -> Part:
    """Frozen principal, as it was before."""
    if loan.frozen_overdue_since is not None:
        return _layer(loan.frozen, loan.frozen_overdue_since, loan.occurred_on)
    return Part(loan.frozen, loan.due_on)


def _terms(loan: LoanDisbursed | LoanCarriedOver) -> Terms:
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
        in_group=loan.in_group,
    )
