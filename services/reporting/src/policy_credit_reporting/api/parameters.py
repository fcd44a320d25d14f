"""What can be asked for in a query string, as FastAPI dependencies that refuse with the fix.

They are `async` although they wait for nothing: FastAPI takes each plain one to a thread and back.
"""

from collections.abc import Awaitable, Callable
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any, Final, get_args

from fastapi import Depends, Path, Query, Request

from policy_credit_reporting.indicators.algebra import Algebra, Dimension, Indicator
from policy_credit_reporting.indicators.movements import FIRST_DAY, LAST_DAY
from policy_credit_reporting.indicators.periods import Period
from policy_credit_reporting.store.parts import Filters
from policy_credit_reporting.store.questions import Question
from policy_credit_shared.kernel.identifiers import Association, Fund, Programme
from policy_credit_shared.kernel.trees import TreeName
from policy_credit_shared.web.problems import Problem

CSV: Final = "text/csv"

Code = Annotated[
    str,
    Path(
        description="VN, or the code of a province, district, commune or locality in the tree",
        examples=["VN", "587"],
    ),
]
Offset = Annotated[int, Query(ge=0, le=1_000_000, description="how many to leave out before")]
AskedDay = Annotated[
    date | None,
    Query(alias="date", description="business day; today without it", examples=["2026-06-30"]),
]
FromDay = Annotated[date, Query(alias="from", description="first day", examples=["2025-01-01"])]
UntilDay = Annotated[
    date | None,
    Query(alias="to", description="last day; today without it", examples=["2026-06-30"]),
]


def filters(programme: str | None, association: str | None, fund: str | None) -> Filters:
    """The dimensions that figures are narrowed to."""
    asked: dict[Dimension, tuple[str | None, Any]] = {
        "programme": (programme, Programme),
        "association": (association, Association),
        "fund": (fund, Fund),
    }
    for name, (value, known) in asked.items():
        if value is not None and value not in get_args(known):
            raise bad_query(f"{name}={value!r}: there are {', '.join(get_args(known))}.")
    return {name: value for name, (value, _) in asked.items() if value is not None}


async def asked_filters(
    programme: Annotated[
        str | None, Query(description="lending programme", examples=["HN"])
    ] = None,
    association: Annotated[
        str | None, Query(description="farmers, women, veterans or youth", examples=["women"])
    ] = None,
    fund: Annotated[str | None, Query(description="central or local", examples=["central"])] = None,
) -> Filters:
    """The same, as they are asked for."""
    return filters(programme, association, fund)


Filtered = Annotated[Filters, Depends(asked_filters)]


def known_indicator(algebra: Algebra, name: str) -> Indicator:
    """The measure or ratio of that name; what is none is refused."""
    found = algebra.indicator(name)
    if found is None:
        known = [one.name for one in algebra.indicators()]
        close = get_close_matches(name, known)
        fix = f"Perhaps {' or '.join(close)} is meant" if close else f"There are {', '.join(known)}"
        raise bad_query(f"There is no indicator {name[:60]!r}. {fix}.")
    return found


def asking(today: Callable[[], date], algebra: Algebra) -> Callable[..., Awaitable[Question]]:
    """A dependency: the question without its unit; `today` is the business day of the edge."""

    async def chosen(
        indicators: Annotated[
            str,
            Query(
                description="names of measures and ratios, by commas; all of them without it",
                examples=["outstanding,overdue_ratio"],
            ),
        ] = "",
    ) -> tuple[str, ...]:
        names = tuple(name.strip() for name in indicators.split(",") if name.strip())
        for name in names:
            known_indicator(algebra, name)
        return names

    async def question(
        filtered: Filtered,
        indicators: Annotated[tuple[str, ...], Depends(chosen)],
        tree: Annotated[
            TreeName, Query(description="the bank's units or the administrative ones")
        ] = "bank",
        tree_date: Annotated[
            date | None,
            Query(
                description="read on the tree of this day; as it was on the day asked without it",
                examples=["2025-06-30"],
            ),
        ] = None,
        period: Annotated[
            Period,
            Query(description="flows of the day, or of its month, quarter or year to date"),
        ] = "total",
    ) -> Question:
        return Question(
            day=today(),
            tree=tree,
            tree_date=tree_date,
            period=period,
            filters=filtered,
            indicators=indicators,
        )

    return question


def day_asked(day: date | None, today: date, name: str = "date") -> date:
    """The day of a question; one that figures cannot be kept for is refused."""
    asked = today if day is None else day
    if not FIRST_DAY < asked <= LAST_DAY:
        raise bad_query(f"{name}={asked}: ask for a day after {FIRST_DAY} and until {LAST_DAY}.")
    return asked


def bad_query(detail: str) -> Problem:
    """A query that cannot be answered, and what can be asked instead."""
    return Problem(422, "bad-query", "Bad query", detail)


async def wants_csv(request: Request) -> bool:
    """Whether the caller would rather have CSV than JSON."""
    for accepted in request.headers.get("accept", "").split(","):
        kind = accepted.split(";")[0].strip()
        if kind in ("application/json", "*/*", "application/*"):
            return False
        if kind == CSV:
            return True
    return False


WantsCsv = Annotated[bool, Depends(wants_csv)]
