"""What happens to a period: proposed, published, reopened. Each takes commands to events."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final, Protocol

from policy_credit_reporting.indicators.periods import GRACE_DAYS
from policy_credit_reporting.reports.closing import (
    CLOSING,
    REGISTER,
    REGISTER_ID,
    ApproveClosing,
    Closing,
    ClosingProposed,
    EntryMade,
    FiguresPublished,
    PeriodReopened,
    ProposeClosing,
    RegisterEnd,
    ReopenPeriod,
    closing_id,
)
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
from policy_credit_reporting.reports.report_period import (
    NoSuchPeriod,
    ReportPeriod,
    report_period,
)
from policy_credit_reporting.reports.statement import (
    GENESIS,
    Figures,
    Person,
    Published,
    Reopened,
    Taken,
    canonical,
    digest,
)
from policy_credit_shared.kernel.clock import Clock, business_day
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.units import NATION, UnknownUnit
from policy_credit_shared.store.books import Books, Handlers
from policy_credit_shared.store.recorded import EventMapper
from policy_credit_shared.store.signing import Signer

MAPPER: Final = EventMapper([ClosingProposed, FiguresPublished, PeriodReopened, EntryMade])
MOVED_NAMED_MAX: Final = 10
CLOSABLE: Final = ("nation", "province", "district")


class Source(Protocol):
    """Where figures come from."""

    def take(self, unit: str, period: ReportPeriod) -> Taken:
        """The figures with all that pins them; raises LogUnreachable."""

    def figures(self, unit: str, period: ReportPeriod) -> Figures:
        """The figures alone, as they are now."""


class Publishing:
    """The use cases of one register, with its source of figures and its key."""

    def __init__(self, source: Source, signer: Signer, clock: Clock) -> None:
        self._source, self._signer, self._clock = source, signer, clock

    def handlers(self) -> Handlers:
        """Which of them carries out which command."""
        return {
            ProposeClosing: self.propose,
            ApproveClosing: self.approve,
            ReopenPeriod: self.reopen,
        }

    def propose(self, command: ProposeClosing, books: Books) -> None:
        """Take the figures and record them as proposed; raises a Refusal."""
        period = _period(command.unit, command.period)
        closing = _closing(books, command.unit, command.period)
        if closing.is_closed and closing.published:
            raise PeriodClosed(command.unit, command.period, closing.published.number)
        first = period.last + timedelta(days=GRACE_DAYS + 1)
        if self._today() < first:
            raise PeriodNotOver(period.name, first)
        taken = self._source.take(command.unit, period)
        reason = command.provisional_because.strip()
        if taken.gaps and not reason:
            raise FiguresIncomplete(taken.gaps)
        proposed = ClosingProposed(
            taken=taken,
            digest=taken.digest(),
            provisional_because=reason if taken.gaps else "",
            by=_person(books.by),
        )
        books.record(CLOSING, closing_id(command.unit, command.period), proposed)

    def approve(self, command: ApproveClosing, books: Books) -> None:
        """Publish what is proposed, if it is what the caller has seen and still what is."""
        period = _period(command.unit, command.period)
        closing = _closing(books, command.unit, command.period)
        self._from_above(command.unit, books.by)
        proposal, before = closing.proposal, closing.published
        if proposal is None:
            if before is not None and not closing.is_reopened:
                raise PeriodClosed(command.unit, command.period, before.number)
            raise NothingProposed(command.unit, command.period)
        if proposal.by.subject == books.by.subject:
            raise SecondPersonNeeded
        if proposal.digest != command.digest:
            raise AnotherProposal(proposal.digest)
        now = self._source.figures(command.unit, period)
        if moved := _moved(proposal.taken.figures, now):
            raise FiguresMoved(moved[:MOVED_NAMED_MAX])
        end = _end(books)
        statement = Published(
            number=end.number + 1,
            previous=end.digest,
            edition=before.edition + 1 if before else 1,
            replaces=before.digest if before else None,
            report=proposal.taken,
            provisional_because=proposal.provisional_because,
            proposed_by=proposal.by,
            approved_by=_person(books.by),
            published_at=self._clock(),
        )
        self._enter(books, command, statement, FiguresPublished)

    def reopen(self, command: ReopenPeriod, books: Books) -> None:
        """Let a closed period be published once more; raises a Refusal."""
        _period(command.unit, command.period)
        closing = _closing(books, command.unit, command.period)
        self._from_above(command.unit, books.by)
        if closing.published is None or closing.is_reopened:
            raise NothingPublished(command.unit, command.period)
        end = _end(books)
        statement = Reopened(
            number=end.number + 1,
            previous=end.digest,
            unit=command.unit,
            period=command.period,
            edition=closing.published.edition,
            reopens=closing.published.digest,
            reason=command.reason,
            reopened_by=_person(books.by),
            reopened_at=self._clock(),
        )
        self._enter(books, command, statement, PeriodReopened)

    def _enter(
        self,
        books: Books,
        command: ApproveClosing | ReopenPeriod,
        statement: Published | Reopened,
        kind: Callable[..., FiguresPublished | PeriodReopened],
    ) -> None:
        content = canonical(statement)
        event = kind(
            number=statement.number,
            edition=statement.edition,
            statement=content.decode(),
            digest=digest(content),
            signature=self._signer.sign(content).hex(),
            key=self._signer.public_key.hex(),
        )
        books.record(CLOSING, closing_id(command.unit, command.period), event)
        entry = EntryMade(
            number=event.number,
            unit=command.unit,
            period=command.period,
            edition=event.edition,
            is_reopening=isinstance(event, PeriodReopened),
            digest=event.digest,
        )
        books.record(REGISTER, REGISTER_ID, entry)

    def _from_above(self, unit: str, by: Principal) -> None:
        above = level_above(unit, self._today())
        if by.unit != above:
            raise NotAbove(unit, above)

    def _today(self) -> date:
        return business_day(self._clock())


def level_above(unit: str, today: date) -> str:
    """The unit that approves: of the bank's tree of today, or of the last one that had the unit."""
    tree, _ = dated_trees()["bank"].latest_with(unit, today)
    return tree.unit(unit).parent or NATION


def _period(unit: str, name: str) -> ReportPeriod:
    try:
        period = report_period(name)
    except NoSuchPeriod as unknown:
        raise PeriodUnknown(str(unknown)) from None
    try:
        found = dated_trees()["bank"].on(period.last).unit(unit)
    except UnknownUnit:
        raise UnitNotClosable(unit, period.last) from None
    if found.level not in CLOSABLE:
        raise UnitNotClosable(unit, period.last)
    return period


def _closing(books: Books, unit: str, period: str) -> Closing:
    return books.get(CLOSING, closing_id(unit, period)) or Closing()


def _end(books: Books) -> RegisterEnd:
    return books.get(REGISTER, REGISTER_ID) or RegisterEnd(0, GENESIS)


def _person(by: Principal) -> Person:
    return Person(subject=by.subject, unit=by.unit, role=by.role)


def _moved(proposed: Figures, now: Figures) -> list[str]:
    return [
        f"{measure} of {unit}"
        for unit, figures in proposed.items()
        for measure, amount in figures.items()
        if now.get(unit, {}).get(measure) != amount
    ]
