"""Answers to auditors for the OpenAPI document. The units are real, the figures not."""

from typing import Any, Final

_EVENT: Final = {
    "topic": "policy-credit.repayments",
    "partition": 3,
    "offset": 118,
    "source": "/policy-credit/repayments",
    "sequence": 117,
    "event_id": "6f1d9a2c-6a57-5c0e-9d0b-1f0f7a3e0c11",
    "event_type": "policycredit.principal.fell_overdue.v1",
    "business_day": "2026-03-30",
    "recorded_at": "2026-04-08T02:11:09Z",
    "locality": "22870-22870",
    "programme": "HN",
    "association": "women",
    "fund": "central",
    "measure": "overdue",
    "amount": 4_000_000,
    "chain": "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
}
_OVERDUE: Final = {"vi": "Nợ quá hạn", "en": "Overdue"}

EXAMPLES: Final[dict[str, Any]] = {
    "integrity": {
        "verifications": [
            {
                "walked": "archive",
                "columns": True,
                "stores": True,
                "began_at": "2026-06-30T19:00:00Z",
                "ended_at": "2026-06-30T19:04:10Z",
                "records": 12_480_113,
                "chains": 18,
                "breaks": [
                    {
                        "fault": "altered",
                        "topic": "policy-credit.loans",
                        "partition": 3,
                        "offset": 118,
                        "source": "/policy-credit/loans",
                        "sequence": 117,
                        "detail": "its chain says 5f70bf18a0860070…, its bytes give 3d4017c3e8…",
                    }
                ],
                "is_whole": False,
            }
        ],
        "incidents": [
            {
                "topic": "policy-credit.loans",
                "partition": 3,
                "source": "/policy-credit/loans",
                "expected": 117,
                "seen": 117,
                "opened_at": "2026-06-30T09:12:44Z",
                "fault": "altered",
            }
        ],
        "quarantined": 0,
    },
    "replay": {
        "code": "58",
        "name": "Tỉnh Ninh Thuận",
        "date": "2026-03-31",
        "since": None,
        "known": "2026-04-05T23:59:59.999999+07:00",
        "beside": "present",
        "figures": [
            {"measure": "overdue", "label": _OVERDUE, "unit": "dong", "value": 310_000_000}
        ],
        "compared": 96,
        "differing": 1,
        "differences": [
            {
                "code": "58",
                "measure": "overdue",
                "replayed": 310_000_000,
                "other": 314_000_000,
                "events": [_EVENT],
            }
        ],
        "remarks": [],
        "is_right": True,
    },
    "events": {
        "code": "587",
        "name": "Huyện Ninh Phước",
        "date": "2026-03-31",
        "since": "2026-03-01",
        "sums": [
            {
                "measure": "overdue",
                "label": _OVERDUE,
                "unit": "dong",
                "opening": 40_000_000,
                "moved": 4_000_000,
                "value": 44_000_000,
                "live": 44_000_000,
                "at_live": 44_000_000,
            }
        ],
        "events": [_EVENT],
        "total": 1,
        "limit": 1_000,
        "offset": 0,
        "remarks": ["overdue: the live figure at the same offsets is the same"],
        "is_right": True,
    },
}
