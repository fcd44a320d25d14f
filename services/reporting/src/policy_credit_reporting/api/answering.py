"""What routes about a unit have in common: who asked for what, and how it is sent."""

from typing import Final, NamedTuple

import msgspec
from fastapi import Response

from policy_credit_reporting.store.questions import Question

JSON: Final = "application/json"


class AskedUnit(NamedTuple):
    """A unit that the caller may read, and what of it is asked."""

    code: str
    question: Question


def shown(answer: msgspec.Struct, table: str | None) -> Response:
    """An answer as JSON, or the table that it makes."""
    if table is None:
        return Response(msgspec.json.encode(answer), media_type=JSON)
    return Response(table, media_type="text/csv; charset=utf-8")
