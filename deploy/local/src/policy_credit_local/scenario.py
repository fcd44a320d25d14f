"""The demo's world: a district as a report on five years of Directive 40-CT/TW describes one.

Published: outstanding 262,149 million dong, a little over 6,100 borrowing households, overdue
ratio 0.12 % against 0.11 % for the province, overdue debt stuck in a few communes. The report
leaves the district's name out; the units here are real, that they had these figures is not.

Everything follows from the seed: the same seed makes the same calls, to the byte.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any, Literal
from uuid import UUID

from policy_credit_shared.kernel.identifiers import Association, Fund, Programme
from policy_credit_shared.kernel.money import MILLION, accrual, interest
from policy_credit_shared.kernel.units import units_before_reform

AS_OF = date(2019, 11, 22)
PROVINCE = "58"
LINES_MAX = 500

Service = Literal["loans", "repayments", "oversight"]
Role = Literal["credit_officer", "branch_director"]


@dataclass(frozen=True)
class District:
    """What is known of a district: amounts in million dong."""

    office: str
    outstanding: int
    households: int
    overdue: int
    ceiling_ppm: int


DISTRICT = District("587", 262_149, 6_127, 315, 1_400)
SIBLINGS = (
    District("586", 131_000, 3_046, 130, 500),
    District("585", 128_500, 2_988, 129, 1_400),
)
DISTRICTS = (DISTRICT, *SIBLINGS)

COMMUNE_SHARES_OF_OVERDUE = (60, 25, 12, 3)
HOUSEHOLDS_PER_GROUP = 40
SETTLED_SHARE = 0.02
REPAID_SHARE = 0.25
SECOND_LOAN_SHARE = 0.08
INTEREST_PAID_SHARE = 0.97
CHECKED_FROM = date(2019, 8, 1)
FIRST_MONTH = 2018 * 12 + 9
MONTHS = 12
SESSION_MONTH = (2019, 10)

ASSOCIATIONS: tuple[Association, ...] = ("farmers", "women", "veterans", "youth")
ASSOCIATION_WEIGHTS = (32, 40, 16, 12)


@dataclass(frozen=True)
class Product:
    """A programme as it was lent in 2019; amounts in million dong, the rate in 1/100 percent."""

    programme: Programme
    annual_rate: int
    least: int
    most: int
    years: int
    weight: int


PRODUCTS = (
    Product("HN", 660, 20, 60, 5, 38),
    Product("HCN", 792, 20, 70, 5, 28),
    Product("HMTN", 825, 20, 70, 5, 22),
    Product("GQVL", 660, 20, 50, 5, 12),
)
WATER = Product("NSVSMT", 900, 6, 20, 5, 0)


@dataclass
class Loan:
    """A loan as the scenario means it to stand at the end; amounts in million dong."""

    id: UUID
    household: UUID
    group: UUID
    commune: str
    association: Association
    product: Product
    fund: Fund
    disbursed_on: date
    outstanding: int
    repaid: int = 0
    overdue: int = 0
    frozen: int = 0

    @property
    def disbursed(self) -> int:
        """What was paid out."""
        return self.outstanding + self.repaid


@dataclass(frozen=True)
class Call:
    """One HTTP call: a sheet, or a single command where `path` is another."""

    service: Service
    office: str
    role: Role
    key: str
    path: str
    body: dict[str, Any]

    @property
    def lines(self) -> int:
        """How many commands it carries."""
        return len(self.body["lines"]) if "lines" in self.body else 1


@dataclass
class World:
    """The loans of every district, and the calls that bring them about, phase by phase."""

    loans: dict[str, list[Loan]] = field(default_factory=dict)
    disbursing: list[Call] = field(default_factory=list)
    repaying: list[Call] = field(default_factory=list)
    overseeing: list[Call] = field(default_factory=list)

    @property
    def alerted(self) -> list[str]:
        """The districts whose overdue ratio ends above its target."""
        return [
            district.office
            for district in DISTRICTS
            if district.overdue * 1_000_000 > district.ceiling_ppm * district.outstanding
        ]


def make_world(seed: int) -> World:
    """The whole scenario."""
    world = World()
    for district in DISTRICTS:
        random = Random(f"{seed}/{district.office}")  # noqa: S311 - a scenario, not a secret
        loans = _loans(district, random)
        world.loans[district.office] = loans
        world.disbursing += _disbursing(district, loans)
        world.repaying += _repaying(district, loans, random)
        world.overseeing += _overseeing(district, loans, random)
    return world


def _loans(district: District, random: Random) -> list[Loan]:
    communes = [unit.code for unit in units_before_reform().children(district.office)]
    loans: list[Loan] = []
    groups = _groups(district, communes, random)
    settled = round(district.households * SETTLED_SHARE)
    for number in range(district.households + settled):
        commune, group, association = groups[number % len(groups)]
        household = _uuid(random)
        product = random.choices(PRODUCTS, [p.weight for p in PRODUCTS])[0]
        second = number < district.households and random.random() < SECOND_LOAN_SHARE
        for chosen in (product, WATER) if second else (product,):
            loan = Loan(
                id=_uuid(random),
                household=household,
                group=group,
                commune=commune,
                association=association,
                product=chosen,
                fund="local" if random.random() < 0.1 else "central",
                disbursed_on=_session_day(commune, FIRST_MONTH + random.randrange(MONTHS)),
                outstanding=random.randint(chosen.least, chosen.most),
            )
            if number >= district.households:
                loan.repaid, loan.outstanding = loan.outstanding, 0
            elif random.random() < REPAID_SHARE:
                loan.repaid = random.randint(1, 5)
            loans.append(loan)
    open_loans = [loan for loan in loans if loan.outstanding]
    _meet_total(open_loans, district.outstanding, random)
    _let_fall_overdue(open_loans, communes, district.overdue, random)
    frozen = next(x for x in open_loans if not x.overdue and x.outstanding > 30)
    frozen.frozen = 12
    return loans


def _groups(
    district: District, communes: Sequence[str], random: Random
) -> list[tuple[str, UUID, Association]]:
    count = district.households // HOUSEHOLDS_PER_GROUP + 1
    return [
        (
            communes[number % len(communes)],
            _uuid(random),
            random.choices(ASSOCIATIONS, ASSOCIATION_WEIGHTS)[0],
        )
        for number in range(count)
    ]


def _meet_total(loans: Sequence[Loan], total: int, random: Random) -> None:
    """Raise or lower loans by a million at a time until they add up."""
    missing = total - sum(loan.outstanding for loan in loans)
    step = 1 if missing > 0 else -1
    while missing:
        loan = random.choice(loans)
        if loan.product.least <= loan.outstanding + step <= loan.product.most:
            loan.outstanding += step
            missing -= step


def _let_fall_overdue(
    loans: Sequence[Loan], communes: Sequence[str], total: int, random: Random
) -> None:
    """Share the overdue debt among a few communes, a few loans in each."""
    bad = random.sample(list(communes), len(COMMUNE_SHARES_OF_OVERDUE))
    left = total
    for commune, share in zip(bad, COMMUNE_SHARES_OF_OVERDUE, strict=True):
        wanted = min(left, -(-total * share // 100))
        for loan in random.sample([x for x in loans if x.commune == commune], 60):
            amount = min(wanted, loan.outstanding, random.randint(5, 20))
            loan.overdue = amount
            wanted -= amount
            left -= amount
            if not wanted:
                break


def _disbursing(district: District, loans: Sequence[Loan]) -> Iterator[Call]:
    sessions: dict[tuple[date, str], list[dict[str, Any]]] = {}
    for loan in loans:
        due = loan.disbursed_on.replace(year=loan.disbursed_on.year + loan.product.years)
        sessions.setdefault((loan.disbursed_on, loan.commune), []).append(
            {
                "type": "disburse_loan",
                "office": district.office,
                "commune": loan.commune,
                "loan": str(loan.id),
                "household": str(loan.household),
                "group": str(loan.group),
                "programme": loan.product.programme,
                "association": loan.association,
                "fund": loan.fund,
                "amount": loan.disbursed * MILLION,
                "annual_rate": loan.product.annual_rate,
                "disbursed_on": loan.disbursed_on.isoformat(),
                "due_on": due.isoformat(),
                "place": "point",
            }
        )
    for (day, commune), lines in sorted(sessions.items()):
        yield from _sheets("loans", district, f"disburse/{day}/{commune}", lines)


def _repaying(district: District, loans: Sequence[Loan], random: Random) -> Iterator[Call]:
    sessions: dict[str, list[dict[str, Any]]] = {}
    for loan in loans:
        day = _session_day(loan.commune, SESSION_MONTH[0] * 12 + SESSION_MONTH[1] - 1)
        sessions.setdefault(loan.commune, []).extend(_lines_of(district, loan, day, random))
    for commune, lines in sorted(sessions.items()):
        yield from _sheets("repayments", district, f"session/{commune}", lines)
    for loan in loans:
        if loan.frozen:
            body = {
                "office": district.office,
                "loan": str(loan.id),
                "amount": loan.frozen * MILLION,
                "frozen_on": AS_OF.isoformat(),
            }
            yield _single(district, f"freeze/{loan.id}", "freezings", body)
    yield from _mistake(district, next(x for x in loans if x.outstanding > 10), random)


def _lines_of(
    district: District, loan: Loan, day: date, random: Random
) -> Iterator[dict[str, Any]]:
    on_loan = {"office": district.office, "loan": str(loan.id)}
    yield {"type": "charge_interest", **on_loan, "until": day.isoformat()}
    paid = random.random() < INTEREST_PAID_SHARE
    days = (day - loan.disbursed_on).days
    due = interest(accrual(loan.disbursed * MILLION, loan.product.annual_rate, days))
    if paid or loan.repaid:
        yield {
            "type": "collect_payment",
            **on_loan,
            "payment": str(_uuid(random)),
            "principal": loan.repaid * MILLION,
            "interest": due if paid else 0,
            "collected_on": day.isoformat(),
            "place": "point",
        }
    if loan.overdue:
        yield {
            "type": "mark_overdue",
            **on_loan,
            "amount": loan.overdue * MILLION,
            "fell_on": day.isoformat(),
        }
    if loan.product is not WATER:
        yield {
            "type": "deposit_savings",
            "office": district.office,
            "commune": loan.commune,
            "household": str(loan.household),
            "group": str(loan.group),
            "association": loan.association,
            "amount": random.choice((20_000, 50_000, 100_000)),
            "deposited_on": day.isoformat(),
            "place": "point",
        }


def _mistake(district: District, loan: Loan, random: Random) -> Iterator[Call]:
    """A payment booked on the wrong loan, and its reversal: it leaves no trace in the figures."""
    payment = str(_uuid(random))
    on_loan = {"office": district.office, "loan": str(loan.id), "payment": payment}
    mistaken = {
        "principal": 3 * MILLION,
        "collected_on": AS_OF.isoformat(),
        "place": "office",
    }
    reversal = {"reversed_on": AS_OF.isoformat(), "reason": "booked on the wrong loan"}
    taken = {"lines": [{"type": "collect_payment", **on_loan, **mistaken}]}
    yield Call(
        "repayments", district.office, "credit_officer", f"mistake/{payment}", "sheets", taken
    )
    yield _single(district, f"reverse/{payment}", "payment-reversals", on_loan | reversal)


def _overseeing(district: District, loans: Sequence[Loan], random: Random) -> Iterator[Call]:
    office = {"office": district.office}
    groups = {loan.group: loan for loan in loans}
    lines: list[dict[str, Any]] = []
    for group, loan in groups.items():
        lines.append(
            {
                "type": "rate_group",
                **office,
                "commune": loan.commune,
                "group": str(group),
                "association": loan.association,
                "month": "2019-10",
                "rating": random.choices(("good", "fair", "average"), (95, 4, 1))[0],
                "rated_on": AS_OF.isoformat(),
            }
        )
    for loan in loans:
        if loan.disbursed_on < CHECKED_FROM:
            continue
        checked_on = date.fromordinal(loan.disbursed_on.toordinal() + random.randint(5, 32))
        lines.append(
            {
                "type": "check_loan_use",
                **office,
                "commune": loan.commune,
                "loan": str(loan.id),
                "association": loan.association,
                "disbursed_on": loan.disbursed_on.isoformat(),
                "result": random.choices(("right_use", "not_yet_used", "wrong_use"), (97, 2, 1))[0],
                "checked_on": checked_on.isoformat(),
            }
        )
    yield from _sheets("oversight", district, "supervision", lines)
    communes = sorted({loan.commune for loan in loans})
    inspections = [
        {
            "type": "carry_out_inspection",
            **office,
            "commune": commune,
            "inspection": str(_uuid(random)),
            "body": body,
            "groups_inspected": random.randint(2, 8),
            "households_visited": random.randint(10, 40),
            "carried_out_on": AS_OF.isoformat(),
        }
        for commune in communes
        for body in ("representative_board", "association", "bank")
    ]
    target = {
        "type": "set_target",
        **office,
        "commune": communes[0],
        "unit": district.office,
        "year": AS_OF.year,
        "indicator": "overdue_ratio",
        "ceiling": district.ceiling_ppm,
        "set_on": AS_OF.isoformat(),
    }
    yield Call(
        "oversight",
        district.office,
        "branch_director",
        f"{district.office}/inspections",
        "sheets",
        {"lines": [*inspections, target]},
    )


def _sheets(
    service: Service, district: District, name: str, lines: Sequence[dict[str, Any]]
) -> Iterator[Call]:
    for start in range(0, len(lines), LINES_MAX):
        yield Call(
            service,
            district.office,
            "credit_officer",
            f"{district.office}/{name}/{start}",
            "sheets",
            {"lines": list(lines[start : start + LINES_MAX])},
        )


def _single(district: District, key: str, path: str, body: dict[str, Any]) -> Call:
    return Call("repayments", district.office, "branch_director", key, path, body)


def _session_day(commune: str, month: int) -> date:
    """The commune's fixed day in a month counted from year 0."""
    return date(month // 12, month % 12 + 1, 5 + int(commune) % 16)


def _uuid(random: Random) -> UUID:
    return UUID(int=random.getrandbits(128), version=4)
