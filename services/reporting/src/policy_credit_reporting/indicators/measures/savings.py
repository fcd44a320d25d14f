"""What is saved with the bank: by group members, and mobilised from others."""

from typing import Final

from policy_credit_reporting.indicators.algebra import Label, Measure
from policy_credit_shared.events.collection import Depositor

savings = Measure(
    name="savings",
    label=Label("Tiền gửi tiết kiệm tổ viên", "Group members' savings"),
    unit="dong",
    kind="stock",
    meaning="What members of savings-and-credit groups have saved with the bank.",
    by=("association",),
)
mobilised = Measure(
    name="mobilised",
    label=Label("Vốn huy động", "Mobilised capital"),
    unit="dong",
    kind="stock",
    meaning="What individuals and organisations have deposited with the bank.",
    by=(),
)


def _mobilised(kind: Depositor, vi: str) -> Measure:
    return Measure(
        name=f"mobilised_{kind}s",
        label=Label(f"Vốn huy động từ {vi}", f"Mobilised from {kind}s"),
        unit="dong",
        kind="stock",
        meaning=f"What {kind}s have deposited with the bank.",
        by=(),
    )


MOBILISED: Final[dict[Depositor, Measure]] = {
    "individual": _mobilised("individual", "cá nhân"),
    "organisation": _mobilised("organisation", "tổ chức"),
}
"""By kind of depositor: together they are `mobilised`."""

MEASURES: Final = [savings, mobilised, *MOBILISED.values()]
