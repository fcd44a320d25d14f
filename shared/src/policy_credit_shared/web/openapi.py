"""OpenAPI documents whose schemas come from our Structs."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts

from policy_credit_shared.web.problems import problem_responses

REF_TEMPLATE: Final = "#/components/schemas/{name}"


def install_openapi(app: FastAPI, schemas: Mapping[str, Any]) -> None:
    """Let `app` describe itself with these schemas among its components."""

    def openapi() -> dict[str, Any]:
        if not app.openapi_schema:
            document = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
            )
            document.setdefault("components", {}).setdefault("schemas", {}).update(schemas)
            for route in iter_route_contexts(app.routes):
                operations = document["paths"].get(route.path_format, {})
                for method in operations.keys() & {name.lower() for name in route.methods or ()}:
                    _give_examples(operations[method]["responses"], route.responses)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _give_examples(documented: Any, responses: Mapping[int | str, dict[str, Any]]) -> None:
    """Put in examples as they are: FastAPI leaves nulls out, and required fields with them."""
    for status, answer in responses.items():
        for media_type, content in answer.get("content", {}).items():
            if "example" in content:
                documented[str(status)]["content"][media_type]["example"] = content["example"]


def answers(
    schema: str, *problems: int, many: bool = False, example: Any = None, csv: str = ""
) -> dict[int | str, dict[str, Any]]:
    """OpenAPI entries of a route that answers with a schema, or many, or one of these problems.

    `csv` is the beginning of the same as a table, where a route has one.
    """
    one = {"$ref": REF_TEMPLATE.format(name=schema)}
    json: dict[str, Any] = {"schema": {"type": "array", "items": one} if many else one}
    if example is not None:
        json["example"] = example
    content = {"application/json": json}
    if csv:
        content["text/csv"] = {"schema": {"type": "string"}, "example": csv}
    return {200: {"description": schema, "content": content}, **problem_responses(*problems)}
