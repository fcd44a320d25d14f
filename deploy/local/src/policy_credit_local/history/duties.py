"""Which reports units owe, how often and by when: an example, as the oversight service's own."""

from datetime import date
from typing import Final

from msgspec import Struct

from policy_credit_local.history.bodies import NATIONAL, OF_DISTRICT, PROVINCIAL
from policy_credit_local.history.calendar import Month, number
from policy_credit_shared.events.governance import ReportedTo
from policy_credit_shared.kernel.units import REFORM_DAY

_YEARS: Final = range(2_000, 2_100)
PERIODS: Final = (
    *(f"{year}-{month:02}" for year in _YEARS for month in range(1, 13)),
    *(f"{year}-Q{quarter}" for year in _YEARS for quarter in range(1, 5)),
    *(f"{year}-H{half}" for year in _YEARS for half in range(1, 3)),
    *(str(year) for year in _YEARS),
)
_FIRST: Final = {1: 0, 3: 1_200, 6: 1_600, 12: 1_800}
"""Where the periods of so many months begin among them."""
DIRECTIVE_40: Final = number(date(2014, 11, 22))
REFORM: Final = number(REFORM_DAY)
EVER: Final = number(date(2099, 12, 31))


class Duty(Struct, frozen=True):
    """A report of so many months, owed by units of a level within so many days."""

    name: str
    level: int
    to: ReportedTo
    months: int
    days: int
    since: int
    until: int

    def is_owed(self, month: Month) -> bool:
        """Whether a period of it ends with the month."""
        return month.of_year % self.months == 0 and self.since <= month.last <= self.until

    def period(self, month: Month) -> int:
        """The index of the period that ends with a month."""
        return _FIRST[self.months] + month.number // self.months


DUTIES: Final = (
    Duty("district_committee", OF_DISTRICT, "peoples_committee", 1, 10, DIRECTIVE_40, REFORM - 1),
    Duty("district_party", OF_DISTRICT, "party_committee", 3, 15, DIRECTIVE_40, REFORM - 1),
    Duty("district_board", OF_DISTRICT, "representative_board", 3, 10, DIRECTIVE_40, REFORM - 1),
    Duty("commune_committees", OF_DISTRICT, "peoples_committee", 1, 10, REFORM, EVER),
    Duty("commune_parties", OF_DISTRICT, "party_committee", 3, 15, REFORM, EVER),
    Duty("commune_boards", OF_DISTRICT, "representative_board", 3, 10, REFORM, EVER),
    Duty("province_committee", PROVINCIAL, "peoples_committee", 3, 15, DIRECTIVE_40, EVER),
    Duty("province_party", PROVINCIAL, "party_committee", 6, 20, DIRECTIVE_40, EVER),
    Duty("province_board", PROVINCIAL, "representative_board", 3, 15, DIRECTIVE_40, EVER),
    Duty("nation_party", NATIONAL, "party_committee", 12, 45, DIRECTIVE_40, EVER),
)
