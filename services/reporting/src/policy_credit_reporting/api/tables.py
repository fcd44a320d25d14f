"""Answers that are lists, as CSV for who asks by `Accept: text/csv`."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request, Response

MEDIA_TYPE = "text/csv"

Row = Mapping[str, object]


def wants_csv(request: Request) -> bool:
    """Whether the caller accepts CSV by name; whoever accepts anything gets JSON."""
    accepted = request.headers.get("accept", "").split(",")
    return any(entry.split(";")[0].strip() == MEDIA_TYPE for entry in accepted)


def csv_answer(columns: Sequence[str], rows: Sequence[Row]) -> Response:
    """A table in UTF-8 with a header line; what is not there is empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    return Response(text.getvalue().encode(), media_type=f"{MEDIA_TYPE}; charset=utf-8")


def csv_content(columns: Sequence[str]) -> dict[str, Any]:
    """The OpenAPI entry of such an answer."""
    return {MEDIA_TYPE: {"schema": {"type": "string"}, "example": ",".join(columns)}}
