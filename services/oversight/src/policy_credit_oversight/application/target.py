"""Set a unit's target."""

from policy_credit_oversight.domain.target import TARGET, SetTarget, set_target, target_id
from policy_credit_shared.store.books import Books


def target(command: SetTarget, books: Books) -> None:
    """Record the target; raises a Refusal."""
    books.record(TARGET, target_id(command), set_target(command))
