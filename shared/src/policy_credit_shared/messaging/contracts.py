"""The published language as documents for others: JSON Schemas, AsyncAPI and a catalogue page.

All of it follows from the event Structs; `policy-credit contracts` writes it and checks it.
"""

import json
from collections.abc import Mapping
from inspect import cleandoc
from typing import Any, Final

import msgspec

from policy_credit_shared.events.catalogue import EVENT_TYPES, types_of
from policy_credit_shared.events.envelope import CONTENT_TYPE, Envelope
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.messaging.topics import EMITTERS, Emitter, Topics, source_of

PREFIX: Final = "policy-credit"
PARTITIONS: Final = 6


def documents() -> dict[str, str]:
    """Each document's text by its path below `docs`."""
    found = {
        f"schemas/{name}.json": _text(schema(kind)) for name, kind in sorted(EVENT_TYPES.items())
    }
    return {**found, "asyncapi.json": _text(asyncapi()), "events.md": catalogue_page()}


def schema(kind: type[PublicEvent]) -> dict[str, Any]:
    """The JSON Schema of an event's data."""
    parts = msgspec.json.schema(kind)["$defs"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_whole(parts[kind.__name__], parts),
        "title": kind.type(),
    }


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3 document: a channel for each fact topic, a message for each event type."""
    topics = Topics(PREFIX, PARTITIONS)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "policy-credit events",
            "version": "1",
            "description": "Facts of social-policy lending as CloudEvents 1.0, structured JSON.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {emitter: _channel(topics, emitter) for emitter in EMITTERS},
        "operations": {
            f"send_{emitter}": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{emitter}"},
                "summary": f"{source_of(emitter)} publishes what it recorded, in order.",
            }
            for emitter in EMITTERS
        },
        "components": {
            "messages": {name: _message(kind) for name, kind in sorted(EVENT_TYPES.items())}
        },
    }


def catalogue_page() -> str:
    """The event catalogue for people."""
    lines = [
        "# Events",
        "",
        "What the services say publicly, as CloudEvents 1.0 on Kafka. This page is generated from",
        "the event types (`policy-credit contracts`). Amounts are whole dong. Fields are only ever",
        "added, and then optional; a reader ignores those that it does not know.",
    ]
    for emitter in EMITTERS:
        lines += ["", f"## {emitter}"]
        for kind in types_of(emitter):
            lines += ["", f"### `{kind.type()}`", "", cleandoc(kind.__doc__ or ""), ""]
            lines += ["| field | type | required | meaning |", "|---|---|---|---|"]
            lines += [_row(name, field, kind) for name, field in schema(kind)["properties"].items()]
    return "\n".join(lines) + "\n"


def _whole(part: Any, parts: Mapping[str, Any]) -> Any:
    """A schema with what it refers to in its place, so that it stands anywhere."""
    if isinstance(part, list):
        return [_whole(item, parts) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _whole(parts[part["$ref"].removeprefix("#/$defs/")], parts)
    return {name: _whole(value, parts) for name, value in part.items()}


def _channel(topics: Topics, emitter: Emitter) -> dict[str, Any]:
    names = [kind.type() for kind in types_of(emitter)]
    return {
        "address": topics.facts(emitter),
        "description": "Keyed by aggregate; the partition is chosen by the office that opened it.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"kafka": {"topic": topics.facts(emitter), "partitions": PARTITIONS}},
    }


def _message(kind: type[PublicEvent]) -> dict[str, Any]:
    envelope = msgspec.json.schema(Envelope)["$defs"]["Envelope"]
    properties = envelope["properties"] | {"type": {"const": kind.type()}, "data": schema(kind)}
    return {
        "name": kind.type(),
        "summary": cleandoc(kind.__doc__ or "").splitlines()[0],
        "contentType": CONTENT_TYPE,
        "headers": {
            "type": "object",
            "required": ["source", "sequence", "chain"],
            "properties": {
                "source": {"type": "string"},
                "sequence": {
                    "type": "string",
                    "description": "Decimal, contiguous from 1 within source and partition.",
                },
                "chain": {
                    "type": "string",
                    "description": "SHA-256, hexadecimal, of the previous chain's bytes and this"
                    " record's value.",
                },
            },
        },
        "payload": {**envelope, "properties": properties},
    }


def _row(name: str, field: Mapping[str, Any], kind: type[PublicEvent]) -> str:
    required = "yes" if name in schema(kind)["required"] else "no"
    return f"| `{name}` | {_type(field)} | {required} | {field.get('description', '')} |"


def _type(field: Mapping[str, Any]) -> str:
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "anyOf" in field:
        return ", ".join(_type(option) for option in field["anyOf"])
    return str(field.get("format") or field.get("type") or "object")


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
