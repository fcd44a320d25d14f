"""What audits answer, on a terminal and over HTTP: replays, and the events behind a difference."""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct, field

from policy_credit_reporting.indicators.algebra import Label


class EventLine(Struct, frozen=True, kw_only=True):
    """By how much one event moved one measure of one locality, and where the event is kept.

    `amount` is in the measure's unit: dong, a count, days or points. `chain` is the hash up to
    and including the event in what its source published in that partition, in hex.
    """

    topic: str
    partition: int
    offset: int
    source: str
    sequence: int
    event_id: str
    event_type: str
    business_day: date
    recorded_at: datetime
    locality: str
    programme: str
    association: str
    fund: str
    measure: str
    amount: int
    chain: str


class ReplayedFigure(Struct, frozen=True, kw_only=True):
    """A measure of the unit as the archive alone gives it; stocks at the end, flows within."""

    measure: str
    label: Label
    unit: str
    value: int


class ReplayDifference(Struct, frozen=True, kw_only=True):
    """A figure that is not what it was held against, with events behind it, the latest first.

    `code` is the unit or the locality. `other` is the live, the published or the present figure.
    """

    code: str
    measure: str
    replayed: int
    other: int
    events: list[EventLine]


class Replay(Struct, frozen=True, kw_only=True):
    """Tính lại số liệu: a unit's figures from the archive alone, beside what they are held against.

    `beside` live or published figures every difference is a fault; beside the present, as the
    archive has it, what became known since. `differing` counts all differences, of which the
    first are listed. `remarks` says what else is wrong, or could not be compared.
    """

    code: str
    name: str
    day: date = field(name="date")
    since: date | None
    known: str
    beside: Literal["live", "present", "published"]
    figures: list[ReplayedFigure]
    compared: int
    differing: int
    differences: list[ReplayDifference]
    remarks: list[str]
    is_right: bool
