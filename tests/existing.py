"""Existing books of an office, as the lines that carry them over; and what they add up to."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Final

import build
from msgspec import convert

from policy_credit_loans.domain.books_commands import (
    BeginBooks,
    CarryOverGroup,
    CarryOverHousehold,
    CarryOverLoan,
    OpenBooks,
)
from policy_credit_local.scenario.calls import Line

MILLION: Final = build.MILLION
OPENED_ON: Final = date(2019, 3, 5)
BOOKS: Final = build.some_id("existing books")
AGES: Final = ((1, "1_90"), (89, "1_90"), (90, "91_180"), (200, "181_360"), (900, "over_360"))

_OF: Final = {"office": build.OFFICE, "books": BOOKS, "part": 1}


def begin_books(**changes: Any) -> BeginBooks:
    """The books of one group, household and loan, announced."""
    totals = totals_of([line("group"), line("household"), line("loan")])
    fields = {"office": build.OFFICE, "books": BOOKS, "opened_on": OPENED_ON, "totals": totals}
    return convert(fields | changes, BeginBooks)


def open_books(**changes: Any) -> OpenBooks:
    return convert({"office": build.OFFICE, "books": BOOKS} | changes, OpenBooks)


def group(**changes: Any) -> CarryOverGroup:
    return convert(line("group", **changes), CarryOverGroup)


def household(**changes: Any) -> CarryOverHousehold:
    return convert(line("household", **changes), CarryOverHousehold)


def loan(**changes: Any) -> CarryOverLoan:
    return convert(line("loan", **changes), CarryOverLoan)


def line(kind: str, **changes: Any) -> Line:
    """A group of one household, that household, or its loan: 7 in term, 3 overdue, 5 frozen."""
    fields: dict[str, Line] = {
        "group": {
            "commune": build.COMMUNE,
            "group": build.GROUP,
            "association": "women",
            "village": "Thôn 1",
            "members": (build.HOUSEHOLD,),
            "formed_on": date(2011, 4, 1),
        },
        "household": {
            "commune": build.COMMUNE,
            "household": build.HOUSEHOLD,
            "person": build.PERSON,
            "group": build.GROUP,
            "savings": 1_250_000,
        },
        "loan": {
            "loan": build.LOAN,
            "household": build.HOUSEHOLD,
            "programme": "HN",
            "fund": "central",
            "disbursed_on": date(2017, 5, 20),
            "term_months": 36,
            "due_on": date(2020, 5, 20),
            "annual_rate": 660,
            "plan": [
                {"due_on": date(2019, 5, 20), "amount": 3 * MILLION},
                {"due_on": date(2020, 5, 20), "amount": 4 * MILLION},
            ],
            "fell_overdue": [
                {"since": date(2018, 5, 21), "amount": 2 * MILLION},
                {"since": date(2018, 11, 21), "amount": 1 * MILLION},
            ],
            "frozen": 5 * MILLION,
            "frozen_until": date(2021, 3, 5),
            "frozen_overdue_since": date(2017, 11, 21),
            "interest_arrears": 123_456,
        },
    }
    return {"type": f"carry_over_{kind}", **_OF, **fields[kind]} | changes


def totals_of(lines: Sequence[Line], opened_on: date = OPENED_ON) -> dict[str, Any]:
    """What lines add up to, counted plainly."""
    counted: Counter[str] = Counter()
    outstanding: Counter[str] = Counter()
    overdue: Counter[str] = Counter()
    for each in lines:
        match each["type"]:
            case "carry_over_group":
                counted["groups"] += 1
                counted["members"] += len(each["members"])
            case "carry_over_household":
                counted["households"] += 1
                counted["grouped"] += each.get("group") is not None
                counted["savings"] += each.get("savings", 0)
            case "carry_over_loan":
                counted["loans"] += 1
                for field in ("frozen", "interest_arrears", "undisbursed"):
                    counted[field] += each.get(field, 0)
                owed = sum(i["amount"] for i in each.get("plan", ()))
                for missed in each.get("fell_overdue", ()):
                    owed += missed["amount"]
                    overdue[_bucket((opened_on - _day(missed["since"])).days)] += missed["amount"]
                key = f"{each['fund']}/{each['programme']}"
                outstanding[key] += owed + each.get("frozen", 0)
    return {**counted, "outstanding": dict(outstanding), "overdue": dict(overdue)}


def _bucket(days: int) -> str:
    return next(
        (b for most, b in ((90, "1_90"), (180, "91_180"), (360, "181_360")) if days < most),
        "over_360",
    )


def _day(day: Any) -> date:
    return day if isinstance(day, date) else date.fromisoformat(day)


def parts(
    random: Random,
    office: str,
    communes: Sequence[str],
    books: object,
    opened_on: date,
    groups: int = 3,
    members: int = 6,
) -> list[list[Line]]:
    """Books of some groups, a part each; ids follow from the books."""
    found = []
    for number in range(1, groups + 1):
        of: Line = {"office": office, "books": books, "part": number}
        commune = random.choice(communes)
        group_id = build.some_id(f"{books}/group {number}")
        people = [build.some_id(f"{group_id}/member {n}") for n in range(members)]
        formed_on = opened_on - timedelta(days=random.randrange(4_000))
        part: list[Line] = [
            {
                "type": "carry_over_group",
                **of,
                "commune": commune,
                "group": group_id,
                "association": random.choice(("women", "farmers")),
                "village": f"Thôn {number}",
                "members": people,
                "formed_on": formed_on,
            }
        ]
        for n, household_id in enumerate(people):
            part.append(
                {
                    "type": "carry_over_household",
                    **of,
                    "commune": commune,
                    "household": household_id,
                    "person": {"name": f"Hộ {n}", "identity_number": f"{n:012}"},
                    "group": group_id,
                    "savings": random.choice((0, 50_000, 2 * MILLION)),
                }
            )
        for household_id in people:
            for n, programme in enumerate(
                random.sample(("HN", "GQVL", "NSVSMT"), random.randrange(3))
            ):
                loan_id = build.some_id(f"{household_id}/loan {n}")
                part.append(
                    {
                        **of,
                        **_some_loan(random, opened_on),
                        "loan": loan_id,
                        "household": household_id,
                        "programme": programme,
                    }
                )
        found.append(part)
    return found


def _some_loan(random: Random, opened_on: date) -> Line:
    """Balances of any classes: instalments ahead, missed ones, frozen principal."""
    ahead = sorted(random.sample(range(-1, 700), random.randrange(4)))
    missed = sorted(random.sample(AGES, random.randrange(3)), reverse=True)
    frozen = random.choice((0, 0, 0, 2 * MILLION)) if ahead or missed else 3 * MILLION
    plan = [
        {"due_on": opened_on + timedelta(days=days), "amount": random.randint(1, 5 * MILLION)}
        for days in ahead
    ]
    due_on = plan[-1]["due_on"] if plan else opened_on - timedelta(days=1)
    return {
        "type": "carry_over_loan",
        "fund": random.choice(("central", "local")),
        "disbursed_on": opened_on - timedelta(days=1_500),
        "term_months": 60,
        "due_on": due_on,
        "annual_rate": random.choice((660, 792)),
        "plan": plan,
        "fell_overdue": [
            {"since": opened_on - timedelta(days=days), "amount": random.randint(1, 3 * MILLION)}
            for days, _ in missed
        ],
        "frozen": frozen,
        "frozen_until": opened_on + timedelta(days=random.randrange(900)) if frozen else None,
        "frozen_overdue_since": opened_on - timedelta(days=200)
        if frozen and random.random() < 0.5
        else None,
        "interest_arrears": random.choice((0, 1, 250_000)),
        "undisbursed": random.choice((0, 0, 4 * MILLION)),
    }
