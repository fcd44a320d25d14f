"""Every kind of row, and the public event that it becomes."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from policy_credit_local.history.published import PRODUCTS
from policy_credit_local.history.tally import BUCKETS, RATINGS, REVERSED
from policy_credit_local.history.wording import (
    Day,
    Id,
    Instalments,
    Nested,
    Number,
    OfPlace,
    Piece,
    Renamed,
    SomeDay,
    Wording,
    Words,
)
from policy_credit_shared.events import collection, lending, supervision
from policy_credit_shared.events.catalogue import types_of
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.messaging.topics import EMITTERS, Emitter, source_of

ASSOCIATIONS: Final = ("farmers", "women", "veterans", "youth")
FUNDS: Final = ("central", "local")
PLACES: Final = ("point", "office")
CLASSES: Final = ("in_term", "overdue", "frozen")
INSTALMENTS_MAX: Final = 10


class Spoken(Struct, frozen=True):
    """Who says the rows of a kind, and how."""

    emitter: Emitter
    wording: Wording


def _quoted(texts: tuple[str, ...], column: str) -> Words:
    return Words([f'"{text}"' for text in texts], column)


def _maybe(field: str, texts: tuple[str, ...], column: str) -> Words:
    """An optional field: index 0 is none, 1 the first of the texts."""
    return Words(["", *(f',"{field}":"{text}"' for text in texts)], column, optional=True)


_AMOUNT: Final = Number("amount")
_GROUP: Final = Id("group", "group")
_HOUSEHOLD: Final = Id("household", "household")
_LOAN: Final = Id("loan", "loan")
_ASSOCIATION: Final = _quoted(ASSOCIATIONS, "association")
_PROGRAMME: Final = _quoted(tuple(p.programme for p in PRODUCTS), "product")
_CATEGORY: Final = _quoted(tuple(p.category for p in PRODUCTS), "product")
_PLACE: Final = _quoted(PLACES, "place")
_PAYMENT: Final = Id("payment", "payment")
_BUCKET: Final = _maybe("bucket", BUCKETS, "bucket")
_FLAG: Final = ("0", "1")

_ANY: Final[Mapping[str, Piece]] = {"office": OfPlace(), "occurred_on": Day("occurred")}
_OF_LOAN: Final[Mapping[str, Piece]] = {
    **_ANY,
    "programme": _PROGRAMME,
    "association": _ASSOCIATION,
    "fund": _quoted(FUNDS, "fund"),
    "household": _HOUSEHOLD,
    "loan": _LOAN,
}
_OF_GROUP: Final[Mapping[str, Piece]] = {**_ANY, "group": _GROUP, "association": _ASSOCIATION}
_OF_LIST: Final[Mapping[str, Piece]] = {
    **_ANY,
    "household": _HOUSEHOLD,
    "group": _GROUP,
    "programme": _PROGRAMME,
    "category": _CATEGORY,
}
_SAVED: Final[Mapping[str, Piece]] = {
    **_ANY,
    "association": _ASSOCIATION,
    "household": _HOUSEHOLD,
    "group": _GROUP,
    "amount": _AMOUNT,
    "place": _PLACE,
}
_DEPOSIT: Final[Mapping[str, Piece]] = {
    **_ANY,
    "depositor": Id("depositor", "depositor"),
    "kind": Words(['"organisation"'], "depositor_kind"),
    "amount": _AMOUNT,
    "place": _PLACE,
}
_HOUSEHOLD_DEBT: Final[Mapping[str, Piece]] = {
    **_ANY,
    "household": _HOUSEHOLD,
    "programme": _PROGRAMME,
    "overall": Words(_FLAG, "overall"),
}
_MONEY: Final[Mapping[str, Piece]] = {
    **_OF_LOAN,
    "payment": _PAYMENT,
    "amount": _AMOUNT,
    "place": _PLACE,
}
_TERMS: Final[Mapping[str, Piece]] = {
    **_OF_LOAN,
    "group": _GROUP,
    "amount": _AMOUNT,
    "term_months": Number("term_months", 3),
}


def _cash(prefix: str) -> Nested:
    kinds = ("disbursed", "principal", "interest", "savings_deposited", "savings_withdrawn")
    fields: dict[str, Piece] = {kind: Number(f"{prefix}_{kind}", 16) for kind in kinds}
    return Nested(collection.SessionAmounts, fields)


_OF_EVENT: Final[dict[type[PublicEvent], tuple[Id, Mapping[str, Piece]]]] = {
    lending.CapitalAllocated: (
        Id("capital", "office_at"),
        {
            **_ANY,
            "fund": _quoted(FUNDS, "fund"),
            "amount": Number("amount", 16),
            "decision": Words(['"Quyết định giao vốn đầu kỳ"'], "zero"),
        },
    ),
    lending.PlanAssigned: (
        Id("plan", "office_at"),
        {
            **_ANY,
            "programme": _PROGRAMME,
            "year": Number("year", 4),
            "target": Number("target", 16),
        },
    ),
    lending.GroupFormed: (
        _GROUP,
        {**_OF_GROUP, "village": Words([f'"Thôn {n}"' for n in range(1, 21)], "village")},
    ),
    lending.GroupMemberJoined: (_GROUP, {**_OF_GROUP, "household": _HOUSEHOLD}),
    lending.GroupMemberLeft: (_GROUP, {**_OF_GROUP, "household": _HOUSEHOLD}),
    lending.EntitlementListed: (Id("entitlement", "loan"), _OF_LIST),
    lending.EntitlementPosted: (
        Id("entitlement", "loan"),
        {**_OF_LIST, "days_since_listed": Number("days_listed", 3)},
    ),
    lending.EntitlementConfirmed: (
        Id("entitlement", "loan"),
        {
            **_OF_LIST,
            "days_since_listed": Number("days_listed", 3),
            "days_since_posted": Number("days_posted", 3),
            "valid_until": Day("valid_until"),
        },
    ),
    lending.EntitlementRejected: (
        Id("entitlement", "loan"),
        {
            **_OF_LIST,
            "days_since_listed": Number("days_listed", 3),
            "days_since_posted": Number("days_posted", 3),
            "reason": Words(['"Không thuộc đối tượng thụ hưởng"'], "zero"),
        },
    ),
    lending.LoanApplied: (
        _LOAN,
        {**_TERMS, "purpose": _quoted(tuple(p.purpose for p in PRODUCTS), "product")},
    ),
    lending.LoanApproved: (
        _LOAN,
        {
            **_TERMS,
            "annual_rate": Number("annual_rate", 4),
            "days_since_applied": Number("days_applied", 3),
        },
    ),
    lending.LoanDisbursed: (
        _LOAN,
        {
            **_OF_LOAN,
            "group": _GROUP,
            "tranche": Words(["1"], "zero"),
            "amount": _AMOUNT,
            "annual_rate": Number("annual_rate", 4),
            "due_on": Day("due_on"),
            "place": _PLACE,
            "plan": Instalments(INSTALMENTS_MAX),
            "ageing": Words(["", ',"ageing":"carried_forward"'], "carries", optional=True),
            "confirmed_on": SomeDay("confirmed_on", "confirmed_on"),
        },
    ),
    lending.LoanExtended: (
        _LOAN,
        {**_OF_LOAN, "until": Day("until"), "previously": Day("previously")},
    ),
    lending.LoanFreezingApproved: (
        _LOAN,
        {
            **_OF_LOAN,
            "amount": _AMOUNT,
            "until": Day("until"),
            "reason": Words(['"Rủi ro do nguyên nhân khách quan"'], "zero"),
        },
    ),
    lending.LoanWriteOffApproved: (
        _LOAN,
        {
            **_OF_LOAN,
            "amount": _AMOUNT,
            "decision": Words(['"Quyết định xóa nợ"'], "zero"),
        },
    ),
    lending.LoanReassigned: (
        _LOAN,
        {
            **_OF_LOAN,
            "group": _GROUP,
            "to_office": OfPlace("to_place_at", "to_locality"),
            "to_association": _quoted(ASSOCIATIONS, "to_association"),
            "to_group": Id("group", "to_group"),
        },
    ),
    collection.InterestCharged: (
        _LOAN,
        {
            **_OF_LOAN,
            "amount": _AMOUNT,
            "period_from": Day("period_from"),
            "period_until": Day("period_until"),
        },
    ),
    collection.InterestCollected: (_LOAN, _MONEY),
    collection.PrincipalFellDue: (
        _LOAN,
        {**_OF_LOAN, "amount": _AMOUNT, "paid": Number("paid")},
    ),
    collection.PrincipalCollected: (
        _LOAN,
        {**_MONEY, "debt_class": _quoted(CLASSES, "debt_class"), "bucket": _BUCKET},
    ),
    collection.InstalmentCarriedForward: (
        _LOAN,
        {**_OF_LOAN, "amount": _AMOUNT, "new_due_on": Day("new_due_on")},
    ),
    collection.PrincipalFellOverdue: (_LOAN, {**_OF_LOAN, "amount": _AMOUNT}),
    collection.OverdueAged: (
        _LOAN,
        {
            **_OF_LOAN,
            "amount": _AMOUNT,
            "from_bucket": _quoted(("", *BUCKETS), "from_bucket"),
            "to_bucket": _quoted(("", *BUCKETS), "to_bucket"),
        },
    ),
    collection.OverdueCured: (
        _LOAN,
        {**_OF_LOAN, "amount": _AMOUNT, "bucket": _quoted(("", *BUCKETS), "bucket")},
    ),
    collection.LoanFellOverdue: (_LOAN, _OF_LOAN),
    collection.LoanCured: (_LOAN, _OF_LOAN),
    collection.LoanFrozen: (
        _LOAN,
        {
            **_OF_LOAN,
            "amount": _AMOUNT,
            "from_class": _quoted(CLASSES, "debt_class"),
            "bucket": _BUCKET,
        },
    ),
    collection.LoanWrittenOff: (
        _LOAN,
        {
            **_OF_LOAN,
            "amount": _AMOUNT,
            "debt_class": _quoted(CLASSES, "debt_class"),
            "bucket": _BUCKET,
            "closes": Words(_FLAG, "closes"),
        },
    ),
    collection.LoanTransferred: (
        _LOAN,
        {
            **_OF_LOAN,
            "direction": _quoted(("out", "in"), "direction"),
            "group": _GROUP,
            "in_term": Number("in_term"),
            "frozen": Number("frozen"),
            **{f"overdue_{name}": Number(f"overdue_{name}") for name in BUCKETS},
            "overdue": Number("overdue"),
            "outstanding": Number("outstanding"),
            "loans": Words(["1"], "zero"),
            "overdue_loans": Words(_FLAG, "is_overdue"),
        },
    ),
    collection.LoanSettled: (_LOAN, _OF_LOAN),
    collection.SavingsDeposited: (Id("savings", "household"), _SAVED),
    collection.SavingsWithdrawn: (Id("savings", "household"), _SAVED),
    collection.MobilisedDeposited: (Id("depositor", "depositor"), _DEPOSIT),
    collection.MobilisedWithdrawn: (Id("depositor", "depositor"), _DEPOSIT),
    collection.SessionHeld: (
        Id("session", "key"),
        {
            **_ANY,
            "session": Id("session", "key"),
            "planned": _cash("planned"),
            "realised": _cash("realised"),
            "lines": Number("lines", 6),
        },
    ),
    collection.HouseholdEnteredDebt: (Id("household debt", "household"), _HOUSEHOLD_DEBT),
    collection.HouseholdLeftDebt: (Id("household debt", "household"), _HOUSEHOLD_DEBT),
    supervision.InspectionCarriedOut: (
        Id("inspection", "key"),
        {
            **_ANY,
            "inspection": Id("inspection", "key"),
            "body": _quoted(("representative_board", "association", "bank", "people"), "body"),
            "groups_inspected": Number("groups_inspected", 4),
            "households_visited": Number("households_visited", 4),
        },
    ),
    supervision.LoanUseChecked: (
        Id("loan use", "loan"),
        {
            **_ANY,
            "loan": _LOAN,
            "association": _ASSOCIATION,
            "result": _quoted(("right_use", "wrong_use"), "result"),
            "days_after": Number("days_after", 3),
            "on_time": Words(_FLAG, "on_time"),
        },
    ),
    supervision.GroupRated: (
        Id("rating", "group"),
        {
            **_OF_GROUP,
            "month": Words(
                [f'"{y}-{m:02}"' for y in range(2000, 2100) for m in range(1, 13)], "month"
            ),
            "rating": _quoted(RATINGS, "rating"),
            "previous": _maybe("previous", RATINGS, "previous"),
        },
    ),
}
_REVERSED: Final = (
    collection.InterestCollected,
    collection.PrincipalCollected,
    collection.SavingsDeposited,
)


def _emitter_of(kind: type[PublicEvent]) -> Emitter:
    return next(emitter for emitter in EMITTERS if kind in types_of(emitter))


def _wordings() -> dict[str, Spoken]:
    found: dict[str, Spoken] = {}
    for kind, (subject, fields) in _OF_EVENT.items():
        emitter = _emitter_of(kind)
        found[kind.NAME] = Spoken(emitter, Wording(kind, source_of(emitter), subject, fields))
    for kind in _REVERSED:
        subject, fields = _OF_EVENT[kind]
        entry = Renamed(
            Nested(kind, fields),
            {"occurred": "entry_occurred"},
        )
        found[REVERSED + kind.NAME] = Spoken(
            "repayments",
            Wording(
                collection.EntryReversed,
                source_of("repayments"),
                subject,
                {
                    **_ANY,
                    "entry_id": Id(kind.NAME, "entry_key"),
                    "entry_type": Words([f'"{kind.type()}"'], "zero"),
                    "entry": entry,
                    "reason": Words(['"Hạch toán trùng"'], "zero"),
                },
            ),
        )
    return found


SPOKEN: Final = _wordings()
