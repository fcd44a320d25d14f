"""Why an outbox cannot be used, in words for those who stand before it.

OutboxFailed
├── KeyUnusable
├── WrongKey
├── NotAnOutbox
├── Damaged
├── NotSaved
└── InUse
"""


class OutboxFailed(Exception):
    """Nothing was changed; the sentence says what to do."""


class KeyUnusable(OutboxFailed):
    """The secret is too short to protect anything."""

    def __init__(self, length_min: int) -> None:
        super().__init__(
            f"Mã khóa phải có ít nhất {length_min} ký tự · "
            f"the key or passphrase needs at least {length_min} characters"
        )


class WrongKey(OutboxFailed):
    """The file was written under another key."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name}: sai mã khóa · wrong key or passphrase, or its first bytes are damaged"
        )


class NotAnOutbox(OutboxFailed):
    """The file does not begin as one of ours."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}: không phải tệp của phần mềm này · no file of this software")


class Damaged(OutboxFailed):
    """A record that was durable cannot be read: the medium failed, or somebody changed it."""

    def __init__(self, name: str, record: int, at: int) -> None:
        super().__init__(
            f"{name}: bản ghi {record} tại byte {at} bị hỏng; giữ nguyên tệp, lấy bản sao khác · "
            f"record {record} at byte {at} is damaged; keep the file, fetch another copy of it"
        )
        self.record = record
        self.at = at


class NotSaved(OutboxFailed):
    """The disk did not take a record: the line must be entered again, once there is room."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"CHƯA LƯU · NOT SAVED: {reason}; thoát rồi mở lại bảng kê · "
            f"end the program and open {name} again"
        )


class InUse(OutboxFailed):
    """Another window has the sheet open."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}: đang mở ở cửa sổ khác · open in another window")
