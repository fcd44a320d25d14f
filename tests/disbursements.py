"""Disbursements of a million dong each as stored events, for tests of what lies behind a store."""

from collections.abc import Sequence

import build
import toys

from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.messaging.relay import Publication
from policy_credit_shared.store.recorded import Recorded

PLACES = [("587", "22870-22870"), ("586", "22834-22834"), ("585", "22810-22810")]
MAPPER = toys.MAPPER


def stored(number: int) -> Recorded:
    """The nth disbursement; offices take turns."""
    return Recorded(
        build.some_id(f"loan {number}"), 1, build.NOW, toys.CoinPut(number=number, value=1_000_000)
    )


def translate(recorded: Recorded) -> Sequence[Publication]:
    """What it says publicly."""
    match recorded.event:
        case toys.CoinPut(number=number, value=value):
            office, locality = PLACES[number % len(PLACES)]
            event = build.loan_disbursed(
                office=office, locality=locality, loan=recorded.aggregate, amount=value
            )
            return [Publication(office, event)]
    raise InvariantBroken("only disbursements are stored here")
