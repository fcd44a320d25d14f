"""The oracle: figures computed the plainest way, from JSON, sharing no code with the projection."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from naive_counts import count

STOCKS = (
    "outstanding",
    "in_term",
    "carried_forward_owed",
    "overdue",
    "frozen",
    "loans",
    "households",
    "overdue_loans",
)
FLOWS = ("disbursed", "collected", "interest_due", "interest_collected", "savings")
BEFORE_A_LOAN = (
    "capital",
    "plan",
    "groups",
    "group_members",
    "entitlements_confirmed",
    "entitlements_rejected",
    "applications",
    "approved",
)
MOBILISED = ("mobilised", "mobilised_individuals", "mobilised_organisations")
BUCKETS = ("overdue_1_90", "overdue_91_180", "overdue_181_360", "overdue_over_360")
MEASURES = (*STOCKS, *FLOWS, *BEFORE_A_LOAN, *MOBILISED, *BUCKETS)


def totals(
    values: Iterable[bytes], until: date = date.max, where: tuple[str, str] | None = None
) -> dict[str, Counter[str]]:
    """Each locality's measures after these record values, each taking effect once.

    Of those that occurred until a day, and of one value of a dimension, if asked.
    """
    found: dict[str, Counter[str]] = {}
    for value in values:
        envelope = json.loads(value)
        data = envelope["data"]
        about = data["entry"] if "entry" in data else data
        if date.fromisoformat(data["occurred_on"]) <= until:
            if where is None or about.get(where[0]) == where[1]:
                move(found, envelope["type"], data, 1)
    return found


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def move(found: dict[str, Counter[str]], event_type: str, data: dict[str, Any], sign: int) -> None:
    """Apply one event to the totals."""
    name = event_type.removeprefix("policycredit.").rsplit(".", 1)[0]
    if name == "entry.reversed":
        move(found, data["entry_type"], data["entry"], -sign)
        return
    t = found.setdefault(data["locality"], Counter())
    amount = sign * data.get("amount", 0)
    move_before_a_loan(t, name, data, sign)
    count(t, name, data, sign)
    if name.startswith("mobilised."):
        change = amount if name == "mobilised.deposited" else -amount
        t["mobilised"] += change
        t[f"mobilised_{data['kind']}s"] += change
    if name == "loan.disbursed":
        t["outstanding"] += amount
        t["in_term"] += amount
        t["disbursed"] += amount
        t["loans"] += sign * (data["tranche"] == 1)
    elif name == "loan.carried_over":
        for stock in ("outstanding", "in_term", "overdue", "frozen", "loans", "overdue_loans"):
            t[stock] += data[stock]
        for bucket in BUCKETS:
            t[bucket] += data[bucket]
    elif name == "principal.collected":
        t["outstanding"] -= amount
        t[data["debt_class"]] -= amount
        t["collected"] += amount
        if data["debt_class"] == "overdue":
            t["overdue_" + data["bucket"]] -= amount
    elif name == "principal.fell_overdue":
        t["in_term"] -= amount
        t["overdue"] += amount
        t["overdue_1_90"] += amount
    elif name == "carried_forward.changed":
        t["carried_forward_owed"] += amount
    elif name == "overdue.aged":
        t["overdue_" + data["from_bucket"]] -= amount
        t["overdue_" + data["to_bucket"]] += amount
    elif name == "overdue.cured":
        t["overdue"] -= amount
        t["overdue_" + data["bucket"]] -= amount
        t["in_term"] += amount
    elif name == "loan.frozen":
        t[data["from_class"]] -= amount
        t["frozen"] += amount
        if data["from_class"] == "overdue":
            t["overdue_" + data["bucket"]] -= amount
    elif name == "loan.unfrozen":
        t["frozen"] -= amount
        t[data["to_class"]] += amount
        if data["to_class"] == "overdue":
            t["overdue_" + data["bucket"]] += amount
    elif name == "loan.written_off":
        t["outstanding"] -= amount
        t[data["debt_class"]] -= amount
        t["loans"] -= sign * data["closes"]
        if data["debt_class"] == "overdue":
            t["overdue_" + data["bucket"]] -= amount
    elif name == "loan.transferred":
        way = sign if data["direction"] == "in" else -sign
        for stock in ("outstanding", "in_term", "overdue", "frozen", "loans", "overdue_loans"):
            t[stock] += way * data[stock]
        for bucket in BUCKETS:
            t[bucket] += way * data[bucket]
        t["carried_forward_owed"] += way * data.get("carried_forward", 0)
    elif name == "interest.charged":
        t["interest_due"] += amount
    elif name == "interest.collected":
        t["interest_collected"] += amount
    elif name in ("savings.deposited", "savings.carried_over"):
        t["savings"] += amount
    elif name == "savings.withdrawn":
        t["savings"] -= amount
    elif name in ("loan.settled", "loan.reopened"):
        t["loans"] += sign * (1 if name == "loan.reopened" else -1)
    elif name in ("loan.fell_overdue", "loan.cured"):
        t["overdue_loans"] += sign * (1 if name == "loan.fell_overdue" else -1)
    elif name in ("household.entered_debt", "household.left_debt"):
        t["households"] += sign * data["overall"] * (1 if name == "household.entered_debt" else -1)


def move_before_a_loan(t: Counter[str], name: str, data: dict[str, Any], sign: int) -> None:
    """Apply an event of what comes before a loan: capital, plans, groups, who may borrow."""
    if name == "capital.allocated":
        t["capital"] += sign * data["amount"]
    elif name == "plan.assigned":
        t["plan"] += sign * (data["target"] - data.get("previous", 0))
    elif name in ("group.formed", "group.dissolved"):
        t["groups"] += sign * (1 if name == "group.formed" else -1)
    elif name in ("group.member_joined", "group.member_left"):
        t["group_members"] += sign * (1 if name == "group.member_joined" else -1)
    elif name in ("entitlement.confirmed", "entitlement.rejected"):
        t["entitlements_" + name.removeprefix("entitlement.")] += sign
    elif name == "loan.applied":
        t["applications"] += sign
    elif name == "loan.approved":
        t["approved"] += sign * data["amount"]
