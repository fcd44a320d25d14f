"""Why a line was refused and what to do, in Vietnamese, by the service's code.

The service says it in English with the exact amounts; both are shown.
"""

from typing import Final

EXPLANATIONS: Final[dict[str, str]] = {
    "loan-not-open": "Chưa có khoản vay này; kiểm tra mã, hoặc gửi lại sau khi giải ngân.",
    "overpayment": "Thu nhiều hơn số còn nợ; sửa theo số bên dưới.",
    "nothing-paid": "Chưa có gốc, chưa có lãi; nhập số tiền.",
    "principal-by-group-leader": "Tổ trưởng không thu gốc; người vay nộp trực tiếp.",
    "payment-repeated": "Dòng này đã ghi sổ với số tiền khác; sửa cho khớp sổ.",
    "savings-entry-repeated": "Dòng này đã ghi sổ với số tiền khác; sửa cho khớp sổ.",
    "more-than-saved": "Rút nhiều hơn số dư tiết kiệm; sửa số tiền.",
    "held-elsewhere": "Tiết kiệm đang gửi nơi khác; rút hết nơi đó trước.",
    "wrong-office": "Thuộc phòng giao dịch khác; gửi từ nơi đó.",
    "commune-not-served": "Phòng giao dịch không phục vụ xã này; kiểm tra mã xã.",
    "point-in-session": "Điểm giao dịch đang có phiên khác; nhập vào phiên đó (lệnh join).",
    "session-unknown": "Phiên chưa mở; gửi lại bảng kê.",
    "session-closed-already": "Phiên đã khóa; bỏ dòng này và ghi tại phòng giao dịch.",
    "session-opened-already": "Phiên đã mở với nội dung khác; báo phòng giao dịch.",
    "session-on-another-day": "Khác ngày của phiên; bỏ dòng này, nhập vào bảng kê đúng ngày.",
    "cash-differs": "Tiền đếm được khác sổ; đếm lại, tìm dòng sai hoặc thiếu.",
    "bad-field": "Nội dung không đúng quy cách; sửa trường được nêu.",
}

OTHER: Final = "Bị từ chối; xem lý do bên dưới."


def explained(code: str) -> str:
    """What a refusal means and what to do."""
    return EXPLANATIONS.get(code, OTHER)
