"""What a page of the board shows, as its address says it: shareable, and without what is usual."""

from datetime import date
from typing import Any, Final, Literal, cast, get_args
from urllib.parse import urlencode

from fastapi import Request
from msgspec import Struct
from msgspec.structs import replace

from policy_credit_reporting.api.parameters import bad_query, day_asked, filters
from policy_credit_reporting.indicators.periods import Period
from policy_credit_reporting.store.questions import Question
from policy_credit_shared.kernel.identifiers import Rating
from policy_credit_shared.kernel.trees import TreeName

Lang = Literal["vi", "en"]
Page = Literal["", "groups", "trends", "structure", "oversight", "published"]
"""The pages of a unit; the first is its overview."""

PAGES: Final[tuple[Page, ...]] = get_args(Page)
FIND_LETTERS_MAX: Final = 60
USUAL_SORT: Final = "-outstanding"


class View(Struct, frozen=True, kw_only=True):
    """A page of one unit. Without `day` it goes with the days.

    `sort` orders the units below as the API does; `find` keeps those of such a name, and `every`
    shows those without debt too. Groups are ordered and found so as well, and kept by `rating`.
    """

    unit: str
    page: Page = ""
    day: date | None = None
    tree: TreeName = "bank"
    tree_date: date | None = None
    period: Period = "year"
    programme: str | None = None
    association: str | None = None
    fund: str | None = None
    lang: Lang = "vi"
    sort: str = USUAL_SORT
    find: str = ""
    rating: Rating | None = None
    every: bool = False

    def question(self, today: date, *indicators: str) -> Question:
        """What is asked about the unit."""
        return Question(
            day=day_asked(self.day, today),
            tree=self.tree,
            tree_date=self.tree_date,
            period=self.period,
            filters=filters(self.programme, self.association, self.fund),
            indicators=indicators,
        )

    def to(self, **changed: Any) -> str:
        """The address of the same, some of it changed."""
        return replace(self, **changed).address()

    def on(self, page: Page) -> str:
        """The address of another page of the unit; groups are put in order by themselves."""
        if page == self.page or "groups" not in (page, self.page):
            return self.to(page=page)
        return self.elsewhere().to(page=page, sort=USUAL_SORT)

    def elsewhere(self) -> "View":
        """The same without what is said of the units, or groups, that are listed here."""
        sort = USUAL_SORT if self.page == "groups" else self.sort
        return replace(self, sort=sort, find="", rating=None, every=False)

    def here(self, **changed: Any) -> str:
        """The page that is shown, whichever it is, with some of it changed: a relative address."""
        return f"?{replace(self, **changed).query()}"

    def address(self, below: str = "") -> str:
        """The address; with what stands below the page's path."""
        path = f"/units/{self.unit}" + (f"/{self.page}" if self.page else "")
        query = self.query()
        return f"{path}{below}" + (f"?{query}" if query else "")

    def query(self) -> str:
        """What differs from what is usual."""
        usual = View(unit=self.unit)
        said = {
            "date" if name == "day" else name: _written(value)
            for name in self.__struct_fields__
            if name not in ("unit", "page")
            and (value := getattr(self, name)) != getattr(usual, name)
        }
        return urlencode(said)

    def at(self, indicator: str) -> str:
        """The address of one figure of the unit."""
        return replace(self, page="").address(f"/figures/{indicator}")


def view_of(request: Request, unit: str, page: Page = "") -> View:
    """What a request asks to see; what is empty is not asked. Raises Problem 422."""
    asked = {name: value.strip() for name, value in request.query_params.items()}
    asked = {name: value for name, value in asked.items() if value}
    view = View(
        unit=unit,
        page=page,
        day=_day(asked.get("date"), "date"),
        tree=cast(TreeName, _one_of(asked.get("tree", "bank"), TreeName, "tree")),
        tree_date=_day(asked.get("tree_date"), "tree_date"),
        period=cast(Period, _one_of(asked.get("period", "year"), Period, "period")),
        programme=asked.get("programme"),
        association=asked.get("association"),
        fund=asked.get("fund"),
        lang=language(request),
        sort=asked.get("sort", USUAL_SORT),
        find=asked.get("find", "")[:FIND_LETTERS_MAX],
        rating=_rating(asked.get("rating")),
        every="every" in asked,
    )
    filters(view.programme, view.association, view.fund)
    return view


def language(request: Request) -> Lang:
    """Vietnamese, unless English is asked for."""
    return "en" if request.query_params.get("lang") == "en" else "vi"


def _written(value: object) -> str:
    return "1" if value is True else str(value)


def _day(text: str | None, name: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise bad_query(f"{name}={text[:20]!r}: write a day as 2026-06-30.") from None


def _rating(text: str | None) -> Rating | None:
    return None if text is None else cast(Rating, _one_of(text, Rating, "rating"))


def _one_of(value: str, known: Any, name: str) -> str:
    if value not in get_args(known):
        raise bad_query(f"{name}={value[:40]!r}: there are {', '.join(get_args(known))}.")
    return value
