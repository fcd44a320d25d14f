"""The route of open findings: which are to be remedied, by whom, until when."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from policy_credit_reporting.api import standing_examples as standing
from policy_credit_reporting.api import tables
from policy_credit_reporting.api.access import Access, AskedUnit
from policy_credit_reporting.api.lists import AskedList, asking_list, list_answers
from policy_credit_reporting.api.parameters import bad_query
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.store.findings import OpenFinding
from policy_credit_reporting.store.reading import Figures
from policy_credit_reporting.store.reporter import Reporter

FINDINGS: Final = tables.fields(OpenFinding)
Rows = Annotated[
    AskedList,
    Depends(asking_list(FINDINGS.columns, "by deadline", rows=100)),
]


def findings_router(figures: Figures, algebra: Algebra, access: Access) -> APIRouter:
    """The route, over one read model."""
    router = APIRouter()
    reporter = Reporter(algebra)

    @router.get(
        "/api/v1/units/{code}/findings",
        summary="A unit's findings that were open at the end of a day",
        description="The gravest come last of those sorted by `severity`.",
        response_class=Response,
        responses=list_answers(
            "OpenFinding",
            401,
            403,
            404,
            many=True,
            example=standing.FINDINGS,
            table=FINDINGS.text(),
        ),
    )
    def unit_findings(asked: Annotated[AskedUnit, Depends(access.unit)], rows: Rows) -> Response:
        if asked.question.filters:
            names = ", ".join(asked.question.filters)
            raise bad_query(f"Findings are not kept by {names}; leave the filter out.")
        with figures.snapshot() as snapshot:
            found = reporter.findings(snapshot, asked.code, asked.question, rows.excerpt)
        return rows.answer(found.rows, found.total, lambda: FINDINGS.text(found.rows))

    return router
