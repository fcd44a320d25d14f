"""Record a resolution of a Representative Board, and each task that it sets."""

from policy_credit_oversight.application.record_governing import record_task
from policy_credit_oversight.domain import resolution
from policy_credit_oversight.domain.board import MEETING
from policy_credit_oversight.domain.resolution import RESOLUTION, AdoptResolution
from policy_credit_shared.store.books import Books


def adopt(command: AdoptResolution, books: Books) -> None:
    """Record the resolution and its tasks; raises a Refusal."""
    held = books.get(RESOLUTION, command.resolution)
    meeting = books.get(MEETING, command.meeting)
    adopted, tasks = resolution.adopt(held, command, meeting)
    books.record(RESOLUTION, command.resolution, adopted)
    for task, assigned in tasks:
        record_task(books, task, assigned)
