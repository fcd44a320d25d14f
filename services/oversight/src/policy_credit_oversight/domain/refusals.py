"""Why the oversight service says no to an inspection or a check.

Refusal
├── InspectionRepeated
├── CheckedBeforeDisbursed
└── UseCheckedAlready
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from policy_credit_shared.kernel.refusals import Refusal


class InspectionRepeated(Refusal):
    """The inspection's id was used before."""

    code: ClassVar[str] = "inspection-repeated"

    def __init__(self, inspection: UUID) -> None:
        super().__init__(
            f"Inspection {inspection} is recorded already.",
            field="inspection",
            fix="Give a new inspection an id of its own.",
        )


class CheckedBeforeDisbursed(Refusal):
    """The check is dated before the loan was paid out."""

    code: ClassVar[str] = "checked-before-disbursed"

    def __init__(self, checked_on: date, disbursed_on: date) -> None:
        super().__init__(
            f"The check on {checked_on} is before the disbursement on {disbursed_on}.",
            field="checked_on",
            fix="Correct one of the two dates.",
        )


class UseCheckedAlready(Refusal):
    """The loan's use is settled; only money not yet used is checked again."""

    code: ClassVar[str] = "use-checked-already"

    def __init__(self, loan: UUID, result: str) -> None:
        super().__init__(
            f"The use of loan {loan} was checked already, with the result {result}.",
            field="loan",
            fix="Leave the line out.",
        )
