"""The published language: what is written can be read, and what is wrong is named."""

import json
from typing import Any

import build
import msgspec
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka
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
from policy_credit_shared.messaging.chain import GENESIS
from policy_credit_shared.messaging.contracts import schema
from policy_credit_shared.messaging.records import place_headers

GOOD = build.loan_disbursed()


def written(event: PublicEvent = GOOD) -> bytes:
    return encode(
        event,
        event_id=build.some_id("event"),
        source="/policy-credit/loans",
        subject="loan",
        recorded_at=build.NOW,
    )


def reversal(of: PublicEvent = GOOD, **entry: Any) -> EntryReversed:
    data = json.loads(msgspec.json.encode(of)) | entry
    return EntryReversed(
        office=build.OFFICE,
        locality=build.LOCALITY,
        occurred_on=build.DAY,
        entry_id=build.some_id("event"),
        entry_type=of.type(),
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
            if "pattern" in schema:
                found = st.from_regex(schema["pattern"], fullmatch=True)
                return found.filter(lambda text: not text.endswith("\n"))
            return st.text(min_size=schema.get("minLength", 0), max_size=9)
    if schema.get("type") == "array":
        return st.lists(field_values(schema["items"]), max_size=3)
    if schema.get("type") == "object":
        return objects(schema)
    if schema == {"type": "null"}:
        return st.none()
    raise AssertionError(f"no values for {schema}")


def events(kind: type[PublicEvent]) -> st.SearchStrategy[PublicEvent]:
    """Events of a type; optional fields are there or not."""
    if kind is EntryReversed:
        return events(type(GOOD)).map(reversal)
    return objects(schema(kind)).map(lambda values: msgspec.convert(values, kind))


def objects(schema: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with the required fields and some of the optional ones."""
    fields = {name: field_values(field) for name, field in schema["properties"].items()}
    optional = {name: fields.pop(name) for name in sorted(set(fields) - set(schema["required"]))}
    return st.fixed_dictionaries(fields, optional=optional)


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_type_reads_back_as_it_was_written(name: str, data: st.DataObject) -> None:
    event = data.draw(events(EVENT_TYPES[name]))
    value = written(event)
    envelope, again = decode(value)
    assert type(again) is EVENT_TYPES[name]
    assert msgspec.json.encode(again) == msgspec.json.encode(event)
    assert (envelope.type, envelope.time) == (name, build.NOW)
    assert written(again) == value


@pytest.mark.parametrize("name", sorted(set(EVENT_TYPES) - {EntryReversed.type()}))
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_a_reversal_reads_back_with_what_it_reverses(name: str, data: st.DataObject) -> None:
    entry = data.draw(events(EVENT_TYPES[name]))
    _, event = decode(written(reversal(entry)))
    assert isinstance(event, EntryReversed)
    assert reversed_entry(event) == entry


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_the_envelope_is_a_cloud_event_to_others(name: str, data: st.DataObject) -> None:
    value = written(data.draw(events(EVENT_TYPES[name])))
    event = JSONFormat().read(CloudEvent, value)
    assert event.get_specversion() == "1.0"
    assert event.get_id() == str(build.some_id("event"))
    assert event.get_type() == name
    assert event.get_source() == "/policy-credit/loans"
    assert event.get_subject() == "loan"
    assert event.get_time() == build.NOW
    assert event.get_datacontenttype() == "application/json"
    assert event.get_data() == json.loads(value)["data"]
    assert set(event.get_attributes()) == set(json.loads(value)) - {"data"}


def test_the_record_is_a_cloud_event_in_structured_mode_to_others() -> None:
    head = GENESIS.next(written())
    headers = dict(place_headers("/policy-credit/loans", head))
    event = from_kafka(KafkaMessage(headers=headers, key=b"loan", value=written()), JSONFormat())
    assert (event.get_type(), event.get_data()) == (GOOD.type(), json.loads(written())["data"])


def test_a_cloud_event_that_others_wrote_is_read() -> None:
    attributes = json.loads(written())
    data = attributes.pop("data")
    attributes["time"] = build.NOW
    value = JSONFormat().write(CloudEvent(attributes | {"traceparent": "00-1-1-00"}, data))
    assert decode(value)[1] == GOOD


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
        ({"time": "2019-03-05T02:00:00"}, NotAnEvent, "$.time"),
        ({"source": ""}, NotAnEvent, "$.source"),
        ({"type": "policycredit.loan.disbursed"}, UnknownEventType, "$.type"),
        ({"type": "policycredit.loan.disbursed.v10"}, UnknownEventVersion, "$.type"),
        ({"data": []}, BadField, "$.data"),
        ({"data": None}, BadField, "$.data"),
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
        ("amount", 2**62 + 1),
        ("amount", "40000000"),
        ("amount", None),
        ("annual_rate", 10_001),
        ("office", "58"),
        ("office", 587),
        ("office", "587\n"),
        ("programme", "XX"),
        ("loan", "L1"),
        ("occurred_on", "2019-02-30"),
        ("locality", "22870"),
        ("locality", "22870-22870\n"),
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
        decode(written(reversal(GOOD, **{field: value})))
    assert inside.value.path == f"$.data.entry.{field}"


@pytest.mark.parametrize("field", ["office", "occurred_on", "amount", "loan"])
def test_what_is_missing_is_named_by_where_it_is_missing(field: str) -> None:
    envelope = json.loads(written())
    del envelope["data"][field]
    with pytest.raises(BadField, match=field) as found:
        decode(json.dumps(envelope).encode())
    assert found.value.path == "$.data"
    with pytest.raises(BadField, match=field) as inside:
        decode(
            written(
                msgspec.structs.replace(
                    reversal(), entry=Raw(json.dumps(envelope["data"]).encode())
                )
            )
        )
    assert inside.value.path == "$.data.entry"


@pytest.mark.parametrize("attribute", ["specversion", "id", "source", "type", "subject", "time"])
def test_an_envelope_has_every_attribute(attribute: str) -> None:
    envelope = json.loads(written())
    del envelope[attribute]
    with pytest.raises(NotAnEvent, match=attribute):
        decode(json.dumps(envelope).encode())


@pytest.mark.parametrize(
    ("entry_type", "error"),
    [
        ("policycredit.loan.celebrated.v1", UnknownEventType),
        ("policycredit.loan.disbursed.v2", UnknownEventVersion),
    ],
)
def test_an_unknown_type_inside_a_reversal_is_named_there(
    entry_type: str, error: type[EventError]
) -> None:
    with pytest.raises(error) as found:
        decode(written(msgspec.structs.replace(reversal(), entry_type=entry_type)))
    assert found.value.path == "$.data.entry_type"


def test_what_is_wrong_is_named_by_a_stable_code() -> None:
    kinds = (NotAnEvent, UnknownEventType, UnknownEventVersion, BadField)
    assert [kind.reason for kind in kinds] == [
        "not-an-event",
        "unknown-type",
        "unknown-version",
        "bad-field",
    ]


def test_a_reversal_is_not_reversed() -> None:
    inner = msgspec.json.encode(reversal())
    outer = msgspec.structs.replace(reversal(), entry_type=EntryReversed.type(), entry=Raw(inner))
    with pytest.raises(BadField, match="cannot be reversed"):
        decode(written(outer))


@pytest.mark.parametrize("value", [b"", b"{", b"[]", b"null", b"\xff", b'{"a":' * 5_000])
def test_what_is_no_event_at_all_is_named(value: bytes) -> None:
    with pytest.raises(NotAnEvent):
        decode(value)
