"""What private events say publicly."""

import build
import msgspec

from policy_credit_repayments.domain import account
from policy_credit_repayments.domain.account import evolve, receive_tranche
from policy_credit_repayments.publishing.translation import translate
from policy_credit_shared.events import collection
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.aggregates import DomainEvent
from policy_credit_shared.messaging.relay import START, Route, event_id, window
from policy_credit_shared.store.recorded import Notified, Recorded

LOAN = build.loan_disbursed(amount=40)


def said(event: DomainEvent, version: int = 1) -> list[PublicEvent]:
    return [p.event for p in translate(Recorded(build.LOAN, version, build.NOW, event))]


def test_an_opened_account_says_nothing_of_itself() -> None:
    assert said(receive_tranche(None, LOAN)) == []


def test_a_payment_says_what_it_paid_class_by_class_and_what_came_of_it() -> None:
    given = evolve(None, receive_tranche(None, LOAN))
    given = evolve(given, account.mark_overdue(given, build.mark_overdue(amount=5)))
    taken = account.collect(given, build.collect(principal=40))
    found = said(taken)
    assert [type(event).__name__ for event in found] == [
        "PrincipalCollected",
        "PrincipalCollected",
        "LoanCured",
        "LoanSettled",
    ]
    overdue, in_term = found[:2]
    assert isinstance(overdue, collection.PrincipalCollected)
    assert isinstance(in_term, collection.PrincipalCollected)
    assert (overdue.debt_class, overdue.amount) == ("overdue", 5)
    assert (in_term.debt_class, in_term.amount) == ("in_term", 35)


def test_a_reversal_names_and_holds_each_event_that_it_reverses() -> None:
    given = evolve(None, receive_tranche(None, LOAN))
    taken = account.collect(given, build.collect(principal=40))
    given = evolve(given, taken)
    reversed_, reopened = said(account.reverse(given, build.reverse()), version=3)
    assert isinstance(reversed_, collection.EntryReversed)
    assert isinstance(reopened, collection.LoanReopened)
    assert reversed_.entry_id == event_id(build.LOAN, 2, 0)
    assert reversed_.entry_type == "policycredit.principal.collected.v1"
    assert bytes(reversed_.entry) == msgspec.json.encode(said(taken, version=2)[0])


def test_interest_that_rounds_to_nothing_is_not_said() -> None:
    given = evolve(None, receive_tranche(None, build.loan_disbursed(amount=1)))
    assert said(account.charge_interest(given, build.charge_interest())) == []


def test_saying_it_again_gives_the_same_bytes_sequences_and_hashes() -> None:
    given = evolve(None, receive_tranche(None, LOAN))
    taken = account.collect(given, build.collect(principal=40))
    log = [Notified(n, Recorded(build.LOAN, n, build.NOW, taken)) for n in (1, 2, 3)]
    route = Route("/policy-credit/repayments", "repayments", 6)
    whole, end = window(START, log, translate, route)
    first, middle = window(START, log[:1], translate, route)
    rest, end_in_parts = window(middle, log[1:], translate, route)
    assert [*first, *rest] == whole
    assert end_in_parts == end
