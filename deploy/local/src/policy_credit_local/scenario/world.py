"""The whole scenario: everybody's calls, phase by phase, and the figures that must come out."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from policy_credit_local.scenario import (
    governing,
    inspecting,
    lending,
    publishing,
    rating,
    repaying,
)
from policy_credit_local.scenario.borrowing import Borrowers, make_borrowers, some_id
from policy_credit_local.scenario.calls import Call
from policy_credit_local.scenario.district import (
    DISTRICT,
    DISTRICTS,
    PRODUCTS,
    PROVINCE,
    WATER,
    District,
)
from policy_credit_local.scenario.overseeing import overseeing
from policy_credit_local.scenario.repaying import Session, make_sessions
from policy_credit_shared.kernel.money import MILLION
from policy_credit_shared.kernel.units import NATION, units_before_reform


@dataclass
class World:
    """The borrowers of every district, and the calls that bring their loans about, in phases."""

    borrowers: dict[str, Borrowers] = field(default_factory=dict)
    sessions: dict[str, list[Session]] = field(default_factory=dict)
    lists: dict[str, lending.Lists] = field(default_factory=dict)

    funding: list[Call] = field(default_factory=list)
    registering: list[Call] = field(default_factory=list)
    listing: list[Call] = field(default_factory=list)
    applying: list[Call] = field(default_factory=list)
    disbursing: list[Call] = field(default_factory=list)
    opening: list[Call] = field(default_factory=list)
    disbursing_in_session: list[Call] = field(default_factory=list)
    collecting: list[Call] = field(default_factory=list)
    closing: list[Call] = field(default_factory=list)
    treating: list[Call] = field(default_factory=list)
    overseeing: list[Call] = field(default_factory=list)
    targeting: list[Call] = field(default_factory=list)
    governing: list[Call] = field(default_factory=list)
    answering: list[Call] = field(default_factory=list)
    correcting: list[Call] = field(default_factory=list)

    @property
    def alerted(self) -> list[str]:
        """The districts whose overdue ratio ends above its target."""
        return [
            district.office
            for district in DISTRICTS
            if district.overdue * 1_000_000 > district.ceiling_ppm * district.outstanding
        ]

    @property
    def adjusted(self) -> dict[str, int]:
        """By unit, by how much the mobilised capital that it published is another now."""
        late = repaying.LATE_AMOUNT * MILLION
        above = {DISTRICT.office, PROVINCE, NATION}
        return {unit: late if unit in above else 0 for unit in publishing.UNITS}

    def expected(self, office: str) -> Counter[str]:
        """A district's measures as the scenario's own numbers add up."""
        borrowers = self.borrowers[office]
        loans, groups = borrowers.loans, borrowers.groups
        lists, sessions = self.lists[office], self.sessions[office]
        rejected = sum(map(len, lists.rejected.values()))
        dong = {
            "outstanding": sum(x.outstanding for x in loans),
            "overdue": sum(x.overdue for x in loans),
            "frozen": sum(x.frozen for x in loans),
            "disbursed": sum(x.disbursed for x in loans),
            "approved": sum(x.disbursed for x in loans),
            "collected": sum(x.repaid for x in loans),
            "principal_due": sum(x.due for x in loans),
            "principal_due_paid": sum(x.paid_when_due for x in loans),
            "fell_overdue": sum(x.overdue for x in loans),
            "capital": sum(lending.capital(loans, fund) for fund in lending.FUNDS),
            "plan": sum(lending.plan(loans, product) for product in (*PRODUCTS, WATER)),
        }
        realised = [session.realised for session in sessions]
        return Counter(
            {name: amount * MILLION for name, amount in dong.items()}
            | {
                "loans": sum(x.outstanding > 0 for x in loans),
                "overdue_loans": sum(x.overdue > 0 for x in loans),
                "households": len({x.household for x in loans if x.outstanding}),
                "groups": len(groups),
                "groups_scored": len(groups),
                "group_members": sum(len(group.members) for group in groups),
                "entitlements_confirmed": len(loans),
                "entitlements_rejected": rejected,
                "applications": len(loans),
                "sessions": len(sessions),
                "interest_collected": sum(r.interest for r in realised),
                "savings": sum(r.savings_deposited - r.savings_withdrawn for r in realised),
                **inspecting.figures(loans, len({group.commune for group in groups})),
                **governing.figures(_communes(office)),
            }
        )


def make_world(seed: int) -> World:
    """The whole scenario."""
    world = World()
    for district in DISTRICTS:
        random = Random(f"{seed}/{district.office}")  # noqa: S311 - a scenario, not a secret
        _add(world, district, random)
    return world


def _add(world: World, district: District, random: Random) -> None:
    borrowers = make_borrowers(district, random)
    loans, groups = borrowers.loans, borrowers.groups
    communes = _communes(district.office)
    ids = {commune: some_id(random) for commune in communes}
    lists = lending.Lists.make(borrowers, random)
    sessions = make_sessions(district, loans, ids, random)
    world.borrowers[district.office] = borrowers
    world.lists[district.office] = lists
    world.sessions[district.office] = sessions

    world.funding += lending.funding(district, loans)
    world.registering += lending.registering(district, groups)
    world.listing += lists.calls(district)
    world.applying += lending.applying(district, loans, lists)
    world.disbursing += lending.disbursing(district, loans)
    world.opening += repaying.opening(sessions)
    world.disbursing_in_session += lending.disbursing_in_session(district, loans, ids)
    world.collecting += repaying.collecting(sessions)
    world.closing += repaying.closing(sessions)
    world.treating += repaying.mobilising(district, communes[0], random)
    world.treating += repaying.mistake(district, loans, random)
    world.treating += repaying.freezing(district, loans)
    world.overseeing += overseeing(district, borrowers, random)
    world.targeting += rating.targets(district)
    world.governing += governing.governing(district, communes, random)
    world.answering += governing.answering(district, communes)
    if district is DISTRICT:
        world.targeting += rating.targets_above()
        world.correcting += repaying.late_receipt(district, communes[0])


def _communes(office: str) -> list[str]:
    return [unit.code for unit in units_before_reform().children(office)]
