"""Why the oversight service says no to an inspection, a finding or a check of loan use.

Refusal
├── inspections and their plans
│   ├── PlanRepeated
│   ├── PlanUnknown
│   ├── PeriodBackwards
│   ├── UnitUnknown
│   ├── BoardNotThere
│   ├── InspectedElsewhere
│   ├── InspectedTwiceInPlan
│   ├── InspectorElsewhere
│   ├── FewerThanNamed
│   ├── NotInPlan
│   └── InspectionRepeated
├── findings
│   ├── FindingRepeated
│   ├── FindingUnknown
│   ├── FindingRemediedAlready
│   ├── InspectionUnknown
│   ├── RaisedBeforeInspection
│   ├── DeadlineBeforeRaised
│   ├── ResponsibleElsewhere
│   └── RemediedBeforeRaised
└── checks of loan use
    ├── LoanNotPaidOut
    ├── TrancheNotPaidOut
    ├── CheckedBeforeDisbursed
    ├── CheckedBeforeLastCheck
    ├── DeadlineBeforeCheck
    └── UseCheckedAlready
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from policy_credit_shared.kernel.refusals import Refusal


class PlanRepeated(Refusal):
    """The plan's id was used before."""

    code: ClassVar[str] = "plan-repeated"

    def __init__(self, plan: UUID) -> None:
        super().__init__(
            f"Plan {plan} is recorded already.",
            field="plan",
            fix="Give a new plan an id of its own.",
        )


class PlanUnknown(Refusal):
    """No such plan."""

    code: ClassVar[str] = "plan-unknown"

    def __init__(self, plan: UUID | None) -> None:
        super().__init__(
            f"There is no inspection plan {plan}.",
            field="plan",
            fix="Check the plan's id, or leave it out if the inspection was not planned.",
        )


class PeriodBackwards(Refusal):
    """The period ends before it begins."""

    code: ClassVar[str] = "period-backwards"

    def __init__(self, since: date, until: date) -> None:
        super().__init__(
            f"The period from {since} ends before it begins, on {until}.",
            field="period_until",
            fix="Correct one of the two dates.",
        )


class UnitUnknown(Refusal):
    """No such unit that a body can be of."""

    code: ClassVar[str] = "unit-unknown"

    def __init__(self, unit: str) -> None:
        super().__init__(
            f"There is no unit {unit} in the list of units before 2025-07-01.",
            field="unit",
            fix="Give VN, or the code of a province, a transaction office or a commune.",
        )


class BoardNotThere(Refusal):
    """Boards of districts ended with the districts; boards of communes began then."""

    code: ClassVar[str] = "board-not-there"

    def __init__(self, unit: str, day: date) -> None:
        super().__init__(
            f"Unit {unit} has no Representative Board on {day}.",
            field="unit",
            fix="Districts have a Board until 2025-06-30, communes since 2025-07-01.",
        )


class InspectedElsewhere(Refusal):
    """A body inspects what lies in its own unit."""

    code: ClassVar[str] = "inspected-elsewhere"

    def __init__(self, inspected: str, unit: str) -> None:
        super().__init__(
            f"{inspected} is no transaction office or commune within unit {unit}.",
            field="scope",
            fix="Give the code of an office or a commune within the unit.",
        )


class InspectedTwiceInPlan(Refusal):
    """A plan names each unit once."""

    code: ClassVar[str] = "inspected-twice-in-plan"

    def __init__(self, inspected: str) -> None:
        super().__init__(
            f"The plan names {inspected} more than once.",
            field="scope",
            fix="Name it once and say how many inspections it is to have.",
        )


class InspectorElsewhere(Refusal):
    """The body's unit does not cover the commune."""

    code: ClassVar[str] = "inspector-elsewhere"

    def __init__(self, unit: str, commune: str) -> None:
        super().__init__(
            f"Commune {commune} is outside unit {unit}.",
            field="unit",
            fix="Give the unit of the body that inspected: the commune's own or one above it.",
        )


class FewerThanNamed(Refusal):
    """More groups are named than were inspected."""

    code: ClassVar[str] = "fewer-than-named"

    def __init__(self, inspected: int, named: int) -> None:
        super().__init__(
            f"{named} groups are named, but {inspected} inspected.",
            field="groups_inspected",
            fix="Count the named groups among those inspected.",
        )


class NotInPlan(Refusal):
    """The inspection is not one of the plan it names; `field` says by what."""

    code: ClassVar[str] = "not-in-plan"

    def __init__(self, field: str, why: str) -> None:
        super().__init__(
            why,
            field=field,
            fix="Correct it, or leave the plan out if the inspection was not planned.",
        )


class InspectionRepeated(Refusal):
    """The inspection's id was used before."""

    code: ClassVar[str] = "inspection-repeated"

    def __init__(self, inspection: UUID) -> None:
        super().__init__(
            f"Inspection {inspection} is recorded already.",
            field="inspection",
            fix="Give a new inspection an id of its own.",
        )


class FindingRepeated(Refusal):
    """The finding's id was used before."""

    code: ClassVar[str] = "finding-repeated"

    def __init__(self, finding: UUID) -> None:
        super().__init__(
            f"Finding {finding} is recorded already.",
            field="finding",
            fix="Give a new finding an id of its own.",
        )


class FindingUnknown(Refusal):
    """No such finding."""

    code: ClassVar[str] = "finding-unknown"

    def __init__(self, finding: UUID) -> None:
        super().__init__(
            f"There is no finding {finding}.",
            field="finding",
            fix="Check the finding's id in the list of open findings.",
        )


class FindingRemediedAlready(Refusal):
    """A finding is remedied once."""

    code: ClassVar[str] = "finding-remedied-already"

    def __init__(self, finding: UUID, on: date) -> None:
        super().__init__(
            f"Finding {finding} was remedied on {on}.",
            field="finding",
            fix="Leave the line out; raise a new finding if something is wrong again.",
        )


class InspectionUnknown(Refusal):
    """No such inspection."""

    code: ClassVar[str] = "inspection-unknown"

    def __init__(self, inspection: UUID) -> None:
        super().__init__(
            f"There is no inspection {inspection}.",
            field="inspection",
            fix="Record the inspection first, or check its id.",
        )


class RaisedBeforeInspection(Refusal):
    """The finding is dated before the inspection."""

    code: ClassVar[str] = "raised-before-inspection"

    def __init__(self, raised_on: date, inspected_on: date) -> None:
        super().__init__(
            f"The finding on {raised_on} is before the inspection on {inspected_on}.",
            field="raised_on",
            fix="Correct the date.",
        )


class DeadlineBeforeRaised(Refusal):
    """The deadline is before the finding."""

    code: ClassVar[str] = "deadline-before-raised"

    def __init__(self, deadline: date, raised_on: date) -> None:
        super().__init__(
            f"The deadline {deadline} is before the finding was raised, on {raised_on}.",
            field="deadline",
            fix="Give a day on which the finding can be remedied.",
        )


class ResponsibleElsewhere(Refusal):
    """The office itself or a commune that it serves is responsible."""

    code: ClassVar[str] = "responsible-elsewhere"

    def __init__(self, unit: str, office: str) -> None:
        super().__init__(
            f"Unit {unit} is neither office {office} nor a commune that it serves.",
            field="responsible",
            fix="Give the office's code or a commune's.",
        )


class RemediedBeforeRaised(Refusal):
    """The remedy is dated before the finding."""

    code: ClassVar[str] = "remedied-before-raised"

    def __init__(self, remedied_on: date, raised_on: date) -> None:
        super().__init__(
            f"The remedy on {remedied_on} is before the finding was raised, on {raised_on}.",
            field="remedied_on",
            fix="Correct the date.",
        )


class LoanNotPaidOut(Refusal):
    """Nothing of the loan was paid out, as far as loans has told."""

    code: ClassVar[str] = "loan-not-paid-out"

    def __init__(self, loan: UUID) -> None:
        super().__init__(
            f"Nothing of loan {loan} is known to be paid out.",
            field="loan",
            fix="Check the loan's id; if it was paid out just now, send the line again shortly.",
        )


class TrancheNotPaidOut(Refusal):
    """The tranche was not paid out, as far as loans has told."""

    code: ClassVar[str] = "tranche-not-paid-out"

    def __init__(self, loan: UUID, tranche: int) -> None:
        super().__init__(
            f"Tranche {tranche} of loan {loan} is not known to be paid out.",
            field="tranche",
            fix="Check the tranche's number, or leave it out for the first one not checked yet.",
        )


class CheckedBeforeDisbursed(Refusal):
    """The check is dated before the tranche was paid out."""

    code: ClassVar[str] = "checked-before-disbursed"

    def __init__(self, checked_on: date, disbursed_on: date) -> None:
        super().__init__(
            f"The check on {checked_on} is before the disbursement on {disbursed_on}.",
            field="checked_on",
            fix="Correct the date of the check, or name the tranche that was checked.",
        )


class CheckedBeforeLastCheck(Refusal):
    """Checks of a tranche go forward in time."""

    code: ClassVar[str] = "checked-before-last-check"

    def __init__(self, checked_on: date, last: date) -> None:
        super().__init__(
            f"The check on {checked_on} is before the last one, on {last}.",
            field="checked_on",
            fix="Correct the date; record checks in the order in which they were made.",
        )


class DeadlineBeforeCheck(Refusal):
    """A wrong use is to be put right before it was found."""

    code: ClassVar[str] = "deadline-before-check"

    def __init__(self, remedy_by: date, checked_on: date) -> None:
        super().__init__(
            f"The deadline {remedy_by} is before the check on {checked_on}.",
            field="remedy_by",
            fix="Give a day on which the use can be put right, or leave it out.",
        )


class UseCheckedAlready(Refusal):
    """The use is settled; only money not yet used is checked again."""

    code: ClassVar[str] = "use-checked-already"

    def __init__(self, loan: UUID, result: str) -> None:
        super().__init__(
            f"The use of loan {loan} was checked already, with the result {result}.",
            field="loan",
            fix="Leave the line out.",
        )
