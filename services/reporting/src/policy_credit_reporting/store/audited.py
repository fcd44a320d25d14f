"""What audits answer, on a terminal and over HTTP: replays, and the events behind a difference."""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct, field

from policy_credit_reporting.indicators.algebra import Label
from policy_credit_reporting.store.answers import Paged


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


class FigureSum(Struct, frozen=True, kw_only=True):
    """What the events of a measure add up to.

    `opening` is what a stock stood at before the first day, `moved` what the events after it come
    to. `live` is the live figure if there is one to compare with, `at_live` what its events give at
    the same offsets.
    """

    measure: str
    label: Label
    unit: str
    opening: int
    moved: int
    value: int
    live: int | None
    at_live: int


class FigureEvents(Paged, frozen=True, kw_only=True):
    """Nguồn gốc số liệu: a figure as the exact events that it is made of, a page of them.

    `remarks` says how the comparison with the live figure went, and
    what does not count; `is_right` is false if a live figure is not what its events give.
    """

    code: str
    name: str
    day: date = field(name="date")
    since: date | None
    sums: list[FigureSum]
    events: list[EventLine]
    remarks: list[str]
    is_right: bool


class VerifiedBreak(Struct, frozen=True, kw_only=True):
    """The first thing that was wrong with a stream, as `audit verify` names it."""

    fault: str
    topic: str
    partition: int
    offset: int
    source: str
    sequence: int
    detail: str


class Verification(Struct, frozen=True, kw_only=True):
    """Kiểm tra toàn vẹn: a walk of every chain of the log or of the archive, and what it found.

    `columns` says whether the archive's parsed columns were held against their bytes as well,
    `stores` whether every record was held against its event store's own row.
    """

    walked: Literal["kafka", "archive"]
    columns: bool
    stores: bool
    began_at: datetime
    ended_at: datetime
    records: int
    chains: int
    breaks: list[VerifiedBreak]
    is_whole: bool
