"""Why the oversight service says no to a rating or a target.

Refusal
├── GroupDiffers
├── MonthRatedAlready
└── UnitNotOfOffice
"""

from typing import ClassVar

from policy_credit_shared.kernel.refusals import Refusal


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
