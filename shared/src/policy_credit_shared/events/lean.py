"""Events read by the thousand, for those who only add up: ids are checked and not made.

Making the four UUIDs of an event costs more than reading all the rest of it. Here ids stay text,
and what is the same in many events is checked once. Only what the careful reading (`decode`) would
accept is accepted; whatever is in doubt is left to it, which also says what is wrong.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import reduce
from operator import attrgetter, or_
from typing import Annotated, Any, Final, Literal, get_args
from uuid import UUID

import msgspec
import numpy as np
from msgspec import NODEFAULT, Meta, Struct
from msgspec.structs import FieldInfo

from policy_credit_shared.events.catalogue import EVENT_TYPES, UNREADABLE
from policy_credit_shared.events.collection import EntryReversed
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.events.supervision import (
    FindingLapsed,
    FindingRaised,
    FindingRemedied,
    TargetSet,
)

CAREFUL: Final = (EntryReversed, FindingLapsed, FindingRaised, FindingRemedied, TargetSet)
"""Types whose events are more than sums of their fields."""

ID_LENGTH: Final = 36
_Id = Annotated[str, Meta(min_length=ID_LENGTH, max_length=ID_LENGTH)]
_IDS: Final[dict[Any, Any]] = {UUID: _Id, UUID | None: _Id | None}
_PATTERN: Final = np.frombuffer(b"00000000-0000-0000-0000-000000000000", np.uint8) == ord("-")
_IS_HEX: Final = np.isin(np.arange(256), np.frombuffer(b"0123456789abcdef", np.uint8))


class Group(Struct, frozen=True):
    """Events of one type: where each stood, when it was recorded, and what it says.

    `events` have the fields of `kind`, but that ids are text.
    """

    kind: type[PublicEvent]
    positions: list[int]
    times: list[datetime]
    events: list[Any]


def read(source: str, values: Sequence[bytes | None]) -> tuple[list[Group], list[int]]:
    """The events of one source by type, and the positions of those to be read with care."""
    found: dict[type, tuple[list[int], list[Any]]] = {kind: ([], []) for kind in _CHECKS}
    doubtful: list[int] = []
    decode = _DECODER.decode
    for position, value in enumerate(values):
        try:
            event = decode(value or b"")
        except UNREADABLE:
            doubtful.append(position)
        else:
            positions, events = found[type(event)]
            positions.append(position)
            events.append(event)
    groups = []
    for wrapped, (positions, events) in found.items():
        if not events:
            continue
        kind, checks = _CHECKS[wrapped]
        data = list(map(attrgetter("data"), events))
        if _is_whole(source, events) and all(check(data) for check in checks):
            groups.append(Group(kind, positions, list(map(attrgetter("time"), events)), data))
        else:
            doubtful += positions
    return groups, doubtful


_Check = Callable[[list[Any]], bool]


def _is_whole(source: str, events: list[Any]) -> bool:
    return set(map(attrgetter("source"), events)) == {source} and _are_ids("id")(events)


def _are_ids(field: str, *, may_be_absent: bool = False) -> _Check:
    value_of = attrgetter(field)

    def check(events: list[Any]) -> bool:
        ids = list(map(value_of, events))
        if may_be_absent:
            ids = [value for value in ids if value is not None]
        octets = "".join(ids).encode()
        if len(octets) != ID_LENGTH * len(ids):
            return False
        digits = np.frombuffer(octets, np.uint8).reshape(-1, ID_LENGTH)
        return bool(np.where(_PATTERN, digits == ord("-"), _IS_HEX[digits]).all())

    return check


def _are_of(field: str, kind: Any) -> _Check:
    value_of = attrgetter(field)

    def check(events: list[Any]) -> bool:
        try:
            msgspec.convert(list(set(map(value_of, events))), list[kind])
        except msgspec.ValidationError:
            return False
        return True

    return check


def _check_of(field: FieldInfo) -> _Check | None:
    if field.type in _IDS:
        return _are_ids(field.name, may_be_absent=field.type is not UUID)
    return _are_of(field.name, field.type) if _is_coded(field.type) else None


def _is_coded(kind: Any) -> bool:
    """Whether it is text of a pattern, which has few different values."""
    of, *notes = get_args(kind) or (None,)
    return of is str and any(isinstance(note, Meta) and note.pattern for note in notes)


def _lean(field: FieldInfo) -> tuple[str, Any] | tuple[str, Any, Any]:
    kind = str if _is_coded(field.type) else _IDS.get(field.type, field.type)
    if field.required:
        return field.name, kind
    if field.default is not NODEFAULT:
        return field.name, kind, field.default
    return field.name, kind, msgspec.field(default_factory=field.default_factory)


def _wrapped(name: str, kind: type[PublicEvent]) -> type[Struct]:
    data = msgspec.defstruct(
        f"Lean{kind.__name__}", map(_lean, msgspec.structs.fields(kind)), kw_only=True, gc=False
    )
    attributes: list[tuple[str, Any] | tuple[str, Any, Any]] = [
        ("specversion", Literal["1.0"]),
        ("id", _Id),
        ("source", Annotated[str, Meta(min_length=1)]),
        ("subject", str),
        ("time", Annotated[datetime, Meta(tz=True)]),
        ("data", data),
        ("datacontenttype", Literal["application/json"], "application/json"),
    ]
    return msgspec.defstruct(
        f"Wrapped{kind.__name__}", attributes, tag_field="type", tag=name, gc=False
    )


def _checks_of(kind: type[PublicEvent]) -> list[_Check]:
    found = map(_check_of, msgspec.structs.fields(kind))
    return [check for check in found if check is not None]


_CHECKS: Final = {
    _wrapped(name, kind): (kind, _checks_of(kind))
    for name, kind in EVENT_TYPES.items()
    if kind not in CAREFUL
}
_DECODER: Final[msgspec.json.Decoder[Any]] = msgspec.json.Decoder(reduce(or_, _CHECKS))
