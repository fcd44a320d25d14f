"""A call on aggregates: all or nothing, every refused line reported, done once."""

from typing import Any

import build
import pytest

from policy_credit_loans.application.handlers import HANDLERS
from policy_credit_shared.kernel.refusals import ConcurrentChange
from policy_credit_shared.store.books import Command, KeyReused, LinesRefused, carry_out
from policy_credit_shared.store.memory import MemoryEventStore
from policy_credit_shared.store.port import Conflict
from policy_credit_shared.store.receipts import Receipt, fingerprint


def receipt(key: str = "key", body: bytes = b"{}") -> Receipt:
    return Receipt("587/teller", key, fingerprint("/sheets", body), 201, b'{"accepted":1}')


def call(store: MemoryEventStore, *commands: Command, given: Receipt | None = None) -> Receipt:
    return carry_out(store, build.clock, HANDLERS, commands, given or receipt())


def test_a_sheet_stores_every_line_in_order() -> None:
    store = MemoryEventStore()
    call(store, *(build.disburse(tranche=n) for n in (1, 2, 3)))
    assert [r.version for r in store.histories([build.LOAN])[build.LOAN]] == [1, 2, 3]


def test_one_refused_line_refuses_the_sheet_and_all_refused_lines_are_told() -> None:
    store = MemoryEventStore()
    bad = build.disburse(commune="22834", loan=build.some_id("a"))
    with pytest.raises(LinesRefused) as refused:
        call(store, build.disburse(), bad, build.disburse(loan=build.some_id("b")), bad)
    assert [line for line, _ in refused.value.refusals] == [1, 3]
    assert store.log == []


def test_the_same_call_again_changes_nothing_and_is_answered_the_same() -> None:
    store = MemoryEventStore()
    first = call(store, build.disburse())
    assert call(store, build.disburse()) == first
    assert len(store.log) == 1


def test_a_key_is_not_for_another_call() -> None:
    store = MemoryEventStore()
    call(store, build.disburse())
    with pytest.raises(KeyReused):
        call(store, build.disburse(), given=receipt(body=b"other"))


class Contended(MemoryEventStore):
    """Somebody else changes the loan just before each of the first appends."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def append(self, *args: Any, **kwargs: Any) -> None:
        if self.times:
            self.times -= 1
            raise Conflict("somebody was faster")
        super().append(*args, **kwargs)


def test_a_call_that_meets_another_is_decided_again() -> None:
    store = Contended(times=2)
    call(store, build.disburse())
    assert len(store.log) == 1


def test_a_call_that_keeps_meeting_others_gives_up() -> None:
    with pytest.raises(ConcurrentChange):
        call(Contended(times=99), build.disburse())
