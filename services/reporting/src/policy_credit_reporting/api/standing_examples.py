"""Examples of what stands open for the OpenAPI document. The units are real, the rest is not."""

from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

import msgspec

from policy_credit_reporting.indicators.targeted import TARGETED
from policy_credit_reporting.store.findings import OpenFinding
from policy_credit_reporting.store.reading import QuarantinedRecord, StandingAlert
from policy_credit_reporting.store.targets import TargetFigure

FINDINGS: Final = msgspec.to_builtins(
    [
        OpenFinding(
            finding=UUID("6f1c2f0e-0f0a-5a55-9a53-2f5f8f3f6a11"),
            locality="22870-22870",
            responsible="22870",
            severity="serious",
            subject="loan_use",
            body="association",
            raised_on=date(2019, 10, 4),
            deadline=date(2019, 11, 3),
            past_deadline=True,
        )
    ]
)
TARGETS: Final = msgspec.to_builtins(
    [
        TargetFigure(
            indicator="overdue_ratio",
            label=TARGETED["overdue_ratio"],
            year=2019,
            bound="ceiling",
            measured_in="millionths",
            target=1_400,
            figure=1_200,
            numerator=301_200_000,
            denominator=251_000_000_000,
            met=True,
        )
    ]
)
QUARANTINE: Final = msgspec.to_builtins(
    [
        QuarantinedRecord(
            topic="policy-credit.loans",
            partition=3,
            record_offset=118,
            source="/policy-credit/loans",
            sequence=117,
            reason="bad-field",
            detail="Expected `int`, got `str`",
            path="$.data.amount",
            at=datetime(2019, 11, 22, 9, 30, tzinfo=UTC),
        )
    ]
)
ALERTS: Final = msgspec.to_builtins(
    [
        StandingAlert(
            unit="587",
            indicator="overdue_ratio",
            numerator=420_000_000,
            denominator=251_000_000_000,
            ceiling=1_400,
            floor=None,
            at=datetime(2019, 11, 22, 9, 30, tzinfo=UTC),
        )
    ]
)
