"""What units have targets for, as readers see it."""

from typing import Final

from policy_credit_reporting.indicators.algebra import Label
from policy_credit_shared.events.supervision import Targeted

TARGETED: Final[dict[Targeted, Label]] = {
    "credit_growth": Label("Tăng trưởng tín dụng trong năm", "Credit growth in the year"),
    "overdue_ratio": Label("Tỷ lệ nợ quá hạn", "Overdue ratio"),
    "principal_when_due_rate": Label("Tỷ lệ thu gốc đến hạn", "Principal paid when due, rate"),
    "interest_collection_rate": Label("Tỷ lệ thu lãi", "Interest collection rate"),
    "communes_without_overdue": Label("Số xã không có nợ quá hạn", "Communes without overdue debt"),
    "groups_good_ratio": Label("Tỷ lệ tổ TK&VV xếp loại tốt", "Share of groups rated good"),
    "local_capital": Label("Vốn ủy thác từ ngân sách địa phương", "Entrusted local capital"),
}
