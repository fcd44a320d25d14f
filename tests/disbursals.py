"""Disbursements as the loans service stores them, where a test needs some events of a service."""

import build

from policy_credit_loans.domain.loan_events import LoanDisbursed, Standing
from policy_credit_shared.kernel.units import main_localities
from policy_credit_shared.store.recorded import Recorded


def paid_out(
    amount: int = 40 * build.MILLION, office: str = build.OFFICE, commune: str = build.COMMUNE
) -> LoanDisbursed:
    """The first tranche of a loan."""
    return LoanDisbursed(
        standing=Standing(
            opened_by=office,
            office=office,
            locality=main_localities()[commune],
            group=build.GROUP,
            association="women",
            household=build.HOUSEHOLD,
            programme="HN",
            fund="central",
        ),
        on=build.DAY,
        tranche=1,
        amount=amount,
        annual_rate=660,
        due_on=build.DAY.replace(year=2024),
        plan=(),
        ageing="carried_forward",
        confirmed_on=build.DAY.replace(month=2),
        place="point",
        by="a teller",
    )


def recorded(
    name: str,
    amount: int = 40 * build.MILLION,
    office: str = build.OFFICE,
    commune: str = build.COMMUNE,
    version: int = 1,
) -> Recorded:
    """A loan's disbursement as it is stored; `name` says which loan."""
    event = paid_out(amount, office, commune)
    return Recorded(build.some_id(name), version, build.NOW, event)
