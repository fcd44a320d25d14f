"""Record that a resolution's task is done."""

from policy_credit_oversight.application.record_governing import record_task
from policy_credit_oversight.domain.task import TASK, ReportTaskDone, report_done, task_id
from policy_credit_shared.store.books import Books


def fulfil(command: ReportTaskDone, books: Books) -> None:
    """Record what was done; raises a Refusal."""
    task = task_id(command.resolution, command.number)
    record_task(books, task, report_done(books.get(TASK, task), command))
