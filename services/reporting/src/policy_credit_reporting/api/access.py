"""Who may ask about what: a caller reads what lies within its own land, on whichever tree."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, NamedTuple

from fastapi import Depends
from msgspec.structs import replace

from policy_credit_reporting.api.parameters import (
    AskedDay,
    Code,
    FromDay,
    UntilDay,
    asking,
    bad_query,
    day_asked,
)
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.store.questions import Question
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.units import UnknownUnit
from policy_credit_shared.web.auth import NamesCaller, may_read_within
from policy_credit_shared.web.problems import Problem


class AskedUnit(NamedTuple):
    """A unit that the caller may read, and what of it is asked; `is_dated` if a day is named."""

    code: str
    question: Question
    is_dated: bool


class AskedRange(NamedTuple):
    """The same from a day on, until the question's."""

    code: str
    question: Question
    since: date


class Access:
    """The dependencies of routes about units: what is asked, by somebody who may."""

    def __init__(self, principal: NamesCaller, today: Callable[[], date], algebra: Algebra) -> None:
        self._today = today
        Caller = Annotated[Principal, Depends(principal)]
        Asked = Annotated[Question, Depends(asking(today, algebra))]

        async def unit(caller: Caller, code: Code, asked: Asked, day: AskedDay = None) -> AskedUnit:
            question = replace(asked, day=day_asked(day, today()))
            self.allow(caller, code, question)
            return AskedUnit(code, question, day is not None)

        async def span(
            caller: Caller, code: Code, asked: Asked, since: FromDay, until: UntilDay = None
        ) -> AskedRange:
            question = replace(asked, day=day_asked(until, today(), "to"))
            since = day_asked(since, today(), "from")
            if since > question.day:
                raise bad_query(f"from={since} is after to={question.day}; swap them.")
            self.allow(caller, code, question)
            return AskedRange(code, question, since)

        self.unit = unit
        self.span = span

    def today(self) -> date:
        """The business day of the edge."""
        return self._today()

    def allow(self, caller: Principal, code: str, question: Question) -> None:
        """Raise Problem 404 for an unknown unit, 403 for one outside the caller's land.

        The caller's unit is read in the bank's tree of today, or as it last was.
        """
        with naming_unknown_units():
            tree, _ = question.read(code)
        try:
            own, _ = dated_trees()["bank"].latest_with(caller.unit, self._today())
        except UnknownUnit as unknown:
            raise Problem(403, "forbidden", "Forbidden", f"The caller's: {unknown}.") from None
        may_read_within(caller, own, code, tree)

    def allows(self, caller: Principal, code: str) -> bool:
        """Whether a unit of the bank lies in the caller's land."""
        try:
            self.allow(caller, code, Question(day=self._today()))
        except Problem:
            return False
        return True


@contextmanager
def naming_unknown_units() -> Iterator[None]:
    """Answer 404 with the code and the tree that it was looked for in."""
    try:
        yield
    except UnknownUnit as unknown:
        detail = f"There is {unknown}; name another tree or tree_date."
        raise Problem(404, "unknown-unit", "Unknown unit", detail) from None
