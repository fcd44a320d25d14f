"""What can be wrong with a record that claims to be a public event.

EventError
├── NotAnEvent             the value is not a CloudEvent in structured JSON
├── UnknownEventType       a name this version has never heard of
├── UnknownEventVersion    a known name in a version this version cannot read
└── BadField               the data breaks the type's contract; `path` names the field
"""

from typing import ClassVar


class EventError(Exception):
    """`reason` is a stable code, `path` the JSON path of the offending field."""

    reason: ClassVar[str]

    def __init__(self, detail: str, path: str = "$") -> None:
        super().__init__(f"{detail} - at {path}")
        self.detail = detail
        self.path = path


class NotAnEvent(EventError):
    reason = "not-an-event"


class UnknownEventType(EventError):
    reason = "unknown-type"


class UnknownEventVersion(EventError):
    reason = "unknown-version"


class BadField(EventError):
    reason = "bad-field"
