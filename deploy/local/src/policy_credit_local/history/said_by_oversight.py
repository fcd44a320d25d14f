"""How the events of the oversight service are written."""

from typing import Final

from policy_credit_local.history.fields import (
    ANY,
    ASSOCIATION,
    FLAG,
    LOAN,
    OF_GROUP,
    Said,
    maybe,
    quoted,
)
from policy_credit_local.history.pieces import (
    Id,
    Number,
    Words,
)
from policy_credit_local.history.tally import RATINGS
from policy_credit_shared.events import supervision

SAID_BY_OVERSIGHT: Final[Said] = {
    supervision.InspectionCarriedOut: (
        Id("inspection", "key"),
        {
            **ANY,
            "inspection": Id("inspection", "key"),
            "body": quoted(("representative_board", "association", "bank", "people"), "body"),
            "groups_inspected": Number("groups_inspected", 4),
            "households_visited": Number("households_visited", 4),
        },
    ),
    supervision.LoanUseChecked: (
        Id("loan use", "loan"),
        {
            **ANY,
            "loan": LOAN,
            "association": ASSOCIATION,
            "result": quoted(("right_use", "wrong_use"), "result"),
            "days_after": Number("days_after", 3),
            "on_time": Words(FLAG, "on_time"),
        },
    ),
    supervision.GroupRated: (
        Id("rating", "group"),
        {
            **OF_GROUP,
            "month": Words(
                [f'"{y}-{m:02}"' for y in range(2000, 2100) for m in range(1, 13)], "month"
            ),
            "rating": quoted(RATINGS, "rating"),
            "previous": maybe("previous", RATINGS, "previous"),
        },
    ),
}
