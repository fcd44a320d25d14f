"""Facts may be taken in for several reasons: each is given the fact, in turn."""

from collections.abc import Iterable
from uuid import UUID

import build

from policy_credit_oversight.application.take_in import all_of
from policy_credit_shared.events.collection import LoanSettled
from policy_credit_shared.events.lending import LoanDisbursed
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.messaging.intake import TakeIn
from policy_credit_shared.store.books import Books
from policy_credit_shared.store.memory import MemoryEventStore


class Reason:
    """Something that facts are taken in for; it remembers them."""

    def __init__(self, name: str, told: list[tuple[str, PublicEvent]]) -> None:
        self.name = name
        self.told = told

    def take_in(self) -> TakeIn:
        return TakeIn(self.touches, self.handle)

    def touches(self, event: PublicEvent) -> Iterable[UUID]:
        yield build.some_id(f"{self.name} {event.NAME}")

    def handle(self, event: PublicEvent, books: Books) -> None:
        self.told.append((self.name, event))


def test_each_reason_is_told_in_turn_and_what_all_of_them_touch_is_loaded() -> None:
    told: list[tuple[str, PublicEvent]] = []
    first, second = Reason("first", told), Reason("second", told)
    both = all_of(
        {LoanDisbursed: first.take_in()},
        {LoanDisbursed: second.take_in(), LoanSettled: second.take_in()},
    )
    assert set(both) == {LoanDisbursed, LoanSettled}
    disbursed, settled = build.loan_disbursed(), build.loan_settled()
    books = Books(MemoryEventStore())
    for fact in (disbursed, settled):
        both[type(fact)].handle(fact, books)
    assert told == [("first", disbursed), ("second", disbursed), ("second", settled)]
    names = [build.some_id(f"{name} loan.disbursed") for name in ("first", "second")]
    assert list(both[LoanDisbursed].touches(disbursed)) == names
