"""A call on aggregates: all or nothing, every refused line reported, done once."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import build
import pytest
from msgspec import Struct
from msgspec.structs import replace

from policy_credit_loans.application.handlers import HANDLERS
from policy_credit_loans.domain.loan import LOAN, DisburseLoan, Loan, disburse
from policy_credit_shared.kernel.refusals import ConcurrentChange
from policy_credit_shared.store.books import (
    ATTEMPTS_MAX,
    Books,
    Command,
    KeyReused,
    LinesRefused,
    carry_out,
    decide,
)
from policy_credit_shared.store.changes import History
from policy_credit_shared.store.memory import MemoryEventStore
from policy_credit_shared.store.receipts import Receipt, fingerprint


def receipt(key: str = "key", body: bytes = b"{}") -> Receipt:
    return Receipt("587/teller", key, fingerprint("/sheets", body), 201, b'{"accepted":1}')


def call(store: MemoryEventStore, *commands: Command, given: Receipt | None = None) -> Receipt:
    return carry_out(store, build.clock, HANDLERS, commands, given or receipt(), build.OFFICER)


def test_a_sheet_stores_every_line_in_order() -> None:
    store = MemoryEventStore()
    call(store, *(build.disburse(tranche=n) for n in (1, 2, 3)))
    assert [r.version for r in store.histories([build.LOAN])[build.LOAN].events] == [1, 2, 3]


def test_each_event_is_stored_with_the_moment_of_the_call() -> None:
    store = MemoryEventStore()
    call(store, build.disburse(), build.disburse(loan=build.some_id("other")))
    assert [entry.recorded.recorded_at for entry in store.log] == [build.NOW, build.NOW]
    assert [entry.position for entry in store.log] == [1, 2]


def test_one_refused_line_refuses_the_sheet_and_all_refused_lines_are_told() -> None:
    store = MemoryEventStore()
    elsewhere = build.disburse(commune="22834", loan=build.some_id("a"))
    skipping = build.disburse(tranche=3, loan=build.some_id("b"))
    with pytest.raises(LinesRefused, match="3 of 5 lines") as refused:
        call(store, build.disburse(), elsewhere, skipping, build.disburse(tranche=2), elsewhere)
    assert [(line, refusal.code) for line, refusal in refused.value.refusals] == [
        (1, "commune-not-served"),
        (2, "tranche-out-of-order"),
        (4, "commune-not-served"),
    ]
    assert refused.value.lines == 5
    assert store.log == []


def test_a_refused_call_leaves_no_receipt_and_may_be_corrected_under_its_key() -> None:
    store = MemoryEventStore()
    with pytest.raises(LinesRefused):
        call(store, build.disburse(commune="22834"))
    assert store.receipt("587/teller", "key") is None
    corrected = receipt(body=b"corrected")
    assert call(store, build.disburse(), given=corrected) == corrected


def test_a_refused_line_leaves_nothing_for_the_lines_after_it() -> None:
    store = MemoryEventStore()
    with pytest.raises(LinesRefused) as refused:
        call(store, build.disburse(tranche=2), build.disburse(tranche=1))
    assert [line for line, _ in refused.value.refusals] == [0]


def test_the_same_call_again_changes_nothing_and_is_answered_the_same() -> None:
    store = MemoryEventStore()
    first = call(store, build.disburse())
    later = Receipt("587/teller", "key", first.fingerprint, 500, b"something else")
    assert call(store, build.disburse(), given=later) == first
    assert len(store.log) == 1


def test_the_same_call_again_is_answered_the_same_though_it_would_be_refused_now() -> None:
    store = MemoryEventStore()
    first = call(store, build.disburse())
    with pytest.raises(LinesRefused):
        call(store, build.disburse(), given=receipt(key="another"))
    assert call(store, build.disburse()) == first


def test_a_key_is_not_for_another_call() -> None:
    store = MemoryEventStore()
    call(store, build.disburse())
    with pytest.raises(KeyReused, match="'key'") as refused:
        call(store, build.disburse(tranche=2), given=receipt(body=b"other"))
    assert refused.value.code == "idempotency-key-reused"
    assert refused.value.fix
    assert len(store.log) == 1


class Twice(MemoryEventStore):
    """The same call arrives twice at once: the other is done after this one seeks its receipt."""

    def __init__(self, given: Receipt) -> None:
        super().__init__()
        self.other: Receipt | None = given

    def histories(
        self, aggregates: Sequence[UUID], *, whole: bool = False
    ) -> Mapping[UUID, History]:
        if (other := self.other) is not None:
            self.other = None
            changes = decide(Books(self), build.clock, HANDLERS, [build.disburse()])
            self.append(replace(changes, receipt=other))
        return super().histories(aggregates, whole=whole)


def test_a_call_that_was_carried_out_meanwhile_is_answered_and_not_refused() -> None:
    store = Twice(receipt())
    assert call(store, build.disburse()) == receipt()
    assert len(store.log) == 1


def test_a_call_that_others_made_impossible_meanwhile_is_refused() -> None:
    with pytest.raises(LinesRefused):
        call(Twice(receipt("other key")), build.disburse())


def test_two_callers_may_choose_the_same_key() -> None:
    store = MemoryEventStore()
    call(store, build.disburse())
    other = Receipt("586/teller", "key", fingerprint("/sheets", b"other"), 201, b"{}")
    assert call(store, build.disburse(tranche=2), given=other) == other
    assert len(store.log) == 2


def test_a_fingerprint_tells_what_was_asked_where() -> None:
    prints = {fingerprint("/a", b"x"), fingerprint("/b", b"x"), fingerprint("/a", b"y")}
    assert len(prints) == 3
    assert fingerprint("/a", b"x") in prints


class Contended(MemoryEventStore):
    """Somebody else is faster: before each of the first appends, what they ask is stored."""

    def __init__(self, *others: tuple[Command, Receipt]) -> None:
        super().__init__()
        self.others = list(others)
        self.appends = 0

    def append(self, *args: Any, **kwargs: Any) -> None:
        self.appends += 1
        if self.others:
            command, given = self.others.pop(0)
            changes = decide(Books(self), build.clock, HANDLERS, [command])
            super().append(replace(changes, receipt=given))
        super().append(*args, **kwargs)


def others(*tranches: int) -> list[tuple[Command, Receipt]]:
    return [(build.disburse(tranche=n), receipt(key=f"other {n}")) for n in tranches]


def test_a_call_that_meets_another_is_decided_again_on_what_is_true_now() -> None:
    store = Contended(*others(1))
    with pytest.raises(LinesRefused) as refused:
        call(store, build.disburse(tranche=1))
    assert [refusal.code for _, refusal in refused.value.refusals] == ["tranche-out-of-order"]
    assert len(store.log) == 1


class DisburseNext(Struct, frozen=True, kw_only=True):
    """Pay out the next tranche, whichever it is: what others did is no reason to refuse."""

    office: str = build.OFFICE

    def touches(self) -> tuple[UUID, ...]:
        return (build.LOAN,)


def disburse_next(_: DisburseNext, books: Books) -> None:
    loan = books.get(LOAN, build.LOAN)
    books.record(LOAN, build.LOAN, disburse(loan, next_tranche(loan)))


def next_tranche(loan: Loan | None) -> DisburseLoan:
    return build.disburse(tranche=(loan.tranches if loan else 0) + 1)


def contended_call(store: Contended) -> Receipt:
    handlers = {DisburseNext: disburse_next}
    return carry_out(store, build.clock, handlers, [DisburseNext()], receipt(), build.OFFICER)


def test_a_call_that_meets_another_is_carried_out_after_it() -> None:
    store = Contended(*others(1, 2))
    contended_call(store)
    assert store.appends == 3
    assert [r.version for r in store.histories([build.LOAN])[build.LOAN].events] == [1, 2, 3]
    assert store.receipt("587/teller", "key") == receipt()


def test_a_call_that_meets_others_until_the_last_attempt_is_still_carried_out() -> None:
    store = Contended(*others(*range(1, ATTEMPTS_MAX)))
    contended_call(store)
    assert len(store.log) == ATTEMPTS_MAX


def test_a_call_that_keeps_meeting_others_gives_up_and_stores_nothing_of_its_own() -> None:
    store = Contended(*others(*range(1, ATTEMPTS_MAX + 1)))
    with pytest.raises(ConcurrentChange) as refused:
        contended_call(store)
    assert (refused.value.status, refused.value.code) == (409, "concurrent-change")
    assert store.appends == len(store.log) == ATTEMPTS_MAX
    assert store.receipt("587/teller", "key") is None


def test_a_call_that_meets_its_own_twin_is_answered_as_the_twin_was() -> None:
    twin = Receipt("587/teller", "key", receipt().fingerprint, 201, b"the twin's answer")
    store = Contended((build.disburse(), twin))
    assert call(store, build.disburse()) == twin
    assert len(store.log) == 1


class Counting(MemoryEventStore):
    """Counts its queries."""

    queries = 0

    def histories(
        self, aggregates: Sequence[UUID], *, whole: bool = False
    ) -> Mapping[UUID, History]:
        self.queries += 1
        return super().histories(aggregates, whole=whole)


def test_a_sheet_of_many_loans_is_read_in_one_query() -> None:
    store = Counting()
    call(store, *(build.disburse(loan=build.some_id(f"loan {n}")) for n in range(300)))
    assert (store.queries, len(store.log)) == (1, 300)
