"""What was ever published can be read for ever, and the documents say what the code does."""

import json
from pathlib import Path

import msgspec
import pytest

from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.page import NAME, indicators_page
from policy_credit_shared.events.catalogue import EVENT_TYPES
from policy_credit_shared.events.envelope import decode
from policy_credit_shared.messaging.contracts import documents

ROOT = Path(__file__).parents[2]
GOLDEN = (ROOT / "tests/golden/events.jsonl").read_bytes().splitlines()
"""A record value of every type and version ever published. Lines are added, never changed."""


def test_every_type_is_among_the_golden_events() -> None:
    assert {json.loads(value)["type"] for value in GOLDEN} >= set(EVENT_TYPES)


@pytest.mark.parametrize("value", GOLDEN, ids=lambda value: json.loads(value)["type"])
def test_a_golden_event_is_read_without_loss(value: bytes) -> None:
    envelope, event = decode(value)
    assert envelope.type == event.type()
    assert json.loads(msgspec.json.encode(event)) == json.loads(value)["data"]


def test_documents_are_as_the_code_says() -> None:
    stale = [
        name
        for name, text in documents().items()
        if (ROOT / "docs" / name).read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run `make contracts`"


def test_the_page_of_indicators_is_as_they_are_declared() -> None:
    page = (ROOT / "docs" / NAME).read_text(encoding="utf-8")
    assert page == indicators_page(ALGEBRA), "run `make contracts`"


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    document = json.loads(documents()["asyncapi.json"])
    for channel in document["channels"].values():
        for message in channel["messages"].values():
            name = message["$ref"].removeprefix("#/components/messages/")
            assert document["components"]["messages"][name]["name"] == name
    for operation in document["operations"].values():
        assert operation["channel"]["$ref"].removeprefix("#/channels/") in document["channels"]
