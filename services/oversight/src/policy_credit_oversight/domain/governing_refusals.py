"""Why the oversight service says no about Boards, obstacles, outreach, outcomes and reports.

Refusal
├── UnitUnknown
├── UnitOfOthers
├── NotAbove
├── IdUsed
├── NotRecorded
├── DatedTooEarly
├── NoSuchBoard
├── MoreThanMembers
├── TaskIsDone
├── ObstacleSettled
├── OutcomeIsTakenBack
├── RecorderTakesBack
├── IllegalLendingIsClosed
├── AlreadyReporting
└── ReportNotAwaited
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from policy_credit_shared.kernel.refusals import Refusal


class UnitUnknown(Refusal):
    """No such unit, or none that can do this."""

    code: ClassVar[str] = "unit-not-known"

    def __init__(self, unit: str, field: str) -> None:
        super().__init__(
            f"Unit {unit} is not one that can do this.",
            field=field,
            fix="Use VN, or the code of a province, a transaction office or a commune in the list"
            " of units before 2025-07-01.",
        )


class UnitOfOthers(Refusal):
    """It is another unit's to do, and not one below the sender's."""

    code: ClassVar[str] = "unit-of-others"

    def __init__(self, owner: str, unit: str, field: str) -> None:
        super().__init__(
            f"That is unit {owner}'s, and not unit {unit}'s.",
            field=field,
            fix=f"Let unit {owner} send it, or correct the field.",
        )


class NotAbove(Refusal):
    """An obstacle goes to a unit above."""

    code: ClassVar[str] = "not-above"

    def __init__(self, to: str, unit: str) -> None:
        super().__init__(
            f"Unit {to} is not above unit {unit}.",
            field="to",
            fix="Name the transaction office, the province or VN that the unit belongs to.",
        )


class IdUsed(Refusal):
    """The id of a new thing was used before."""

    code: ClassVar[str] = "id-used"

    def __init__(self, thing: str, identifier: UUID) -> None:
        super().__init__(
            f"The {thing} {identifier} is recorded already.",
            field=thing,
            fix="Leave the line out, or give a new one an id of its own.",
        )


class NotRecorded(Refusal):
    """What the command is about was never recorded."""

    code: ClassVar[str] = "not-recorded"

    def __init__(self, thing: str, which: UUID | str, field: str = "") -> None:
        super().__init__(
            f"There is no {thing} {which}.",
            field=field or thing,
            fix=f"Record the {thing} first, or correct the field.",
        )


class DatedTooEarly(Refusal):
    """One thing is dated before another that it follows."""

    code: ClassVar[str] = "dated-too-early"

    def __init__(self, field: str, day: date, earliest: date, what: str) -> None:
        super().__init__(
            f"{day} is before {earliest}, when {what}.",
            field=field,
            fix=f"Give a day from {earliest} on, or correct the other date.",
        )


class NoSuchBoard(Refusal):
    """Districts had Boards until 2025-06-30, communes have them since 2025-07-01."""

    code: ClassVar[str] = "no-such-board"

    def __init__(self, field: str, unit: str, on: date) -> None:
        super().__init__(
            f"The sender's unit keeps no Representative Board of {unit} on {on}.",
            field=field,
            fix="Before 2025-07-01 leave `commune` out; since then an office names one that it"
            " serves, by its code in the list since 2025-07-01.",
        )


class MoreThanMembers(Refusal):
    """No more attend than are members."""

    code: ClassVar[str] = "more-than-members"

    def __init__(self, attended: int, members: int) -> None:
        super().__init__(
            f"{attended} attended, but the Board has {members} members.",
            field="attended",
            fix="Count members only; correct one of the two numbers.",
        )


class TaskIsDone(Refusal):
    """The task was reported done."""

    code: ClassVar[str] = "task-done"

    def __init__(self, number: int, done_on: date) -> None:
        super().__init__(
            f"Task {number} was reported done on {done_on}.",
            field="number",
            fix="Leave the line out, or correct the number.",
        )


class ObstacleSettled(Refusal):
    """The obstacle waits for nobody."""

    code: ClassVar[str] = "obstacle-settled"

    def __init__(self, how: str, on: date) -> None:
        super().__init__(
            f"The obstacle was {how} on {on}.",
            field="obstacle",
            fix="Raise what is still in the way as a new obstacle.",
        )


class OutcomeIsTakenBack(Refusal):
    """A record is taken back once."""

    code: ClassVar[str] = "outcome-taken-back"

    def __init__(self, outcome: UUID, on: date) -> None:
        super().__init__(
            f"Outcome {outcome} was taken back on {on}.",
            field="outcome",
            fix="Leave the line out; record what is right under a new id.",
        )


class RecorderTakesBack(Refusal):
    """Whoever recorded an outcome does not take it back."""

    code: ClassVar[str] = "recorder-takes-back"

    def __init__(self) -> None:
        super().__init__(
            "Whoever recorded an outcome may not take it back.",
            field="outcome",
            fix="Let another person of the office take it back.",
        )


class IllegalLendingIsClosed(Refusal):
    """A report of illegal lending ends once."""

    code: ClassVar[str] = "illegal-lending-closed"

    def __init__(self, report: UUID, on: date) -> None:
        super().__init__(
            f"Report {report} was closed on {on}.",
            field="report",
            fix="Leave the line out; report what happened since as a new report.",
        )


class AlreadyReporting(Refusal):
    """A unit begins to report once."""

    code: ClassVar[str] = "already-reporting"

    def __init__(self, unit: str) -> None:
        super().__init__(
            f"Unit {unit} has begun to report already.",
            field="unit",
            fix="Leave the line out; what it owes follows from the duties.",
        )


class ReportNotAwaited(Refusal):
    """No such report is owed now, or it was sent already."""

    code: ClassVar[str] = "report-not-awaited"

    def __init__(self, unit: str, duty: str, period: str) -> None:
        super().__init__(
            f"Unit {unit} owes no report {duty} of {period}, or has sent it.",
            field="period",
            fix="Ask for the reports due; a report is owed once the last day of its period is"
            " closed.",
        )
