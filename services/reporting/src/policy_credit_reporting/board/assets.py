"""Files of the board's own, and the script that draws charts, from its package."""

import hashlib
import mimetypes
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

from fastapi import APIRouter, Request, Response

from policy_credit_reporting.board.rendering import BoardRoute
from policy_credit_shared.web.problems import Problem

OWN: Final = ("board.css", "board.js", "charts.js", "icon.svg")
PLOTLY: Final = "plotly.min.js"
LIFETIME: Final = "private, max-age=3600"


def assets_router() -> APIRouter:
    """The route of the files, each with a tag so that browsers fetch it once."""
    router = APIRouter(route_class=BoardRoute, include_in_schema=False)

    @router.get("/static/{name}")
    def static(request: Request, name: str) -> Response:
        if name not in (*OWN, PLOTLY):
            raise Problem(404, "no-file", "No such file", f"There is no file {name[:40]!r}.")
        content, tag = _content(name)
        headers = {"ETag": tag, "Cache-Control": LIFETIME}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return Response(content, media_type=kind, headers=headers)

    return router


@cache
def _content(name: str) -> tuple[bytes, str]:
    content = _where(name).read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:20]}"'


def _where(name: str) -> Traversable:
    if name == PLOTLY:
        return resources.files("plotly") / "package_data" / name
    return resources.files("policy_credit_reporting.board") / "static" / name
