"""An office's capital (nguồn vốn) by fund, its plans (chỉ tiêu kế hoạch), and what it has lent.

What an office lends must be covered by capital of the same fund and lie within the programme's
plan of the year. Capital and plans are given from above. What is written off no longer counts as
lent: the risk reserve makes it up.

A plan is of one year. It holds from the day it is assigned, one assigned ahead from the first day
of its year; on the first day of the next it gives way to that year's, or to none.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, ClassVar, cast
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from policy_credit_loans.domain.credit_refusals import (
    BeyondCapital,
    BeyondPlan,
    CapitalLentOut,
    GivenFromAbove,
    NoPlan,
    NothingAllocated,
)
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind, Wake
from policy_credit_shared.kernel.identifiers import Fund, Office, Programme, Text, derived_id
from policy_credit_shared.kernel.money import DongChange, DongOrNone


class AllocateCapital(Struct, frozen=True, kw_only=True, tag="allocate_capital"):
    """Phân bổ nguồn vốn: give an office capital of a fund, or take some back."""

    office: Office
    fund: Fund
    amount: DongChange
    decision: Text
    allocated_on: date

    def touches(self) -> Iterable[UUID]:
        return (capital_id(self.office),)


class AssignPlan(Struct, frozen=True, kw_only=True, tag="assign_plan"):
    """Giao chỉ tiêu kế hoạch: what an office's outstanding of a programme may reach in a year."""

    office: Office
    programme: Programme
    year: Annotated[int, Meta(ge=2000, le=2100)]
    target: DongOrNone
    assigned_on: date

    def touches(self) -> Iterable[UUID]:
        return (capital_id(self.office),)


class CapitalAllocated(DomainEvent, frozen=True, kw_only=True):
    """Capital was given or taken back."""

    TOPIC: ClassVar[str] = "loans.capital_allocated.v1"

    office: Office
    fund: Fund
    amount: int
    decision: str
    on: date


class PlanAssigned(DomainEvent, frozen=True, kw_only=True):
    """A year's target was set, or set anew.

    `holds` says whether it holds from that day on; then `previous` is what held until then.
    """

    TOPIC: ClassVar[str] = "loans.plan_assigned.v1"

    office: Office
    programme: Programme
    year: int
    target: int
    previous: int
    on: date
    holds: bool = True


class PlanYearBegun(DomainEvent, frozen=True, kw_only=True):
    """A year began: its target holds, 0 if it has none, and `previous` no longer does."""

    TOPIC: ClassVar[str] = "loans.plan_year_begun.v1"

    office: Office
    programme: Programme
    year: int
    target: int
    previous: int
    on: date


class OutstandingMoved(DomainEvent, frozen=True, kw_only=True):
    """Principal was lent, repaid or written off, by "fund/programme"."""

    TOPIC: ClassVar[str] = "loans.outstanding_moved.v1"

    office: Office
    moves: dict[str, int]


class LoanHandedOver(DomainEvent, frozen=True, kw_only=True):
    """A loan came from another office, or went to one, with the capital and plan it stands on.

    `amount` and `plan` are more than 0 where it came to; `target` was the plan before.
    """

    TOPIC: ClassVar[str] = "loans.loan_handed_over.v1"

    office: Office
    fund: Fund
    programme: Programme
    year: int
    amount: int
    plan: int
    target: int
    decision: str
    on: date


CapitalEvent = CapitalAllocated | PlanAssigned | PlanYearBegun | OutstandingMoved | LoanHandedOver


class Holding(Struct, frozen=True):
    """The plan that holds, as it was made public: of which year, and its target."""

    year: int
    target: int


class Capital(Struct, frozen=True, kw_only=True):
    """Allocated by fund, plans by "programme/year", outstanding by "fund/programme", in dong.

    `holding` are the plans that hold, by programme.
    """

    office: Office
    allocated: dict[str, int] = {}
    plans: dict[str, int] = {}
    outstanding: dict[str, int] = {}
    holding: dict[Programme, Holding] = {}

    def lent_of(self, fund: Fund) -> int:
        """Outstanding of a fund."""
        return sum(a for key, a in self.outstanding.items() if key.split("/")[0] == fund)

    def lent_in(self, programme: str) -> int:
        """Outstanding of a programme."""
        return sum(a for key, a in self.outstanding.items() if key.split("/")[1] == programme)

    def free(self, fund: Fund) -> int:
        """Capital of a fund that is not lent."""
        return self.allocated.get(fund, 0) - self.lent_of(fund)

    def plan(self, programme: Programme, year: int) -> int | None:
        """The target of a programme in a year; None if none was assigned."""
        return self.plans.get(f"{programme}/{year}")

    def plan_years(self) -> dict[Programme, int]:
        """The year whose beginning changes which plan of a programme holds, where one does."""
        years = {programme: h.year + 1 for programme, h in self.holding.items() if h.target}
        for key in self.plans:
            programme, year = cast(Programme, key.split("/")[0]), int(key.split("/")[1])
            holds = self.holding.get(programme)
            if holds is None or (not holds.target and year > holds.year):
                years[programme] = min(year, years.get(programme, year))
        return years


def capital_id(office: str) -> UUID:
    """The aggregate of an office's capital."""
    return derived_id("capital", office)


def evolve(capital: Capital | None, event: CapitalEvent) -> Capital:
    """The capital after an event."""
    capital = capital or Capital(office=event.office)
    match event:
        case CapitalAllocated():
            return replace(capital, allocated=_plus(capital.allocated, event.fund, event.amount))
        case PlanAssigned():
            plans = {**capital.plans, f"{event.programme}/{event.year}": event.target}
            if not event.holds:
                return replace(capital, plans=plans)
            moved = event.target - event.previous
            held = _held(capital, event.programme, event.year, moved)
            return replace(capital, plans=plans, holding=held)
        case PlanYearBegun():
            holds = {**capital.holding, event.programme: Holding(event.year, event.target)}
            return replace(capital, holding=holds)
        case OutstandingMoved():
            return replace(capital, outstanding=_summed(capital.outstanding, event.moves))
        case LoanHandedOver():
            lent, planned = f"{event.fund}/{event.programme}", f"{event.programme}/{event.year}"
            capital = replace(
                capital,
                allocated=_plus(capital.allocated, event.fund, event.amount),
                outstanding=_plus(capital.outstanding, lent, event.amount),
            )
            if not event.plan:
                return capital
            until_now = capital.holding.get(event.programme)
            year = until_now.year if until_now else event.year
            return replace(
                capital,
                plans=_plus(capital.plans, planned, event.plan),
                holding=_held(capital, event.programme, year, event.plan),
            )


def merge(last: CapitalEvent, new: CapitalEvent) -> OutstandingMoved | None:
    """A sheet of hundreds of disbursements moves the outstanding once."""
    if isinstance(last, OutstandingMoved) and isinstance(new, OutstandingMoved):
        return OutstandingMoved(office=last.office, moves=_summed(last.moves, new.moves))
    return None


def _wakes(capital: Capital) -> Wake | None:
    years = capital.plan_years().values()
    return Wake(capital.office, date(min(years), 1, 1)) if years else None


CAPITAL: Kind[Capital] = Kind(
    evolve, name="capital", wakes=_wakes, merge=merge, state=Capital, revision=2
)


def allocate(capital: Capital | None, command: AllocateCapital, by_unit: str) -> CapitalAllocated:
    """Decide on an allocation; raises a Refusal."""
    if by_unit == command.office:
        raise GivenFromAbove("capital", command.office)
    if command.amount == 0:
        raise NothingAllocated
    free = capital.free(command.fund) if capital else 0
    if command.amount < 0 and free + command.amount < 0:
        raise CapitalLentOut(command.fund, -command.amount, free)
    return CapitalAllocated(
        office=command.office,
        fund=command.fund,
        amount=command.amount,
        decision=command.decision,
        on=command.allocated_on,
    )


def assign(capital: Capital | None, command: AssignPlan, by_unit: str) -> PlanAssigned:
    """Decide on a plan; raises a Refusal. A target below what is lent stops new lending."""
    if by_unit == command.office:
        raise GivenFromAbove("plan", command.office)
    until_now = capital.holding.get(command.programme) if capital else None
    is_over = until_now is not None and until_now.year > command.year
    holds = command.year == command.assigned_on.year and not is_over
    return PlanAssigned(
        office=command.office,
        programme=command.programme,
        year=command.year,
        target=command.target,
        previous=until_now.target if holds and until_now else 0,
        on=command.assigned_on,
        holds=holds,
    )


def begin_year(capital: Capital, day: date) -> list[PlanYearBegun]:
    """The plans that begin or end with the next year to begin, if it has by `day`."""
    years = capital.plan_years()
    year = min(years.values(), default=day.year + 1)
    begun = []
    for programme in (p for p, its in years.items() if its == year <= day.year):
        holds = capital.holding.get(programme)
        begun.append(
            PlanYearBegun(
                office=capital.office,
                programme=programme,
                year=year,
                target=capital.plan(programme, year) or 0,
                previous=holds.target if holds else 0,
                on=date(year, 1, 1),
            )
        )
    return begun


def may_lend(
    capital: Capital | None, fund: Fund, programme: Programme, amount: int, year: int
) -> None:
    """Raise a Refusal unless the office's capital and plan have room for a disbursement."""
    target = capital.plan(programme, year) if capital else None
    if capital is None or target is None:
        raise NoPlan(programme, year)
    if amount > capital.free(fund):
        raise BeyondCapital(fund, amount, capital.allocated.get(fund, 0), capital.lent_of(fund))
    if capital.lent_in(programme) + amount > target:
        raise BeyondPlan(programme, year, amount, target, capital.lent_in(programme))


def lent(office: Office, fund: Fund, programme: Programme, amount: int) -> OutstandingMoved:
    """Principal was lent, or repaid where `amount` is less than 0."""
    return OutstandingMoved(office=office, moves={f"{fund}/{programme}": amount})


def hand_over(
    gives: Capital,
    takes: Capital | None,
    to_office: Office,
    loan: tuple[Fund, Programme, int],
    reason: str,
    on: date,
) -> tuple[LoanHandedOver, LoanHandedOver]:
    """A loan goes to another office: free capital of both and the sum of plans stay as they are."""
    fund, programme, amount = loan
    given = gives.plan(programme, on.year) or 0
    taken = (takes.plan(programme, on.year) if takes else None) or 0
    plan = min(amount, given)

    def handed(office: Office, sign: int, target: int) -> LoanHandedOver:
        return LoanHandedOver(
            office=office,
            fund=fund,
            programme=programme,
            year=on.year,
            amount=sign * amount,
            plan=sign * plan,
            target=target,
            decision=reason,
            on=on,
        )

    return handed(gives.office, -1, given), handed(to_office, 1, taken)


def _held(
    capital: Capital, programme: Programme, year: int, moved: int
) -> dict[Programme, Holding]:
    holds = capital.holding.get(programme)
    return {**capital.holding, programme: Holding(year, (holds.target if holds else 0) + moved)}


def _plus(amounts: dict[str, int], key: str, amount: int) -> dict[str, int]:
    return {**amounts, key: amounts.get(key, 0) + amount}


def _summed(amounts: dict[str, int], moves: dict[str, int]) -> dict[str, int]:
    return {**amounts, **{key: amounts.get(key, 0) + move for key, move in moves.items()}}
