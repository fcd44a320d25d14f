"""How every list is asked for and answered: sorted, a page at a time, as JSON or as a table.

`X-Total-Count` says how many rows the whole list has, and `Link` where the next page is (RFC 8288),
whichever of the two is answered.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from fastapi import Query, Request, Response
from msgspec import Struct
from starlette.datastructures import URL

from policy_credit_reporting.api.parameters import Offset, WantsCsv, bad_query
from policy_credit_reporting.store.excerpts import ROWS_MAX, Excerpt
from policy_credit_shared.web.openapi import answers

JSON: Final = "application/json"
TABLE: Final = "text/csv; charset=utf-8"
ROWS: Final = 1_000
"""How many rows are a page where nothing else is said."""
TOTAL: Final = "X-Total-Count"
HEADERS: Final = {
    TOTAL: {"description": "rows of the whole list", "schema": {"type": "integer"}},
    "Link": {
        "description": "the next page, if there is one: a relative address with rel=next",
        "schema": {"type": "string"},
    },
}


class AskedList(NamedTuple):
    """What is asked of a list, in which form, and the address that it is asked at."""

    excerpt: Excerpt
    as_csv: bool
    address: URL

    def answer(
        self, found: Struct | Sequence[Struct] | bytes, total: int, table: Callable[[], str]
    ) -> Response:
        """An excerpt of a list of so many rows; as JSON it may be encoded already."""
        headers = {TOTAL: str(total)}
        limit, after = self.excerpt.limit, self.excerpt.offset + self.excerpt.limit
        if after < total:
            following = self.address.include_query_params(limit=limit, offset=after)
            headers["Link"] = f'<?{following.query}>; rel="next"'
        if self.as_csv:
            return Response(table(), media_type=TABLE, headers=headers)
        body = found if isinstance(found, bytes) else msgspec.json.encode(found)
        return Response(body, media_type=JSON, headers=headers)


def shown(answer: Struct, table: str | None) -> Response:
    """An answer that is no list, as JSON or as the table that it makes."""
    if table is None:
        return Response(msgspec.json.encode(answer), media_type=JSON)
    return Response(table, media_type=TABLE)


def asking_list(
    columns: Iterable[str],
    own_order: str,
    *,
    indicators: Iterable[str] = (),
    rows: int = ROWS,
    rows_max: int = ROWS_MAX,
) -> Callable[..., Awaitable[AskedList]]:
    """A dependency: the excerpt of a list that can be sorted by these columns and indicators.

    `own_order` says how it is sorted otherwise, and `rows` how many are a page.
    """
    fixed = list(columns)
    known = dict.fromkeys([*fixed, *indicators])
    every = ", ".join(fixed) + (" or any indicator" if len(known) > len(fixed) else "")
    orders = [sign + name for name in fixed for sign in ("", "-")]
    Sort = Annotated[
        str,
        Query(
            description=f"{every}; `-` before it sorts from the largest. Without it: {own_order}",
            examples=orders[1:2],
            json_schema_extra={"enum": ["", *orders]} if len(known) == len(fixed) else None,
        ),
    ]
    Rows = Annotated[
        int | None,
        Query(
            ge=1,
            le=rows_max,
            description=f"how many at most; without it {rows}, as CSV {rows_max}",
        ),
    ]

    async def asked(
        request: Request,
        wants_csv: WantsCsv,
        sort: Sort = "",
        limit: Rows = None,
        offset: Offset = 0,
    ) -> AskedList:
        excerpt = Excerpt(sort, limit or (rows_max if wants_csv else rows), offset)
        if sort and excerpt.column not in known:
            near = get_close_matches(excerpt.column, known)
            fix = f"Perhaps {' or '.join(near)} is meant" if near else f"Ask for {', '.join(known)}"
            raise bad_query(f"sort={sort[:60]!r}: it cannot be sorted by that. {fix}.")
        return AskedList(excerpt, wants_csv, request.url)

    return asked


def list_answers(
    schema: str, *problems: int, table: str, many: bool = False, example: Any = None
) -> dict[int | str, dict[str, Any]]:
    """OpenAPI entries of a route that answers with a list: an object, or `many` of a schema.

    `table` is the beginning of the same as CSV.
    """
    found = answers(schema, *problems, 422, many=many, example=example, csv=table)
    found[200]["headers"] = HEADERS
    return found
