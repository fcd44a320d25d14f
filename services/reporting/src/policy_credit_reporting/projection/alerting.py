"""Alerts: when a change of a unit's figures means that a ratio crossed its target."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Raw, Struct

from policy_credit_reporting.indicators.algebra import Ratio
from policy_credit_reporting.indicators.numbers import MILLION
from policy_credit_reporting.store.alerts import Alert, Standing
from policy_credit_shared.events.envelope import Envelope
from policy_credit_shared.kernel.identifiers import derived_id

SOURCE: Final = "/policy-credit/reporting"


class IndicatorChange(Struct, frozen=True):
    """A unit's totals now, as published on the stream of indicator changes."""

    unit: str
    level: str
    totals: dict[str, int]
    as_of: datetime


def crossings(
    standings: Mapping[str, Standing], ratios: Mapping[str, Ratio], change: IndicatorChange
) -> Iterator[Alert]:
    """The crossings that a change means against the unit's targets; growth is not watched."""
    for indicator, standing in standings.items():
        if indicator in ratios and (found := _crossing(standing, ratios[indicator], change)):
            yield found


def _crossing(standing: Standing, ratio: Ratio, change: IndicatorChange) -> Alert | None:
    numerator = change.totals[ratio.numerator.name]
    denominator = change.totals[ratio.denominator.name]
    is_ceiling = standing.bound == "ceiling"
    over = numerator * MILLION - standing.value * denominator
    beyond = over > 0 if is_ceiling else over < 0
    if beyond == standing.raised:
        return None
    return Alert(
        unit=change.unit,
        indicator=ratio.name,
        raised=beyond,
        numerator=numerator,
        denominator=denominator,
        ceiling=standing.value if is_ceiling else None,
        floor=None if is_ceiling else standing.value,
    )


def alert_event(alert: Alert, at: datetime) -> bytes:
    """The CloudEvent that tells of a crossing; told twice, it has the same id."""
    name = "raised" if alert.raised else "cleared"
    envelope = Envelope(
        specversion="1.0",
        id=derived_id("alert", alert.unit, alert.indicator, name, at.isoformat()),
        source=SOURCE,
        type=f"policycredit.alert.{name}.v1",
        subject=alert.unit,
        time=at,
        data=Raw(msgspec.json.encode(alert)),
    )
    return msgspec.json.encode(envelope)
