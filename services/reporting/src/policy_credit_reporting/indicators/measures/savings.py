"""What is saved with the bank: by group members, and mobilised from others."""

from typing import Final

from policy_credit_reporting.indicators.algebra import Label, Measure
from policy_credit_reporting.indicators.measures import lending
from policy_credit_shared.events.collection import Depositor

savings = Measure(
    name="savings",
    label=Label("Tiền gửi tiết kiệm tổ viên", "Group members' savings"),
    unit="dong",
    kind="stock",
    meaning=Label(
        "Tiền tổ viên các tổ tiết kiệm và vay vốn gửi tại ngân hàng.",
        "What members of savings-and-credit groups have saved with the bank.",
    ),
    by=("association",),
    better="higher",
    source=Label("Chỉ thị 40-CT/TW (2014)", "Directive 40-CT/TW (2014)"),
)
mobilised = Measure(
    name="mobilised",
    label=Label("Vốn huy động", "Mobilised capital"),
    unit="dong",
    kind="stock",
    meaning=Label(
        "Tiền cá nhân và tổ chức gửi tại ngân hàng.",
        "What individuals and organisations have deposited with the bank.",
    ),
    by=(),
    better="higher",
    source=Label("Chỉ thị 40-CT/TW (2014)", "Directive 40-CT/TW (2014)"),
)


def _mobilised(kind: Depositor, vi: str) -> Measure:
    return Measure(
        name=f"mobilised_{kind}s",
        label=Label(f"Vốn huy động từ {vi}", f"Mobilised from {kind}s"),
        unit="dong",
        kind="stock",
        meaning=Label(
            f"Tiền {vi} gửi tại ngân hàng.", f"What {kind}s have deposited with the bank."
        ),
        by=(),
    )


MOBILISED: Final[dict[Depositor, Measure]] = {
    "individual": _mobilised("individual", "cá nhân"),
    "organisation": _mobilised("organisation", "tổ chức"),
}
"""By kind of depositor: together they are `mobilised`."""

mobilised_in_all = Measure(
    name="mobilised_in_all",
    label=Label("Vốn huy động kể cả tiết kiệm tổ viên", "Mobilised, members' savings included"),
    unit="dong",
    kind="stock",
    meaning=Label(
        "Tiền tổ viên, cá nhân và tổ chức gửi tại ngân hàng.",
        "What group members, individuals and organisations have put with the bank.",
    ),
    by=(),
    better="higher",
    source=Label("ngân hàng công bố là vốn huy động", "published by the bank as mobilised capital"),
    sums=(savings, mobilised),
)
total_capital = Measure(
    name="total_capital",
    label=Label("Tổng nguồn vốn", "Capital in all"),
    unit="dong",
    kind="stock",
    meaning=Label(
        "Vốn trung ương, vốn ngân sách địa phương ủy thác và toàn bộ vốn huy động.",
        "Central capital, entrusted local capital, and all that is mobilised.",
    ),
    by=(),
    source=Label("ngân hàng công bố là tổng nguồn vốn", "published by the bank as its capital"),
    sums=(lending.capital, savings, mobilised),
)

MEASURES: Final = [savings, mobilised, *MOBILISED.values(), mobilised_in_all, total_capital]
