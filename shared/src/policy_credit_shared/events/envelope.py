"""CloudEvents 1.0, structured mode, JSON: one object that carries a public event."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Raw, Struct

from policy_credit_shared.events.catalogue import UNREADABLE, bad_field, decode_data
from policy_credit_shared.events.errors import NotAnEvent
from policy_credit_shared.events.public import PublicEvent

CONTENT_TYPE: Final = "application/cloudevents+json; charset=UTF-8"


class Envelope(Struct, frozen=True, kw_only=True):
    """The attributes around an event. `time` is when its service stored it (recorded_at)."""

    specversion: Literal["1.0"]
    id: UUID
    source: Annotated[str, Meta(min_length=1)]
    type: Annotated[str, Meta(min_length=1)]
    subject: str
    time: Annotated[datetime, Meta(tz=True)]
    datacontenttype: Literal["application/json"] = "application/json"
    data: Raw


_DECODER: Final = msgspec.json.Decoder(Envelope)
_ENCODER: Final = msgspec.json.Encoder()


def encode(
    event: PublicEvent, *, event_id: UUID, source: str, subject: str, recorded_at: datetime
) -> bytes:
    """The record value; equal arguments give equal bytes."""
    envelope = Envelope(
        specversion="1.0",
        id=event_id,
        source=source,
        type=event.type(),
        subject=subject,
        time=recorded_at,
        data=Raw(_ENCODER.encode(event)),
    )
    return _ENCODER.encode(envelope)


def decode(value: bytes) -> tuple[Envelope, PublicEvent]:
    """The envelope and its typed event; raises an EventError that names the field."""
    envelope = decode_envelope(value)
    return envelope, decode_data(envelope.type, envelope.data)


def decode_envelope(value: bytes) -> Envelope:
    """The envelope alone, its data unread; raises NotAnEvent."""
    try:
        return _DECODER.decode(value)
    except msgspec.ValidationError as error:
        wrong = bad_field(error, "$")
        raise NotAnEvent(wrong.detail, wrong.path) from None
    except UNREADABLE as error:
        raise NotAnEvent(str(error)) from None
