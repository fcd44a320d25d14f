"""What supervision found: inspections, findings, checks of loan use, ratings of groups."""

from typing import Final

from policy_credit_reporting.indicators.algebra import Label, Measure
from policy_credit_shared.kernel.identifiers import Rating

inspections = Measure(
    name="inspections",
    label=Label("Số cuộc kiểm tra", "Inspections"),
    unit="count",
    kind="flow",
    meaning=Label(
        "Cuộc kiểm tra đã thực hiện của mọi cơ quan.", "Inspections carried out by any body."
    ),
    by=(),
)
inspections_planned = Measure(
    name="inspections_planned",
    label=Label("Số cuộc kiểm tra theo kế hoạch", "Inspections planned"),
    unit="count",
    kind="flow",
    meaning=Label(
        "Cuộc kiểm tra các cơ quan lên kế hoạch, tính vào ngày theo kế hoạch.",
        "Inspections that bodies planned, on the day of the plan.",
    ),
    by=(),
)
inspections_as_planned = Measure(
    name="inspections_as_planned",
    label=Label("Số cuộc kiểm tra đã thực hiện theo kế hoạch", "Planned inspections carried out"),
    unit="count",
    kind="flow",
    meaning=Label(
        "Cuộc kiểm tra đã thực hiện có trong kế hoạch.",
        "Inspections carried out that a plan foresaw.",
    ),
    by=(),
)
groups_inspected = Measure(
    name="groups_inspected",
    label=Label("Số lượt tổ TK&VV được kiểm tra", "Group inspections"),
    unit="count",
    kind="flow",
    meaning=Label("Tổ được kiểm tra, mỗi lần tính một lượt.", "Groups inspected, each time anew."),
    by=(),
)
households_visited = Measure(
    name="households_visited",
    label=Label("Số lượt hộ vay được kiểm tra", "Household visits"),
    unit="count",
    kind="flow",
    meaning=Label(
        "Hộ được đến kiểm tra, mỗi lần tính một lượt.",
        "Households visited in inspections, each time anew.",
    ),
    by=(),
)
findings_raised = Measure(
    name="findings_raised",
    label=Label("Số tồn tại phát hiện", "Findings raised"),
    unit="count",
    kind="flow",
    meaning=Label(
        "Tồn tại phát hiện khi kiểm tra và khi kiểm tra sử dụng vốn.",
        "Findings of inspections and of checks of loan use.",
    ),
    by=(),
)
findings_remedied_on_time = Measure(
    name="findings_remedied_on_time",
    label=Label("Số tồn tại khắc phục đúng hạn", "Findings remedied on time"),
    unit="count",
    kind="flow",
    meaning=Label("Tồn tại được khắc phục trong thời hạn.", "Findings remedied by their deadline."),
    by=(),
)
findings_remedied_late = Measure(
    name="findings_remedied_late",
    label=Label("Số tồn tại khắc phục quá hạn", "Findings remedied late"),
    unit="count",
    kind="flow",
    meaning=Label(
        "Tồn tại được khắc phục sau thời hạn.", "Findings remedied after their deadline."
    ),
    by=(),
)
findings_lapsed = Measure(
    name="findings_lapsed",
    label=Label("Số tồn tại quá hạn khắc phục", "Findings lapsed"),
    unit="count",
    kind="flow",
    meaning=Label(
        "Tồn tại chưa khắc phục khi khóa sổ ngày sau thời hạn.",
        "Findings not remedied by the close of the day after their deadline.",
    ),
    by=(),
)
findings_due = Measure(
    name="findings_due",
    label=Label("Số tồn tại đến hạn khắc phục", "Findings that were to be remedied"),
    unit="count",
    kind="flow",
    meaning=Label(
        "Tồn tại đã khắc phục hoặc đã quá hạn, tùy điều nào đến trước.",
        "Findings remedied or lapsed, whichever came first.",
    ),
    by=(),
)
findings_open = Measure(
    name="findings_open",
    label=Label("Số tồn tại chưa khắc phục", "Findings open"),
    unit="count",
    kind="stock",
    meaning=Label(
        "Tồn tại chưa khắc phục, kể cả đã quá hạn.",
        "Findings not remedied yet, lapsed ones among them.",
    ),
    by=(),
)
findings_past_deadline = Measure(
    name="findings_past_deadline",
    label=Label("Số tồn tại chưa khắc phục đã quá hạn", "Open findings past their deadline"),
    unit="count",
    kind="stock",
    meaning=Label(
        "Tồn tại đã quá hạn và chưa khắc phục.", "Findings that lapsed and are not remedied yet."
    ),
    by=(),
)
use_checks_opened = Measure(
    name="use_checks_opened",
    label=Label("Số món phát sinh phải kiểm tra sử dụng vốn", "Loan-use checks opened"),
    unit="count",
    kind="flow",
    meaning=Label(
        "Lần giải ngân phải kiểm tra việc sử dụng vốn.",
        "Tranches paid out, whose use is to be checked.",
    ),
    by=("association",),
)
use_checks_open = Measure(
    name="use_checks_open",
    label=Label("Số món chưa kiểm tra sử dụng vốn", "Loan-use checks open"),
    unit="count",
    kind="stock",
    meaning=Label(
        "Lần giải ngân còn phải kiểm tra sử dụng vốn, lần đầu hoặc kiểm tra lại.",
        "Tranches whose use is still to be checked, for the first time or again.",
    ),
    by=("association",),
)
use_checks_overdue = Measure(
    name="use_checks_overdue",
    label=Label("Số món quá hạn kiểm tra sử dụng vốn", "Loan-use checks overdue"),
    unit="count",
    kind="stock",
    meaning=Label("Lần kiểm tra chưa thực hiện đã đến hạn.", "Open checks that fell due."),
    by=("association",),
)
use_checks_fell_due = Measure(
    name="use_checks_fell_due",
    label=Label("Số món không được kiểm tra đúng hạn", "Loan-use checks that fell due"),
    unit="count",
    kind="flow",
    meaning=Label(
        "Lần kiểm tra chưa ghi nhận khi khóa sổ ngày sau khi đến hạn.",
        "Checks not on record at the close of the day after they were due.",
    ),
    by=("association",),
)
use_checks_due = Measure(
    name="use_checks_due",
    label=Label("Số món đến hạn kiểm tra sử dụng vốn", "Loan-use checks that were to be made"),
    unit="count",
    kind="flow",
    meaning=Label(
        "Lần kiểm tra đã thực hiện hoặc đã đến hạn, tùy điều nào đến trước.",
        "Checks made or fallen due, whichever came first.",
    ),
    by=("association",),
)
use_checks = Measure(
    name="use_checks",
    label=Label("Số lượt kiểm tra sử dụng vốn", "Loan-use checks"),
    unit="count",
    kind="flow",
    meaning=Label(
        "Lần kiểm tra việc sử dụng vốn vay (mẫu 06/TD).", "Checks of how a loan was used (06/TD)."
    ),
    by=("association",),
    source=Label("mẫu 06/TD", "form 06/TD"),
)
use_checks_on_time = Measure(
    name="use_checks_on_time",
    label=Label("Kiểm tra sử dụng vốn đúng hạn", "Loan-use checks on time"),
    unit="count",
    kind="flow",
    meaning=Label(
        "Lần kiểm tra trong hạn: trong 30 ngày từ khi giải ngân, hoặc từ lần kiểm tra thấy vốn chưa"
        " sử dụng.",
        "Checks by their day: within 30 days of the disbursement, or of a check that found the"
        " money not yet used.",
    ),
    by=("association",),
)
use_checks_late = Measure(
    name="use_checks_late",
    label=Label("Kiểm tra sử dụng vốn quá hạn", "Loan-use checks made late"),
    unit="count",
    kind="flow",
    meaning=Label("Lần kiểm tra thực hiện sau hạn.", "Checks made after their day."),
    by=("association",),
    source=Label("mẫu 06/TD, trong 30 ngày", "form 06/TD, within 30 days"),
)
wrong_uses = Measure(
    name="wrong_uses",
    label=Label("Số món sử dụng vốn sai mục đích", "Loans used wrongly"),
    unit="count",
    kind="flow",
    meaning=Label(
        "Lần kiểm tra phát hiện vốn vay dùng vào việc khác.",
        "Checks that found a loan used for something else.",
    ),
    by=("association",),
    better="lower",
    source=Label("mẫu 06/TD", "form 06/TD"),
)
groups_rated = Measure(
    name="groups_rated",
    label=Label("Số tổ TK&VV được xếp loại", "Groups rated"),
    unit="count",
    kind="stock",
    meaning=Label(
        "Tổ tiết kiệm và vay vốn đã được xếp loại.", "Savings-and-credit groups that hold a rating."
    ),
    by=("association",),
    noun=Label("tổ", "group"),
)


def _rated(rating: Rating, vi: str) -> Measure:
    return Measure(
        name=f"groups_{rating}",
        label=Label(f"Số tổ xếp loại {vi}", f"Groups rated {rating}"),
        unit="count",
        kind="stock",
        meaning=Label(
            f"Tổ tiết kiệm và vay vốn có xếp loại gần nhất là {vi}.",
            f"Savings-and-credit groups whose last rating is {rating}.",
        ),
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
    meaning=Label(
        "Tổ tiết kiệm và vay vốn có xếp loại gần nhất là tốt hoặc khá.",
        "Savings-and-credit groups whose last rating is good or fair.",
    ),
    by=("association",),
    better="higher",
    sums=(RATED["good"], RATED["fair"]),
)
groups_scored = Measure(
    name="groups_scored",
    label=Label("Số tổ được chấm điểm", "Groups scored"),
    unit="count",
    kind="stock",
    meaning=Label(
        "Tổ đã xếp loại mà lần xếp loại gần nhất có chấm điểm, như mọi lần từ khi có bảng điểm.",
        "Rated groups whose last rating has points, as all have since there are scores.",
    ),
    by=("association",),
)
points = Measure(
    name="points",
    label=Label("Tổng điểm của các tổ", "Points of groups"),
    unit="points",
    kind="stock",
    meaning=Label(
        "Điểm chấm gần nhất của các tổ đã xếp loại, mỗi tổ tối đa 100 điểm.",
        "Points of the last scores of rated groups, of 100 each.",
    ),
    by=("association",),
)


def _points(name: str, vi: str, en: str) -> Measure:
    return Measure(
        name=f"{name}_points",
        label=Label(f"Điểm {vi} của các tổ", f"Points of groups: {en}"),
        unit="points",
        kind="stock",
        meaning=Label(
            f"Điểm chấm gần nhất của các tổ đã xếp loại về {vi}.",
            f"Points of the last scores of rated groups for {en}.",
        ),
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
