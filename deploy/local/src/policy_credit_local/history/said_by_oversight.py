"""How the events of the oversight service are written."""

from collections.abc import Mapping
from typing import Final, get_args

from policy_credit_local.history.fields import (
    ANY,
    ASSOCIATION,
    FLAG,
    LOAN,
    MONTH,
    OF_GROUP,
    Said,
    maybe,
    quoted,
)
from policy_credit_local.history.pieces import (
    Code,
    Day,
    Given,
    Id,
    Number,
    Piece,
    SomeNumber,
    Words,
)
from policy_credit_local.history.published import TARGETS
from policy_credit_local.history.tally import POINTS, RATINGS
from policy_credit_shared.events import supervision


def _points(prefix: str) -> dict[str, Piece]:
    """All points of a score, and each component's."""
    names = [f"{prefix}points", *(f"{prefix}points_{name}" for name, _ in POINTS)]
    return {name: SomeNumber(name, digits=3) for name in names}


_OF_CHECK: Final[Mapping[str, Piece]] = {
    **ANY,
    "loan": LOAN,
    "association": ASSOCIATION,
    "tranche": Words(["1"], "zero"),
}

BODY: Final = quoted(get_args(supervision.Body), "body")
_FINDING: Final[Mapping[str, Piece]] = {
    **ANY,
    "finding": Id("finding", "key"),
    "severity": quoted(get_args(supervision.Severity), "severity"),
    "responsible": Code("responsible"),
    "deadline": Day("deadline"),
}

SAID_BY_OVERSIGHT: Final[Said] = {
    supervision.InspectionPlanned: (
        Id("inspection plan", "plan"),
        {
            **ANY,
            "plan": Id("inspection plan", "plan"),
            "body": Words(['"association"'], "zero"),
            "level": Words(['"district"'], "zero"),
            "unit": Code("by"),
            "inspected": Code("inspected"),
            "inspections": Number("inspections", 4),
            "groups": Number("groups", 4),
            "period_from": Day("period_from"),
            "period_until": Day("period_until"),
        },
    ),
    supervision.FindingRaised: (
        Id("finding", "key"),
        {
            **_FINDING,
            "body": BODY,
            "subject": quoted(get_args(supervision.FindingSubject), "subject"),
            "inspection": Given("inspection", Id("inspection", "inspection"), "inspection"),
            "loan": Given("loan", LOAN, "loan"),
        },
    ),
    supervision.FindingRemedied: (
        Id("finding", "key"),
        {
            **_FINDING,
            "days_after": Number("days_after", 4),
            "on_time": Words(FLAG, "on_time"),
            "lapsed": Words(FLAG, "lapsed"),
        },
    ),
    supervision.FindingLapsed: (Id("finding", "key"), _FINDING),
    supervision.InspectionCarriedOut: (
        Id("inspection", "key"),
        {
            **ANY,
            "inspection": Id("inspection", "key"),
            "body": BODY,
            "groups_inspected": Number("groups_inspected", 4),
            "households_visited": Number("households_visited", 4),
            "level": Words([',"level":"district"'], "zero", optional=True),
            "unit": Given("unit", Code("by"), "by"),
            "plan": Given("plan", Id("inspection plan", "plan"), "fulfils"),
            "fulfils": Words(["", ',"fulfils":1'], "fulfils", optional=True),
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
            "fell_due": Words(["", ',"fell_due":1'], "fell_due", optional=True),
            "closes": Words([',"closes":1'], "zero", optional=True),
            "overdue": Words(["", ',"overdue":1'], "fell_due", optional=True),
        },
    ),
    supervision.LoanUseCheckOpened: (
        Id("loan use", "loan"),
        {**_OF_CHECK, "disbursed_on": Day("disbursed_on"), "due_on": Day("due_on")},
    ),
    supervision.LoanUseFellDue: (
        Id("loan use", "loan"),
        {**_OF_CHECK, "due_on": Day("due_on")},
    ),
    supervision.GroupRated: (
        Id("rating", "group"),
        {
            **OF_GROUP,
            "month": MONTH,
            "rating": quoted(RATINGS, "rating"),
            "previous": maybe("previous", RATINGS, "previous"),
            "proposed": Words([f',"proposed":"{r}"' for r in RATINGS], "rating", optional=True),
            "scored": Words([',"scored":1'], "zero", optional=True),
            **_points(""),
            "previously_scored": Given("previously_scored", Words(["1"], "zero"), "previous"),
            **_points("previous_"),
        },
    ),
    supervision.TargetSet: (
        Id("target", "key"),
        {
            **ANY,
            "unit": Code("unit"),
            "year": Number("year", 4),
            "indicator": quoted(tuple(t.indicator for t in TARGETS), "indicator"),
            "ceiling": Number("ceiling", 8),
            "bound": Words(
                ["" if t.is_ceiling else ',"bound":"floor"' for t in TARGETS],
                "indicator",
                optional=True,
            ),
            "value": Given("value", Number("value", 8), "value"),
        },
    ),
}
