"""The postings: which events move which measures, by how much.

An event type that moves nothing is listed too, with no lines, so that none is forgotten.
"""

from typing import Final, Literal, get_args

from policy_credit_reporting.indicators.algebra import GIVEN, Amount, Days, Measure, Posting
from policy_credit_reporting.indicators.measures import (
    debt,
    governance,
    lending,
    savings,
    supervision,
    turnover,
)
from policy_credit_shared.events import collection
from policy_credit_shared.events import governance as governed
from policy_credit_shared.events import lending as lent
from policy_credit_shared.events import supervision as supervised
from policy_credit_shared.events.public import PublicEvent


def _of_class(field: Literal["debt_class", "from_class", "to_class"]) -> list[Posting]:
    """An amount on the debt class that `field` names; overdue, on the bucket as well.

    Events from before there were buckets name none: nothing had aged then, so it was the first.
    """
    overdue = {field: "overdue"}
    return [
        debt.in_term("amount", **{field: "in_term"}),
        debt.overdue("amount", **overdue),
        *(m("amount", **overdue, bucket=bucket) for bucket, m in debt.OVERDUE.items()),
        debt.OVERDUE["1_90"]("amount", **overdue, bucket=None),
    ]


def _of_level(measures: governance.ByLevel, amount: Amount = 1, **where: object) -> list[Posting]:
    """An amount on the measure that the event's `level` moves."""
    levels: tuple[supervised.BodyLevel, ...] = get_args(supervised.BodyLevel)
    return [measures[level](amount, level=level, **where) for level in levels]


def _taken_off(lines: list[Posting]) -> list[Posting]:
    return [-line for line in lines]


_BALANCES: Final[dict[Measure, str]] = {
    debt.outstanding: "outstanding",
    debt.in_term: "in_term",
    debt.overdue: "overdue",
    **{measure: f"overdue_{bucket}" for bucket, measure in debt.OVERDUE.items()},
    debt.frozen: "frozen",
    debt.loans: "loans",
    debt.overdue_loans: "overdue_loans",
}
"""All stocks of a loan. A transfer moves them and no flow: nothing was paid out or paid back."""

OF_LOANS: Final[dict[type[PublicEvent], list[Posting]]] = {
    lent.CapitalAllocated: [
        +lending.capital("amount"),
    ],
    lent.PlanAssigned: [
        +lending.plan("target"),
        -lending.plan("previous"),
    ],
    lent.GroupFormed: [
        +lending.groups(),
    ],
    lent.GroupDissolved: [
        -lending.groups(),
    ],
    lent.GroupMemberJoined: [
        +lending.group_members(),
    ],
    lent.GroupMemberLeft: [
        -lending.group_members(),
    ],
    lent.EntitlementListed: [
        +lending.entitlements_listed(),
    ],
    lent.EntitlementPosted: [
        +lending.entitlements_posted(),
    ],
    lent.EntitlementConfirmed: [
        +lending.entitlements_confirmed(),
        +lending.entitlements_decided(),
        +lending.entitlement_days("days_since_listed"),
    ],
    lent.EntitlementRejected: [
        +lending.entitlements_rejected(),
        +lending.entitlements_decided(),
        +lending.entitlement_days("days_since_listed"),
    ],
    lent.LoanApplied: [
        +lending.applications(),
    ],
    lent.LoanApproved: [
        +lending.approvals(),
        +lending.approved("amount"),
        +lending.approval_days("days_since_applied"),
    ],
    lent.LoanDeclined: [
        +lending.declined(),
    ],
    lent.LoanDisbursed: [
        +debt.outstanding("amount"),
        +debt.in_term("amount"),
        +debt.loans(tranche=1),
        +turnover.disbursed("amount"),
        +turnover.disbursed_at_point("amount", place="point"),
        +turnover.disbursements(),
        +lending.confirmed_loans(tranche=1, confirmed_on=GIVEN),
        +lending.lead_days(Days("confirmed_on", "occurred_on"), tranche=1, confirmed_on=GIVEN),
    ],
    # What existing books brought over are stocks: nothing was paid out that day.
    lent.LoanCarriedOver: [
        *(+measure(field) for measure, field in _BALANCES.items()),
    ],
    lent.SavingsCarriedOver: [
        +savings.savings("amount"),
    ],
    lent.LoanExtended: [
        +turnover.extensions(),
    ],
    lent.LoanRescheduled: [
        +turnover.reschedulings(),
    ],
    # Terms and approvals: repayments says what came of them.
    lent.LoanRerated: [],
    lent.LoanFreezingApproved: [],
    lent.LoanUnfreezingApproved: [],
    lent.LoanWriteOffApproved: [],
    lent.LoanReassigned: [],
}

OF_REPAYMENTS: Final[dict[type[PublicEvent], list[Posting]]] = {
    collection.InterestCharged: [
        +turnover.interest_due("amount"),
    ],
    collection.InterestCollected: [
        +turnover.interest_collected("amount"),
        +turnover.interest_collected_at_point("amount", place="point"),
    ],
    collection.PrincipalFellDue: [
        +turnover.principal_due("amount"),
        +turnover.principal_due_paid("paid"),
    ],
    collection.PrincipalCollected: [
        +turnover.collected("amount"),
        +turnover.collected_at_point("amount", place="point"),
        -debt.outstanding("amount"),
        *_taken_off(_of_class("debt_class")),
        -debt.frozen("amount", debt_class="frozen"),
    ],
    collection.InstalmentCarriedForward: [
        +turnover.carried_forward("amount"),
    ],
    collection.CarriedForwardChanged: [
        +debt.carried_forward_owed("amount"),
    ],
    collection.PrincipalFellOverdue: [
        +turnover.fell_overdue("amount"),
        -debt.in_term("amount"),
        +debt.overdue("amount"),
        +debt.OVERDUE["1_90"]("amount"),
    ],
    collection.OverdueAged: [
        *(-measure("amount", from_bucket=bucket) for bucket, measure in debt.OVERDUE.items()),
        *(+measure("amount", to_bucket=bucket) for bucket, measure in debt.OVERDUE.items()),
    ],
    collection.OverdueCured: [
        +turnover.cured("amount"),
        +debt.in_term("amount"),
        -debt.overdue("amount"),
        *(-measure("amount", bucket=bucket) for bucket, measure in debt.OVERDUE.items()),
    ],
    collection.LoanFellOverdue: [
        +debt.overdue_loans(),
    ],
    collection.LoanCured: [
        -debt.overdue_loans(),
    ],
    collection.LoanFrozen: [
        +turnover.newly_frozen("amount"),
        +debt.frozen("amount"),
        *_taken_off(_of_class("from_class")),
    ],
    collection.LoanUnfrozen: [
        +turnover.unfrozen("amount"),
        -debt.frozen("amount"),
        *_of_class("to_class"),
    ],
    collection.LoanWrittenOff: [
        +turnover.written_off("amount"),
        -debt.outstanding("amount"),
        *_taken_off(_of_class("debt_class")),
        -debt.frozen("amount", debt_class="frozen"),
        -debt.loans("closes"),
    ],
    collection.DebtRecovered: [
        +turnover.recovered("amount"),
    ],
    collection.LoanTransferred: [
        *(+measure(field, direction="in") for measure, field in _BALANCES.items()),
        *(-measure(field, direction="out") for measure, field in _BALANCES.items()),
        +debt.carried_forward_owed("carried_forward", direction="in"),
        -debt.carried_forward_owed("carried_forward", direction="out"),
    ],
    collection.LoanSettled: [
        -debt.loans(),
    ],
    collection.LoanReopened: [
        +debt.loans(),
    ],
    collection.SavingsDeposited: [
        +savings.savings("amount"),
        +turnover.savings_deposited("amount"),
        +turnover.savings_deposited_at_point("amount", place="point"),
    ],
    collection.SavingsWithdrawn: [
        -savings.savings("amount"),
        +turnover.savings_withdrawn("amount"),
        +turnover.savings_withdrawn_at_point("amount", place="point"),
    ],
    collection.MobilisedDeposited: [
        +savings.mobilised("amount"),
        *(+measure("amount", kind=kind) for kind, measure in savings.MOBILISED.items()),
    ],
    collection.MobilisedWithdrawn: [
        -savings.mobilised("amount"),
        *(-measure("amount", kind=kind) for kind, measure in savings.MOBILISED.items()),
    ],
    collection.SessionHeld: [
        +turnover.sessions(),
    ],
    collection.EntrustmentFeeAccrued: [
        +turnover.entrustment_fees("amount"),
    ],
    collection.HouseholdEnteredDebt: [
        +debt.households("overall"),
        +debt.programme_households(),
    ],
    collection.HouseholdLeftDebt: [
        -debt.households("overall"),
        -debt.programme_households(),
    ],
}


def _rated(field: Literal["rating", "previous"]) -> list[Posting]:
    """A group in the rating that `field` names."""
    return [measure(**{field: rating}) for rating, measure in supervision.RATED.items()]


def _scored(scored: str, points: str) -> list[Posting]:
    """A group with its points; the fields' names begin with `points`."""
    by_component = [m(f"{points}_{name}") for name, m in supervision.POINTS.items()]
    return [supervision.groups_scored(scored), supervision.points(points), *by_component]


OF_OVERSIGHT: Final[dict[type[PublicEvent], list[Posting]]] = {
    supervised.InspectionPlanned: [
        +supervision.inspections_planned("inspections"),
    ],
    supervised.InspectionCarriedOut: [
        +supervision.inspections(),
        +supervision.inspections_as_planned("fulfils"),
        +supervision.groups_inspected("groups_inspected"),
        +supervision.households_visited("households_visited"),
    ],
    supervised.FindingRaised: [
        +supervision.findings_raised(),
        +supervision.findings_open(),
    ],
    supervised.FindingRemedied: [
        -supervision.findings_open(),
        -supervision.findings_past_deadline("lapsed"),
        +supervision.findings_remedied_on_time(on_time=1),
        +supervision.findings_remedied_late(on_time=0),
        +supervision.findings_due(lapsed=0),
    ],
    supervised.FindingLapsed: [
        +supervision.findings_lapsed(),
        +supervision.findings_past_deadline(),
        +supervision.findings_due(),
    ],
    supervised.LoanUseCheckOpened: [
        +supervision.use_checks_opened(again=0),
        +supervision.use_checks_open(),
        +supervision.use_checks_overdue("overdue"),
    ],
    supervised.LoanUseChecked: [
        +supervision.use_checks(),
        +supervision.use_checks_on_time("on_time"),
        +supervision.use_checks_late(on_time=0),
        +supervision.wrong_uses(result="wrong_use"),
        +supervision.use_checks_due(fell_due=0),
        -supervision.use_checks_open("closes"),
        -supervision.use_checks_overdue("overdue"),
    ],
    supervised.LoanUseFellDue: [
        +supervision.use_checks_fell_due(),
        +supervision.use_checks_due(),
        +supervision.use_checks_overdue(),
    ],
    supervised.LoanUseCheckClosed: [
        -supervision.use_checks_open(),
        -supervision.use_checks_overdue("overdue"),
    ],
    supervised.LoanUseChecksMoved: [
        +supervision.use_checks_open("checks", direction="in"),
        +supervision.use_checks_overdue("overdue", direction="in"),
        -supervision.use_checks_open("checks", direction="out"),
        -supervision.use_checks_overdue("overdue", direction="out"),
    ],
    supervised.GroupRated: [
        +supervision.groups_rated(previous=None),
        *_rated("rating"),
        *_taken_off(_rated("previous")),
        *_scored("scored", "points"),
        *_taken_off(_scored("previously_scored", "previous_points")),
    ],
    supervised.GroupRatingEnded: [
        -supervision.groups_rated(),
        *_taken_off(_rated("rating")),
        *_taken_off(_scored("scored", "points")),
    ],
    # A target is not a sum: the projection keeps it beside the figures.
    supervised.TargetSet: [],
    governed.BoardMet: [
        +governance.board_meetings(),
        *_of_level(governance.MEETINGS),
    ],
    governed.ResolutionAdopted: [
        *_of_level(governance.resolutions),
    ],
    governed.TaskAssigned: [
        *_of_level(governance.tasks_assigned),
        *_of_level(governance.tasks_open),
    ],
    governed.TaskPassedDue: [
        *_of_level(governance.tasks_late),
        *_of_level(governance.tasks_judged),
    ],
    governed.TaskDone: [
        *_of_level(governance.tasks_done),
        *_of_level(governance.tasks_done_on_time, "on_time"),
        *_of_level(governance.tasks_judged, was_past_due=0),
        *_taken_off(_of_level(governance.tasks_open)),
        *_taken_off(_of_level(governance.tasks_late, was_past_due=1)),
    ],
    governed.ObstacleRaised: [
        *_of_level(governance.obstacles_raised),
        *_of_level(governance.obstacles_open),
    ],
    governed.ObstaclePassedUp: [
        *_of_level(governance.obstacles_passed_up),
    ],
    governed.ObstacleAnswered: [
        *_of_level(governance.obstacles_answered),
        *_of_level(governance.obstacle_days, "days_since_raised"),
        *_taken_off(_of_level(governance.obstacles_open)),
    ],
    governed.ObstacleClosed: [
        *_taken_off(_of_level(governance.obstacles_open, answered=0)),
    ],
    governed.OutreachHeld: [
        +governance.outreach_sessions(),
        +governance.outreach_attendance("attendance"),
    ],
    governed.OutcomeRecorded: [
        *(+measure("count", kind=kind) for kind, measure in governance.OUTCOMES.items()),
    ],
    governed.OutcomeTakenBack: [
        *(-measure("count", kind=kind) for kind, measure in governance.OUTCOMES.items()),
    ],
    governed.IllegalLendingReported: [
        +governance.illegal_lending_reported(),
        +governance.illegal_lending_open(),
    ],
    governed.IllegalLendingClosed: [
        +governance.illegal_lending_closed(),
        -governance.illegal_lending_open(),
    ],
    governed.PeriodicReportFellDue: [
        *_of_level(governance.reports_due),
    ],
    governed.PeriodicReportPassedDeadline: [
        *_of_level(governance.reports_late),
        *_of_level(governance.reports_judged),
    ],
    governed.PeriodicReportSent: [
        *_of_level(governance.reports_sent),
        *_of_level(governance.reports_on_time, "on_time"),
        *_of_level(governance.reports_judged, was_past_deadline=0),
        *_taken_off(_of_level(governance.reports_late, was_past_deadline=1)),
    ],
}
