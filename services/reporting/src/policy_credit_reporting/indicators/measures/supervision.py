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
    source="form 06/TD",
)
use_checks_on_time = Measure(
    name="use_checks_on_time",
    label=Label("Kiểm tra sử dụng vốn đúng hạn", "Loan-use checks on time"),
    unit="count",
    kind="flow",
    meaning="Checks within 30 days of the disbursement.",
    by=("association",),
    source="form 06/TD, within 30 days",
)
wrong_uses = Measure(
    name="wrong_uses",
    label=Label("Số món sử dụng vốn sai mục đích", "Loans used wrongly"),
    unit="count",
    kind="flow",
    meaning="Checks that found a loan used for something else.",
    by=("association",),
    better="lower",
    source="form 06/TD",
)
groups_rated = Measure(
    name="groups_rated",
    label=Label("Số tổ TK&VV được xếp loại", "Groups rated"),
    unit="count",
    kind="stock",
    meaning="Savings-and-credit groups that hold a rating.",
    by=("association",),
    noun=Label("tổ", "group"),
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

MEASURES: Final = [
    inspections,
    use_checks,
    use_checks_on_time,
    wrong_uses,
    groups_rated,
    *RATED.values(),
]
