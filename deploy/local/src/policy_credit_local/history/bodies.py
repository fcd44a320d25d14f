"""The bank's units and the Boards of a partition: their codes, levels and seats.

What a unit does is said at its seat. Branches and the head office are there where a history holds
all that is below them. What comes of something later is said when its day comes, as far as the
history goes.
"""

from typing import Final

import numpy as np
from msgspec import Struct

from policy_credit_local.history.calendar import CLOSES, DAY, OPENS, SECOND
from policy_credit_local.history.chance import Whole, Yes
from policy_credit_local.history.ground import NATION
from policy_credit_local.history.portfolio import Portfolio

NATIONAL, PROVINCIAL, OF_DISTRICT, OF_COMMUNE = range(4)
HOURS_SECONDS: Final = 6 * 3_600


class Units(Struct, frozen=True):
    """Some units, each with its code, level, place and the unit above it, as numbers."""

    code: Whole
    level: Whole
    place: Whole
    above: Whole

    def chosen(self, rows: Whole) -> "Units":
        """Some of them."""
        return Units(self.code[rows], self.level[rows], self.place[rows], self.above[rows])

    def columns(self) -> dict[str, Whole]:
        """What every event of a unit says of it."""
        return {"unit": self.code, "level": self.level, "place_at": self.place}


class Bodies:
    """Who governs lending in a partition."""

    def __init__(self, p: Portfolio) -> None:
        self._p = p
        ground = p.ground
        offices, first = np.unique([ground.office[int(c)] for c in p.communes], return_index=True)
        seats = p.communes[first]
        here = np.flatnonzero(np.isin(ground.head_commune, p.communes))
        heads = ground.head_commune[here]
        self.bank = Units(
            code=np.concatenate(
                (ground.head_code[here], np.array([1_000 + int(o) for o in offices], np.int64))
            ),
            level=np.concatenate(
                (
                    np.where(ground.head_code[here] == NATION, NATIONAL, PROVINCIAL),
                    np.full(len(seats), OF_DISTRICT, np.int64),
                )
            ),
            place=ground.main[np.concatenate((heads, seats))],
            above=np.concatenate((np.full(len(here), NATION, np.int64), ground.province[seats])),
        )
        sits = p.communes[ground.new_commune[p.communes] > 0]
        self.communes = Units(
            code=ground.code[p.communes],
            level=np.full(len(p.communes), OF_COMMUNE, np.int64),
            place=ground.main[p.communes],
            above=np.array([1_000 + int(ground.office[int(c)]) for c in p.communes], np.int64),
        )
        self.boards_of_communes = self.communes.chosen(np.searchsorted(p.communes, sits))
        self.code_since = ground.new_commune[sits]
        """The codes of these in the list of units since the reform."""

    def say(
        self, kind: str, days: Whole, key: Whole, only: Yes | None = None, /, **columns: Whole | int
    ) -> None:
        """Say something in the hours of these days, in as far as the history lasts; `only` those.

        Columns may say more than events of the kind do.
        """
        self._say(kind, days, OPENS, key, only, columns)

    def say_at_close(
        self, kind: str, days: Whole, key: Whole, only: Yes | None = None, /, **columns: Whole | int
    ) -> None:
        """Say what the close of these days finds."""
        self._say(kind, days, CLOSES, key, only, columns)

    def _say(
        self,
        kind: str,
        days: Whole,
        opens: int,
        key: Whole,
        only: Yes | None,
        columns: dict[str, Whole | int],
    ) -> None:
        counts = days <= self._p.calendar.months[-1].last
        some = np.flatnonzero(counts if only is None else counts & only)
        full = {
            name: np.full(len(some), column, np.int64) if isinstance(column, int) else column[some]
            for name, column in columns.items()
        }
        days, key = days[some], key[some]
        seconds = key % (HOURS_SECONDS if opens == OPENS else 3_600)
        at = days * DAY + opens + seconds * SECOND + 1 + key % 900_000
        self._p.rows.add(kind, at, occurred=days, key=key, **full)
