"""What events move, by the golden events."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_shared.events.catalogue import decode_data
from policy_credit_shared.events.envelope import decode
from policy_credit_shared.events.public import PublicEvent

GOLDEN = [
    decode(line)[1]
    for line in (Path(__file__).parent / "golden/events.jsonl").read_bytes().splitlines()
]


def event(name: str, /, **changes: Any) -> PublicEvent:
    """An event of that name: the newest golden one, with changes; None leaves a field out."""
    (*_, newest) = (known for known in GOLDEN if known.NAME == name)
    fields = json.loads(msgspec.json.encode(newest)) | changes
    given = {field: value for field, value in fields.items() if value is not None}
    return decode_data(newest.type(), msgspec.json.encode(given))


def moved(one: PublicEvent) -> dict[str, int]:
    """By how much the event moves each measure."""
    amounts = Counter[str]()
    for _, measure, amount in ALGEBRA.effects(one):
        amounts[measure] += amount
    return dict(amounts)
