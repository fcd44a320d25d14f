"""Every indicator, declared once. To add one: declare it here and post to it below.

Live figures, replay, API, metrics, labels and documentation all follow from this file.
"""

from typing import Final

from policy_credit_reporting.indicators.algebra import Algebra, Label, Measure, Posting, Ratio
from policy_credit_shared.events import collection, lending, supervision
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.identifiers import Rating

outstanding = Measure(
    name="outstanding",
    label=Label("Dư nợ", "Outstanding"),
    unit="dong",
    kind="stock",
    meaning="Principal owed now: in term, overdue and frozen.",
)
in_term = Measure(
    name="in_term",
    label=Label("Nợ trong hạn", "In term"),
    unit="dong",
    kind="stock",
    meaning="Principal owed whose due date has not passed.",
)
overdue = Measure(
    name="overdue",
    label=Label("Nợ quá hạn", "Overdue"),
    unit="dong",
    kind="stock",
    meaning="Principal owed that fell overdue; only the part that did (Decision 976/2015).",
)
frozen = Measure(
    name="frozen",
    label=Label("Nợ khoanh", "Frozen"),
    unit="dong",
    kind="stock",
    meaning="Principal owed that is frozen: not collected, earning no interest.",
)
disbursed = Measure(
    name="disbursed",
    label=Label("Doanh số cho vay", "Disbursed"),
    unit="dong",
    kind="flow",
    meaning="Principal paid out to borrowers.",
)
collected = Measure(
    name="collected",
    label=Label("Doanh số thu nợ", "Collected"),
    unit="dong",
    kind="flow",
    meaning="Principal paid back by borrowers.",
)
interest_due = Measure(
    name="interest_due",
    label=Label("Lãi phải thu", "Interest due"),
    unit="dong",
    kind="flow",
    meaning="Interest that became due.",
)
interest_collected = Measure(
    name="interest_collected",
    label=Label("Lãi đã thu", "Interest collected"),
    unit="dong",
    kind="flow",
    meaning="Interest paid by borrowers.",
)
savings = Measure(
    name="savings",
    label=Label("Tiền gửi tiết kiệm tổ viên", "Group members' savings"),
    unit="dong",
    kind="stock",
    meaning="What members of savings-and-credit groups have saved with the bank.",
    by=("association",),
)
loans = Measure(
    name="loans",
    label=Label("Số món vay còn dư nợ", "Loans"),
    unit="count",
    kind="stock",
    meaning="Loans with principal owed.",
)
overdue_loans = Measure(
    name="overdue_loans",
    label=Label("Số món vay quá hạn", "Overdue loans"),
    unit="count",
    kind="stock",
    meaning="Loans with overdue principal.",
)
disbursements = Measure(
    name="disbursements",
    label=Label("Số lượt giải ngân", "Disbursements"),
    unit="count",
    kind="flow",
    meaning="Tranches paid out.",
)
households = Measure(
    name="households",
    label=Label("Số hộ còn dư nợ", "Households in debt"),
    unit="count",
    kind="stock",
    meaning="Households that owe principal in any programme, each counted once.",
    by=(),
)
programme_households = Measure(
    name="programme_households",
    label=Label("Số lượt hộ theo chương trình", "Households by programme"),
    unit="count",
    kind="stock",
    meaning="Households that owe principal, counted once in each programme they owe in.",
    by=("programme",),
)
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


def _groups(rating: Rating, vi: str) -> Measure:
    return Measure(
        name=f"groups_{rating}",
        label=Label(f"Số tổ xếp loại {vi}", f"Groups rated {rating}"),
        unit="count",
        kind="stock",
        meaning=f"Savings-and-credit groups whose last rating is {rating}.",
        by=("association",),
    )


GROUPS: Final[dict[Rating, Measure]] = {
    "good": _groups("good", "tốt"),
    "fair": _groups("fair", "khá"),
    "average": _groups("average", "trung bình"),
    "weak": _groups("weak", "yếu"),
}

MEASURES: Final = [
    outstanding,
    in_term,
    overdue,
    frozen,
    disbursed,
    collected,
    interest_due,
    interest_collected,
    savings,
    loans,
    overdue_loans,
    disbursements,
    households,
    programme_households,
    inspections,
    use_checks,
    use_checks_on_time,
    wrong_uses,
    groups_rated,
    *GROUPS.values(),
]

RATIOS: Final = [
    Ratio(
        name="overdue_ratio",
        label=Label("Tỷ lệ nợ quá hạn", "Overdue ratio"),
        unit="ratio",
        meaning="Overdue ÷ outstanding.",
        numerator=overdue,
        denominator=outstanding,
    ),
    Ratio(
        name="interest_collection_rate",
        label=Label("Tỷ lệ thu lãi", "Interest collection rate"),
        unit="ratio",
        meaning="Interest collected ÷ interest due.",
        numerator=interest_collected,
        denominator=interest_due,
    ),
    Ratio(
        name="average_outstanding",
        label=Label("Dư nợ bình quân một hộ", "Average outstanding per household"),
        unit="dong",
        meaning="Outstanding ÷ households in debt.",
        numerator=outstanding,
        denominator=households,
    ),
    Ratio(
        name="use_checks_on_time_rate",
        label=Label("Tỷ lệ kiểm tra sử dụng vốn đúng hạn", "Loan-use checks on time, rate"),
        unit="ratio",
        meaning="Checks within 30 days ÷ checks.",
        numerator=use_checks_on_time,
        denominator=use_checks,
    ),
    Ratio(
        name="groups_good_ratio",
        label=Label("Tỷ lệ tổ TK&VV xếp loại tốt", "Share of groups rated good"),
        unit="ratio",
        meaning="Groups rated good ÷ groups rated.",
        numerator=GROUPS["good"],
        denominator=groups_rated,
    ),
]

POSTINGS: Final[dict[type[PublicEvent], list[Posting]]] = {
    lending.LoanDisbursed: [
        +outstanding("amount"),
        +in_term("amount"),
        +disbursed("amount"),
        +disbursements(),
        +loans(tranche=1),
    ],
    collection.InterestCharged: [
        +interest_due("amount"),
    ],
    collection.InterestCollected: [
        +interest_collected("amount"),
    ],
    collection.PrincipalCollected: [
        +collected("amount"),
        -outstanding("amount"),
        -in_term("amount", debt_class="in_term"),
        -overdue("amount", debt_class="overdue"),
        -frozen("amount", debt_class="frozen"),
    ],
    collection.PrincipalFellOverdue: [
        -in_term("amount"),
        +overdue("amount"),
    ],
    collection.LoanFellOverdue: [
        +overdue_loans(),
    ],
    collection.LoanCured: [
        -overdue_loans(),
    ],
    collection.LoanFrozen: [
        +frozen("amount"),
        -in_term("amount", from_class="in_term"),
        -overdue("amount", from_class="overdue"),
    ],
    collection.LoanSettled: [
        -loans(),
    ],
    collection.LoanReopened: [
        +loans(),
    ],
    collection.SavingsDeposited: [
        +savings("amount"),
    ],
    collection.HouseholdEnteredDebt: [
        +households("overall"),
        +programme_households(),
    ],
    collection.HouseholdLeftDebt: [
        -households("overall"),
        -programme_households(),
    ],
    supervision.InspectionCarriedOut: [
        +inspections(),
    ],
    supervision.LoanUseChecked: [
        +use_checks(),
        +use_checks_on_time("on_time"),
        +wrong_uses(result="wrong_use"),
    ],
    supervision.GroupRated: [
        +groups_rated(previous=None),
        *(+measure(rating=rating) for rating, measure in GROUPS.items()),
        *(-measure(previous=rating) for rating, measure in GROUPS.items()),
    ],
    # A target is not a sum: the projection keeps it beside the figures.
    supervision.TargetSet: [],
}

ALGEBRA: Final = Algebra(MEASURES, RATIOS, POSTINGS)
