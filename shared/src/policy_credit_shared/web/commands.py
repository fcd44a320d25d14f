"""Commands over HTTP: one at a time, or a session sheet of hundreds in one call.

A service declares its commands; the routes, their checks and their OpenAPI entries follow.
Every write takes an Idempotency-Key and is answered the same however often it is sent.
"""

import re
from collections.abc import Collection, Sequence
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Depends, Header, Request, Response
from msgspec import Raw, Struct

from policy_credit_shared.events.catalogue import UNREADABLE, bad_field
from policy_credit_shared.kernel.clock import Clock
from policy_credit_shared.kernel.principals import Principal, Role
from policy_credit_shared.kernel.refusals import Refusal
from policy_credit_shared.store.books import Command, Handlers, LinesRefused, carry_out
from policy_credit_shared.store.port import EventStore
from policy_credit_shared.store.receipts import Receipt, fingerprint
from policy_credit_shared.web.auth import NamesCaller, Writer, may_decide, may_write
from policy_credit_shared.web.problems import (
    FieldError,
    Problem,
    ProblemDetails,
    problem_of_lines,
    problem_of_refusal,
    problem_responses,
    sheet_refused,
)

BODY_BYTES_MAX: Final = 4 << 20
SHEET_LINES_MAX: Final = 2_000
KEY_LENGTH_MAX: Final = 255


class CommandRoute(Struct, frozen=True):
    """One kind of command: where it is posted, what it is, and who may send it."""

    path: str
    command: type[Any]
    roles: Collection[Role]
    writer: Writer = "office"

    def allow(self, caller: Principal, command: Any) -> None:
        """Raise Problem 403 unless the caller may send the command."""
        match self.writer:
            case "above":
                may_decide(caller, command.office, self.roles)
            case "above_unit":
                may_decide(caller, command.unit, self.roles)
            case named:
                may_write(caller, getattr(command, named), self.roles)


class Accepted(Struct, frozen=True):
    """The answer to a recorded call: how many lines it had."""

    accepted: int


class _Sheet(Struct, frozen=True):
    lines: list[Raw]


async def _body(request: Request) -> bytes:
    body = await request.body()
    if len(body) > BODY_BYTES_MAX:
        raise Problem(413, "too-large", "Too large", f"A body has at most {BODY_BYTES_MAX} bytes.")
    return body


def _key(
    idempotency_key: Annotated[str | None, Header(max_length=KEY_LENGTH_MAX)] = None,
) -> str:
    key = (idempotency_key or "").strip('"')
    if not key:
        raise Problem(
            400,
            "idempotency-key-missing",
            "Idempotency-Key missing",
            "Every write needs an Idempotency-Key header: a UUID of the caller's, for retries.",
        )
    return key


Body = Annotated[bytes, Depends(_body)]
Key = Annotated[str, Depends(_key)]


def command_router(
    routes: Sequence[CommandRoute],
    handlers: Handlers,
    store: EventStore,
    clock: Clock,
    principal: NamesCaller,
    receipts_key: bytes = b"",
    *,
    sheets: bool = True,
) -> APIRouter:
    """The routes of all commands and, where there are sheets, the sheet route."""
    router = APIRouter(prefix="/api/v1")
    by_command = {route.command: route for route in routes}
    Caller = Annotated[Principal, Depends(principal)]

    def answer(
        caller: Principal, key: str, path: str, body: bytes, commands: list[Any]
    ) -> Response:
        for command in commands:
            by_command[type(command)].allow(caller, command)
        receipt = Receipt(
            caller=f"{caller.unit}/{caller.subject}",
            key=key,
            fingerprint=fingerprint(path, body, receipts_key),
            status=201,
            body=msgspec.json.encode(Accepted(len(commands))),
        )
        given = carry_out(store, clock, handlers, commands, receipt, caller)
        return Response(given.body, given.status, media_type="application/json")

    def add(route: CommandRoute) -> None:
        decoder = msgspec.json.Decoder(route.command)

        def post(caller: Caller, key: Key, body: Body) -> Response:
            command = decode_command(decoder, body)
            try:
                return answer(caller, key, route.path, body, [command])
            except LinesRefused as refused:
                raise problem_of_refusal(refused.refusals[0][1]) from None
            except Refusal as refusal:
                raise problem_of_refusal(refusal) from None

        router.add_api_route(
            route.path,
            post,
            methods=["POST"],
            name=route.command.__name__,
            summary=_summary(route.command),
            description=route.command.__doc__,
            **_documented(route.command.__name__),
        )

    for route in routes:
        add(route)
    if not sheets:
        return router

    line_decoder = msgspec.json.Decoder(_union([route.command for route in routes]))

    def post_sheet(caller: Caller, key: Key, body: Body) -> Response:
        commands = _decode_sheet(line_decoder, body)
        try:
            return answer(caller, key, "/sheets", body, commands)
        except LinesRefused as refused:
            raise problem_of_lines(refused) from None
        except Refusal as refusal:
            raise problem_of_refusal(refusal) from None

    router.add_api_route(
        "/sheets",
        post_sheet,
        methods=["POST"],
        summary="Record a session sheet: all of its lines or none",
        description="Each line is a command with its `type`. Refused lines are all reported.",
        **_documented("Sheet"),
    )
    return router


def command_schemas(routes: Sequence[CommandRoute]) -> dict[str, Any]:
    """OpenAPI components of the commands, the sheet, the answer and problems."""
    commands = [route.command for route in routes]
    _, components = msgspec.json.schema_components(
        [*commands, Accepted, ProblemDetails], ref_template="#/components/schemas/{name}"
    )
    lines = {"oneOf": [{"$ref": f"#/components/schemas/{c.__name__}"} for c in commands]}
    return {
        **components,
        "Sheet": {
            "type": "object",
            "required": ["lines"],
            "properties": {
                "lines": {
                    "type": "array",
                    "items": lines,
                    "minItems": 1,
                    "maxItems": SHEET_LINES_MAX,
                }
            },
        },
    }


def decode_command(decoder: msgspec.json.Decoder[Any], body: bytes) -> Command:
    """The command of a body; raises Problem 400 or 422."""
    try:
        command: Command = decoder.decode(body)
    except msgspec.ValidationError as error:
        wrong = _wrong_field(error, "")
        raise Problem(422, "bad-field", "Bad field", wrong.detail, [wrong]) from None
    except UNREADABLE as error:
        raise Problem(400, "not-json", "Not JSON", str(error)) from None
    return command


def _decode_sheet(decoder: msgspec.json.Decoder[Any], body: bytes) -> list[Any]:
    try:
        lines = msgspec.json.decode(body, type=_Sheet).lines
    except msgspec.ValidationError as error:
        wrong = _wrong_field(error, "")
        raise Problem(422, "bad-field", "Bad field", wrong.detail, [wrong]) from None
    except UNREADABLE as error:
        raise Problem(400, "not-json", "Not JSON", str(error)) from None
    if not 1 <= len(lines) <= SHEET_LINES_MAX:
        detail = f"A sheet has 1 to {SHEET_LINES_MAX} lines; this one has {len(lines)}."
        raise Problem(422, "bad-field", "Bad field", detail)
    commands: list[Any] = []
    errors: list[FieldError] = []
    for number, line in enumerate(lines):
        try:
            commands.append(decoder.decode(line))
        except msgspec.ValidationError as error:
            wrong = _wrong_field(error, f"/lines/{number}")
            errors.append(msgspec.structs.replace(wrong, line=number + 1))
    if errors:
        raise sheet_refused(errors, len(lines))
    return commands


_REPEATED: Final = re.compile(r"^(Invalid (?:enum )?value) '.*'$", re.DOTALL)
"""The messages of msgspec that repeat what was sent, which may be a person's name."""


def _wrong_field(error: msgspec.ValidationError, pointer: str) -> FieldError:
    wrong = bad_field(error, "$")
    path = wrong.path[1:].replace("[", ".").replace("]", "").replace(".", "/")
    detail = _REPEATED.sub(r"\1: none of those in the API's description", wrong.detail)
    return FieldError(code="bad-field", detail=detail, pointer=pointer + path)


def _union(commands: Sequence[type[Any]]) -> Any:
    union: Any = commands[0]
    for command in commands[1:]:
        union = union | command
    return union


def _summary(command: type[Any]) -> str:
    return str(command.__doc__).splitlines()[0]


def _documented(body: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{body}"}
    return {
        "status_code": 201,
        "response_class": Response,
        "responses": {
            201: {
                "description": "Recorded, now or at the first time of this Idempotency-Key",
                "content": {
                    "application/json": {
                        "schema": {"$ref": "#/components/schemas/Accepted"},
                        "example": msgspec.to_builtins(Accepted(accepted=1)),
                    }
                },
            },
            **problem_responses(400, 401, 403, 409, 413, 422),
        },
        "openapi_extra": {
            "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}
        },
    }
