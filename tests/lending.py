"""An office that may lend, prepared once: capital, plans, groups, confirmed households, in lines.

The lines are those of the wire, so that one preparation serves the services over HTTP and their
handlers in a simulation.
"""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

from policy_credit_local.playing import Player
from policy_credit_local.scenario.calls import Line, sheets
from policy_credit_shared.kernel.money import MILLION
from policy_credit_shared.kernel.principals import Role
from policy_credit_shared.kernel.units import NATION

PLENTY = 1_000_000 * MILLION
FUNDS = ("central", "local")
MEMBERS_MIN, MEMBERS_MAX = 5, 60
CATEGORIES = {"HN": "poor", "HCN": "near_poor", "HMTN": "newly_escaped", "GQVL": "job_seeker"}
LISTED, POSTED, DECIDED, VALID_UNTIL = "2019-01-10", "2019-01-12", "2019-01-20", "2020-01-20"
APPLIED, APPROVED, DISBURSED = "2019-02-20", "2019-02-25", "2019-03-05"

Post = Callable[[Role, str, Sequence[Line]], None]
"""Has somebody, in a role and of a unit, send lines as a sheet."""


def some_uuid() -> str:
    """An id as a branch makes it."""
    return str(uuid4())


def over_http(player: Player, office: str) -> Post:
    """Sends lines to the loans service."""

    def post(role: Role, unit: str, lines: Sequence[Line]) -> None:
        for call in sheets("loans", office, role, some_uuid(), lines, unit):
            player.make(call)

    return post


class Lender:
    """An office with capital and plans of 2019, whose groups have as many members as needed."""

    def __init__(
        self,
        post: Post,
        office: str,
        commune: str,
        association: str = "women",
        some_id: Callable[[], str] = some_uuid,
    ) -> None:
        self._post = post
        self._some_id = some_id
        self.office = office
        self.commune = commune
        self._association = association

    def fund(self) -> None:
        """Have the head office give more capital and plan than will ever be lent."""
        allocated = {"amount": PLENTY, "decision": "for tests", "allocated_on": "2019-01-02"}
        planned = {"year": 2019, "target": PLENTY, "assigned_on": "2019-01-02"}
        at: Line = {"office": self.office}
        lines = [
            *({"type": "allocate_capital", **at, "fund": f, **allocated} for f in FUNDS),
            *({"type": "assign_plan", **at, "programme": p, **planned} for p in CATEGORIES),
        ]
        self._post("branch_director", NATION, lines)

    def lend(self, amount: int, **terms: Any) -> str:
        """Pay out a loan to a household that had none; returns its id."""
        (loan,) = self.approved(1, amount=amount, **terms)
        self.disburse([loan], amount=amount)
        return loan

    def disburse(self, loans: Sequence[str], amount: int = 30 * MILLION) -> None:
        """Pay out approved loans, all of one amount."""
        lines = [{"type": "disburse_loan", **self.disbursement(x, amount=amount)} for x in loans]
        self._post("teller", self.office, lines)

    def disbursement(self, loan: str, **changes: Any) -> Line:
        """The body of a disbursement."""
        body: Line = {
            "office": self.office,
            "loan": loan,
            "amount": 30 * MILLION,
            "disbursed_on": DISBURSED,
            "place": "point",
        }
        return body | changes

    def approved(self, count: int, **terms: Any) -> list[str]:
        """So many approved loans, each of a household of its own; returns their ids."""
        bodies = self.applications(count, **terms)
        applied = [{"type": "apply_for_loan", **body} for body in bodies]
        self._post("credit_officer", self.office, applied)
        loans = [str(body["loan"]) for body in bodies]
        at: Line = {"office": self.office, "approved_on": APPROVED}
        approvals = [{"type": "approve_loan", **at, "loan": loan} for loan in loans]
        self._post("branch_director", self.office, approvals)
        return loans

    def applications(self, count: int, **changes: Any) -> list[Line]:
        """Bodies of applications, each of a confirmed household of its own."""
        programme = changes.get("programme", "HN")
        bodies: list[Line] = []
        groups = -(-count // MEMBERS_MAX)
        for _ in range(groups):
            members = self.households(max(MEMBERS_MIN, -(-count // groups)))
            group = self.group(members)
            listed = self.confirm(group, members, [programme])
            bodies += [self.application(m, group, listed, **changes) for m in members]
        return bodies[:count]

    def application(self, household: str, group: str, listed: str, **changes: Any) -> Line:
        """The body of an application."""
        body: Line = {
            "office": self.office,
            "loan": self._some_id(),
            "household": household,
            "group": group,
            "list": listed,
            "programme": "HN",
            "fund": "central",
            "amount": 30 * MILLION,
            "purpose": "two cows",
            "term_months": 60,
            "applied_on": APPLIED,
        }
        return body | changes

    def households(self, count: int) -> list[str]:
        """Households on record; returns their ids."""
        found = [self._some_id() for _ in range(count)]
        at: Line = {"type": "register_household", "office": self.office, "commune": self.commune}
        lines = [
            {
                **at,
                "household": household,
                "person": {"name": f"Hộ {n:06d}", "identity_number": f"{n:012d}"},
                "registered_on": "2019-01-02",
            }
            for n, household in enumerate(found)
        ]
        self._post("credit_officer", self.office, lines)
        return found

    def group(self, members: Sequence[str]) -> str:
        """A group of these households; returns its id."""
        group = self._some_id()
        formed: Line = {
            "type": "form_group",
            "office": self.office,
            "commune": self.commune,
            "group": group,
            "association": self._association,
            "village": "Thôn 1",
            "members": list(members),
            "formed_on": "2019-01-02",
        }
        self._post("credit_officer", self.office, [formed])
        return group

    def confirm(self, group: str, members: Sequence[str], programmes: Sequence[str]) -> str:
        """Have a list of these members drawn up, posted and confirmed; returns its id."""
        listed = self._some_id()
        of: Line = {"office": self.office, "list": listed}
        named = [{"household": m, "programme": p} for m in members for p in programmes]
        entries = [{**each, "category": CATEGORIES[each["programme"]]} for each in named]
        drawn_up = {"group": group, "entries": entries, "listed_on": LISTED}
        lines: list[Line] = [
            {"type": "list_households", **of, **drawn_up},
            {"type": "post_list", **of, "posted_on": POSTED},
        ]
        self._post("credit_officer", self.office, lines)
        confirmed = [{**each, "valid_until": VALID_UNTIL} for each in named]
        decided = {"commune": self.commune, "confirmed": confirmed, "decided_on": DECIDED}
        self._post("peoples_committee", self.commune, [{"type": "decide_list", **of, **decided}])
        return listed
