"""What is published of the year: October, by the offices, the branch and head office in turn."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from policy_credit_local.scenario.calls import Call
from policy_credit_local.scenario.district import DISTRICTS, PROVINCE
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.units import NATION

PERIOD: Final = "2019-10"
UNITS: Final = (*(district.office for district in DISTRICTS), PROVINCE, NATION)
"""In the order in which they are published: their numbers in the register."""


def proposals() -> Iterator[Call]:
    """Each unit's director proposes to close the month with the figures that there are."""
    for unit in UNITS:
        body = {"unit": unit, "period": PERIOD}
        yield Call("reporting", unit, "branch_director", f"propose {unit}", "closings", body)


def approval(unit: str, digest: str, today: date) -> Call:
    """The director of the level above approves, as the bank is made up on that day; at head office
    a second one does."""
    tree, _ = dated_trees()["bank"].latest_with(unit, today)
    return Call(
        "reporting",
        NATION,
        "branch_director",
        f"approve {unit}",
        "closing-approvals",
        {"unit": unit, "period": PERIOD, "digest": digest},
        unit=tree.unit(unit).parent or NATION,
        is_second=unit == NATION,
    )
