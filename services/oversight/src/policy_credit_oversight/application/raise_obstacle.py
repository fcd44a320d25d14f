"""Raise an obstacle."""

from policy_credit_oversight.application.record_governing import record_obstacle
from policy_credit_oversight.domain import obstacle
from policy_credit_oversight.domain.obstacle import OBSTACLE, RaiseObstacle
from policy_credit_shared.store.books import Books


def raise_obstacle(command: RaiseObstacle, books: Books) -> None:
    """Record the obstacle; raises a Refusal."""
    raised = obstacle.raise_obstacle(books.get(OBSTACLE, command.obstacle), command)
    record_obstacle(books, command.obstacle, raised)
