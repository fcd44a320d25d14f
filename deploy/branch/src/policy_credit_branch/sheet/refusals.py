"""Why a sheet does not take a line, before any service is asked.

LineRefused
├── NotAnAmount
├── NothingEntered
├── PrincipalByGroupLeader
├── CodeUnknown
├── CodeAmbiguous
├── ChoiceUnknown
├── NotToBeUndone
├── NotToBeCorrected
├── CorrectedBeyondItsAmounts
├── NotToBeJoined
├── NotReadyToClose
└── SessionClosed
"""

from collections.abc import Sequence


class LineRefused(Exception):
    """An expected no: `field` is what to correct; `vi`, `en` say what is wrong and what helps."""

    def __init__(self, field: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} · {en}")
        self.field = field
        self.vi = vi
        self.en = en


class NotAnAmount(LineRefused):
    """Text that is no whole amount of dong."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(
            field,
            f"«{text}» không phải số đồng; ghi 1.234.567 hoặc 1234567",
            "not whole dong; write 1.234.567 or 1234567",
        )


class NothingEntered(LineRefused):
    """A line without any money."""

    def __init__(self, field: str) -> None:
        super().__init__(field, "Chưa nhập số tiền", "enter an amount")


class PrincipalByGroupLeader(LineRefused):
    """A group leader brings interest, never principal."""

    def __init__(self) -> None:
        super().__init__(
            "principal",
            "Tổ trưởng không thu gốc; người vay nộp gốc trực tiếp",
            "a group leader brings interest only; the borrower pays principal",
        )


class CodeUnknown(LineRefused):
    """Nothing that is carried begins with the code."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(
            field,
            f"Không thấy mã «{code}» trong số liệu mang theo; ghi đủ mã nếu mới phát sinh",
            "no such code is carried; write the whole code if it is new",
        )


class CodeAmbiguous(LineRefused):
    """Several things that are carried begin with the code."""

    def __init__(self, field: str, code: str, count: int) -> None:
        super().__init__(
            field,
            f"Có {count} mã bắt đầu bằng «{code}»; ghi thêm ký tự",
            f"{count} codes begin so; write more of it",
        )


class ChoiceUnknown(LineRefused):
    """A choice that is none of those offered."""

    def __init__(self, field: str, choices: Sequence[str]) -> None:
        offered = ", ".join(choices)
        super().__init__(field, f"Chọn một trong: {offered}", f"choose one of {offered}")


class NotToBeUndone(LineRefused):
    """A line that was sent or taken back already."""

    def __init__(self, number: int) -> None:
        super().__init__(
            "line",
            f"Dòng {number} đã gửi hoặc đã bỏ; đã ghi sổ thì đảo bút toán tại phòng giao dịch",
            f"line {number} was sent or undone; what is recorded is reversed at the office",
        )


class NotToBeCorrected(LineRefused):
    """A line that no service refused."""

    def __init__(self, number: int) -> None:
        super().__init__(
            "line",
            f"Dòng {number} không bị từ chối; chỉ sửa dòng bị từ chối",
            f"line {number} is not refused; only a refused line is corrected",
        )


class CorrectedBeyondItsAmounts(LineRefused):
    """Another loan, household or kind is another line: this one is undone, and that one entered."""

    def __init__(self, number: int) -> None:
        super().__init__(
            "code",
            f"Dòng {number} chỉ sửa được số tiền; sai mã thì bỏ dòng này và nhập dòng mới",
            f"only amounts of line {number} can change; undo it and enter another",
        )


class NotToBeJoined(LineRefused):
    """The sheet's own session is open, or may be."""

    def __init__(self) -> None:
        super().__init__(
            "session",
            "Phiên của bảng kê này đã mở hoặc đang gửi; không chuyển sang phiên khác được",
            "this sheet's own session is open or being opened; it cannot join another",
        )


class NotReadyToClose(LineRefused):
    """Lines wait for their answer, or were refused and neither corrected nor undone."""

    def __init__(self, waiting: int, refused: int) -> None:
        super().__init__(
            "line",
            f"Còn {waiting} dòng chưa có trả lời, {refused} dòng bị từ chối",
            f"{waiting} lines wait for an answer, {refused} are refused",
        )


class SessionClosed(LineRefused):
    """The cash was counted: no more lines."""

    def __init__(self) -> None:
        super().__init__("line", "Phiên đã chốt quỹ", "the cash of this session was counted")
