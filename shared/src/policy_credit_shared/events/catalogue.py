"""Every public event type, by its CloudEvents type, and how its data is read."""

import re
from typing import Final, cast

import msgspec

from policy_credit_shared.events import collection, governance, lending, supervision
from policy_credit_shared.events.collection import EntryReversed
from policy_credit_shared.events.errors import (
    BadField,
    UnknownEventType,
    UnknownEventVersion,
)
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.checks import check

EMITTED: Final = {
    "loans": (lending,),
    "repayments": (collection,),
    "oversight": (supervision, governance),
}
"""Which service says which events: the modules of their types."""


def types_of(emitter: str) -> list[type[PublicEvent]]:
    """The event types of one service, in the order they are declared."""
    return [
        value
        for module in EMITTED[emitter]
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, PublicEvent)
        and value.__module__ == module.__name__
        and "NAME" in vars(value)
    ]


def _catalogue() -> dict[str, type[PublicEvent]]:
    found: dict[str, type[PublicEvent]] = {}
    for emitter in EMITTED:
        for kind in types_of(emitter):
            check(kind.type() not in found, f"event type {kind.type()} is declared once")
            found[kind.type()] = kind
    return found


EVENT_TYPES: Final = _catalogue()
_DECODERS: Final = {name: msgspec.json.Decoder(kind) for name, kind in EVENT_TYPES.items()}
_NAMES: Final = {kind.NAME for kind in EVENT_TYPES.values()}
_TYPE: Final = re.compile(r"^policycredit\.(?P<name>[a-z_.]+)\.v(?P<version>[1-9][0-9]*)$")
UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What reading JSON raises when the bytes are at fault; nesting without end among it."""

_MESSAGE: Final = re.compile(r"^(?P<detail>.*?)(?: - at `(?P<path>[^`]*)`)?$", re.DOTALL)


def decode_data(
    event_type: str, data: bytes | msgspec.Raw, at: str = "$.data", type_at: str = "$.type"
) -> PublicEvent:
    """The event of a CloudEvents type from its JSON data.

    Raises UnknownEventType, UnknownEventVersion, or BadField with the path of the field.
    """
    decoder = _DECODERS.get(event_type)
    if decoder is None:
        raise _unknown(event_type, type_at)
    try:
        event = decoder.decode(data)
    except msgspec.ValidationError as error:
        raise bad_field(error, at) from None
    except UNREADABLE as error:
        raise BadField(str(error), at) from None
    if isinstance(event, EntryReversed):
        reversed_entry(event, at)
    return event


def reversed_entry(event: EntryReversed, at: str = "$.data") -> PublicEvent:
    """The event that `event` reverses; raises as decode_data does, with the path inside."""
    if event.entry_type == EntryReversed.type():
        raise BadField("a reversal cannot be reversed; book the entry again", f"{at}.entry_type")
    return decode_data(event.entry_type, event.entry, f"{at}.entry", f"{at}.entry_type")


def taking_effect(event: PublicEvent) -> tuple[PublicEvent, int]:
    """What an event says, with 1; of a reversal, what it reverses, with −1."""
    return (reversed_entry(event), -1) if isinstance(event, EntryReversed) else (event, 1)


def bad_field(error: msgspec.ValidationError, at: str) -> BadField:
    """A msgspec validation error as a BadField, its path put below `at`."""
    match = cast(re.Match[str], _MESSAGE.match(str(error)))
    return BadField(match["detail"], at + (match["path"] or "$")[1:])


def _unknown(event_type: str, at: str) -> UnknownEventType | UnknownEventVersion:
    match = _TYPE.match(event_type)
    if match and match["name"] in _NAMES:
        return UnknownEventVersion(
            f"version {match['version']} of {match['name']} is not known here", at
        )
    return UnknownEventType(f"no event type {event_type!r}", at)
