"""Closing periods: given what was proposed and published, when a command, then events or a no."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from policy_credit_reporting.reports.answers import published_statement, report_of
from policy_credit_reporting.reports.closing import (
    ApproveClosing,
    ClosingProposed,
    EntryMade,
    FiguresPublished,
    PeriodReopened,
    ProposeClosing,
    ReopenPeriod,
)
from policy_credit_reporting.reports.publishing import Publishing
from policy_credit_reporting.reports.refusals import (
    AnotherProposal,
    FiguresIncomplete,
    FiguresMoved,
    NotAbove,
    NothingProposed,
    NothingPublished,
    PeriodClosed,
    PeriodNotOver,
    PeriodUnknown,
    SecondPersonNeeded,
    UnitNotClosable,
)
from policy_credit_reporting.reports.register import Register
from policy_credit_reporting.reports.report_period import ReportPeriod, ending_on, report_period
from policy_credit_reporting.reports.statement import (
    GENESIS,
    ChainHead,
    Figures,
    NextOffset,
    Reopened,
    ReportedUnit,
    Taken,
    canonical,
    digest,
    read_statement,
)
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.refusals import Refusal
from policy_credit_shared.store.books import Books, LinesRefused, decide
from policy_credit_shared.store.memory import MemoryEventStore
from policy_credit_shared.store.signing import Signer, is_signed

MONTH = "2019-11"
DIRECTOR = Principal("director of 587", "587", "branch_director")
ABOVE = Principal("director of 58", "58", "branch_director")
SIGNER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(32)))
TAKEN = Taken(
    unit="587",
    period=MONTH,
    first_day=date(2019, 11, 1),
    last_day=date(2019, 11, 30),
    units=[
        ReportedUnit(code="587", level="district", name="Ninh Phước", valid_from=date(2004, 7, 8))
    ],
    kinds={"outstanding": "stock", "disbursed": "flow"},
    ratios={},
    figures={"587": {"outstanding": 310_000_000_000, "disbursed": 4_000_000}},
    generation="figures_of_a_test",
    offsets=[NextOffset(topic="loans", partition=0, next_offset=7)],
    heads=[ChainHead(topic="loans", partition=0, source="/loans", sequence=7, chain="ab" * 32)],
    heard={"/loans": datetime(2019, 12, 2, 1, tzinfo=UTC)},
    taken_at=datetime(2019, 12, 2, 2, tzinfo=UTC),
    gaps=[],
)


class Town:
    """A register on an event store in memory, over figures that are set by hand."""

    def __init__(self) -> None:
        self.taken = TAKEN
        self.now = datetime(2019, 12, 2, 2, tzinfo=UTC)
        self.store = MemoryEventStore()
        self.register = Register(self.store)
        self._handlers = Publishing(self, SIGNER, self.clock).handlers()

    def clock(self) -> datetime:
        return self.now

    def take(self, unit: str, period: ReportPeriod) -> Taken:
        return replace(self.taken, unit=unit, period=period.name)

    def figures(self, unit: str, period: ReportPeriod) -> Figures:
        return self.taken.figures

    def does(self, command: Any, by: Principal) -> list[Any]:
        try:
            changes = decide(Books(self.store, by), self.clock, self._handlers, [command])
        except LinesRefused as refused:
            raise refused.refusals[0][1] from None
        self.store.append(changes)
        return [recorded.event for recorded in changes.events]

    def proposed(self, **changes: Any) -> ClosingProposed:
        (event,) = self.does(propose(**changes), DIRECTOR)
        assert isinstance(event, ClosingProposed)
        return event

    def published(self) -> FiguresPublished:
        event, _ = self.does(approve(self.proposed().digest), ABOVE)
        assert isinstance(event, FiguresPublished)
        return event


def propose(**changes: Any) -> ProposeClosing:
    return ProposeClosing(**{"unit": "587", "period": MONTH, **changes})


def approve(digest: str, **changes: Any) -> ApproveClosing:
    return ApproveClosing(**{"unit": "587", "period": MONTH, "digest": digest, **changes})


def reopen(**changes: Any) -> ReopenPeriod:
    fields = {"unit": "587", "period": MONTH, "reason": "Commune 22870 was counted twice."}
    return ReopenPeriod(**{**fields, **changes})


def test_what_is_proposed_are_the_figures_with_all_that_pins_them() -> None:
    proposed = Town().proposed()
    assert proposed.taken == TAKEN
    assert proposed.digest == digest(canonical(TAKEN))
    assert proposed.by.subject == DIRECTOR.subject


def test_the_level_above_publishes_what_was_proposed() -> None:
    town = Town()
    event, entry = town.does(approve(town.proposed().digest), ABOVE)
    assert isinstance(event, FiguresPublished)
    statement = published_statement(event)
    assert (statement.number, statement.edition, statement.previous) == (1, 1, GENESIS)
    assert statement.report == TAKEN
    assert (statement.proposed_by.unit, statement.approved_by.unit) == ("587", "58")
    assert entry == EntryMade(
        number=1, unit="587", period=MONTH, edition=1, is_reopening=False, digest=event.digest
    )


def test_a_statement_is_signed_as_the_bytes_that_it_is_kept_as() -> None:
    event = Town().published()
    content = event.statement.encode()
    assert content == canonical(read_statement(content))
    assert event.digest == digest(content)
    assert is_signed(content, bytes.fromhex(event.signature), SIGNER.public_key)
    assert not is_signed(content + b" ", bytes.fromhex(event.signature), SIGNER.public_key)


def test_each_entry_of_the_register_names_the_one_before() -> None:
    town = Town()
    first = town.published()
    reopened, _ = town.does(reopen(), ABOVE)
    second = town.published()
    assert [line.number for line in town.register.lines()] == [1, 2, 3]
    assert read_statement(reopened.statement).previous == first.digest
    assert published_statement(second).previous == reopened.digest
    assert town.register.checked().faults == []


@pytest.mark.parametrize(
    ("command", "by", "refusal"),
    [
        (propose(period="2019-12"), DIRECTOR, PeriodNotOver),
        (propose(period="2019"), DIRECTOR, PeriodNotOver),
        (propose(period="1969"), DIRECTOR, PeriodUnknown),
        (propose(unit="999"), DIRECTOR, UnitNotClosable),
        (approve("0" * 64), ABOVE, NothingProposed),
        (reopen(), ABOVE, NothingPublished),
    ],
)
def test_what_cannot_be_done_to_an_open_period(
    command: Any, by: Principal, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal) as refused:
        Town().does(command, by)
    assert refused.value.field
    assert refused.value.fix


def test_a_month_can_be_closed_once_what_belongs_to_it_is_no_longer_recorded_in_time() -> None:
    town = Town()
    town.now = datetime(2019, 12, 1, 16, 59, tzinfo=UTC)
    with pytest.raises(PeriodNotOver, match="2019-12-02"):
        town.proposed()
    town.now = datetime(2019, 12, 1, 17, 0, tzinfo=UTC)
    assert town.proposed()


@pytest.mark.parametrize(
    "by",
    [
        DIRECTOR,
        Principal("director of 587", "58", "branch_director"),
        Principal("director of 01", "01", "branch_director"),
        Principal("director of the bank", "VN", "branch_director"),
    ],
)
def test_nobody_else_approves(by: Principal) -> None:
    town = Town()
    proposed = town.proposed()
    with pytest.raises((NotAbove, SecondPersonNeeded)) as refused:
        town.does(approve(proposed.digest), by)
    assert refused.value.status == 403


def test_at_head_office_a_second_person_approves() -> None:
    town = Town()
    one = Principal("one", "VN", "branch_director")
    (proposed,) = town.does(propose(unit="VN"), one)
    with pytest.raises(SecondPersonNeeded):
        town.does(approve(proposed.digest, unit="VN"), one)
    event, _ = town.does(
        approve(proposed.digest, unit="VN"), Principal("two", "VN", "branch_director")
    )
    assert isinstance(event, FiguresPublished)


def test_a_branch_that_was_merged_is_not_asked_any_more() -> None:
    """On 2025-07-01 branch 58 became part of 56: its offices' directors answer to 56."""
    town = Town()
    town.now = datetime(2025, 7, 5, tzinfo=UTC)
    (proposed,) = town.does(propose(period="2025-06"), DIRECTOR)
    with pytest.raises(NotAbove, match="56"):
        town.does(approve(proposed.digest, period="2025-06"), ABOVE)
    above = Principal("director of 56", "56", "branch_director")
    assert town.does(approve(proposed.digest, period="2025-06"), above)


def test_what_is_approved_is_what_was_seen() -> None:
    town = Town()
    seen = town.proposed().digest
    town.taken = replace(TAKEN, figures={"587": {"outstanding": 1, "disbursed": 2}})
    town.proposed()
    with pytest.raises(AnotherProposal):
        town.does(approve(seen), ABOVE)


def test_figures_that_have_moved_since_are_proposed_again() -> None:
    town = Town()
    proposed = town.proposed()
    town.taken = replace(TAKEN, figures={"587": {"outstanding": 1, "disbursed": 4_000_000}})
    with pytest.raises(FiguresMoved, match="outstanding of 587"):
        town.does(approve(proposed.digest), ABOVE)


def test_figures_with_gaps_are_refused_and_the_gaps_named() -> None:
    town = Town()
    town.taken = replace(TAKEN, gaps=["1 of 9 points have not reported this month's session"])
    with pytest.raises(FiguresIncomplete, match="1 of 9 points"):
        town.proposed(provisional_because="  ")


def test_figures_that_cannot_wait_are_published_as_provisional() -> None:
    town = Town()
    town.taken = replace(TAKEN, gaps=["1 of 9 points have not reported this month's session"])
    proposed = town.proposed(provisional_because="The road to Phước Dân is flooded.")
    event, _ = town.does(approve(proposed.digest), ABOVE)
    statement = published_statement(event)
    assert statement.report.gaps == town.taken.gaps
    assert statement.provisional_because == "The road to Phước Dân is flooded."
    assert report_of(event, town.register.closing("587", MONTH)).is_provisional


def test_whole_figures_are_not_provisional_whatever_was_said() -> None:
    assert Town().proposed(provisional_because="In a hurry.").provisional_because == ""


@pytest.mark.parametrize("again", [propose(), approve("0" * 64)])
def test_a_closed_period_stays_closed(again: Any) -> None:
    town = Town()
    town.published()
    with pytest.raises(PeriodClosed, match="number 1"):
        town.does(again, ABOVE if isinstance(again, ApproveClosing) else DIRECTOR)


def test_only_the_level_above_reopens() -> None:
    town = Town()
    town.published()
    with pytest.raises(NotAbove):
        town.does(reopen(), DIRECTOR)


def test_a_reopened_period_is_published_once_more_beside_its_first_edition() -> None:
    town = Town()
    first = town.published()
    event, _ = town.does(reopen(), ABOVE)
    assert isinstance(event, PeriodReopened)
    reopened = read_statement(event.statement)
    assert isinstance(reopened, Reopened)
    assert (reopened.reason, reopened.reopens) == (reopen().reason, first.digest)
    with pytest.raises(NothingPublished):
        town.does(reopen(), ABOVE)
    second = published_statement(town.published())
    assert (second.number, second.edition, second.replaces) == (3, 2, first.digest)
    kept = town.register.published(1)
    assert kept == first
    shown = report_of(first, town.register.closing("587", MONTH))
    assert (shown.is_reopened, shown.replaced_by) == (True, 3)


def _altered_statement(event: Any) -> Any:
    return replace(event, statement=event.statement.replace("310000000000", "310000000001"))


def _signed_anew(event: Any) -> Any:
    content = _altered_statement(event).statement.encode()
    signature = SIGNER.sign(content).hex()
    return replace(event, statement=content.decode(), digest=digest(content), signature=signature)


@pytest.mark.parametrize(
    ("alter", "fault"),
    [
        (_altered_statement, "not the one that was entered"),
        (_signed_anew, "not the one that was entered"),
        (lambda event: replace(event, signature="00" * 64), "signature"),
        (lambda event: replace(event, number=9), "missing"),
    ],
)
def test_a_statement_that_was_altered_is_named(alter: Callable[[Any], Any], fault: str) -> None:
    town = Town()
    town.published()
    for history in town.store._histories.values():
        for number, recorded in enumerate(history):
            if isinstance(recorded.event, FiguresPublished):
                history[number] = replace(recorded, event=alter(recorded.event))
    assert [fault in found for found in town.register.checked().faults] == [True]
    assert "number 1, 587 2019-11" in town.register.checked().faults[0]


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_amount_comes_back_exactly(amount: int) -> None:
    """Whole numbers beyond 2^53 are strings in canonical JSON."""
    town = Town()
    town.taken = replace(TAKEN, figures={"587": {"outstanding": amount, "disbursed": 0}})
    statement = published_statement(town.published())
    assert statement.report.figures["587"]["outstanding"] == amount


@pytest.mark.parametrize(
    ("name", "step", "first", "last"),
    [
        ("2020-02", "month", date(2020, 2, 1), date(2020, 2, 29)),
        ("2019-Q4", "quarter", date(2019, 10, 1), date(2019, 12, 31)),
        ("2019", "year", date(2019, 1, 1), date(2019, 12, 31)),
    ],
)
def test_periods_are_months_quarters_and_years(
    name: str, step: Any, first: date, last: date
) -> None:
    assert report_period(name) == ReportPeriod(name, step, first, last)
    assert ending_on(last, step) == report_period(name)
    assert ending_on(first, step) is None
