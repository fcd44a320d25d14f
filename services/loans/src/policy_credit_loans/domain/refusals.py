"""Why the loans service says no.

Refusal
├── DueBeforeDisbursed
├── TermsDiffer
└── TrancheRepeated
"""

from datetime import date
from typing import ClassVar

from policy_credit_shared.kernel.refusals import Refusal


class DueBeforeDisbursed(Refusal):
    """The final due date is not after the disbursement."""

    code: ClassVar[str] = "due-before-disbursed"

    def __init__(self, due_on: date, disbursed_on: date) -> None:
        super().__init__(
            f"The loan would be due on {due_on}, not after {disbursed_on}, its disbursement.",
            field="due_on",
            fix="Give the date of the last instalment.",
        )


class TermsDiffer(Refusal):
    """A further tranche contradicts the loan's terms."""

    code: ClassVar[str] = "terms-differ"

    def __init__(self, field: str, agreed: object) -> None:
        super().__init__(
            f"The loan's {field} is {agreed}.",
            field=field,
            fix="A further tranche keeps the terms of the first.",
        )


class TrancheRepeated(Refusal):
    """That tranche was disbursed already, or one before it was not."""

    code: ClassVar[str] = "tranche-out-of-order"

    def __init__(self, given: int, expected: int) -> None:
        super().__init__(
            f"The next tranche of this loan is number {expected}, not {given}.",
            field="tranche",
            fix="Number the tranches 1, 2, 3 … in the order they are paid out.",
        )
