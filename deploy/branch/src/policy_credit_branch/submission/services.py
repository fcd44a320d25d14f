"""The repayments service as a branch sees it: what it answers, and when it does not."""

from typing import Protocol
from uuid import UUID

from msgspec import Struct

from policy_credit_branch.sheet.records import Refused


class Recorded(Struct, frozen=True):
    """All lines of the call are recorded, so many, now or at the first time of its key."""

    lines: int


class SomeRefused(Struct, frozen=True):
    """Nothing was recorded: these lines may not be, by their place in the call, from 0."""

    lines: dict[int, "Reason"]


class Reason(Struct, frozen=True, kw_only=True):
    """Why a line was refused, in the service's words."""

    code: str
    field: str
    detail: str
    fix: str

    def of(self, entry: UUID) -> Refused:
        """The same, said of an entry."""
        return Refused(
            entry=entry,
            code=self.code,
            field=self.field,
            detail=self.detail,
            fix=self.fix,
        )


Reply = Recorded | SomeRefused


class SubmissionFailed(Exception):
    """The call waits in the outbox as it is, and is made again.

    SubmissionFailed
    ├── Unanswered
    └── CallRefused
    """


class Unanswered(SubmissionFailed):
    """No line, no answer, or a passing failure: whether it was recorded is not known."""


class CallRefused(SubmissionFailed):
    """The call as a whole is not accepted, its token perhaps: nothing was recorded by it."""


class Repayments(Protocol):
    """Takes calls."""

    def post(self, key: str, body: bytes) -> Reply:
        """Make a call; the same key and body again is the same call. Raises SubmissionFailed."""
