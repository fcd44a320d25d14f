"""The route of open findings: which are to be remedied, by whom, until when."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Query, Response

from policy_credit_reporting.api import tables
from policy_credit_reporting.api.access import Access, AskedUnit
from policy_credit_reporting.api.parameters import Limit, Offset, WantsCsv, bad_query
from policy_credit_reporting.api.units import shown
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.store.findings import FindingOrder, OpenFinding
from policy_credit_reporting.store.reading import Figures
from policy_credit_reporting.store.reporter import Reporter
from policy_credit_shared.web.openapi import answers

_ROWS: Final = [
    OpenFinding(
        finding=UUID("6f1c2f0e-0f0a-5a55-9a53-2f5f8f3f6a11"),
        locality="22870-22870",
        responsible="22870",
        severity="serious",
        subject="loan_use",
        body="association",
        raised_on=date(2019, 10, 4),
        deadline=date(2019, 11, 3),
        past_deadline=True,
    )
]
EXAMPLE: Final = msgspec.to_builtins(_ROWS)
TABLE: Final = tables.structs(OpenFinding, _ROWS)


def findings_router(figures: Figures, algebra: Algebra, access: Access) -> APIRouter:
    """The route, over one read model."""
    router = APIRouter()
    reporter = Reporter(algebra)

    @router.get(
        "/api/v1/units/{code}/findings",
        summary="A unit's findings that were open at the end of a day",
        response_class=Response,
        responses=answers(
            "OpenFinding",
            401,
            403,
            404,
            422,
            many=True,
            example=EXAMPLE,
            csv=TABLE,
        ),
    )
    def unit_findings(
        asked: Annotated[AskedUnit, Depends(access.unit)],
        wants_csv: WantsCsv,
        sort: Annotated[
            FindingOrder, Query(description="`-` before it sorts from the last or the gravest")
        ] = "deadline",
        limit: Limit = 100,
        offset: Offset = 0,
    ) -> Response:
        if asked.question.filters:
            names = ", ".join(asked.question.filters)
            raise bad_query(f"Findings are not kept by {names}; leave the filter out.")
        with figures.snapshot() as snapshot:
            rows = reporter.findings(snapshot, asked.code, asked.question, sort, limit, offset)
        return shown(rows, tables.structs(OpenFinding, rows) if wants_csv else None)

    return router
