"""What an office carries to a commune's point: what was owed and saved there at the last contact.

One sealed file a commune, replaced as a whole. No names: a loan or household is found by the
beginning of its code, as the sheets on paper have it.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from policy_credit_branch.outbox.disk import Disk
from policy_credit_branch.outbox.journal import Journal
from policy_credit_branch.outbox.seal import COST, Seal
from policy_credit_branch.sheet.refusals import CodeAmbiguous, CodeUnknown
from policy_credit_shared.kernel.identifiers import Association, CommuneCode, Office

SUFFIX: Final = ".carried"
CODE_LENGTH_MIN: Final = 4


class LoanCarried(Struct, frozen=True, kw_only=True):
    """What was owed on a loan, in dong; `interest_due` is what was charged by then."""

    loan: UUID
    household: UUID
    programme: str
    association: Association
    in_term: int
    overdue: int
    instalments_due: int
    interest_due: int


class Through(Struct, frozen=True):
    """What a household has saved through a group."""

    group: UUID
    association: Association
    amount: int


class SavingsCarried(Struct, frozen=True, kw_only=True):
    """What a household has saved, the earliest group first."""

    household: UUID
    balance: int
    parts: tuple[Through, ...]


class Carried(Struct, frozen=True, kw_only=True):
    """An office's books of one commune, for the day `on`, as they were at `fetched_at`."""

    office: Office
    commune: CommuneCode
    on: date
    fetched_at: datetime
    loans: tuple[LoanCarried, ...] = ()
    savings: tuple[SavingsCarried, ...] = ()

    @classmethod
    def nothing(cls, office: Office, commune: CommuneCode, on: date) -> "Carried":
        """For who took nothing along: only whole codes are known."""
        return cls(
            office=office, commune=commune, on=on, fetched_at=datetime.min.replace(tzinfo=UTC)
        )

    def loan(self, field: str, code: str) -> UUID:
        """The loan whose code begins so, or any whole code; raises a LineRefused."""
        return _found(field, code, [loan.loan for loan in self.loans])

    def household(self, field: str, code: str) -> UUID:
        """The household whose code begins so, or any whole code; raises a LineRefused."""
        known = {loan.household for loan in self.loans} | {s.household for s in self.savings}
        return _found(field, code, known)

    def group(self, field: str, code: str) -> UUID:
        """The group whose code begins so, or any whole code; raises a LineRefused."""
        return _found(field, code, {p.group for s in self.savings for p in s.parts})

    def owed(self, loan: UUID) -> LoanCarried | None:
        """What was owed on a loan, if it was there."""
        return next((known for known in self.loans if known.loan == loan), None)

    def saved(self, household: UUID) -> SavingsCarried | None:
        """What a household had saved, if it had."""
        return next((known for known in self.savings if known.household == household), None)


def _found(field: str, code: str, known: Iterable[UUID]) -> UUID:
    code = code.strip().lower()
    try:
        return UUID(code)
    except ValueError:
        pass
    plain = code.replace("-", "")
    found = sorted(x for x in known if x.hex.startswith(plain)) if plain else []
    if len(plain) < CODE_LENGTH_MIN or not found:
        raise CodeUnknown(field, code)
    if len(found) > 1:
        raise CodeAmbiguous(field, code, len(found))
    return found[0]


def keep_carried(
    disk: Disk, folder: Path, secret: bytes, carried: Carried, cost: int = COST
) -> None:
    """Replace what was carried for the commune before; raises NotSaved."""
    path = folder / f"{carried.commune}{SUFFIX}"
    Journal.create(disk, path, Seal.fresh(secret, cost), msgspec.json.encode(carried))


def read_carried(disk: Disk, folder: Path, secret: bytes, commune: str) -> Carried | None:
    """What is carried for a commune, if anything; raises an OutboxFailed."""
    try:
        journal = Journal.open(disk, folder / f"{commune}{SUFFIX}", secret)
    except FileNotFoundError:
        return None
    return msgspec.json.decode(journal.records[0], type=Carried)
