"""Why the oversight service says no.

Refusal
├── InspectionRepeated
├── CheckedBeforeDisbursed
├── UseCheckedAlready
├── GroupDiffers
├── MonthRatedAlready
└── UnitNotOfOffice
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


class GroupDiffers(Refusal):
    """The group was rated before as one of another commune or association."""

    code: ClassVar[str] = "group-differs"

    def __init__(self, field: str, known: str) -> None:
        super().__init__(
            f"The group's {field} is {known}.",
            field=field,
            fix="Check the group's id; a group keeps its commune and its association.",
        )


class MonthRatedAlready(Refusal):
    """Ratings go forward, month by month."""

    code: ClassVar[str] = "month-rated-already"

    def __init__(self, month: str, last: str) -> None:
        super().__init__(
            f"The group is rated for {last}; {month} is not later.",
            field="month",
            fix=f"Rate a month after {last}.",
        )


class UnitNotOfOffice(Refusal):
    """A target is set for the office itself or for a commune that it serves."""

    code: ClassVar[str] = "unit-not-of-office"

    def __init__(self, unit: str, office: str) -> None:
        super().__init__(
            f"Unit {unit} is neither office {office} nor a commune that it serves.",
            field="unit",
            fix="Give the office's code or a commune's.",
        )
