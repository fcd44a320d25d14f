"""The sessions of October, and what is treated apart: the calls to the repayments service."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from random import Random
from uuid import UUID

from policy_credit_local.scenario.borrowing import Loan, some_id
from policy_credit_local.scenario.calls import Call, Line, sheets
from policy_credit_local.scenario.district import (
    AS_OF,
    OCTOBER,
    WATER,
    YEAR,
    District,
    session_day,
)
from policy_credit_shared.events.collection import SessionAmounts
from policy_credit_shared.kernel.identifiers import derived_id
from policy_credit_shared.kernel.money import MILLION, accrual, interest
from policy_credit_shared.kernel.units import NATION

INTEREST_PAID_SHARE = 0.97
WITHDRAWING_SHARE = 0.02
SAVED = (20_000, 50_000, 100_000)
WITHDRAWN = 20_000
FROZEN_UNTIL = date(2023, 11, 22)
MOBILISED_ON = date(YEAR, OCTOBER, 24)
LATE_RECEIPT_OF = date(YEAR, OCTOBER, 31)
LATE_AMOUNT = 120
"""In million dong: an organisation's deposit of the last day of October, recorded when October had
been published."""


@dataclass(frozen=True)
class Session:
    """A commune's session of October: its sheet, and what a cashier counts at the end."""

    id: UUID
    office: str
    commune: str
    lines: list[Line]
    planned: SessionAmounts
    realised: SessionAmounts

    @property
    def held_on(self) -> date:
        """Its day."""
        return session_day(self.commune, OCTOBER)

    @property
    def opening_cash(self) -> int:
        """What the team brings: enough for what it means to pay out."""
        return self.planned.disbursed + 20 * MILLION

    @property
    def counted_cash(self) -> int:
        """What is in the till at the end."""
        taken = self.realised.principal + self.realised.interest + self.realised.savings_deposited
        paid = self.realised.disbursed + self.realised.savings_withdrawn
        return self.opening_cash + taken - paid


def make_sessions(
    district: District, loans: Sequence[Loan], ids: dict[str, UUID], random: Random
) -> list[Session]:
    """The district's sessions, with their sheets."""
    by_commune: dict[str, list[Loan]] = {}
    for loan in loans:
        by_commune.setdefault(loan.group.commune, []).append(loan)
    return [
        _session(district, commune, mine, ids[commune], random)
        for commune, mine in sorted(by_commune.items())
    ]


def _session(
    district: District, commune: str, loans: Sequence[Loan], session: UUID, random: Random
) -> Session:
    day = session_day(commune, OCTOBER)
    at = {"place": "point", "session": str(session)}
    lines: list[Line] = []
    planned_interest = 0
    for loan in loans:
        due = interest_due(loan, day)
        planned_interest += due
        if loan.is_settled:
            lines.append(
                {"type": "charge_interest", **_of(district, loan), "until": day.isoformat()}
            )
        paid = due if not loan.overdue and random.random() < INTEREST_PAID_SHARE else 0
        if loan.repaid or paid:
            lines.append(
                {
                    "type": "collect_payment",
                    **_of(district, loan),
                    "payment": str(some_id(random)),
                    "principal": loan.repaid * MILLION,
                    "interest": paid,
                    "via": "borrower" if loan.repaid else "group_leader",
                    "collected_on": day.isoformat(),
                    **at,
                }
            )
        if loan.product is not WATER:
            lines += _savings(district, loan, day, at, random)
    paid_out = sum(x.disbursed for x in loans if x.month == OCTOBER) * MILLION
    return Session(
        id=session,
        office=district.office,
        commune=commune,
        lines=lines,
        planned=SessionAmounts(
            disbursed=paid_out,
            principal=sum(x.paid_when_due for x in loans) * MILLION,
            interest=planned_interest,
            savings_deposited=len(loans) * SAVED[1],
        ),
        realised=SessionAmounts(
            disbursed=paid_out,
            principal=_sum(lines, "collect_payment", "principal"),
            interest=_sum(lines, "collect_payment", "interest"),
            savings_deposited=_sum(lines, "deposit_savings", "amount"),
            savings_withdrawn=_sum(lines, "withdraw_savings", "amount"),
        ),
    )


def interest_due(loan: Loan, day: date) -> int:
    """What was charged at the ends of months, if nothing was overdue; all, if it is paid off."""
    starts = [date(YEAR, month, 1) for month in range(loan.month + 1, OCTOBER + 1)]
    days = [loan.disbursed_on, *starts, *([day] if loan.is_settled else [])]
    rate, principal = loan.product.annual_rate, loan.disbursed * MILLION
    return sum(interest(accrual(principal, rate, (b - a).days)) for a, b in pairwise(days))


def _savings(
    district: District, loan: Loan, day: date, at: dict[str, str], random: Random
) -> Iterator[Line]:
    of = {"office": district.office, "household": str(loan.household)}
    yield {
        "type": "deposit_savings",
        **of,
        "commune": loan.group.commune,
        "group": str(loan.group.id),
        "association": loan.group.association,
        "amount": random.choice(SAVED),
        "deposited_on": day.isoformat(),
        **at,
    }
    if random.random() < WITHDRAWING_SHARE:
        withdrawn = {"amount": WITHDRAWN, "withdrawn_on": day.isoformat()}
        yield {"type": "withdraw_savings", **of, **withdrawn, **at}


def _sum(lines: Sequence[Line], kind: str, field: str) -> int:
    return sum(line[field] for line in lines if line["type"] == kind)


def opening(sessions: Sequence[Session]) -> Iterator[Call]:
    """The teams arrive at the points."""
    for session in sessions:
        body = {
            "office": session.office,
            "commune": session.commune,
            "session": str(session.id),
            "held_on": session.held_on.isoformat(),
            "opening_cash": session.opening_cash,
            "planned": _amounts(session.planned),
        }
        key = f"{session.office}/open/{session.commune}"
        yield Call("repayments", session.office, "teller", key, "sessions", body)


def collecting(sessions: Sequence[Session]) -> Iterator[Call]:
    """Interest, principal and savings of everybody."""
    for session in sessions:
        name = f"session/{session.commune}"
        yield from sheets("repayments", session.office, "credit_officer", name, session.lines)


def closing(sessions: Sequence[Session]) -> Iterator[Call]:
    """The cash is counted, and is right."""
    for session in sessions:
        body = {
            "office": session.office,
            "session": str(session.id),
            "counted_cash": session.counted_cash,
        }
        key = f"{session.office}/close/{session.commune}"
        yield Call("repayments", session.office, "teller", key, "session-closings", body)


def mobilising(district: District, commune: str, random: Random) -> Iterator[Call]:
    """An organisation and a few people deposit money at the office; one takes some back."""
    at = {"office": district.office, "place": "office"}
    depositors = [("organisation", 500), *(("individual", random.randint(5, 50)) for _ in range(9))]
    lines = [
        _deposit(district, commune, some_id(random), kind, amount, MOBILISED_ON)
        for kind, amount in depositors
    ]
    taken_back = {"amount": 2 * MILLION, "withdrawn_on": AS_OF.isoformat()}
    last = {"depositor": lines[-1]["depositor"]}
    lines.append({"type": "withdraw_mobilised", **at, **last, **taken_back})
    yield from sheets("repayments", district.office, "teller", "mobilised", lines)


def late_receipt(district: District, commune: str) -> Iterator[Call]:
    """A deposit that comes to light late: published figures stay, and it shows beside them."""
    depositor = derived_id("scenario", "late receipt", district.office)
    line = _deposit(district, commune, depositor, "organisation", LATE_AMOUNT, LATE_RECEIPT_OF)
    yield from sheets("repayments", district.office, "teller", "late receipt", [line])


def freezing(district: District, loans: Sequence[Loan]) -> Iterator[Call]:
    """Debt of central money is frozen: the office proposes, the head office approves."""
    for loan in loans:
        if not loan.frozen:
            continue
        proposal = {
            **_of(district, loan),
            "amount": loan.frozen * MILLION,
            "until": FROZEN_UNTIL.isoformat(),
            "reason": "Thiệt hại do hạn hán",
            "proposed_on": AS_OF.isoformat(),
        }
        key = f"freeze/{loan.id}"
        yield Call("loans", district.office, "credit_officer", key, "freezing-proposals", proposal)
        approval = {
            **_of(district, loan),
            "decision": "Quyết định khoanh nợ của Hội đồng quản trị",
            "approved_on": AS_OF.isoformat(),
        }
        yield Call(
            "loans",
            district.office,
            "branch_director",
            f"{key}/approve",
            "freezing-approvals",
            approval,
            NATION,
        )


def mistake(district: District, loans: Sequence[Loan], random: Random) -> Iterator[Call]:
    """A payment booked on the wrong loan, reversed by another: it leaves no trace in figures."""
    loan = next(x for x in loans if x.is_plain and not x.frozen and x.outstanding > 10)
    payment = str(some_id(random))
    on_loan = {**_of(district, loan), "payment": payment}
    mistaken = {
        "type": "collect_payment",
        **on_loan,
        "principal": 3 * MILLION,
        "collected_on": AS_OF.isoformat(),
        "place": "office",
    }
    reversal = {"reversed_on": AS_OF.isoformat(), "reason": "booked on the wrong loan"}
    yield from sheets("repayments", district.office, "teller", f"mistake/{payment}", [mistaken])
    yield Call(
        "repayments",
        district.office,
        "branch_director",
        f"reverse/{payment}",
        "payment-reversals",
        on_loan | reversal,
    )


def _deposit(
    district: District, commune: str, depositor: UUID, kind: str, amount: int, on: date
) -> Line:
    return {
        "type": "deposit_mobilised",
        "office": district.office,
        "place": "office",
        "commune": commune,
        "depositor": str(depositor),
        "kind": kind,
        "amount": amount * MILLION,
        "deposited_on": on.isoformat(),
    }


def _amounts(amounts: SessionAmounts) -> dict[str, int]:
    return {field: getattr(amounts, field) for field in SessionAmounts.__struct_fields__}


def _of(district: District, loan: Loan) -> Line:
    return {"office": district.office, "loan": str(loan.id)}
