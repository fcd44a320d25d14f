"""A loan's term and its periods (thời hạn, phân kỳ): months counted from the first disbursement."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month if it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def instalment_days(
    first: date, step_months: int, term_months: int, due_on: date
) -> Sequence[date]:
    """When instalments are to be paid: every `step_months` within the term, the last on `due_on`.

    0 months between them: one instalment at the end.
    """
    steps = range(step_months, term_months, step_months) if step_months else ()
    return [*(months_after(first, months) for months in steps), due_on]
