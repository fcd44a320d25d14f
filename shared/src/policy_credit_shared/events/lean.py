"""Events read by the thousand, for those who only add up: ids are checked and not made.

Making the four UUIDs of an event costs more than reading all the rest of it. Here ids stay text,
and what is the same in many events is checked once. Only what the careful reading (`decode`) would
accept is accepted; whatever is in doubt is left to it, which also says what is wrong.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import reduce
from operator import attrgetter, or_
from typing import Annotated, Any, Final, Literal, get_args
from uuid import UUID

import msgspec
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
_ID_SHAPE: Final = b"00000000-0000-0000-0000-000000000000"
_SHAPES: Final = bytes.maketrans(b"0123456789abcdef", b"0" * 16)
"""Every octet that is none of these stays, and is in no shape but the dash."""


class Group(Struct, frozen=True):
    """Events of one type: when each was recorded, its business day, and what it says.

    `events` have the fields of `kind`, but that ids are text.
    """

    kind: type[PublicEvent]
    times: list[datetime]
    days: list[date]
    events: list[Any]
    wrapped: type
    together: list[Any]
    """All that were read with them."""

    def positions(self) -> list[int]:
        """Where each stood."""
        return _positions(self.together, self.wrapped)


def read(source: str, values: Sequence[bytes | None]) -> tuple[list[Group], list[int]]:
    """The events of one source by type, and the positions of those to be read with care."""
    together = _decoded(values)
    by_type: defaultdict[type, list[Any]] = defaultdict(list)
    for event in together:
        by_type[type(event)].append(event)
    groups, doubtful = list[Group](), list[int]()
    for wrapped, events in by_type.items():
        if wrapped not in _CHECKS:
            doubtful += _positions(together, wrapped)
            continue
        kind, checks = _CHECKS[wrapped]
        data = list(map(attrgetter("data"), events))
        times = list(map(attrgetter("time"), events))
        days = list(map(attrgetter("occurred_on"), data))
        group = Group(kind, times, days, data, wrapped, together)
        if _is_whole(source, events) and all(check(data) for check in checks):
            groups.append(group)
        else:
            doubtful += group.positions()
    return groups, doubtful


def _decoded(values: Sequence[bytes | None]) -> list[Any]:
    """What each value says, None where it cannot be read so."""
    texts = [value or b"" for value in values]
    try:
        return list(map(_DECODER.decode, texts))
    except UNREADABLE:
        return list(map(_read_or_none, texts))


def _read_or_none(text: bytes) -> Any:
    try:
        return _DECODER.decode(text)
    except UNREADABLE:
        return None


def _positions(together: Sequence[Any], kind: type) -> list[int]:
    return [n for n, event in enumerate(together) if type(event) is kind]


_Check = Callable[[list[Any]], bool]


def _is_whole(source: str, events: list[Any]) -> bool:
    return set(map(attrgetter("source"), events)) == {source} and _are_ids("id")(events)


def _are_ids(field: str, *, may_be_absent: bool = False) -> _Check:
    value_of = attrgetter(field)

    def check(events: list[Any]) -> bool:
        ids = list(map(value_of, events))
        if may_be_absent:
            ids = [value for value in ids if value is not None]
        return "".join(ids).encode().translate(_SHAPES) == _ID_SHAPE * len(ids)

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
    if kind in CAREFUL:
        # Known, and not read any further: an error for each would cost more than all the rest.
        return msgspec.defstruct(f"Careful{kind.__name__}", [], tag_field="type", tag=name)
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


_WRAPPED: Final = {_wrapped(name, kind): kind for name, kind in EVENT_TYPES.items()}
_CHECKS: Final = {
    wrapped: (kind, _checks_of(kind)) for wrapped, kind in _WRAPPED.items() if kind not in CAREFUL
}
_DECODER: Final[msgspec.json.Decoder[Any]] = msgspec.json.Decoder(reduce(or_, _WRAPPED))
