"""Alerts: when a change of a unit's figures means that a ratio crossed its target."""

from datetime import datetime
from typing import Final, Protocol

import msgspec
from msgspec import Raw, Struct

from policy_credit_reporting.indicators.algebra import Ratio
from policy_credit_reporting.store.alerts import Alert
from policy_credit_shared.events.envelope import Envelope
from policy_credit_shared.kernel.identifiers import derived_id

SOURCE: Final = "/policy-credit/reporting"
MILLION: Final = 1_000_000


class IndicatorChange(Struct, frozen=True):
    """A unit's totals now, as published on the stream of indicator changes."""

    unit: str
    level: str
    totals: dict[str, int]
    as_of: datetime


class Standings(Protocol):
    """What is known of units' targets."""

    def standing(self, unit: str, indicator: str) -> tuple[int, bool] | None: ...


def crossing(standings: Standings, ratio: Ratio, change: IndicatorChange) -> Alert | None:
    """The crossing that a change means against the unit's target, if it means one."""
    standing = standings.standing(change.unit, ratio.name)
    if standing is None:
        return None
    ceiling, raised = standing
    numerator = change.totals[ratio.numerator.name]
    denominator = change.totals[ratio.denominator.name]
    above = numerator * MILLION > ceiling * denominator
    if above == raised:
        return None
    return Alert(
        unit=change.unit,
        indicator=ratio.name,
        raised=above,
        numerator=numerator,
        denominator=denominator,
        ceiling=ceiling,
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
