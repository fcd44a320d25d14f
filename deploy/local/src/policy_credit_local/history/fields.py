"""Fields that many events share, and what their columns mean."""

from collections.abc import Mapping
from typing import Final

from policy_credit_local.history.pieces import Day, Id, Number, OfPlace, Piece, Words
from policy_credit_local.history.published import PRODUCTS
from policy_credit_local.history.tally import BUCKETS
from policy_credit_shared.events.public import PublicEvent

Said = Mapping[type[PublicEvent], tuple[Id, Mapping[str, Piece]]]
"""By type: what the event is about, and its fields."""

ASSOCIATIONS: Final = ("farmers", "women", "veterans", "youth")
FUNDS: Final = ("central", "local")
PLACES: Final = ("point", "office")
CLASSES: Final = ("in_term", "overdue", "frozen")
INSTALMENTS_MAX: Final = 10


def quoted(texts: tuple[str, ...], column: str) -> Words:
    return Words([f'"{text}"' for text in texts], column)


def maybe(field: str, texts: tuple[str, ...], column: str) -> Words:
    """An optional field: index 0 is none, 1 the first of the texts."""
    return Words(["", *(f',"{field}":"{text}"' for text in texts)], column, optional=True)


AMOUNT: Final = Number("amount")
GROUP: Final = Id("group", "group")
HOUSEHOLD: Final = Id("household", "household")
LOAN: Final = Id("loan", "loan")
ASSOCIATION: Final = quoted(ASSOCIATIONS, "association")
PROGRAMME: Final = quoted(tuple(p.programme for p in PRODUCTS), "product")
CATEGORY: Final = quoted(tuple(p.category for p in PRODUCTS), "product")
PLACE: Final = quoted(PLACES, "place")
PAYMENT: Final = Id("payment", "payment")
BUCKET: Final = maybe("bucket", BUCKETS, "bucket")
MONTH: Final = quoted(
    tuple(f"{year}-{month:02}" for year in range(2_000, 2_100) for month in range(1, 13)), "month"
)
FLAG: Final = ("0", "1")

ANY: Final[Mapping[str, Piece]] = {"office": OfPlace(), "occurred_on": Day("occurred")}
OF_LOAN: Final[Mapping[str, Piece]] = {
    **ANY,
    "programme": PROGRAMME,
    "association": ASSOCIATION,
    "fund": quoted(FUNDS, "fund"),
    "household": HOUSEHOLD,
    "loan": LOAN,
    "category": maybe("category", tuple(p.category for p in PRODUCTS), "category"),
    "in_group": Id("group", "in_group"),
}
OF_GROUP: Final[Mapping[str, Piece]] = {**ANY, "group": GROUP, "association": ASSOCIATION}
OF_LIST: Final[Mapping[str, Piece]] = {
    **ANY,
    "household": HOUSEHOLD,
    "group": GROUP,
    "programme": PROGRAMME,
    "category": CATEGORY,
}
SAVED: Final[Mapping[str, Piece]] = {
    **ANY,
    "association": ASSOCIATION,
    "household": HOUSEHOLD,
    "group": GROUP,
    "amount": AMOUNT,
    "place": PLACE,
}
DEPOSIT: Final[Mapping[str, Piece]] = {
    **ANY,
    "depositor": Id("depositor", "depositor"),
    "kind": quoted(("organisation", "individual"), "depositor_kind"),
    "amount": AMOUNT,
    "place": PLACE,
}
HOUSEHOLD_DEBT: Final[Mapping[str, Piece]] = {
    **ANY,
    "household": HOUSEHOLD,
    "programme": PROGRAMME,
    "overall": Words(FLAG, "overall"),
}
MONEY: Final[Mapping[str, Piece]] = {
    **OF_LOAN,
    "payment": PAYMENT,
    "amount": AMOUNT,
    "place": PLACE,
}
TERMS: Final[Mapping[str, Piece]] = {
    **OF_LOAN,
    "group": GROUP,
    "amount": AMOUNT,
    "term_months": Number("term_months", 3),
}
