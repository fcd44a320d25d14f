"""One answer of each kind, shortened, for the OpenAPI document; a test reads them all."""

from typing import Any, Final

_LABEL: Final = {"vi": "Dư nợ", "en": "Outstanding"}
_OFFICE: Final = {
    "code": "587",
    "level": "district",
    "name": "Huyện Ninh Phước",
    "valid_from": "2004-07-08",
}
_BRANCH: Final = {
    "code": "56",
    "level": "province",
    "name": "Tỉnh Khánh Hòa",
    "valid_from": "2025-07-01",
}
_NATION: Final = {"code": "VN", "level": "nation", "name": "Việt Nam", "valid_from": "2004-07-08"}
_POSITION: Final = {
    "generation": "figures_5f0c3d9a1b2e",
    "offsets": {"policy-credit.loans": {"3": 120}},
    "streams": [
        {
            "topic": "policy-credit.loans",
            "partition": 3,
            "source": "/policy-credit/loans",
            "sequence": 118,
        }
    ],
    "heard": {"/policy-credit/loans": "2026-06-30T09:12:44Z"},
}
_COMPLETENESS: Final = {
    "sources": [
        {
            "source": "/policy-credit/loans",
            "recorded_at": "2026-06-30T09:12:44Z",
            "sequences": {"policy-credit.loans[3]": 118},
        }
    ],
    "points_expected": 9,
    "points_missing": 1,
    "missing": [{"code": "22870", "name": "Thị trấn Phước Dân", "usual_day": 12}],
    "incidents": [],
    "quarantined": 0,
}
_PROVISIONAL: Final = ["1 of 9 points have not reported this month's session"]
_READING: Final = {
    "date": "2026-06-30",
    "tree": "bank",
    "tree_date": "2026-06-30",
    "period": "month",
    "since": "2026-06-01",
    "note": "",
}
_FIGURES: Final = [
    {
        "kind": "measure",
        "name": "outstanding",
        "label": _LABEL,
        "unit": "dong",
        "value": 254318000000,
    },
    {
        "kind": "ratio",
        "name": "overdue_ratio",
        "label": {"vi": "Tỷ lệ nợ quá hạn", "en": "Overdue ratio"},
        "unit": "ratio",
        "value": 0.0012,
        "numerator": 305181000,
        "denominator": 254318000000,
    },
]

EXAMPLES: Final[dict[str, Any]] = {
    "unit": {
        "unit": _OFFICE,
        "path": [_BRANCH, _NATION],
        "reading": _READING,
        "filters": {},
        "indicators": _FIGURES,
        "revised": {"collected": 4000000},
        "completeness": _COMPLETENESS,
        "position": _POSITION,
        "provisional": _PROVISIONAL,
    },
    "children": {
        "parent": _BRANCH,
        "reading": _READING,
        "filters": {"programme": "HN"},
        "children": [{"unit": _OFFICE, "indicators": _FIGURES}],
        "total": 14,
        "limit": 1,
        "offset": 0,
        "completeness": _COMPLETENESS,
        "position": _POSITION,
        "provisional": _PROVISIONAL,
    },
    "groups": {
        "unit": _OFFICE,
        "reading": _READING,
        "filters": {},
        "groups": [
            {
                "group": "a1124ae8-ef2d-5172-b13d-fd2b85312922",
                "locality": "22870-22870",
                "village": "Thôn Phước Đồng",
                "association": "women",
                "formed_on": "2011-04-01",
                "rating": "good",
                "indicators": _FIGURES,
            }
        ],
        "outside": _FIGURES,
        "whole": _FIGURES,
        "total": 255,
        "limit": 1,
        "offset": 0,
        "position": _POSITION,
        "provisional": _PROVISIONAL,
    },
    "tree": {
        "reading": _READING,
        "filters": {},
        "columns": [
            {"name": "outstanding", "label": _LABEL, "unit": "dong"},
        ],
        "rows": [
            ["VN", "nation", None, "Việt Nam", [376247000000000]],
            ["56", "province", "VN", "Tỉnh Khánh Hòa", [6021330000000]],
        ],
        "total": 35,
        "limit": 2,
        "offset": 0,
        "position": _POSITION,
        "provisional": [],
    },
    "series": {
        "unit": _OFFICE,
        "tree": "bank",
        "tree_date": None,
        "as_it_was": True,
        "filters": {},
        "step": "month",
        "periods": [
            {"since": "2026-05-01", "until": "2026-05-31"},
            {"since": "2026-06-01", "until": "2026-06-30"},
        ],
        "indicators": [
            {
                "name": "outstanding",
                "label": _LABEL,
                "unit": "dong",
                "values": [260000000000, 254318000000],
            }
        ],
        "total": 2,
        "limit": 400,
        "offset": 0,
        "position": _POSITION,
        "provisional": [],
    },
    "bridge": {
        "unit": _BRANCH,
        "opening_unit": {**_BRANCH, "valid_from": "2004-07-08"},
        "tree": "bank",
        "since": "2025-06-01",
        "until": "2026-06-30",
        "period": "total",
        "filters": {},
        "mergers": [
            {
                "on": "2025-07-01",
                "came_from": [
                    {
                        "code": "58",
                        "level": "province",
                        "name": "Tỉnh Ninh Thuận",
                        "valid_from": "2004-07-08",
                    }
                ],
                "went_to": [],
            }
        ],
        "measures": [
            {
                "name": "outstanding",
                "label": _LABEL,
                "unit": "dong",
                "opening": 3900000000000,
                "business": 221330000000,
                "merger": 1900000000000,
                "closing": 6021330000000,
            }
        ],
        "total": 1,
        "limit": 1000,
        "offset": 0,
        "position": _POSITION,
        "provisional": [],
    },
    "revisions": {
        "unit": _OFFICE,
        "since": "2026-05-01",
        "until": "2026-05-31",
        "grace_days": 1,
        "filters": {},
        "revisions": [
            {
                "month": "2026-05",
                "indicator": "collected",
                "occurred_on": "2026-05-29",
                "recorded_on": "2026-06-12",
                "amount": 4000000,
            }
        ],
        "total": 1,
        "limit": 1000,
        "offset": 0,
        "position": _POSITION,
    },
}

TABLES: Final = {
    "children": "code,valid_from,level,name,date,tree,tree_date,outstanding_dong\r\n",
    "groups": "code,date,group,locality,village,association,formed_on,rating,outstanding_dong\r\n"
    "587,2026-06-30,a1124ae8-ef2d-5172-b13d-fd2b85312922,22870-22870,Thôn Phước Đồng,women,"
    "2011-04-01,good,1254318000\r\n"
    "587,2026-06-30,,,,,,,0\r\n",
    "tree": "code,level,parent,name,outstanding_dong\r\n",
    "series": "code,since,until,outstanding_dong\r\n",
}
