"""How the events of the loans service are written."""

from typing import Final

from policy_credit_local.history.fields import (
    AMOUNT,
    ANY,
    ASSOCIATIONS,
    FUNDS,
    GROUP,
    HOUSEHOLD,
    INSTALMENTS_MAX,
    LOAN,
    OF_GROUP,
    OF_LIST,
    OF_LOAN,
    PLACE,
    PROGRAMME,
    TERMS,
    Said,
    quoted,
)
from policy_credit_local.history.pieces import (
    Day,
    Given,
    Id,
    Instalments,
    Number,
    OfPlace,
    SomeNumber,
    Words,
)
from policy_credit_local.history.published import PRODUCTS
from policy_credit_shared.events import lending

SAID_BY_LOANS: Final[Said] = {
    lending.CapitalAllocated: (
        Id("capital", "office_at"),
        {
            **ANY,
            "fund": quoted(FUNDS, "fund"),
            "amount": Number("amount", 16),
            "decision": Words(['"Quyết định giao vốn"'], "zero"),
        },
    ),
    lending.PlanAssigned: (
        Id("plan", "office_at"),
        {
            **ANY,
            "programme": PROGRAMME,
            "year": Number("year", 4),
            "target": Number("target", 16),
            "previous": SomeNumber("previous", digits=16),
        },
    ),
    lending.GroupFormed: (
        GROUP,
        {**OF_GROUP, "village": Words([f'"Thôn {n}"' for n in range(1, 21)], "village")},
    ),
    lending.GroupMemberJoined: (GROUP, {**OF_GROUP, "household": HOUSEHOLD}),
    lending.GroupMemberLeft: (GROUP, {**OF_GROUP, "household": HOUSEHOLD}),
    lending.EntitlementListed: (Id("entitlement", "loan"), OF_LIST),
    lending.EntitlementPosted: (
        Id("entitlement", "loan"),
        {**OF_LIST, "days_since_listed": Number("days_listed", 3)},
    ),
    lending.EntitlementConfirmed: (
        Id("entitlement", "loan"),
        {
            **OF_LIST,
            "days_since_listed": Number("days_listed", 3),
            "days_since_posted": Number("days_posted", 3),
            "valid_until": Day("valid_until"),
        },
    ),
    lending.EntitlementRejected: (
        Id("entitlement", "loan"),
        {
            **OF_LIST,
            "days_since_listed": Number("days_listed", 3),
            "days_since_posted": Number("days_posted", 3),
            "reason": Words(['"Không thuộc đối tượng thụ hưởng"'], "zero"),
        },
    ),
    lending.LoanApplied: (
        LOAN,
        {**TERMS, "purpose": quoted(tuple(p.purpose for p in PRODUCTS), "product")},
    ),
    lending.LoanApproved: (
        LOAN,
        {
            **TERMS,
            "annual_rate": Number("annual_rate", 4),
            "days_since_applied": Number("days_applied", 3),
        },
    ),
    lending.LoanDeclined: (
        LOAN,
        {
            **OF_LOAN,
            "group": GROUP,
            "amount": AMOUNT,
            "reason": Words(['"Phương án sử dụng vốn không khả thi"'], "zero"),
        },
    ),
    lending.LoanDisbursed: (
        LOAN,
        {
            **OF_LOAN,
            "group": GROUP,
            "tranche": Words(["1"], "zero"),
            "amount": AMOUNT,
            "annual_rate": Number("annual_rate", 4),
            "due_on": Day("due_on"),
            "place": PLACE,
            "plan": Instalments(INSTALMENTS_MAX),
            "ageing": Words(["", ',"ageing":"carried_forward"'], "carries", optional=True),
            "confirmed_on": Given("confirmed_on", Day("confirmed_on"), "confirmed_on"),
        },
    ),
    lending.LoanExtended: (
        LOAN,
        {**OF_LOAN, "until": Day("until"), "previously": Day("previously")},
    ),
    lending.LoanRescheduled: (LOAN, {**OF_LOAN, "plan": Instalments(1)}),
    lending.LoanFreezingApproved: (
        LOAN,
        {
            **OF_LOAN,
            "amount": AMOUNT,
            "until": Day("until"),
            "reason": Words(['"Rủi ro do nguyên nhân khách quan"'], "zero"),
        },
    ),
    lending.LoanWriteOffApproved: (
        LOAN,
        {
            **OF_LOAN,
            "amount": AMOUNT,
            "decision": Words(['"Quyết định xóa nợ"'], "zero"),
        },
    ),
    lending.LoanReassigned: (
        LOAN,
        {
            **OF_LOAN,
            "group": GROUP,
            "to_office": OfPlace("to_place_at", "to_locality"),
            "to_association": quoted(ASSOCIATIONS, "to_association"),
            "to_group": Id("group", "to_group"),
        },
    ),
}
