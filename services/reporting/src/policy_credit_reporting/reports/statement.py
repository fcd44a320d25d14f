"""What is published, and the exact bytes that are signed: canonical JSON as RFC 8785 has it."""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final, Literal

import msgspec
import rfc8785
from msgspec import Struct

from policy_credit_shared.kernel.principals import Role

GENESIS: Final = "0" * 64
"""What the first entry of the register follows."""

JSON_WHOLE_MAX: Final = 2**53 - 1
"""Beyond it RFC 8785 has whole numbers as strings, which every reader keeps exact."""

Figures = Mapping[str, Mapping[str, int]]
"""Each unit's measures: stocks at the end of the period, flows within it."""


class Person(Struct, frozen=True, kw_only=True):
    """Who did it, as the token names them."""

    subject: str
    unit: str
    role: Role


class ReportedUnit(Struct, frozen=True, kw_only=True):
    """A unit of the bank as it was on the last day of the period."""

    code: str
    level: str
    name: str
    valid_from: date


class NextOffset(Struct, frozen=True, kw_only=True):
    """Up to where a partition is in the figures: the offset after its last record."""

    topic: str
    partition: int
    next_offset: int


class ChainHead(Struct, frozen=True, kw_only=True):
    """The last of a source's records in a partition that is in the figures, and its chain."""

    topic: str
    partition: int
    source: str
    sequence: int
    chain: str


class Taken(Struct, frozen=True, kw_only=True):
    """A unit's figures of a period and those of the units below it, at one position of the log.

    `units` begins with the unit itself. `ratios` names the numerator and the denominator of each
    ratio, to be divided last. `gaps` says what the figures lack; empty if nothing speaks for it.
    `generation` names what measures and postings meant.
    """

    unit: str
    period: str
    first_day: date
    last_day: date
    units: list[ReportedUnit]
    kinds: dict[str, Literal["stock", "flow"]]
    ratios: dict[str, tuple[str, str]]
    figures: dict[str, dict[str, int]]
    generation: str
    offsets: list[NextOffset]
    heads: list[ChainHead]
    heard: dict[str, datetime]
    taken_at: datetime
    gaps: list[str]

    def digest(self) -> str:
        """What an approval names: SHA-256 of all of this."""
        return digest(canonical(self))


class Published(Struct, frozen=True, kw_only=True, tag_field="says", tag="figures published"):
    """Bản công bố số liệu: the figures of a period, published by a unit with approval from above.

    `number` and `previous` chain the entries of the register. A later edition `replaces` the
    digest of the one before. `provisional_because` is why it was published with gaps.
    """

    number: int
    previous: str
    edition: int
    replaces: str | None
    report: Taken
    provisional_because: str
    proposed_by: Person
    approved_by: Person
    published_at: datetime


class Reopened(Struct, frozen=True, kw_only=True, tag_field="says", tag="period reopened"):
    """Mở lại kỳ: why a published period may be published once more."""

    number: int
    previous: str
    unit: str
    period: str
    edition: int
    reopens: str
    reason: str
    reopened_by: Person
    reopened_at: datetime


Statement = Published | Reopened


def about(statement: Statement) -> tuple[str, str]:
    """The unit and the period that a statement is about."""
    match statement:
        case Published(report=report):
            return report.unit, report.period
        case Reopened(unit=unit, period=period):
            return unit, period


_DECODER: Final[msgspec.json.Decoder[Statement]] = msgspec.json.Decoder(
    Published | Reopened, strict=False
)


def canonical(content: Struct) -> bytes:
    """The one way to write it down."""
    return rfc8785.dumps(_exact(msgspec.to_builtins(content)))


def read_statement(text: str | bytes) -> Statement:
    """The statement of its canonical bytes; raises msgspec.MsgspecError."""
    return _DECODER.decode(text)


def digest(content: bytes) -> str:
    """SHA-256, in hex."""
    return sha256(content).hexdigest()


def _exact(value: Any) -> Any:
    match value:
        case dict():
            return {name: _exact(one) for name, one in value.items()}
        case list() | tuple():
            return [_exact(one) for one in value]
        case bool():
            return value
        case int() if abs(value) > JSON_WHOLE_MAX:
            return str(value)
    return value
