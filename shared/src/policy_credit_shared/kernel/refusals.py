"""A command that may not be carried out, and what its sender can do about it.

Refusal
├── (each service derives its own: Overpayment, LoanNotOpen, …)
├── CommuneNotServed
├── WrongOffice
├── IdOfAnotherKind
└── ConcurrentChange
"""

from typing import ClassVar
from uuid import UUID


class Refusal(Exception):
    """An expected "no". `code` is stable and documented; `field` names what to correct."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 422

    def __init__(self, detail: str, *, field: str = "", fix: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field
        self.fix = fix


class CommuneNotServed(Refusal):
    """No such commune, or another office serves it."""

    code = "commune-not-served"

    def __init__(self, commune: str, office: str) -> None:
        super().__init__(
            f"Commune {commune} is not one that office {office} serves.",
            field="commune",
            fix="Use the commune's five-digit code in the list of units before 2025-07-01.",
        )


class WrongOffice(Refusal):
    """The thing belongs to another transaction office."""

    code = "wrong-office"

    def __init__(self, thing: str, owner: str) -> None:
        super().__init__(
            f"The {thing} belongs to office {owner}.",
            field="office",
            fix=f"Send the command from office {owner}.",
        )


class IdOfAnotherKind(Refusal):
    """The id belongs to a thing of another kind: a group's, say, where a loan's is asked for."""

    code = "id-of-another-kind"

    def __init__(self, aggregate: UUID) -> None:
        super().__init__(
            f"{aggregate} is the id of something else.",
            fix="Check the ids; a new thing needs a new id.",
        )


class ConcurrentChange(Refusal):
    """Others kept changing the same aggregates while this command was decided."""

    code = "concurrent-change"
    status = 409

    def __init__(self) -> None:
        super().__init__(
            "The same records were being changed by another call; nothing was recorded.",
            fix="Send the call again with the same Idempotency-Key.",
        )
