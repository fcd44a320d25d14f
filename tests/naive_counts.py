"""The oracle of what is counted: a line for each event, sharing no code with the projection.

An indented line goes on with the one before. `tasks_open@` is kept apart for branches and the head
office. After a colon: the field that says by how much; after a question mark, the value that a
field must have for it. `-` takes off.
"""

from collections import Counter
from datetime import date
from typing import Any

POINTS = ("overdue", "at_point", "interest", "principal", "savings_growth", "members_saving")
COUNTED = """
household.entered_debt   programme_households
household.left_debt      -programme_households
loan.disbursed           disbursements disbursed_at_point:amount?place=point
    confirmed_loans?first=1 lead_days:lead?first=1
loan.extended            extensions
loan.rescheduled         reschedulings
loan.frozen              newly_frozen:amount
loan.unfrozen            unfrozen:amount
loan.written_off         written_off:amount
loan.declined            declined
loan.approved            approvals approval_days:days_since_applied
principal.fell_due       principal_due:amount principal_due_paid:paid
principal.collected      collected_at_point:amount?place=point
principal.fell_overdue   fell_overdue:amount
overdue.cured            cured:amount
debt.recovered           recovered:amount
instalment.carried_forward carried_forward:amount
interest.collected       interest_collected_at_point:amount?place=point
savings.deposited        savings_deposited:amount savings_deposited_at_point:amount?place=point
savings.withdrawn        savings_withdrawn:amount savings_withdrawn_at_point:amount?place=point
entrustment_fee.accrued  entrustment_fees:amount
session.held             sessions
entitlement.listed       entitlements_listed
entitlement.posted       entitlements_posted
entitlement.confirmed    entitlements_decided entitlement_days:days_since_listed
entitlement.rejected     entitlements_decided entitlement_days:days_since_listed
inspection.planned       inspections_planned:inspections
inspection.carried_out   inspections inspections_as_planned:fulfils
    groups_inspected:groups_inspected households_visited:households_visited
finding.raised           findings_raised findings_open
finding.lapsed           findings_lapsed findings_past_deadline findings_due
finding.remedied         -findings_open -findings_past_deadline:lapsed
    findings_remedied_on_time?on_time=1 findings_remedied_late?on_time=0 findings_due?lapsed=0
loan_use.check_opened    use_checks_opened?again=0 use_checks_open use_checks_overdue:overdue
loan_use.checked         use_checks use_checks_on_time:on_time use_checks_late?on_time=0
    wrong_uses?result=wrong_use use_checks_due?fell_due=0 -use_checks_open:closes
    -use_checks_overdue:overdue
loan_use.fell_due        use_checks_fell_due use_checks_due use_checks_overdue
loan_use.check_closed    -use_checks_open -use_checks_overdue:overdue
loan_use.checks_moved    use_checks_open:checks?direction=in
    use_checks_overdue:overdue?direction=in -use_checks_open:checks?direction=out
    -use_checks_overdue:overdue?direction=out
board.met                board_meetings board_meetings_{level}
resolution.adopted       resolutions@
task.assigned            tasks_assigned@ tasks_open@
task.passed_due          tasks_late@ tasks_judged@
task.done                tasks_done@ tasks_done_on_time@:on_time tasks_judged@?was_past_due=0
    -tasks_open@ -tasks_late@?was_past_due=1
obstacle.raised          obstacles_raised@ obstacles_open@
obstacle.passed_up       obstacles_passed_up@
obstacle.answered        obstacles_answered@ obstacle_days@:days_since_raised -obstacles_open@
obstacle.closed          -obstacles_open@?answered=0
periodic_report.fell_due reports_due@
periodic_report.passed_deadline reports_late@ reports_judged@
periodic_report.sent     reports_sent@ reports_on_time@:on_time
    reports_judged@?was_past_deadline=0 -reports_late@?was_past_deadline=1
outreach.held            outreach_sessions outreach_attendance:attendance
outcome.recorded         {kind}:count
outcome.taken_back       -{kind}:count
illegal_lending.reported illegal_lending_reported illegal_lending_open
illegal_lending.closed   illegal_lending_closed -illegal_lending_open
group.rated              groups_rated?previous=None groups_{rating} groups_scored:scored
    -groups_scored:previously_scored
group.rating_ended       -groups_rated -groups_{rating} -groups_scored:scored
"""
LINES = {
    line.split()[0]: line.split()[1:] for line in COUNTED.replace("\n ", " ").strip().splitlines()
}


def count(t: Counter[str], name: str, data: dict[str, Any], sign: int) -> None:
    """Apply an event to the counts of its locality."""
    facts = {"again": 0, "overdue": 0, "fell_due": 0, "closes": 0, "previous": None, **data}
    if name == "loan.disbursed" and data["tranche"] == 1 and "confirmed_on" in data:
        days = [date.fromisoformat(data[field]) for field in ("confirmed_on", "occurred_on")]
        facts |= {"first": 1, "lead": (days[1] - days[0]).days}
    for word in LINES.get(name, ()):
        what, _, condition = word.removeprefix("-").partition("?")
        field, _, wanted = condition.partition("=")
        if not condition or str(facts.get(field)) == wanted:
            measure, _, amount = what.format_map(facts).partition(":")
            above = "_above" if data.get("level") in ("nation", "province") else ""
            by = facts.get(amount, 0) if amount else 1
            t[measure.replace("@", above)] += -sign * by if word[0] == "-" else sign * by
    if name.startswith("group.rat"):
        now, before = (sign, -sign) if name == "group.rated" else (-sign, 0)
        if "previous" in data:
            t["groups_" + data["previous"]] -= sign
        for measure, field in (
            ("points", "points"),
            *((f"{n}_points", f"points_{n}") for n in POINTS),
        ):
            t[measure] += now * data.get(field, 0) + before * data.get(f"previous_{field}", 0)
