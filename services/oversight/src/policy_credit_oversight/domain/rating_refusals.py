"""Why the oversight service says no to a rating or a target.

Refusal
├── GroupUnknown
├── GroupIsDissolved
├── MonthRatedAlready
├── MonthNotOver
├── NothingProposed
├── ProposalDiffers
├── NothingToAmend
├── TargetUnitUnknown
└── TargetTooHigh
"""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar
from uuid import UUID

from policy_credit_shared.kernel.refusals import Refusal


class GroupUnknown(Refusal):
    """Nothing is known of the group here."""

    code: ClassVar[str] = "rated-group-unknown"

    def __init__(self, group: UUID) -> None:
        super().__init__(
            f"There is no group {group}.",
            field="group",
            fix="Check the group's id; a group just formed is known here a moment later.",
        )


class GroupIsDissolved(Refusal):
    """The group was dissolved; it is rated no more."""

    code: ClassVar[str] = "rated-group-dissolved"

    def __init__(self, group: UUID, on: date) -> None:
        super().__init__(
            f"Group {group} was dissolved on {on}.",
            field="group",
            fix="Leave the line out.",
        )


class MonthRatedAlready(Refusal):
    """Ratings go forward, month by month."""

    code: ClassVar[str] = "month-rated-already"

    def __init__(self, month: str, last: str) -> None:
        super().__init__(
            f"The group is rated for {last}; {month} is not later.",
            field="month",
            fix=f"Rate a month after {last}; amend {last} itself, with a reason.",
        )


class MonthNotOver(Refusal):
    """The rating is dated before the month's last day."""

    code: ClassVar[str] = "month-not-over"

    def __init__(self, field: str, on: date, last: date) -> None:
        super().__init__(
            f"{on} is before {last}, when the month that is rated ends.",
            field=field,
            fix=f"Rate the month on {last} or later.",
        )


class NothingProposed(Refusal):
    """No rating is proposed for the month: it was not closed, or too long ago."""

    code: ClassVar[str] = "no-rating-proposed"

    def __init__(self, month: str, proposed: Iterable[str]) -> None:
        waiting = ", ".join(sorted(proposed)) or "none"
        super().__init__(
            f"No rating is proposed for {month}; proposals wait for: {waiting}.",
            field="month",
            fix="Rate a month that waits, or close the month's last day first.",
        )


class ProposalDiffers(Refusal):
    """The month's figures are worth another rating than the one that is confirmed."""

    code: ClassVar[str] = "proposal-differs"

    def __init__(self, asked: str, proposed: str, points: int) -> None:
        super().__init__(
            f"By its figures the month is {proposed}, with {points} points, not {asked}.",
            field="rating",
            fix=f"Confirm {proposed}, or amend it to {asked} with a reason.",
        )


class NothingToAmend(Refusal):
    """The rating is that already."""

    code: ClassVar[str] = "nothing-to-amend"

    def __init__(self, rating: str, *, rated: bool) -> None:
        super().__init__(
            f"The group is {'rated' if rated else 'proposed to be rated'} {rating} already.",
            field="rating",
            fix="Leave the line out." if rated else "Confirm the proposal.",
        )


class TargetUnitUnknown(Refusal):
    """A target is of head office, a province, a transaction office or a commune."""

    code: ClassVar[str] = "target-unit-unknown"

    def __init__(self, unit: str) -> None:
        super().__init__(
            f"There is no province, office or commune {unit}.",
            field="unit",
            fix="Use a code of the list of units before 2025-07-01, or VN for head office.",
        )


class TargetTooHigh(Refusal):
    """A share is at most all of it."""

    code: ClassVar[str] = "target-too-high"

    def __init__(self, indicator: str, value: int, most: int) -> None:
        super().__init__(
            f"{indicator} is at most {most}; {value} is more.",
            field="value",
            fix="Give millionths: 0.14 % is 1400.",
        )
