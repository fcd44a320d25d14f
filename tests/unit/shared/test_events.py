"""The published language: what is written can be read, and what is wrong is named."""

import json
from typing import Any

import build
import msgspec
import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw

from policy_credit_shared.events.catalogue import EVENT_TYPES, reversed_entry
from policy_credit_shared.events.collection import EntryReversed
from policy_credit_shared.events.envelope import decode, encode
from policy_credit_shared.events.errors import (
    BadField,
    EventError,
    NotAnEvent,
    UnknownEventType,
    UnknownEventVersion,
)
from policy_credit_shared.events.public import PublicEvent

GOOD = build.loan_disbursed()


def written(event: PublicEvent = GOOD) -> bytes:
    return encode(
        event,
        event_id=build.some_id("event"),
        source="/policy-credit/loans",
        subject="loan",
        recorded_at=build.NOW,
    )


def reversal(**entry: Any) -> EntryReversed:
    data = json.loads(msgspec.json.encode(GOOD)) | entry
    return EntryReversed(
        office=build.OFFICE,
        locality=build.LOCALITY,
        occurred_on=build.DAY,
        entry_id=build.some_id("event"),
        entry_type=GOOD.type(),
        entry=Raw(json.dumps(data).encode()),
        reason="booked twice",
    )


def field_values(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that a field's JSON Schema allows."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "anyOf" in schema:
        return st.one_of(*map(field_values, schema["anyOf"]))
    match schema.get("type"), schema.get("format"):
        case "integer", _:
            low = schema.get("minimum", 0)
            return st.integers(low, min(schema.get("maximum", 10**15), 10**15))
        case "string", "uuid":
            return st.uuids().map(str)
        case "string", "date":
            return st.dates().map(str)
        case "string", _:
            return st.from_regex(schema.get("pattern", "[a-z]{1,9}"), fullmatch=True)
    return st.none()


@pytest.mark.parametrize("name", sorted(set(EVENT_TYPES) - {EntryReversed.type()}))
def test_every_type_reads_back_as_it_was_written(name: str) -> None:
    kind = EVENT_TYPES[name]
    _, schemas = msgspec.json.schema_components([kind])
    fields = schemas[kind.__name__]["properties"]
    data = st.fixed_dictionaries({k: field_values(v) for k, v in fields.items()})

    @settings(max_examples=25, deadline=None)
    @given(data)
    def reads_back(values: dict[str, Any]) -> None:
        event = msgspec.convert(values, kind)
        envelope, again = decode(written(event))
        assert again == event
        assert envelope.type == name

    reads_back()


def test_a_reversal_reads_back_with_what_it_reverses() -> None:
    _, event = decode(written(reversal()))
    assert isinstance(event, EntryReversed)
    assert reversed_entry(event) == GOOD


def test_the_envelope_is_a_cloud_event_to_others() -> None:
    event = JSONFormat().read(CloudEvent, written())
    assert event.get_type() == "policycredit.loan.disbursed.v1"
    assert event.get_source() == "/policy-credit/loans"
    assert event.get_time() == build.NOW
    assert event.get_data() == json.loads(msgspec.json.encode(GOOD))


def test_writing_twice_gives_the_same_bytes() -> None:
    assert written() == written()


def test_a_later_versions_optional_field_is_ignored() -> None:
    envelope = json.loads(written())
    envelope["data"]["added_later"] = 1
    assert decode(json.dumps(envelope).encode())[1] == GOOD


@pytest.mark.parametrize(
    ("change", "error", "path"),
    [
        ({"type": "policycredit.loan.celebrated.v1"}, UnknownEventType, "$.type"),
        ({"type": "policycredit.loan.disbursed.v2"}, UnknownEventVersion, "$.type"),
        ({"type": "com.example.other"}, UnknownEventType, "$.type"),
        ({"specversion": "0.3"}, NotAnEvent, "$.specversion"),
        ({"id": "17"}, NotAnEvent, "$.id"),
        ({"time": "yesterday"}, NotAnEvent, "$.time"),
        ({"data": []}, BadField, "$.data"),
    ],
)
def test_what_is_wrong_with_an_envelope_is_named(
    change: dict[str, Any], error: type[EventError], path: str
) -> None:
    with pytest.raises(error) as found:
        decode(json.dumps(json.loads(written()) | change).encode())
    assert found.value.path == path


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", 1.5),
        ("amount", 0),
        ("office", "58"),
        ("programme", "XX"),
        ("loan", "L1"),
        ("occurred_on", "2019-02-30"),
        ("locality", "22870"),
    ],
)
def test_what_is_wrong_with_the_data_is_named_also_inside_a_reversal(
    field: str, value: object
) -> None:
    envelope = json.loads(written())
    envelope["data"][field] = value
    with pytest.raises(BadField) as found:
        decode(json.dumps(envelope).encode())
    assert found.value.path == f"$.data.{field}"
    with pytest.raises(BadField) as inside:
        decode(written(reversal(**{field: value})))
    assert inside.value.path == f"$.data.entry.{field}"


def test_a_reversal_is_not_reversed() -> None:
    inner = msgspec.json.encode(reversal())
    outer = msgspec.structs.replace(reversal(), entry_type=EntryReversed.type(), entry=Raw(inner))
    with pytest.raises(BadField, match="cannot be reversed"):
        decode(written(outer))


@pytest.mark.parametrize("value", [b"", b"{", b"[]", b"null", b"\xff", b'{"a":' * 5_000])
def test_what_is_no_event_at_all_is_named(value: bytes) -> None:
    with pytest.raises(NotAnEvent):
        decode(value)
