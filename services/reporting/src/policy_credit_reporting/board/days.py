"""Going through the days: what was known of a unit at the end of each, one step from another."""

from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from policy_credit_reporting.board.addresses import View
from policy_credit_reporting.board.words import WORDS
from policy_credit_reporting.indicators.algebra import Label
from policy_credit_reporting.indicators.movements import FIRST_DAY
from policy_credit_reporting.indicators.periods import months_before

SLIDES_OVER: Final = timedelta(days=3 * 366)
"""How far back a slider reaches at least; one that stands further back reaches as far again."""


class Step(Struct, frozen=True, kw_only=True):
    """To another day; without an address there is none."""

    mark: str
    label: Label
    address: str


class Days(Struct, frozen=True, kw_only=True):
    """The steps back and on, and the slider's ends; `others` is what its address keeps."""

    back: list[Step]
    on: list[Step]
    first: date
    last: date
    others: str


def days_around(view: View, day: date, today: date) -> Days:
    """The days about the one that is shown."""

    def step(mark: str, word: str, to: date) -> Step:
        address = view.here(day=None if to == today else to) if FIRST_DAY < to <= today else ""
        return Step(mark=mark, label=WORDS[word], address=address)

    one = timedelta(days=1)
    return Days(
        back=[
            step("«", "month_before", months_before(day, 1)),
            step("‹", "day_before", day - one),
        ],
        on=[
            step("›", "day_after", day + one),
            step("»", "to_today", today if day < today else today + one),
        ],
        first=max(min(day, today) - SLIDES_OVER, FIRST_DAY),
        last=today,
        others=view.here(day=None),
    )
