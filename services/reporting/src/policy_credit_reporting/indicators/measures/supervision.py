"""What supervision found: inspections, checks of loan use, ratings of groups."""

from typing import Final

from policy_credit_reporting.indicators.algebra import Label, Measure
from policy_credit_shared.kernel.identifiers import Rating

inspections = Measure(
    name="inspections",
    label=Label("Số cuộc kiểm tra", "Inspections"),
    unit="count",
    kind="flow",
    meaning="Inspections carried out by any body.",
    by=(),
)
use_checks = Measure(
    name="use_checks",
    label=Label("Số lượt kiểm tra sử dụng vốn", "Loan-use checks"),
    unit="count",
    kind="flow",
    meaning="Checks of how a loan was used (06/TD).",
    by=("association",),
)
use_checks_on_time = Measure(
    name="use_checks_on_time",
    label=Label("Kiểm tra sử dụng vốn đúng hạn", "Loan-use checks on time"),
    unit="count",
    kind="flow",
    meaning="Checks within 30 days of the disbursement.",
    by=("association",),
)
wrong_uses = Measure(
    name="wrong_uses",
    label=Label("Số món sử dụng vốn sai mục đích", "Loans used wrongly"),
    unit="count",
    kind="flow",
    meaning="Checks that found a loan used for something else.",
    by=("association",),
)
groups_rated = Measure(
    name="groups_rated",
    label=Label("Số tổ TK&VV được xếp loại", "Groups rated"),
    unit="count",
    kind="stock",
    meaning="Savings-and-credit groups that hold a rating.",
    by=("association",),
)


def _rated(rating: Rating, vi: str) -> Measure:
    return Measure(
        name=f"groups_{rating}",
        label=Label(f"Số tổ xếp loại {vi}", f"Groups rated {rating}"),
        unit="count",
        kind="stock",
        meaning=f"Savings-and-credit groups whose last rating is {rating}.",
        by=("association",),
    )


RATED: Final[dict[Rating, Measure]] = {
    "good": _rated("good", "tốt"),
    "fair": _rated("fair", "khá"),
    "average": _rated("average", "trung bình"),
    "weak": _rated("weak", "yếu"),
}

groups_good_or_fair = Measure(
    name="groups_good_or_fair",
    label=Label("Số tổ xếp loại tốt hoặc khá", "Groups rated good or fair"),
    unit="count",
    kind="stock",
    meaning="Savings-and-credit groups whose last rating is good or fair.",
    by=("association",),
)
groups_scored = Measure(
    name="groups_scored",
    label=Label("Số tổ được chấm điểm", "Groups scored"),
    unit="count",
    kind="stock",
    meaning="Rated groups whose last rating has points; those of before there were points have none.",
    by=("association",),
)
points = Measure(
    name="points",
    label=Label("Tổng điểm của các tổ", "Points of groups"),
    unit="points",
    kind="stock",
    meaning="Points of the last scores of rated groups, of 100 each.",
    by=("association",),
)


def _points(name: str, vi: str, en: str) -> Measure:
    return Measure(
        name=f"{name}_points",
        label=Label(f"Điểm {vi} của các tổ", f"Points of groups: {en}"),
        unit="points",
        kind="stock",
        meaning=f"Points of the last scores of rated groups for {en}.",
        by=("association",),
    )


POINTS: Final = {
    "overdue": _points("overdue", "nợ quá hạn", "overdue debt"),
    "at_point": _points(
        "at_point", "giao dịch tại điểm giao dịch xã", "what was handled at the point"
    ),
    "interest": _points("interest", "thu lãi", "interest collected"),
    "principal": _points("principal", "thu gốc đến hạn", "principal paid when due"),
    "savings_growth": _points("savings_growth", "tăng trưởng tiết kiệm", "growth of savings"),
    "members_saving": _points("members_saving", "tổ viên gửi tiết kiệm", "members who save"),
}
"""By component of the score, as oversight names them."""

MEASURES: Final = [
    inspections,
    use_checks,
    use_checks_on_time,
    wrong_uses,
    groups_rated,
    *RATED.values(),
    groups_good_or_fair,
    groups_scored,
    points,
    *POINTS.values(),
]
