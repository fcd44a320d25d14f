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
from policy_credit_local.history.pieces import Day, Id, Number, Piece, Words
from policy_credit_local.history.tally import OUTCOMES, RATINGS
from policy_credit_shared.events import governance, supervision

_OF_CHECK: Final[Mapping[str, Piece]] = {
    **ANY,
    "loan": LOAN,
    "association": ASSOCIATION,
    "tranche": Words(["1"], "zero"),
}

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
    governance.OutreachHeld: (
        Id("outreach", "key"),
        {
            **ANY,
            "outreach": Id("outreach", "key"),
            "kind": quoted(get_args(governance.OutreachKind), "outreach_kind"),
            "organiser": quoted(get_args(governance.Organiser), "organiser"),
            "attendance": Number("attendance", 4),
        },
    ),
    governance.OutcomeRecorded: (
        Id("outcome", "key"),
        {
            **ANY,
            "outcome": Id("outcome", "key"),
            "kind": quoted(OUTCOMES, "outcome_kind"),
            "count": Number("count", 4),
        },
    ),
    governance.BoardMet: (
        Id("meeting", "key"),
        {
            **ANY,
            "unit": quoted(tuple(f"{n:03}" for n in range(1_000)), "office_at"),
            "level": Words(['"district"'], "zero"),
            "meeting": Id("meeting", "key"),
            "kind": Words(['"regular"'], "zero"),
            "members": Number("members", 3),
            "attended": Number("attended", 3),
        },
    ),
    supervision.GroupRated: (
        Id("rating", "group"),
        {
            **OF_GROUP,
            "month": MONTH,
            "rating": quoted(RATINGS, "rating"),
            "previous": maybe("previous", RATINGS, "previous"),
        },
    ),
}
