"""Close a day (đóng ngày): which tasks are past due, which reports are owed or late."""

from datetime import date
from typing import Final
from uuid import UUID

from policy_credit_oversight.application.record_governing import record_task
from policy_credit_oversight.domain.periodic_report import REPORTING, next_event
from policy_credit_oversight.domain.task import TASK, pass_due
from policy_credit_shared.store.books import Books

EVENTS_MAX: Final = 200
"""Of one unit in one transaction: years closed at once are closed in parts."""


def close_task(task: UUID, day: date, books: Books) -> None:
    """Record that a task is past due, on the day after it was due."""
    known = books.get(TASK, task)
    if known is not None and (passed := pass_due(known, day)) is not None:
        record_task(books, task, passed)


def close_reporting(unit: UUID, day: date, books: Books) -> None:
    """Record what the calendar makes of a unit's reports, each event of its own day."""
    for _ in range(EVENTS_MAX):
        known = books.get(REPORTING, unit)
        event = next_event(known, day) if known is not None else None
        if event is None:
            return
        books.record(REPORTING, unit, event)
