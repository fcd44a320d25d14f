"""Who borrows what, and how it goes: loans made so that the published figures come out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from uuid import UUID

from policy_credit_local.scenario.district import (
    APRIL,
    ASSOCIATION_WEIGHTS,
    ASSOCIATIONS,
    ESCAPED,
    GROUP_MONTHS,
    HOUSEHOLDS_PER_GROUP,
    JANUARY,
    LARGE,
    MAY,
    NEAR_POOR,
    OCTOBER,
    POOR,
    PRODUCTS,
    WATER,
    WORK,
    District,
    Product,
    session_day,
)
from policy_credit_shared.kernel.identifiers import Association, Fund
from policy_credit_shared.kernel.units import units_before_reform

SETTLED_SHARE = 0.02
REPAID_SHARE = 0.25
SECOND_LOAN_SHARE = 0.08
LARGE_SHARE = 0.08
LOCAL_SHARE = 0.1
LATE_MONTHS = (JANUARY, MAY)


@dataclass
class Group:
    """A savings-and-credit group, its members and the months in which it lists households."""

    id: UUID
    commune: str
    village: str
    association: Association
    months: tuple[int, ...]
    members: list[UUID] = field(default_factory=list)


@dataclass
class Loan:
    """A loan as the scenario means it to stand at the end; amounts in million dong.

    Of instalments that fall due by then, `due` in all, `paid_when_due` is paid on the day. What is
    missed is `overdue`, or only carried forward.
    """

    id: UUID
    household: UUID
    group: Group
    product: Product
    fund: Fund
    month: int
    disbursed: int
    span: tuple[int, int]
    term_months: int = 60
    instalment_months: int = 0
    repaid: int = 0
    due: int = 0
    paid_when_due: int = 0
    overdue: int = 0
    frozen: int = 0

    @property
    def outstanding(self) -> int:
        """What is owed at the end."""
        return self.disbursed - self.repaid

    @property
    def disbursed_on(self) -> date:
        """The session at which it is paid out."""
        return session_day(self.group.commune, self.month)

    @property
    def is_settled(self) -> bool:
        """Whether it is paid back at October's session."""
        return self.outstanding == 0

    @property
    def is_plain(self) -> bool:
        """Whether its amount may still be changed: nothing of it falls due by the end."""
        return not self.is_settled and not self.due


@dataclass
class Borrowers:
    """Everybody in a district."""

    groups: list[Group]
    loans: list[Loan]


def make_borrowers(district: District, random: Random) -> Borrowers:
    """The district's groups, households and loans."""
    communes = [unit.code for unit in units_before_reform().children(district.office)]
    groups = [
        Group(
            id=some_id(random),
            commune=communes[number % len(communes)],
            village=f"Thôn {number // len(communes) + 1}",
            association=random.choices(ASSOCIATIONS, ASSOCIATION_WEIGHTS)[0],
            months=tuple(sorted(random.sample(range(JANUARY, OCTOBER + 1), GROUP_MONTHS))),
        )
        for number in range(district.households // HOUSEHOLDS_PER_GROUP + 1)
    ]
    loans = list(_loans(district, groups, random))
    _fall_due(loans, random)
    _let_fall_overdue(loans, communes, district, random)
    _meet_total(loans, district.outstanding, random)
    frozen = next(x for x in loans if x.is_plain and x.fund == "central" and x.outstanding > 30)
    frozen.frozen = 12
    return Borrowers(groups, loans)


def _loans(district: District, groups: Sequence[Group], random: Random) -> Iterator[Loan]:
    settled = round(district.households * SETTLED_SHARE)
    for number in range(district.households + settled):
        group = groups[number % len(groups)]
        household = some_id(random)
        group.members.append(household)
        product = random.choices(PRODUCTS, [p.weight for p in PRODUCTS])[0]
        second = number < district.households and random.random() < SECOND_LOAN_SHARE
        for chosen in (product, WATER) if second else (product,):
            large = chosen not in (WORK, WATER) and random.random() < LARGE_SHARE
            span = LARGE if large else (chosen.least, chosen.most)
            loan = Loan(
                id=some_id(random),
                household=household,
                group=group,
                product=chosen,
                fund="local" if random.random() < LOCAL_SHARE else "central",
                month=random.choice(group.months),
                disbursed=random.randint(*span),
                span=span,
                instalment_months=random.choice((0, 24)),
            )
            if number >= district.households:
                loan.month = group.months[0]
                loan.repaid = loan.disbursed
            elif loan.month < OCTOBER and random.random() < REPAID_SHARE:
                loan.repaid = random.randint(1, 5)
            yield loan


def _fall_due(loans: Sequence[Loan], random: Random) -> None:
    """Loans of April pay back by half-years: the first instalment is due at October's session.

    Most pay it; of the poor, a few do not, and it is carried to the next instalment.
    """
    for loan in loans:
        if loan.month != APRIL or loan.product is WATER or loan.is_settled:
            continue
        loan.disbursed = random.choice((30, 40, 50))
        loan.instalment_months = 6
        loan.due = loan.disbursed // 10
        missed = loan.product is POOR and random.random() < 0.1
        loan.paid_when_due = loan.repaid = 0 if missed else loan.due


def _let_fall_overdue(
    loans: Sequence[Loan], communes: Sequence[str], district: District, random: Random
) -> None:
    """Share the overdue debt among some communes, a few loans in each."""
    left = district.overdue
    bad = random.sample(list(communes), len(district.overdue_shares))
    for commune, share in zip(bad, district.overdue_shares, strict=True):
        wanted = min(left, -(-district.overdue * share // 100))
        left -= wanted
        for loan in _candidates(loans, commune, random):
            if wanted:
                wanted -= _fall_overdue(loan, wanted, random)
        if wanted:
            raise ValueError(f"{commune} has too few loans for its overdue debt")


def _candidates(loans: Sequence[Loan], commune: str, random: Random) -> list[Loan]:
    found = [
        x
        for x in loans
        if x.group.commune == commune
        and LATE_MONTHS[0] <= x.month <= LATE_MONTHS[1]
        and x.is_plain
        and x.product is not WATER
    ]
    return random.sample(found, len(found))


def _fall_overdue(loan: Loan, wanted: int, random: Random) -> int:
    """Let a loan miss its instalments, a fifth of it each; returns what falls overdue.

    By quarters, three have fallen due since January; by half-years, one.
    """
    quarterly = loan.month == JANUARY and wanted >= 15
    missed = 3 if quarterly else 1
    part = random.randint(5, min(10, wanted // missed)) if wanted >= 5 else wanted
    loan.product = random.choice((NEAR_POOR, ESCAPED, WORK))
    loan.instalment_months = 3 if quarterly else 6
    loan.term_months = 5 * loan.instalment_months
    loan.disbursed, loan.repaid = 5 * part, 0
    loan.due = loan.overdue = missed * part
    return loan.overdue


def _meet_total(loans: Sequence[Loan], total: int, random: Random) -> None:
    """Raise or lower loans by a million at a time until they add up."""
    missing = total - sum(loan.outstanding for loan in loans)
    step = 1 if missing > 0 else -1
    plain = [loan for loan in loans if loan.is_plain]
    while missing:
        loan = random.choice(plain)
        least, most = loan.span
        if least <= loan.disbursed + step <= most:
            loan.disbursed += step
            missing -= step


def some_id(random: Random) -> UUID:
    """An id as a branch would make it."""
    return UUID(int=random.getrandbits(128), version=4)
