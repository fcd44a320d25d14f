"""What was published of the figures that an answer shows, where its day ends a closed period."""

from msgspec.structs import replace

from policy_credit_reporting.reports.answers import published_statement
from policy_credit_reporting.reports.register import Register
from policy_credit_reporting.reports.report_period import ending_on
from policy_credit_reporting.reports.statement import Taken
from policy_credit_reporting.store.answers import (
    Adjusted,
    MeasureFigure,
    PublishedAs,
    UnitFigures,
)
from policy_credit_reporting.store.questions import Question


def beside_published(register: Register, answer: UnitFigures, question: Question) -> UnitFigures:
    """The answer with what its unit published of that period, if it did.

    Without a period asked for, stocks are those of the month that ends on the day. Figures under
    filters, and on other trees than the bank's of that day, are not what is published.
    """
    reading = answer.reading
    if answer.filters or reading.tree != "bank" or reading.tree_date != reading.day:
        return answer
    period = ending_on(question.day, "month" if question.period == "total" else question.period)
    if period is None:
        return answer
    closing = register.closing(answer.unit.code, period.name)
    if closing.published is None:
        return answer
    report = published_statement(closing.published).report
    return replace(
        answer,
        published=PublishedAs(
            number=closing.published.number,
            edition=closing.published.edition,
            period=period.name,
            is_provisional=bool(report.gaps),
            is_reopened=closing.is_reopened,
            adjusted=_adjusted(answer, report, stocks_only=question.period == "total"),
        ),
    )


def _adjusted(answer: UnitFigures, report: Taken, *, stocks_only: bool) -> list[Adjusted]:
    published = report.figures[answer.unit.code]
    shown: dict[str, int] = {}
    for figure in answer.indicators:
        if isinstance(figure, MeasureFigure) and figure.value is not None:
            shown[figure.name] = figure.value
    return [
        Adjusted(measure=name, published=published[name], difference=now - published[name])
        for name, now in shown.items()
        if name in published
        and now != published[name]
        and not (stocks_only and report.kinds[name] == "flow")
    ]
