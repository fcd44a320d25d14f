"""What is owed now: principal by class and age, loans and households."""

from typing import Final

from policy_credit_reporting.indicators.algebra import Label, Measure
from policy_credit_reporting.indicators.measures.categories import by_category
from policy_credit_shared.kernel.identifiers import Bucket

loans = Measure(
    name="loans",
    label=Label("Số món vay còn dư nợ", "Loans"),
    unit="count",
    kind="stock",
    meaning=Label("Món vay còn dư nợ gốc.", "Loans with principal owed."),
    noun=Label("món vay", "loan"),
)
overdue_loans = Measure(
    name="overdue_loans",
    label=Label("Số món vay quá hạn", "Overdue loans"),
    unit="count",
    kind="stock",
    meaning=Label("Món vay có nợ gốc quá hạn.", "Loans with overdue principal."),
    better="lower",
    source=Label("Quyết định 976/2015", "Decision 976/2015"),
    noun=Label("món vay quá hạn", "overdue loan"),
)
outstanding = Measure(
    name="outstanding",
    label=Label("Dư nợ", "Outstanding"),
    unit="dong",
    kind="stock",
    meaning=Label(
        "Nợ gốc còn phải trả: trong hạn, quá hạn và khoanh.",
        "Principal owed now: in term, overdue and frozen.",
    ),
    items=loans,
)
in_term = Measure(
    name="in_term",
    label=Label("Nợ trong hạn", "In term"),
    unit="dong",
    kind="stock",
    meaning=Label("Nợ gốc chưa qua ngày đến hạn.", "Principal owed whose due date has not passed."),
)
overdue = Measure(
    name="overdue",
    label=Label("Nợ quá hạn", "Overdue"),
    unit="dong",
    kind="stock",
    meaning=Label(
        "Nợ gốc đã chuyển quá hạn; chỉ tính phần quá hạn (Quyết định 976/2015).",
        "Principal owed that fell overdue; only the part that did (Decision 976/2015).",
    ),
    better="lower",
    source=Label("Quyết định 976/2015", "Decision 976/2015"),
    items=overdue_loans,
)


def _overdue(bucket: Bucket, vi: str, en: str) -> Measure:
    return Measure(
        name=f"overdue_{bucket}",
        label=Label(f"Nợ quá hạn {vi} ngày", f"Overdue for {en} days"),
        unit="dong",
        kind="stock",
        meaning=Label(
            f"Nợ gốc đã quá hạn {vi} ngày.", f"Principal owed that fell overdue {en} days ago."
        ),
        better="lower",
    )


OVERDUE: Final[dict[Bucket, Measure]] = {
    "1_90": _overdue("1_90", "1–90", "1 to 90"),
    "91_180": _overdue("91_180", "91–180", "91 to 180"),
    "181_360": _overdue("181_360", "181–360", "181 to 360"),
    "over_360": _overdue("over_360", "trên 360", "more than 360"),
}
"""Nợ quá hạn theo nhóm thời gian: together they are `overdue`."""

carried_forward_owed = Measure(
    name="carried_forward_owed",
    label=Label("Gốc chuyển kỳ hạn còn nợ", "Owed of instalments carried forward"),
    unit="dong",
    kind="stock",
    meaning=Label(
        "Nợ trong hạn, lẽ ra phải trả ở kỳ trước: phần mà nợ quá hạn không cho thấy.",
        "In term, and was to be paid with an earlier instalment: what overdue debt hides.",
    ),
    better="lower",
)
frozen = Measure(
    name="frozen",
    label=Label("Nợ khoanh", "Frozen"),
    unit="dong",
    kind="stock",
    meaning=Label(
        "Nợ gốc được khoanh: chưa thu và không tính lãi.",
        "Principal owed that is frozen: not collected, earning no interest.",
    ),
    better="lower",
)
overdue_and_frozen = Measure(
    name="overdue_and_frozen",
    label=Label("Nợ quá hạn và nợ khoanh", "Overdue and frozen"),
    unit="dong",
    kind="stock",
    meaning=Label("Nợ gốc quá hạn hoặc được khoanh.", "Principal owed that is overdue or frozen."),
    better="lower",
    source=Label(
        "ngân hàng công bố là chất lượng tín dụng",
        "published by the bank as the quality of its debt",
    ),
    sums=(overdue, frozen),
)
households = Measure(
    name="households",
    label=Label("Số hộ còn dư nợ", "Households in debt"),
    unit="count",
    kind="stock",
    meaning=Label(
        "Hộ còn dư nợ ở bất kỳ chương trình nào, mỗi hộ tính một lần.",
        "Households that owe principal in any programme, each counted once.",
    ),
    by=(),
    noun=Label("hộ", "household"),
)
programme_households = Measure(
    name="programme_households",
    label=Label("Số lượt hộ theo chương trình", "Households by programme"),
    unit="count",
    kind="stock",
    meaning=Label(
        "Hộ còn dư nợ, mỗi chương trình còn dư nợ tính một lần.",
        "Households that owe principal, counted once in each programme they owe in.",
    ),
    by=("programme",),
    noun=Label("lượt hộ", "household"),
)

MEASURES: Final = [
    outstanding,
    in_term,
    overdue,
    *OVERDUE.values(),
    carried_forward_owed,
    frozen,
    overdue_and_frozen,
    loans,
    overdue_loans,
    households,
    programme_households,
    *by_category(outstanding),
    *by_category(overdue),
    *by_category(loans),
]
