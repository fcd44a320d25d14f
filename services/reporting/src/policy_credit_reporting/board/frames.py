"""What stands around every page of a unit: where one is, of which day, and what may be missing."""

from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_reporting.api.access import Access
from policy_credit_reporting.board.addresses import PAGES, View
from policy_credit_reporting.board.days import Days, days_around
from policy_credit_reporting.board.figures import notation_of
from policy_credit_reporting.board.remarks import (
    Source,
    became,
    newest,
    provisional,
    records,
    sources,
)
from policy_credit_reporting.board.words import WORDS
from policy_credit_reporting.indicators.algebra import Label
from policy_credit_reporting.store.answers import UnitFigures, UnitName
from policy_credit_reporting.store.reading import Snapshot
from policy_credit_reporting.store.reporter import Reporter
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.units import NATION
from policy_credit_shared.web.problems import Problem


class Link(Struct, frozen=True, kw_only=True):
    """Something to go to; without an address it is only named."""

    text: Label
    address: str
    current: bool = False


class Frame(Struct, frozen=True, kw_only=True):
    """The frame of a page. `revised` says how many measures of a closed month moved since."""

    unit: UnitName
    day: date
    is_today: bool
    crumbs: list[Link]
    tabs: list[Link]
    languages: dict[str, str]
    days: Days
    principal: Principal
    notes: list[Label]
    provisional: list[Label]
    revised: int
    newest: datetime | None
    records: str
    sources: list[Source]
    stream: str
    export: str
    sees_integrity: bool


def frame(
    reporter: Reporter,
    snapshot: Snapshot,
    access: Access,
    view: View,
    principal: Principal,
) -> Frame:
    """The frame of a unit's page."""
    today = access.today()
    question = view.question(today, "outstanding")
    answer = reporter.unit(snapshot, view.unit, question, today)
    ended = became(view.unit, question)
    return Frame(
        unit=answer.unit,
        day=question.day,
        is_today=view.day is None,
        crumbs=_crumbs(answer, access, view, principal),
        tabs=[
            Link(
                text=WORDS[page or "overview"],
                address=view.on(page),
                current=page == view.page,
            )
            for page in PAGES
            if page != "groups" or view.unit != NATION
        ],
        languages={"vi": view.here(lang="vi"), "en": view.here(lang="en")},
        principal=principal,
        notes=[ended] if ended else [],
        provisional=provisional(answer.completeness),
        revised=len(answer.revised),
        newest=newest(answer.position),
        records=notation_of(view.lang).whole(records(answer.position)),
        sources=sources(answer.completeness),
        days=days_around(view, question.day, today),
        stream=replace(view, page="").address("/live"),
        export=replace(view, page="").address("/children.csv"),
        sees_integrity=sees_integrity(principal),
    )


def sees_integrity(principal: Principal) -> bool:
    """Whether somebody looks after the figures themselves: incidents, quarantine, lineage."""
    return principal.role == "auditor"


def _crumbs(answer: UnitFigures, access: Access, view: View, principal: Principal) -> list[Link]:
    found = []
    for unit in reversed([answer.unit, *answer.path]):
        above = replace(view.elsewhere(), unit=unit.code)
        try:
            access.allow(principal, unit.code, above.question(access.today()))
            address = above.address()
        except Problem:
            address = ""
        found.append(
            Link(
                text=Label(unit.name, unit.name),
                address=address,
                current=unit.code == view.unit,
            )
        )
    return found
