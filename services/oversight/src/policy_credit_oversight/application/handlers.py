"""Which use case carries out which command, and the events that they store."""

from typing import Final

from policy_credit_oversight.application.check import check
from policy_credit_oversight.application.inspect import inspect
from policy_credit_oversight.application.rate import rate
from policy_credit_oversight.application.target import target
from policy_credit_oversight.domain.group_rating import GroupRated, RateGroup
from policy_credit_oversight.domain.inspection import CarryOutInspection, InspectionCarriedOut
from policy_credit_oversight.domain.loan_use import CheckLoanUse, LoanUseChecked
from policy_credit_oversight.domain.target import SetTarget, TargetSet
from policy_credit_shared.store.books import Handlers
from policy_credit_shared.store.recorded import EventMapper

HANDLERS: Final[Handlers] = {
    CarryOutInspection: inspect,
    CheckLoanUse: check,
    RateGroup: rate,
    SetTarget: target,
}
MAPPER: Final = EventMapper([InspectionCarriedOut, LoanUseChecked, GroupRated, TargetSet])
