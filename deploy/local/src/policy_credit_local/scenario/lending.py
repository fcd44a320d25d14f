"""What comes before money is paid out, and paying it out: the calls to the loans service."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Self
from uuid import UUID

from policy_credit_local.scenario.borrowing import Borrowers, Group, Loan, some_id
from policy_credit_local.scenario.calls import Call, Line, sheets
from policy_credit_local.scenario.district import (
    FORMED_ON,
    FUNDED_ON,
    OCTOBER,
    PRODUCTS,
    PROVINCE,
    REGISTERED_ON,
    WATER,
    YEAR,
    District,
    Product,
)
from policy_credit_shared.kernel.identifiers import Fund
from policy_credit_shared.kernel.money import MILLION

REJECTED_SHARE = 0.01
APPROVAL_LIMIT = 50
"""In million dong; above it a director approves what somebody else took in."""

FUNDS: tuple[Fund, ...] = ("central", "local")


def funding(district: District, loans: Sequence[Loan]) -> Iterator[Call]:
    """The province gives capital of each fund, and a plan of each programme, to be lent by."""
    office, on = {"office": district.office}, FUNDED_ON.isoformat()
    lines = [
        {
            "type": "allocate_capital",
            **office,
            "fund": fund,
            "amount": capital(loans, fund) * MILLION,
            "decision": f"Quyết định phân bổ nguồn vốn năm {YEAR}",
            "allocated_on": on,
        }
        for fund in FUNDS
    ]
    lines += [
        {
            "type": "assign_plan",
            **office,
            "programme": product.programme,
            "year": YEAR,
            "target": plan(loans, product) * MILLION,
            "assigned_on": on,
        }
        for product in (*PRODUCTS, WATER)
    ]
    yield from sheets("loans", district.office, "branch_director", "funding", lines, PROVINCE)


def capital(loans: Sequence[Loan], fund: Fund) -> int:
    """What an office is given of a fund: enough for the year, in whole billions."""
    return _rounded_up(sum(x.disbursed for x in loans if x.fund == fund), 1_000)


def plan(loans: Sequence[Loan], product: Product) -> int:
    """What an office's outstanding of a programme may reach."""
    return _rounded_up(sum(x.disbursed for x in loans if x.product is product), 100)


def registering(district: District, groups: Sequence[Group]) -> Iterator[Call]:
    """Households come on record and form groups. Nobody's data: a household is a number."""
    numbers = count(1)
    households: list[Line] = [
        {
            "type": "register_household",
            "office": district.office,
            "commune": group.commune,
            "household": str(household),
            "person": {
                "name": f"Hộ {number:06d}",
                "identity_number": f"{district.office}{number:09d}",
                "address": group.village,
            },
            "registered_on": REGISTERED_ON.isoformat(),
        }
        for group in groups
        for household, number in zip(group.members, numbers, strict=False)
    ]
    yield from sheets("loans", district.office, "credit_officer", "households", households)
    formed: list[Line] = [
        {
            "type": "form_group",
            "office": district.office,
            "commune": group.commune,
            "group": str(group.id),
            "association": group.association,
            "village": group.village,
            "members": [str(member) for member in group.members],
            "formed_on": FORMED_ON.isoformat(),
        }
        for group in groups
    ]
    yield from sheets("loans", district.office, "credit_officer", "groups", formed)


Round = tuple[UUID, int]
"""A group, and a month in which it lists households."""


@dataclass
class Lists:
    """The entitlement lists of a district: whom each names for a loan, and whom in vain."""

    groups: dict[UUID, Group]
    ids: dict[Round, UUID]
    loans: dict[Round, list[Loan]]
    rejected: dict[Round, list[UUID]]

    @classmethod
    def make(cls, borrowers: Borrowers, random: Random) -> Self:
        """One list for each group and month in which it lends."""
        loans: dict[Round, list[Loan]] = {}
        for loan in borrowers.loans:
            loans.setdefault((loan.group.id, loan.month), []).append(loan)
        groups = {group.id: group for group in borrowers.groups}
        with_water = {x.household for x in borrowers.loans if x.product is WATER}
        rejected: dict[Round, list[UUID]] = {}
        for key, listed in loans.items():
            others = [m for m in groups[key[0]].members if m not in with_water]
            number = sum(random.random() < REJECTED_SHARE for _ in listed)
            rejected[key] = random.sample(others, number)
        return cls(groups, {key: some_id(random) for key in loans}, loans, rejected)

    def id_of(self, loan: Loan) -> str:
        """The list that names the loan's household."""
        return str(self.ids[loan.group.id, loan.month])

    def calls(self, district: District) -> Iterator[Call]:
        """Groups list households, the lists are posted, the communes decide."""
        office = district.office
        listed = [self._listed(office, key) for key in self.loans]
        yield from sheets("loans", office, "credit_officer", "lists", listed)
        posted: list[Line] = [
            {
                "type": "post_list",
                "office": office,
                "list": str(self.ids[key]),
                "posted_on": days_before(loans[0], 18),
            }
            for key, loans in self.loans.items()
        ]
        yield from sheets("loans", office, "credit_officer", "postings", posted)
        decided: dict[str, list[Line]] = {}
        for key in self.loans:
            decided.setdefault(self.groups[key[0]].commune, []).append(self._decided(office, key))
        for commune, lines in sorted(decided.items()):
            name = f"decisions/{commune}"
            yield from sheets("loans", office, "peoples_committee", name, lines, commune)

    def _listed(self, office: str, key: Round) -> Line:
        named = [(x.household, x.product) for x in self.loans[key]]
        named += [(household, WATER) for household in self.rejected[key]]
        return {
            "type": "list_households",
            "office": office,
            "list": str(self.ids[key]),
            "group": str(key[0]),
            "entries": [
                {
                    "household": str(household),
                    "programme": product.programme,
                    "category": product.category,
                }
                for household, product in named
            ],
            "listed_on": days_before(self.loans[key][0], 21),
        }

    def _decided(self, office: str, key: Round) -> Line:
        loans = self.loans[key]
        valid_until = loans[0].disbursed_on + timedelta(days=180)
        return {
            "type": "decide_list",
            "office": office,
            "commune": self.groups[key[0]].commune,
            "list": str(self.ids[key]),
            "confirmed": [
                {
                    "household": str(x.household),
                    "programme": x.product.programme,
                    "valid_until": valid_until.isoformat(),
                }
                for x in loans
            ],
            "rejected": [
                {
                    "household": str(household),
                    "programme": WATER.programme,
                    "reason": "Thôn đã có nước máy",
                }
                for household in self.rejected[key]
            ],
            "decided_on": days_before(loans[0], 11),
        }


def applying(district: District, loans: Sequence[Loan], lists: Lists) -> Iterator[Call]:
    """Members apply, and the office approves: above a limit the director, not who took it in."""
    office = district.office
    applied: list[Line] = [
        {
            "type": "apply_for_loan",
            **_of(district, x),
            "household": str(x.household),
            "group": str(x.group.id),
            "list": lists.id_of(x),
            "programme": x.product.programme,
            "fund": x.fund,
            "amount": x.disbursed * MILLION,
            "purpose": x.product.purpose,
            "term_months": x.term_months,
            "instalment_months": x.instalment_months,
            "applied_on": days_before(x, 8),
        }
        for x in loans
    ]
    yield from sheets("loans", office, "credit_officer", "applications", applied)

    def approvals(chosen: Callable[[Loan], bool]) -> list[Line]:
        return [
            {"type": "approve_loan", **_of(district, x), "approved_on": days_before(x, 4)}
            for x in loans
            if chosen(x)
        ]

    small = approvals(lambda x: x.disbursed <= APPROVAL_LIMIT)
    large = approvals(lambda x: x.disbursed > APPROVAL_LIMIT)
    yield from sheets("loans", office, "credit_officer", "approvals", small)
    yield from sheets("loans", office, "branch_director", "large approvals", large)


def disbursing(district: District, loans: Sequence[Loan]) -> Iterator[Call]:
    """Tellers pay out at the communes' sessions, until October's, whose takings are played too."""
    for (day, commune), paid in _by_session(loans, lambda x: x.month < OCTOBER).items():
        lines = [_disbursed(district, x) for x in paid]
        yield from sheets("loans", district.office, "teller", f"disburse/{day}/{commune}", lines)


def disbursing_in_session(
    district: District, loans: Sequence[Loan], sessions: dict[str, UUID]
) -> Iterator[Call]:
    """What is paid out at the sessions of October."""
    for (day, commune), paid in _by_session(loans, lambda x: x.month == OCTOBER).items():
        session = {"session": str(sessions[commune])}
        lines = [{**_disbursed(district, x), **session} for x in paid]
        yield from sheets("loans", district.office, "teller", f"disburse/{day}/{commune}", lines)


def days_before(loan: Loan, days: int) -> str:
    """A day before the session at which the loan is paid out."""
    return (loan.disbursed_on - timedelta(days=days)).isoformat()


def _by_session(
    loans: Sequence[Loan], chosen: Callable[[Loan], bool]
) -> dict[tuple[date, str], list[Loan]]:
    found: dict[tuple[date, str], list[Loan]] = {}
    for loan in filter(chosen, loans):
        found.setdefault((loan.disbursed_on, loan.group.commune), []).append(loan)
    return dict(sorted(found.items()))


def _disbursed(district: District, loan: Loan) -> Line:
    return {
        "type": "disburse_loan",
        **_of(district, loan),
        "amount": loan.disbursed * MILLION,
        "disbursed_on": loan.disbursed_on.isoformat(),
        "place": "point",
    }


def _of(district: District, loan: Loan) -> Line:
    return {"office": district.office, "loan": str(loan.id)}


def _rounded_up(amount: int, step: int) -> int:
    return -(-amount // step) * step
