"""Answer an obstacle, pass it further up, or hold it for settled."""

from policy_credit_oversight.application.record_governing import record_obstacle
from policy_credit_oversight.domain import obstacle
from policy_credit_oversight.domain.obstacle import (
    OBSTACLE,
    AnswerObstacle,
    CloseObstacle,
    PassObstacleUp,
)
from policy_credit_shared.store.books import Books


def answer(command: AnswerObstacle, books: Books) -> None:
    """Record the answer; raises a Refusal."""
    answered = obstacle.answer(books.get(OBSTACLE, command.obstacle), command)
    record_obstacle(books, command.obstacle, answered)


def pass_up(command: PassObstacleUp, books: Books) -> None:
    """Record that it is passed up; raises a Refusal."""
    passed = obstacle.pass_up(books.get(OBSTACLE, command.obstacle), command)
    record_obstacle(books, command.obstacle, passed)


def close(command: CloseObstacle, books: Books) -> None:
    """Record that it is settled; raises a Refusal."""
    closed = obstacle.close(books.get(OBSTACLE, command.obstacle), command)
    record_obstacle(books, command.obstacle, closed)
