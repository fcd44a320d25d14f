"""Alerts: when a unit's ratio crossed its target."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Raw, Struct

from policy_credit_reporting.indicators.numbers import MILLION
from policy_credit_reporting.store.alerts import Alert, Told
from policy_credit_reporting.store.targets import Reached
from policy_credit_shared.events.envelope import Envelope
from policy_credit_shared.kernel.identifiers import derived_id

SOURCE: Final = "/policy-credit/reporting"


class Crossing(Struct, frozen=True):
    """An alert to tell, and what was told of the same unit and indicator before."""

    alert: Alert
    before: Told | None


def crossings(
    reached: Iterable[Reached], told: Mapping[tuple[str, str], Told]
) -> Iterator[Crossing]:
    """The units that went beyond a target, or came back, since it was last told."""
    for one in reached:
        target = one.target
        is_ceiling = target.bound == "ceiling"
        beyond = not target.is_met(one.numerator * MILLION, one.denominator)
        before = told.get((one.unit, target.indicator))
        if beyond == (before is not None and before.raised):
            continue
        alert = Alert(
            unit=one.unit,
            indicator=target.indicator,
            raised=beyond,
            numerator=one.numerator,
            denominator=one.denominator,
            ceiling=target.value if is_ceiling else None,
            floor=None if is_ceiling else target.value,
        )
        yield Crossing(alert, before)


def alert_event(crossing: Crossing, at: datetime) -> bytes:
    """The CloudEvent that tells of a crossing; until it is noted, it has the same id each time."""
    alert, before = crossing.alert, crossing.before
    name = "raised" if alert.raised else "cleared"
    since = "" if before is None else before.at.isoformat()
    envelope = Envelope(
        specversion="1.0",
        id=derived_id("alert", alert.unit, alert.indicator, name, since),
        source=SOURCE,
        type=f"policycredit.alert.{name}.v1",
        subject=alert.unit,
        time=at,
        data=Raw(msgspec.json.encode(alert)),
    )
    return msgspec.json.encode(envelope)
