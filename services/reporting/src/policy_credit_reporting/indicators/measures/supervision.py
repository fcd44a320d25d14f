"""What supervision found: inspections, findings, checks of loan use, ratings of groups."""

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
inspections_planned = Measure(
    name="inspections_planned",
    label=Label("Số cuộc kiểm tra theo kế hoạch", "Inspections planned"),
    unit="count",
    kind="flow",
    meaning="Inspections that bodies planned, on the day of the plan.",
    by=(),
)
inspections_as_planned = Measure(
    name="inspections_as_planned",
    label=Label("Số cuộc kiểm tra đã thực hiện theo kế hoạch", "Planned inspections carried out"),
    unit="count",
    kind="flow",
    meaning="Inspections carried out that a plan foresaw.",
    by=(),
)
groups_inspected = Measure(
    name="groups_inspected",
    label=Label("Số lượt tổ TK&VV được kiểm tra", "Group inspections"),
    unit="count",
    kind="flow",
    meaning="Groups inspected, each time anew.",
    by=(),
)
households_visited = Measure(
    name="households_visited",
    label=Label("Số lượt hộ vay được kiểm tra", "Household visits"),
    unit="count",
    kind="flow",
    meaning="Households visited in inspections, each time anew.",
    by=(),
)
findings_raised = Measure(
    name="findings_raised",
    label=Label("Số tồn tại phát hiện", "Findings raised"),
    unit="count",
    kind="flow",
    meaning="Findings of inspections and of checks of loan use.",
    by=(),
)
findings_remedied_on_time = Measure(
    name="findings_remedied_on_time",
    label=Label("Số tồn tại khắc phục đúng hạn", "Findings remedied on time"),
    unit="count",
    kind="flow",
    meaning="Findings remedied by their deadline.",
    by=(),
)
findings_remedied_late = Measure(
    name="findings_remedied_late",
    label=Label("Số tồn tại khắc phục quá hạn", "Findings remedied late"),
    unit="count",
    kind="flow",
    meaning="Findings remedied after their deadline.",
    by=(),
)
findings_lapsed = Measure(
    name="findings_lapsed",
    label=Label("Số tồn tại quá hạn khắc phục", "Findings lapsed"),
    unit="count",
    kind="flow",
    meaning="Findings not remedied by the close of the day after their deadline.",
    by=(),
)
findings_due = Measure(
    name="findings_due",
    label=Label("Số tồn tại đến hạn khắc phục", "Findings that were to be remedied"),
    unit="count",
    kind="flow",
    meaning="Findings remedied or lapsed, whichever came first.",
    by=(),
)
findings_open = Measure(
    name="findings_open",
    label=Label("Số tồn tại chưa khắc phục", "Findings open"),
    unit="count",
    kind="stock",
    meaning="Findings not remedied yet, lapsed ones among them.",
    by=(),
)
findings_past_deadline = Measure(
    name="findings_past_deadline",
    label=Label("Số tồn tại chưa khắc phục đã quá hạn", "Open findings past their deadline"),
    unit="count",
    kind="stock",
    meaning="Findings that lapsed and are not remedied yet.",
    by=(),
)
use_checks_opened = Measure(
    name="use_checks_opened",
    label=Label("Số món phát sinh phải kiểm tra sử dụng vốn", "Loan-use checks opened"),
    unit="count",
    kind="flow",
    meaning="Tranches paid out, whose use is to be checked.",
    by=("association",),
)
use_checks_open = Measure(
    name="use_checks_open",
    label=Label("Số món chưa kiểm tra sử dụng vốn", "Loan-use checks open"),
    unit="count",
    kind="stock",
    meaning="Tranches whose use is still to be checked, for the first time or again.",
    by=("association",),
)
use_checks_overdue = Measure(
    name="use_checks_overdue",
    label=Label("Số món quá hạn kiểm tra sử dụng vốn", "Loan-use checks overdue"),
    unit="count",
    kind="stock",
    meaning="Open checks that fell due.",
    by=("association",),
)
use_checks_fell_due = Measure(
    name="use_checks_fell_due",
    label=Label("Số món không được kiểm tra đúng hạn", "Loan-use checks that fell due"),
    unit="count",
    kind="flow",
    meaning="Checks not on record at the close of the day after they were due.",
    by=("association",),
)
use_checks_due = Measure(
    name="use_checks_due",
    label=Label("Số món đến hạn kiểm tra sử dụng vốn", "Loan-use checks that were to be made"),
    unit="count",
    kind="flow",
    meaning="Checks made or fallen due, whichever came first.",
    by=("association",),
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
    meaning="Checks by their day: within 30 days of the disbursement, or of a check that found the"
    " money not yet used.",
    by=("association",),
)
use_checks_late = Measure(
    name="use_checks_late",
    label=Label("Kiểm tra sử dụng vốn quá hạn", "Loan-use checks made late"),
    unit="count",
    kind="flow",
    meaning="Checks made after their day.",
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

groups_good_or_fair = Measure(
    name="groups_good_or_fair",
    label=Label("Số tổ xếp loại tốt hoặc khá", "Groups rated good or fair"),
    unit="count",
    kind="stock",
    meaning="Savings-and-credit groups whose last rating is good or fair.",
    by=("association",),
    better="higher",
    sums=(RATED["good"], RATED["fair"]),
)
groups_scored = Measure(
    name="groups_scored",
    label=Label("Số tổ được chấm điểm", "Groups scored"),
    unit="count",
    kind="stock",
    meaning="Rated groups whose last rating has points, as all have since there are scores.",
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
    inspections_planned,
    inspections_as_planned,
    groups_inspected,
    households_visited,
    findings_raised,
    findings_remedied_on_time,
    findings_remedied_late,
    findings_lapsed,
    findings_due,
    findings_open,
    findings_past_deadline,
    use_checks_opened,
    use_checks_open,
    use_checks_overdue,
    use_checks_fell_due,
    use_checks_due,
    use_checks,
    use_checks_on_time,
    use_checks_late,
    wrong_uses,
    groups_rated,
    *RATED.values(),
    groups_good_or_fair,
    groups_scored,
    points,
    *POINTS.values(),
]
