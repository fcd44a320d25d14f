"""What moved: principal, interest and fees, and how much of it at the transaction points."""

from typing import Final

from policy_credit_reporting.indicators.algebra import Label, Measure

disbursements = Measure(
    name="disbursements",
    label=Label("Số lượt giải ngân", "Disbursements"),
    unit="count",
    kind="flow",
    meaning=Label("Lần giải ngân.", "Tranches paid out."),
    noun=Label("lượt giải ngân", "disbursement"),
)
disbursed = Measure(
    name="disbursed",
    label=Label("Doanh số cho vay", "Disbursed"),
    unit="dong",
    kind="flow",
    meaning=Label("Tiền gốc giải ngân cho người vay.", "Principal paid out to borrowers."),
    items=disbursements,
)
principal_due = Measure(
    name="principal_due",
    label=Label("Gốc đến hạn", "Principal due"),
    unit="dong",
    kind="flow",
    meaning=Label("Các kỳ trả gốc đã đến hạn.", "Instalments of principal whose day came."),
)
principal_due_paid = Measure(
    name="principal_due_paid",
    label=Label("Gốc đến hạn đã trả đúng hạn", "Principal due, paid when due"),
    unit="dong",
    kind="flow",
    meaning=Label(
        "Phần của các kỳ đó được trả trong hạn.", "What of those instalments was paid by their day."
    ),
)
carried_forward = Measure(
    name="carried_forward",
    label=Label("Gốc chuyển kỳ hạn", "Instalments carried forward"),
    unit="dong",
    kind="flow",
    meaning=Label(
        "Kỳ trả gốc chưa trả chuyển sang kỳ sau: chưa quá hạn, là cảnh báo sớm.",
        "Missed instalments carried to the next: not overdue, and an early warning.",
    ),
    better="lower",
)
collected = Measure(
    name="collected",
    label=Label("Doanh số thu nợ", "Collected"),
    unit="dong",
    kind="flow",
    meaning=Label("Tiền gốc người vay trả.", "Principal paid back by borrowers."),
)
fell_overdue = Measure(
    name="fell_overdue",
    label=Label("Nợ quá hạn phát sinh", "Fell overdue"),
    unit="dong",
    kind="flow",
    meaning=Label(
        "Nợ gốc trong hạn đã qua ngày đến hạn.", "Principal in term that passed its due date."
    ),
    better="lower",
    source=Label("Quyết định 976/2015", "Decision 976/2015"),
)
cured = Measure(
    name="cured",
    label=Label("Nợ quá hạn trở lại trong hạn", "Overdue cured"),
    unit="dong",
    kind="flow",
    meaning=Label(
        "Nợ gốc quá hạn trở lại trong hạn do gia hạn hoặc điều chỉnh kỳ hạn.",
        "Overdue principal that is in term again by an extension or a new plan.",
    ),
)
extensions = Measure(
    name="extensions",
    label=Label("Số lượt gia hạn nợ", "Extensions"),
    unit="count",
    kind="flow",
    meaning=Label(
        "Lần lùi ngày đến hạn cuối cùng của món vay.", "Times that a loan's last day was put off."
    ),
)
reschedulings = Measure(
    name="reschedulings",
    label=Label("Số lượt điều chỉnh kỳ hạn nợ", "Reschedulings"),
    unit="count",
    kind="flow",
    meaning=Label(
        "Lần điều chỉnh kế hoạch trả nợ trong thời hạn vay.",
        "Times that a loan got a new plan within its term.",
    ),
)
newly_frozen = Measure(
    name="newly_frozen",
    label=Label("Nợ khoanh phát sinh", "Newly frozen"),
    unit="dong",
    kind="flow",
    meaning=Label("Nợ gốc được khoanh.", "Principal that was frozen."),
    better="lower",
)
unfrozen = Measure(
    name="unfrozen",
    label=Label("Nợ hết khoanh", "Unfrozen"),
    unit="dong",
    kind="flow",
    meaning=Label(
        "Nợ gốc hết thời gian khoanh, phải trả lại.", "Frozen principal that is owed again."
    ),
)
written_off = Measure(
    name="written_off",
    label=Label("Nợ đã xóa", "Written off"),
    unit="dong",
    kind="flow",
    meaning=Label(
        "Nợ gốc được xóa; phần thu hồi được tính riêng.",
        "Principal that was written off; what is recovered of it is counted apart.",
    ),
    better="lower",
)
recovered = Measure(
    name="recovered",
    label=Label("Thu nợ đã xóa", "Recovered"),
    unit="dong",
    kind="flow",
    meaning=Label(
        "Tiền thu của nợ gốc đã xóa.", "Payments on principal that had been written off."
    ),
)
interest_due = Measure(
    name="interest_due",
    label=Label("Lãi phải thu", "Interest due"),
    unit="dong",
    kind="flow",
    meaning=Label("Tiền lãi đến hạn phải thu.", "Interest that became due."),
    source=Label("Thông tư 14/2017", "Circular 14/2017"),
)
interest_collected = Measure(
    name="interest_collected",
    label=Label("Lãi đã thu", "Interest collected"),
    unit="dong",
    kind="flow",
    meaning=Label("Tiền lãi người vay trả.", "Interest paid by borrowers."),
)
entrustment_fees = Measure(
    name="entrustment_fees",
    label=Label("Phí ủy thác", "Entrustment fees"),
    unit="dong",
    kind="flow",
    meaning=Label(
        "Phí các hội, đoàn thể được hưởng cho việc nhận ủy thác.",
        "What the associations earned for what is entrusted to them.",
    ),
    by=("association",),
    source=Label(
        "hợp đồng ủy thác của ngân hàng với các hội, đoàn thể",
        "the bank's entrustment agreements with the associations",
    ),
)
sessions = Measure(
    name="sessions",
    label=Label("Số phiên giao dịch xã", "Transaction sessions"),
    unit="count",
    kind="flow",
    meaning=Label(
        "Phiên giao dịch đã thực hiện tại điểm giao dịch xã, tiền mặt đã kiểm đếm và khớp đúng.",
        "Sessions held at commune transaction points, their cash counted and right.",
    ),
    by=(),
    source=Label(
        "thực tiễn của ngân hàng tại điểm giao dịch xã",
        "the bank's practice at commune transaction points",
    ),
)
savings_deposited = Measure(
    name="savings_deposited",
    label=Label("Tổ viên gửi tiết kiệm", "Savings deposited"),
    unit="dong",
    kind="flow",
    meaning=Label("Tiền tổ viên gửi tiết kiệm.", "What group members paid into their savings."),
    by=("association",),
)
savings_withdrawn = Measure(
    name="savings_withdrawn",
    label=Label("Tổ viên rút tiết kiệm", "Savings withdrawn"),
    unit="dong",
    kind="flow",
    meaning=Label(
        "Tiền tổ viên rút tiết kiệm, kể cả để trả nợ.",
        "What group members drew from their savings, to repay loans among others.",
    ),
    by=("association",),
)


def _at_point(whole: Measure) -> Measure:
    return Measure(
        name=f"{whole.name}_at_point",
        label=Label(f"{whole.label.vi} tại điểm giao dịch xã", f"{whole.label.en} at the point"),
        unit="dong",
        kind="flow",
        meaning=whole.meaning.continued(
            ", tại điểm giao dịch xã", ", at a commune transaction point"
        ),
        by=whole.by,
    )


disbursed_at_point = _at_point(disbursed)
collected_at_point = _at_point(collected)
interest_collected_at_point = _at_point(interest_collected)
savings_deposited_at_point = _at_point(savings_deposited)
savings_withdrawn_at_point = _at_point(savings_withdrawn)
handled = Measure(
    name="handled",
    label=Label("Doanh số giao dịch", "Handled"),
    unit="dong",
    kind="flow",
    meaning=Label(
        "Toàn bộ tiền qua quầy: giải ngân, thu nợ, gửi và rút.",
        "All that passed over a counter: paid out, collected, deposited and withdrawn.",
    ),
    by=("association",),
    sums=(disbursed, collected, interest_collected, savings_deposited, savings_withdrawn),
)
handled_at_point = Measure(
    name="handled_at_point",
    label=Label("Doanh số giao dịch tại điểm giao dịch xã", "Handled at the point"),
    unit="dong",
    kind="flow",
    meaning=Label(
        "Toàn bộ tiền qua quầy, tại điểm giao dịch xã.",
        "All that passed over a counter, at a commune transaction point.",
    ),
    by=("association",),
    sums=(
        disbursed_at_point,
        collected_at_point,
        interest_collected_at_point,
        savings_deposited_at_point,
        savings_withdrawn_at_point,
    ),
)

MEASURES: Final = [
    disbursed,
    disbursements,
    principal_due,
    principal_due_paid,
    carried_forward,
    collected,
    fell_overdue,
    cured,
    extensions,
    reschedulings,
    newly_frozen,
    unfrozen,
    written_off,
    recovered,
    interest_due,
    interest_collected,
    entrustment_fees,
    savings_deposited,
    savings_withdrawn,
    sessions,
    disbursed_at_point,
    collected_at_point,
    interest_collected_at_point,
    savings_deposited_at_point,
    savings_withdrawn_at_point,
    handled,
    handled_at_point,
]
