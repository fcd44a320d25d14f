"""What the workbook of existing books holds: its sheets, their columns, and what each means.

Template, check and report follow from these declarations.
"""

from typing import Final

from policy_credit_branch.importing.columns import (
    ASSOCIATIONS,
    FUNDS,
    PROGRAMMES,
    Column,
    Said,
    Sheet,
)


def _dong(key: str, vi: str, en: str, meaning: Said, example: str, *, required: bool) -> Column:
    return Column(
        key=key,
        name=Said(vi, en),
        form="dong",
        meaning=meaning,
        example=example,
        required=required,
    )


def _overdue(bucket: str, vi: str, en: str, example: str) -> Column:
    return _dong(
        f"overdue_{bucket}",
        f"Quá hạn {vi} ngày",
        f"Overdue {en} days",
        Said(
            f"gốc quá hạn đã {vi} ngày tính đến ngày mở sổ; trống là 0",
            f"principal overdue for {en} days on the opening day; blank is 0",
        ),
        example,
        required=False,
    )


_COMMUNE: Final = Column(
    key="commune",
    name=Said("Mã xã", "Commune"),
    form="commune",
    meaning=Said("xã thuộc phòng giao dịch", "a commune that the office serves"),
    example="22870",
)
_CONTRACT: Final = Column(
    key="contract",
    name=Said("Số khế ước", "Contract"),
    form="code",
    meaning=Said("số của món vay trong sổ hiện có", "the loan's number in the existing books"),
    example="0005870001234",
)
_HOUSEHOLD: Final = Column(
    key="household",
    name=Said("Mã hộ", "Household"),
    form="code",
    meaning=Said("mã khách hàng trong sổ hiện có", "the customer's number in the existing books"),
    example="0012345",
)

BOOKS: Final = Sheet(
    key="books",
    name=Said("Sổ", "Books"),
    identified_by=("office",),
    columns=(
        Column(
            key="office",
            name=Said("Mã phòng giao dịch", "Office"),
            form="office",
            meaning=Said("phòng giao dịch mở sổ", "the transaction office whose books these are"),
            example="587",
        ),
        Column(
            key="opened_on",
            name=Said("Ngày mở sổ", "Opening day"),
            form="date",
            meaning=Said(
                "ngày đầu tiên ghi sổ mới; mọi số dư là số dư đầu ngày này",
                "the first day booked here; all balances are those at the beginning of this day",
            ),
            example="01/01/2026",
        ),
    ),
)
GROUPS: Final = Sheet(
    key="groups",
    name=Said("Tổ", "Groups"),
    identified_by=("group",),
    columns=(
        Column(
            key="group",
            name=Said("Mã tổ", "Group"),
            form="code",
            meaning=Said("mã tổ TK&VV trong sổ hiện có", "the group's code in the existing books"),
            example="0587012",
        ),
        _COMMUNE,
        Column(
            key="village",
            name=Said("Thôn", "Village"),
            form="text",
            meaning=Said("thôn, bản, tổ dân phố", "the village or neighbourhood"),
            example="Thôn 1",
        ),
        Column(
            key="association",
            name=Said("Hội nhận ủy thác", "Association"),
            form="choice",
            choices=ASSOCIATIONS,
            meaning=Said("tổ chức hội quản lý tổ", "the association that the group belongs to"),
            example="Hội Phụ nữ",
        ),
        Column(
            key="formed_on",
            name=Said("Ngày thành lập", "Formed on"),
            form="date",
            meaning=Said("ngày thành lập tổ", "the day on which the group was formed"),
            example="15/04/2011",
        ),
    ),
)
HOUSEHOLDS: Final = Sheet(
    key="households",
    name=Said("Hộ", "Households"),
    identified_by=("household",),
    columns=(
        _HOUSEHOLD,
        _COMMUNE,
        Column(
            key="group",
            name=Said("Mã tổ", "Group"),
            form="code",
            required=False,
            meaning=Said(
                "tổ của hộ, có ở trang Tổ; cần có nếu hộ còn nợ hoặc có tiết kiệm",
                "the household's group, on the sheet Groups; needed if it owes or saves",
            ),
            example="0587012",
        ),
        Column(
            key="name",
            name=Said("Họ và tên", "Name"),
            form="text",
            personal=True,
            meaning=Said("người đứng tên vay vốn", "the borrower"),
            example="(họ và tên)",
        ),
        Column(
            key="identity_number",
            name=Said("Số CCCD/CMND", "Identity number"),
            form="identity",
            personal=True,
            meaning=Said("căn cước hoặc chứng minh nhân dân", "identity or citizen card"),
            example="000000000000",
        ),
        Column(
            key="phone",
            name=Said("Điện thoại", "Phone"),
            form="phone",
            required=False,
            personal=True,
            meaning=Said("nếu có", "if there is one"),
            example="0900000000",
        ),
        Column(
            key="address",
            name=Said("Địa chỉ", "Address"),
            form="text",
            required=False,
            personal=True,
            meaning=Said("nếu có", "if there is one"),
            example="(địa chỉ)",
        ),
    ),
)
LOANS: Final = Sheet(
    key="loans",
    name=Said("Món vay", "Loans"),
    identified_by=("contract",),
    columns=(
        _CONTRACT,
        _HOUSEHOLD,
        Column(
            key="programme",
            name=Said("Chương trình", "Programme"),
            form="choice",
            choices=PROGRAMMES,
            meaning=Said("chương trình tín dụng", "the lending programme"),
            example="HN",
        ),
        Column(
            key="fund",
            name=Said("Nguồn vốn", "Fund"),
            form="choice",
            choices=FUNDS,
            meaning=Said("nguồn vốn cho vay", "whose money was lent"),
            example="Trung ương",
        ),
        Column(
            key="disbursed_on",
            name=Said("Ngày giải ngân", "Disbursed on"),
            form="date",
            meaning=Said("ngày giải ngân lần đầu", "the day of the first disbursement"),
            example="20/05/2023",
        ),
        Column(
            key="term_months",
            name=Said("Thời hạn vay", "Term in months"),
            form="months",
            meaning=Said("theo khế ước, chưa kể gia hạn", "as agreed, extensions not counted"),
            example="60",
        ),
        Column(
            key="due_on",
            name=Said("Ngày đến hạn", "Due on"),
            form="date",
            meaning=Said("hạn trả nợ cuối cùng, kể cả gia hạn", "the last day, extensions counted"),
            example="20/05/2028",
        ),
        Column(
            key="annual_rate",
            name=Said("Lãi suất năm (%)", "Annual rate (%)"),
            form="rate",
            meaning=Said("lãi suất trong hạn đang áp dụng", "the rate in term that holds now"),
            example="6,6",
        ),
        _dong(
            "outstanding",
            "Dư nợ",
            "Outstanding",
            Said(
                "trong hạn + quá hạn + khoanh",
                "in term, overdue and frozen together: a cross-check",
            ),
            "35000000",
            required=True,
        ),
        _dong(
            "in_term",
            "Trong hạn",
            "In term",
            Said("gốc trong hạn; trống là 0", "principal in term; blank is 0"),
            "30000000",
            required=False,
        ),
        _overdue("1_90", "1-90", "1-90", "5000000"),
        _overdue("91_180", "91-180", "91-180", ""),
        _overdue("181_360", "181-360", "181-360", ""),
        _overdue("over_360", "trên 360", "over 360", ""),
        Column(
            key="overdue_since",
            name=Said("Quá hạn từ ngày", "Overdue since"),
            form="date",
            required=False,
            meaning=Said(
                "ngày chuyển nợ quá hạn; nếu có nhiều kỳ quá hạn, ghi từng kỳ ở trang Kỳ hạn",
                "the day on which it fell overdue; several missed instalments go on the sheet"
                " Instalments",
            ),
            example="21/11/2025",
        ),
        _dong(
            "frozen",
            "Nợ khoanh",
            "Frozen",
            Said("gốc đang khoanh; trống là 0", "principal that is frozen; blank is 0"),
            "",
            required=False,
        ),
        Column(
            key="frozen_until",
            name=Said("Khoanh đến ngày", "Frozen until"),
            form="date",
            required=False,
            meaning=Said("cần có nếu có nợ khoanh", "needed if anything is frozen"),
            example="",
        ),
        Column(
            key="frozen_overdue_since",
            name=Said("Nợ khoanh quá hạn từ ngày", "Frozen, overdue since"),
            form="date",
            required=False,
            meaning=Said("nếu nợ khoanh vốn là nợ quá hạn", "if what is frozen was overdue before"),
            example="",
        ),
        _dong(
            "interest_arrears",
            "Lãi tồn đọng",
            "Interest arrears",
            Said(
                "toàn bộ lãi chưa thu tính đến hết ngày trước ngày mở sổ; trống là 0",
                "all interest owed up to the day before the opening day; blank is 0",
            ),
            "165000",
            required=False,
        ),
        _dong(
            "undisbursed",
            "Chưa giải ngân",
            "Undisbursed",
            Said(
                "đã duyệt, còn phải giải ngân; trống là 0",
                "approved and still to be paid out; blank is 0",
            ),
            "",
            required=False,
        ),
    ),
)
INSTALMENTS: Final = Sheet(
    key="instalments",
    name=Said("Kỳ hạn", "Instalments"),
    identified_by=("contract", "due_on"),
    columns=(
        _CONTRACT,
        Column(
            key="due_on",
            name=Said("Ngày đến hạn của kỳ", "Instalment due on"),
            form="date",
            meaning=Said(
                "kỳ đã qua ngày là nợ quá hạn; món vay không có kỳ nào ở đây trả một lần khi đến"
                " hạn",
                "an instalment whose day has passed is overdue; a loan without any here is paid at"
                " its end",
            ),
            example="20/05/2028",
        ),
        _dong(
            "amount",
            "Số tiền còn phải trả",
            "Amount left",
            Said("gốc của kỳ chưa trả", "principal of the instalment not paid yet"),
            "30000000",
            required=True,
        ),
    ),
)
SAVINGS: Final = Sheet(
    key="savings",
    name=Said("Tiết kiệm", "Savings"),
    identified_by=("household",),
    columns=(
        _HOUSEHOLD,
        _dong(
            "amount",
            "Số dư tiết kiệm",
            "Savings",
            Said("số dư tiền gửi tổ viên", "what the household has saved through its group"),
            "1250000",
            required=True,
        ),
    ),
)
SHEETS: Final = (BOOKS, GROUPS, HOUSEHOLDS, LOANS, INSTALMENTS, SAVINGS)
