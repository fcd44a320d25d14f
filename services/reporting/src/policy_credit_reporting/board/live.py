"""The board's stream: that it is alive, and whenever figures move, what moved them."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime
from typing import Final

import msgspec
import psycopg
from fastapi.sse import ServerSentEvent
from msgspec import Struct
from msgspec.structs import replace
from psycopg_pool import PoolTimeout

from policy_credit_reporting.api.bell import Bell
from policy_credit_reporting.board.addresses import View
from policy_credit_reporting.board.figures import notation_of, signed
from policy_credit_reporting.board.remarks import lag_seconds
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.numbers import Notation
from policy_credit_reporting.store.reading import Figures
from policy_credit_reporting.store.reporter import Reporter

log = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS_MAX: Final = 2.0
PUSH_SECONDS_MIN: Final = 0.5
UNITS_NAMED_MAX: Final = 3
MEASURES_NAMED_MAX: Final = 3
TELLING: Final = (
    "disbursed",
    "collected",
    "interest_collected",
    "savings_deposited",
    "savings_withdrawn",
    "fell_overdue",
    "cured",
    "newly_frozen",
    "unfrozen",
    "written_off",
    "recovered",
    "outstanding",
    "overdue",
    "capital",
    "plan",
    "mobilised",
    "approved",
    "applications",
    "entitlements_confirmed",
    "sessions",
    "groups",
    "groups_rated",
    "inspections",
    "findings_raised",
    "findings_open",
    "use_checks",
    "use_checks_open",
    "interest_due",
)
"""What is told of a movement, the most telling first."""


class Seen(Struct, frozen=True):
    """The sums of all measures of a unit, and the telling ones of the units below by name.

    `of` is what they were seen of: the snapshot's serial, and the day.
    """

    of: tuple[int, date]
    sums: dict[str, int | None]
    below: dict[str, dict[str, int | None]]
    lag: float | None


class Told(Struct, frozen=True, omit_defaults=True):
    """What a stream says: the age of the newest event in seconds, and what moved."""

    lag: str
    moved: list[str] = []


class Watching:
    """Looks at a unit again and again."""

    def __init__(
        self, figures: Figures, algebra: Algebra, reporter: Reporter, now: Callable[[], datetime]
    ) -> None:
        self._figures, self._algebra, self._reporter, self._now = figures, algebra, reporter, now

    def look(self, view: View, today: date, before: Seen | None) -> Seen:
        """What a unit's sums are now; what has not moved at all is not added up again."""
        question = view.question(today)
        whole = replace(question, period="total", indicators=tuple(self._algebra.measures))
        telling = [name for name in TELLING if name in self._algebra.measures]
        parts = replace(whole, indicators=tuple(telling))
        with self._figures.snapshot() as snapshot:
            of = (snapshot.serial, question.day)
            if before is not None and before.of == of:
                return replace(before, lag=lag_seconds(snapshot.position(), self._now()))
            unit = self._reporter.unit(snapshot, view.unit, whole, today)
            children = self._reporter.children(snapshot, view.unit, parts)
        sums = {f.name: _sum(f.value) for f in unit.indicators}
        below = {
            child.unit.name: {f.name: _sum(f.value) for f in child.indicators}
            for child in children.children
        }
        return Seen(
            of=of,
            sums=sums,
            # A unit that has none below is told of itself.
            below=below or {unit.unit.name: sums},
            lag=lag_seconds(unit.position, self._now()),
        )

    def moved(self, before: Seen, now: Seen, notation: Notation, lang: str) -> list[str]:
        """What has moved, in words: where, and which figures by how much."""
        found = []
        for name, sums in now.below.items():
            earlier = before.below.get(name, {})
            moves = [
                self._said(measure, (sums[measure] or 0) - (earlier.get(measure) or 0), notation)
                for measure in TELLING
                if sums.get(measure) != earlier.get(measure)
            ]
            if moves:
                found.append(f"{name}: {'; '.join(moves[:MEASURES_NAMED_MAX])}")
        if not found:
            found = [
                self._said(name, (value or 0) - (before.sums.get(name) or 0), notation)
                for name, value in now.sums.items()
                if value != before.sums.get(name)
            ][:MEASURES_NAMED_MAX]
        more = len(found) - UNITS_NAMED_MAX
        if more > 0:
            others = f"và {more} đơn vị khác" if lang == "vi" else f"and {more} more units"
            found = [*found[:UNITS_NAMED_MAX], others]
        return found

    def _said(self, name: str, moved: int, notation: Notation) -> str:
        measure = self._algebra.measures[name]
        label = measure.label.vi if notation.decimal == "," else measure.label.en
        return f"{label} {signed(notation.amount(measure.unit, moved), moved)}"

    async def stream(
        self, view: View, today: Callable[[], date], until: datetime, bell: Bell
    ) -> AsyncIterator[ServerSentEvent]:
        """Events until a session is over: `figures` when they moved, `alive` in between."""
        before: Seen | None = None
        notation = notation_of(view.lang)
        while self._now() < until:
            rung = bell.rung
            try:
                now = await asyncio.to_thread(self.look, view, today(), before)
            except (psycopg.OperationalError, PoolTimeout, LookupError) as error:
                log.warning("a stream ends: %s", error)
                return
            lag = "" if now.lag is None else notation.tenths(round(now.lag * 10), 10)
            if before is not None and now.sums != before.sums:
                moved = self.moved(before, now, notation, view.lang)
                yield _event("figures", Told(lag, moved))
            else:
                yield _event("alive", Told(lag))
            before = now
            await asyncio.sleep(PUSH_SECONDS_MIN)
            await bell.wait(rung, LOOK_AGAIN_SECONDS_MAX)
        yield _event("over", Told(""))


def _event(kind: str, told: Told) -> ServerSentEvent:
    return ServerSentEvent(event=kind, raw_data=msgspec.json.encode(told).decode())


def _sum(value: int | float | None) -> int | None:
    return None if value is None else int(value)
