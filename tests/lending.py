"""An office that may lend, prepared over HTTP once: what comes before a loan, in few calls."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from policy_credit_local.playing import Player
from policy_credit_local.scenario.calls import Line, sheets
from policy_credit_shared.kernel.money import MILLION
from policy_credit_shared.kernel.principals import Role
from policy_credit_shared.kernel.units import NATION

PLENTY = 1_000_000 * MILLION
MEMBERS_MIN, MEMBERS_MAX = 5, 60
CATEGORIES = {"HN": "poor", "HCN": "near_poor", "HMTN": "newly_escaped", "GQVL": "job_seeker"}
LISTED, POSTED, DECIDED, VALID_UNTIL = "2019-01-10", "2019-01-12", "2019-01-20", "2020-01-20"
APPLIED, APPROVED, DISBURSED = "2019-02-20", "2019-02-25", "2019-03-05"


class Lender:
    """An office with capital and plans of 2019, whose groups have as many members as needed."""

    def __init__(
        self, player: Player, office: str, commune: str, association: str = "women"
    ) -> None:
        self._player = player
        self.office = office
        self.commune = commune
        self._association = association
        funds: list[Line] = [
            {
                "type": "allocate_capital",
                "office": office,
                "fund": fund,
                "amount": PLENTY,
                "decision": "for tests",
                "allocated_on": "2019-01-02",
            }
            for fund in ("central", "local")
        ]
        plans: list[Line] = [
            {
                "type": "assign_plan",
                "office": office,
                "programme": programme,
                "year": 2019,
                "target": PLENTY,
                "assigned_on": "2019-01-02",
            }
            for programme in CATEGORIES
        ]
        self._post("branch_director", [*funds, *plans], unit=NATION)

    def lend(self, amount: int, **terms: Any) -> str:
        """Pay out a loan to a household that had none; returns its id."""
        (loan,) = self.approved(1, amount=amount, **terms)
        self.disburse([loan], amount=amount)
        return loan

    def disburse(self, loans: Sequence[str], amount: int = 30 * MILLION) -> None:
        """Pay out approved loans, all of one amount."""
        lines = [{"type": "disburse_loan", **self.disbursement(x, amount=amount)} for x in loans]
        self._post("teller", lines)

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
        applied = self.applications(count, **terms)
        self._post("credit_officer", [{"type": "apply_for_loan", **line} for line in applied])
        on_loan = [{"office": self.office, "loan": line["loan"]} for line in applied]
        approvals = [{"type": "approve_loan", **x, "approved_on": APPROVED} for x in on_loan]
        self._post("branch_director", approvals)
        return [line["loan"] for line in applied]

    def applications(self, count: int, **changes: Any) -> list[Line]:
        """Bodies of applications, each of a confirmed household of its own."""
        programme = changes.get("programme", "HN")
        bodies: list[Line] = []
        groups = -(-count // MEMBERS_MAX)
        for _ in range(groups):
            members = self.households(max(MEMBERS_MIN, -(-count // groups)))
            group, listed = self.group(members), str(uuid4())
            self.confirm(group, listed, members, programme)
            bodies += [
                {
                    "office": self.office,
                    "loan": str(uuid4()),
                    "household": member,
                    "group": group,
                    "list": listed,
                    "programme": programme,
                    "fund": "central",
                    "amount": 30 * MILLION,
                    "purpose": "two cows",
                    "term_months": 60,
                    "applied_on": APPLIED,
                }
                | changes
                for member in members
            ]
        return bodies[:count]

    def households(self, count: int) -> list[str]:
        """Households on record; returns their ids."""
        found = [str(uuid4()) for _ in range(count)]
        lines: list[Line] = [
            {
                "type": "register_household",
                "office": self.office,
                "commune": self.commune,
                "household": household,
                "person": {"name": f"Hộ {n:06d}", "identity_number": f"{n:012d}"},
                "registered_on": "2019-01-02",
            }
            for n, household in enumerate(found)
        ]
        self._post("credit_officer", lines)
        return found

    def group(self, members: Sequence[str]) -> str:
        """A group of these households; returns its id."""
        group = str(uuid4())
        formed = {
            "type": "form_group",
            "office": self.office,
            "commune": self.commune,
            "group": group,
            "association": self._association,
            "village": "Thôn 1",
            "members": list(members),
            "formed_on": "2019-01-02",
        }
        self._post("credit_officer", [formed])
        return group

    def confirm(self, group: str, listed: str, members: Sequence[str], programme: str) -> None:
        """Have a list of these members drawn up, posted and confirmed."""
        of = {"office": self.office, "list": listed}
        named = [{"household": member, "programme": programme} for member in members]
        entries = [{**each, "category": CATEGORIES[programme]} for each in named]
        drawn_up = {"group": group, "entries": entries, "listed_on": LISTED}
        lines: list[Line] = [
            {"type": "list_households", **of, **drawn_up},
            {"type": "post_list", **of, "posted_on": POSTED},
        ]
        self._post("credit_officer", lines)
        confirmed = [{**each, "valid_until": VALID_UNTIL} for each in named]
        decided = {"commune": self.commune, "confirmed": confirmed, "decided_on": DECIDED}
        lines = [{"type": "decide_list", **of, **decided}]
        self._post("peoples_committee", lines, unit=self.commune)

    def _post(self, role: Role, lines: Sequence[Line], unit: str = "") -> None:
        for call in sheets("loans", self.office, role, str(uuid4()), lines, unit):
            self._player.make(call)
