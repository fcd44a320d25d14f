"""The shape of answers about closed periods."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final, Literal

from msgspec import Struct

from policy_credit_reporting.reports.closing import Closing, EntryMade, FiguresPublished
from policy_credit_reporting.reports.statement import (
    Person,
    Published,
    ReportedUnit,
    Taken,
    read_statement,
)
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.store.signing import public_pem

Status = Literal["open", "proposed", "published", "reopened"]
"""Chưa khóa, chờ duyệt, đã công bố, đã mở lại."""


class ClosingStatus(Struct, frozen=True, kw_only=True):
    """How a period stands at a unit.

    `number` and `edition` are of what is published, `proposed` is the digest of what waits for
    approval, and `gaps` is what either lacks.
    """

    unit: ReportedUnit
    period: str
    status: Status
    number: int | None
    edition: int | None
    proposed: str | None
    gaps: list[str]


class Proposal(Struct, frozen=True, kw_only=True):
    """What waits for approval: its figures, and the digest that an approval names."""

    digest: str
    provisional_because: str
    proposed_by: Person
    report: Taken


class RegisterLine(Struct, frozen=True, kw_only=True):
    """A line of the register: a publication, or a reopening of one."""

    number: int
    unit: str
    period: str
    edition: int
    is_reopening: bool
    digest: str


class PublishedReport(Struct, frozen=True, kw_only=True):
    """A published report: the statement, and what proves it.

    `signature` is Ed25519 over the statement's canonical bytes, `key` the public key, in hex.
    `is_provisional` if it was published with gaps; `replaced_by` numbers the next edition.
    """

    number: int
    digest: str
    signature: str
    key: str
    is_provisional: bool
    is_reopened: bool
    replaced_by: int | None
    statement: Published


class PublicKey(Struct, frozen=True, kw_only=True):
    """The key that reports are signed with: 32 bytes in hex, their SHA-256, and as PEM."""

    algorithm: Literal["Ed25519"]
    key: str
    fingerprint: str
    pem: str


def public_key_of(key: bytes) -> PublicKey:
    """The answer about a key."""
    return PublicKey(
        algorithm="Ed25519",
        key=key.hex(),
        fingerprint=sha256(key).hexdigest(),
        pem=public_pem(key).decode(),
    )


def status_of(unit: ReportedUnit, period: str, closing: Closing) -> ClosingStatus:
    """How a closing stands."""
    statement = published_statement(closing.published) if closing.published else None
    gaps = statement.report.gaps if statement else []
    if closing.proposal is not None:
        gaps = closing.proposal.taken.gaps
    return ClosingStatus(
        unit=unit,
        period=period,
        status=_status(closing),
        number=closing.published.number if closing.published else None,
        edition=closing.published.edition if closing.published else None,
        proposed=closing.proposal.digest if closing.proposal else None,
        gaps=gaps,
    )


def proposal_of(closing: Closing) -> Proposal | None:
    """What waits for approval."""
    if closing.proposal is None:
        return None
    proposal = closing.proposal
    return Proposal(
        digest=proposal.digest,
        provisional_because=proposal.provisional_because,
        proposed_by=proposal.by,
        report=proposal.taken,
    )


def report_of(body: FiguresPublished, closing: Closing) -> PublishedReport:
    """What was published, and what became of it; `closing` is its period now."""
    statement = published_statement(body)
    latest = closing.published
    is_latest = latest is None or latest.number == body.number
    return PublishedReport(
        number=body.number,
        digest=body.digest,
        signature=body.signature,
        key=body.key,
        is_provisional=bool(statement.report.gaps),
        is_reopened=not is_latest or closing.is_reopened,
        replaced_by=None if is_latest or latest is None else latest.number,
        statement=statement,
    )


def line_of(line: EntryMade) -> RegisterLine:
    """A line as it is shown."""
    return RegisterLine(
        number=line.number,
        unit=line.unit,
        period=line.period,
        edition=line.edition,
        is_reopening=line.is_reopening,
        digest=line.digest,
    )


def published_statement(body: FiguresPublished) -> Published:
    """The statement of a publication."""
    statement = read_statement(body.statement)
    if not isinstance(statement, Published):
        raise InvariantBroken("a publication states figures")
    return statement


FIGURES_HEADER: Final = ("number", "period", "code", "name", "measure", "kind", "amount")


def figures_rows(statement: Published) -> list[Sequence[object]]:
    """A row for each unit and measure."""
    report = statement.report
    return [
        (
            statement.number,
            report.period,
            unit.code,
            unit.name,
            measure,
            report.kinds[measure],
            amount,
        )
        for unit in report.units
        for measure, amount in report.figures[unit.code].items()
    ]


def _status(closing: Closing) -> Status:
    if closing.proposal is not None:
        return "proposed"
    if closing.published is None:
        return "open"
    return "reopened" if closing.is_reopened else "published"
