"""Answers about closed periods for the OpenAPI document. The units are real, the figures not."""

from typing import Any, Final

_OFFICE: Final = {
    "code": "587",
    "level": "district",
    "name": "Huyện Ninh Phước",
    "valid_from": "2004-07-08",
}
_DIGEST: Final = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
_HEX: Final = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
_DIRECTOR: Final = {"subject": "d-587", "unit": "587", "role": "branch_director"}
_ABOVE: Final = {"subject": "d-58", "unit": "58", "role": "branch_director"}
_TAKEN: Final = {
    "unit": "587",
    "period": "2019-11",
    "first_day": "2019-11-01",
    "last_day": "2019-11-30",
    "units": [_OFFICE],
    "kinds": {"outstanding": "stock", "overdue": "stock", "disbursed": "flow"},
    "ratios": {"overdue_ratio": ["overdue", "outstanding"]},
    "figures": {
        "587": {"outstanding": 310000000000, "overdue": 410000000, "disbursed": 4200000000}
    },
    "generation": "figures_5f0c3d9a1b2e",
    "offsets": [{"topic": "policy-credit.loans", "partition": 3, "next_offset": 120}],
    "heads": [
        {
            "topic": "policy-credit.loans",
            "partition": 3,
            "source": "/policy-credit/loans",
            "sequence": 118,
            "chain": _DIGEST,
        }
    ],
    "heard": {"/policy-credit/loans": "2019-12-02T09:12:44Z"},
    "taken_at": "2019-12-02T09:15:00Z",
    "gaps": [],
}
_LINE: Final = {
    "number": 1,
    "unit": "587",
    "period": "2019-11",
    "edition": 1,
    "is_reopening": False,
    "digest": _DIGEST,
}
_STATEMENT: Final = {
    "says": "figures published",
    "number": 1,
    "previous": "0" * 64,
    "edition": 1,
    "replaces": None,
    "report": _TAKEN,
    "provisional_because": "",
    "proposed_by": _DIRECTOR,
    "approved_by": _ABOVE,
    "published_at": "2019-12-02T10:00:00Z",
}

COMMANDS: Final = {
    "ProposeClosing": {"type": "propose_closing", "unit": "587", "period": "2019-11"},
    "ApproveClosing": {
        "type": "approve_closing",
        "unit": "587",
        "period": "2019-11",
        "digest": _DIGEST,
    },
    "ReopenPeriod": {
        "type": "reopen_period",
        "unit": "587",
        "period": "2019-11",
        "reason": "A loan of November came late.",
    },
}
EXAMPLES: Final[dict[str, Any]] = {
    "closings": [
        {
            "unit": _OFFICE,
            "period": "2019-11",
            "status": "proposed",
            "number": None,
            "edition": None,
            "proposed": _DIGEST,
            "gaps": [],
        }
    ],
    "proposal": {
        "digest": _DIGEST,
        "provisional_because": "",
        "proposed_by": _DIRECTOR,
        "report": _TAKEN,
    },
    "lines": [_LINE],
    "report": {
        "number": 1,
        "digest": _DIGEST,
        "signature": _HEX + _HEX,
        "key": _HEX,
        "is_provisional": False,
        "is_reopened": False,
        "replaced_by": None,
        "statement": _STATEMENT,
    },
    "adjustments": {
        "number": 1,
        "unit": "587",
        "period": "2019-11",
        "adjustments": [
            {
                "unit": "587",
                "measure": "collected",
                "label": {"vi": "Doanh số thu nợ", "en": "Collections"},
                "published": 3_100_000_000,
                "now": 3_104_000_000,
                "difference": 4_000_000,
                "corrections": [
                    {
                        "occurred_on": "2019-11-29",
                        "recorded_on": "2019-12-12",
                        "amount": 4_000_000,
                    }
                ],
            }
        ],
        "total": 1,
        "limit": 1_000,
        "offset": 0,
        "position": {
            "generation": "figures_5f0c3d9a1b2e",
            "offsets": {"policy-credit.loans": {"3": 131}},
            "streams": [],
            "heard": {},
        },
    },
    "statement": _STATEMENT,
    "key": {
        "algorithm": "Ed25519",
        "key": _HEX,
        "fingerprint": _DIGEST,
        "pem": "-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----\n",
    },
}
