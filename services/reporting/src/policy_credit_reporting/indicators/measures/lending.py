"""What comes before a loan: capital, plans, groups, entitlements, applications."""

from typing import Final

from policy_credit_reporting.indicators.algebra import Label, Measure, Part
from policy_credit_reporting.indicators.measures.categories import CATEGORIES

capital = Measure(
    name="capital",
    label=Label("Nguồn vốn", "Capital"),
    unit="dong",
    kind="stock",
    meaning=Label(
        "Vốn giao cho các đơn vị để cho vay: vốn trung ương và ngân sách địa phương ủy thác.",
        "Capital given to offices to lend, central and entrusted by local budgets.",
    ),
    by=("fund",),
    source=Label("Chỉ thị 40-CT/TW (2014)", "Directive 40-CT/TW (2014)"),
)
local_capital = Measure(
    name="local_capital",
    label=Label("Vốn ngân sách địa phương ủy thác", "Entrusted local capital"),
    unit="dong",
    kind="stock",
    meaning=Label(
        "Vốn do Hội đồng nhân dân các cấp quyết định ủy thác từ ngân sách địa phương.",
        "Capital that the People's Councils entrusted from their budgets.",
    ),
    by=(),
    better="higher",
    source=Label("Chỉ thị 40-CT/TW (2014)", "Directive 40-CT/TW (2014)"),
    part=Part(capital, "fund", "local"),
)
plan = Measure(
    name="plan",
    label=Label("Chỉ tiêu kế hoạch dư nợ", "Planned outstanding"),
    unit="dong",
    kind="stock",
    meaning=Label(
        "Mức dư nợ được thực hiện theo kế hoạch năm.",
        "What outstanding may reach by the plans of the year.",
    ),
    by=("programme",),
    source=Label("kế hoạch tín dụng hằng năm của ngân hàng", "the bank's yearly credit plan"),
)
groups = Measure(
    name="groups",
    label=Label("Số tổ TK&VV", "Groups"),
    unit="count",
    kind="stock",
    meaning=Label("Tổ tiết kiệm và vay vốn.", "Savings-and-credit groups."),
    by=("association",),
    noun=Label("tổ", "group"),
)
group_members = Measure(
    name="group_members",
    label=Label("Số tổ viên", "Group members"),
    unit="count",
    kind="stock",
    meaning=Label(
        "Hộ là tổ viên của một tổ tiết kiệm và vay vốn.",
        "Households that are members of a savings-and-credit group.",
    ),
    by=("association",),
    noun=Label("tổ viên", "member"),
)
entitlements_listed = Measure(
    name="entitlements_listed",
    label=Label("Số hộ được bình xét", "Entitlements listed"),
    unit="count",
    kind="flow",
    meaning=Label(
        "Hộ được tổ họp bình xét công khai đưa vào danh sách, theo chương trình (mẫu 03/TD).",
        "Households named on a group's list in a public meeting, by programme (03/TD).",
    ),
    by=("programme",),
    source=Label("mẫu 10C/TD và 03/TD", "forms 10C/TD and 03/TD"),
)
entitlements_posted = Measure(
    name="entitlements_posted",
    label=Label("Số hộ được niêm yết công khai", "Entitlements posted"),
    unit="count",
    kind="flow",
    meaning=Label(
        "Hộ trong danh sách đã niêm yết công khai.",
        "Households on lists that were posted in public.",
    ),
    by=("programme",),
    source=Label("mẫu 03/TD", "form 03/TD"),
)
entitlements_confirmed = Measure(
    name="entitlements_confirmed",
    label=Label("Số hộ được UBND xã xác nhận", "Entitlements confirmed"),
    unit="count",
    kind="flow",
    meaning=Label(
        "Hộ được Ủy ban nhân dân xã xác nhận.",
        "Households that the commune People's Committee confirmed.",
    ),
    by=("programme",),
    source=Label("mẫu 03/TD", "form 03/TD"),
    noun=Label("hộ", "household"),
)
entitlements_rejected = Measure(
    name="entitlements_rejected",
    label=Label("Số hộ không được xác nhận", "Entitlements rejected"),
    unit="count",
    kind="flow",
    meaning=Label(
        "Hộ không được Ủy ban nhân dân xã xác nhận.",
        "Households that the commune People's Committee did not confirm.",
    ),
    by=("programme",),
    source=Label("mẫu 03/TD", "form 03/TD"),
)
entitlements_decided = Measure(
    name="entitlements_decided",
    label=Label("Số hộ đã xét duyệt", "Entitlements decided"),
    unit="count",
    kind="flow",
    meaning=Label(
        "Hộ đã được xác nhận hoặc bị từ chối xác nhận.",
        "Households that were confirmed or rejected.",
    ),
    by=("programme",),
    source=Label("mẫu 03/TD", "form 03/TD"),
    noun=Label("hộ", "household"),
)
entitlement_days = Measure(
    name="entitlement_days",
    label=Label("Số ngày xét duyệt", "Days to decide entitlements"),
    unit="days",
    kind="flow",
    meaning=Label(
        "Số ngày từ khi tổ lập danh sách đến khi xã quyết định, cộng theo hộ.",
        "Days from the group's list to the commune's decision, summed over households.",
    ),
    by=("programme",),
)
applications = Measure(
    name="applications",
    label=Label("Số đề nghị vay vốn", "Applications"),
    unit="count",
    kind="flow",
    meaning=Label("Món vay được đề nghị (mẫu 01/TD).", "Loans that were applied for (01/TD)."),
    source=Label("mẫu 01/TD", "form 01/TD"),
    noun=Label("đề nghị", "application"),
)
approvals = Measure(
    name="approvals",
    label=Label("Số món vay được phê duyệt", "Approvals"),
    unit="count",
    kind="flow",
    meaning=Label("Món vay được phê duyệt (mẫu 04/TD).", "Loans that were approved (04/TD)."),
    source=Label("mẫu 04/TD", "form 04/TD"),
    noun=Label("món vay được phê duyệt", "approved loan"),
)
approved = Measure(
    name="approved",
    label=Label("Số tiền phê duyệt cho vay", "Approved"),
    unit="dong",
    kind="flow",
    meaning=Label(
        "Số tiền gốc của các món vay được phê duyệt.", "Principal of the loans that were approved."
    ),
    source=Label("mẫu 04/TD", "form 04/TD"),
    items=approvals,
)
declined = Measure(
    name="declined",
    label=Label("Số món vay bị từ chối", "Declined"),
    unit="count",
    kind="flow",
    meaning=Label(
        "Món vay bị từ chối, hoặc bị hủy phê duyệt.",
        "Loans that were declined, or whose approval was withdrawn.",
    ),
    source=Label("mẫu 04/TD", "form 04/TD"),
)
approval_days = Measure(
    name="approval_days",
    label=Label("Số ngày phê duyệt", "Days to approve"),
    unit="days",
    kind="flow",
    meaning=Label(
        "Số ngày từ khi đề nghị đến khi phê duyệt, cộng theo món vay.",
        "Days from application to approval, summed over loans.",
    ),
)
confirmed_loans = Measure(
    name="confirmed_loans",
    label=Label("Số món giải ngân theo xác nhận", "Loans paid out on a confirmation"),
    unit="count",
    kind="flow",
    meaning=Label(
        "Món vay giải ngân lần đầu theo xác nhận có ghi ngày.",
        "Loans whose first tranche was paid out on a confirmation with a known day.",
    ),
    noun=Label("món vay", "loan"),
)
lead_days = Measure(
    name="lead_days",
    label=Label("Số ngày từ xác nhận đến giải ngân", "Days from confirmation to money"),
    unit="days",
    kind="flow",
    meaning=Label(
        "Số ngày từ khi xã xác nhận đến khi giải ngân lần đầu, cộng theo món vay.",
        "Days from the commune's confirmation to the first tranche, summed over loans.",
    ),
)

CONFIRMED: Final = [
    Measure(
        name=f"entitlements_confirmed_{category}",
        label=Label(
            f"{entitlements_confirmed.label.vi}: {label.vi}",
            f"{entitlements_confirmed.label.en}: {label.en}",
        ),
        unit="count",
        kind="flow",
        meaning=Label(
            f"Hộ được Ủy ban nhân dân xã xác nhận là {label.vi}.",
            f"Households that the commune People's Committee confirmed as {label.en}.",
        ),
        by=entitlements_confirmed.by,
        source=entitlements_confirmed.source,
        part=Part(entitlements_confirmed, "category", category),
    )
    for category, label in CATEGORIES.items()
    if category is not None
]
"""By beneficiary category: together they are `entitlements_confirmed`."""

MEASURES: Final = [
    capital,
    local_capital,
    plan,
    groups,
    group_members,
    entitlements_listed,
    entitlements_posted,
    entitlements_confirmed,
    entitlements_rejected,
    entitlements_decided,
    entitlement_days,
    applications,
    approvals,
    approved,
    declined,
    approval_days,
    confirmed_loans,
    lead_days,
    *CONFIRMED,
]
