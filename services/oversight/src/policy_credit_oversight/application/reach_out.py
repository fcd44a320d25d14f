"""Record an outreach session."""

from policy_credit_oversight.domain.outreach import OUTREACH, HoldOutreach, hold_outreach
from policy_credit_shared.store.books import Books


def reach_out(command: HoldOutreach, books: Books) -> None:
    """Record the session; raises a Refusal."""
    held = hold_outreach(books.get(OUTREACH, command.outreach), command)
    books.record(OUTREACH, command.outreach, held)
