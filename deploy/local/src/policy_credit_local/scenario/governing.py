"""How lending was governed in the year that is played: the Boards and what they asked for, what
stood in the way, outreach, outcomes, illegal lending, and reports to party and authority."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from uuid import UUID

from policy_credit_local.scenario.borrowing import some_id
from policy_credit_local.scenario.calls import Call, Line, sheets
from policy_credit_local.scenario.district import DISTRICT, PROVINCE, YEAR, District
from policy_credit_shared.kernel.identifiers import derived_id
from policy_credit_shared.kernel.money import MILLION
from policy_credit_shared.kernel.units import NATION

MEETINGS = tuple(date(YEAR, month, 15) for month in (1, 4, 7, 10))
TASK_DAYS = (75, 60)
"""A resolution of each meeting asks for local capital, then for a review of lists."""

DONE_AFTER_DAYS = {(0, 1): 70, (0, 2): 55, (1, 1): 75, (1, 2): 70, (2, 1): 60}
"""By meeting and task: one of these was late; the second of July is past due, October's open."""

REPORTS = (
    *(("district_committee", f"{YEAR}-{month:02}", month) for month in range(1, 10)),
    *(("district_party", f"{YEAR}-Q{quarter}", 3 * quarter) for quarter in (1, 2, 3)),
    *(("district_board", f"{YEAR}-Q{quarter}", 3 * quarter) for quarter in (1, 2, 3)),
)
"""Sent; that of October to the committee is not, though its deadline has passed."""

SENT_AFTER_DAYS = 7
SENT_LATE = ("district_party", f"{YEAR}-Q2")
SENT_LATE_AFTER_DAYS = 20

OUTCOMES = (
    ("households_out_of_poverty", 9),
    ("jobs_created", 23),
    ("students_supported", 4),
    ("water_sanitation_works", 17),
    ("houses_built", 2),
)
"""Kinds, and how many of each a commune has at most, more or less."""


def governing(district: District, communes: Sequence[str], random: Random) -> Iterator[Call]:
    """What is asked, raised, held and recorded, before the days are closed."""
    office = district.office
    lines = [
        _line("start_reporting", unit=office, first_month=f"{YEAR}-01", started_on=date(YEAR, 1, 2))
    ]
    for number, held_on in enumerate(MEETINGS):
        lines += _meeting(district, communes[number], number, held_on)
    lines += _obstacles(district)
    yield from sheets("oversight", office, "branch_director", "boards", lines)
    if district is DISTRICT:
        of_province = _line(
            "hold_meeting",
            unit=PROVINCE,
            meeting=_id("meeting", PROVINCE),
            kind="regular",
            members=12,
            attended=11,
            held_on=date(YEAR, 2, 20),
        )
        starts = _line(
            "start_reporting",
            unit=PROVINCE,
            first_month=f"{YEAR}-01",
            started_on=date(YEAR, 1, 2),
        )
        both = [of_province, starts]
        yield from sheets("oversight", office, "branch_director", "province", both, PROVINCE)
    lines = [_outreach(district, commune, random) for commune in communes]
    lines += [
        _outcome(district, commune, kind, count)
        for commune in communes
        for kind, count in _outcomes(commune)
    ]
    lines.append(_outcome(district, communes[0], *_mistaken(communes), "twice"))
    lines += [
        _line(
            "report_illegal_lending",
            office=office,
            commune=commune,
            report=_id("lending", commune),
            kind=kind,
            reported_on=date(YEAR, 5, 6),
        )
        for commune, kind in zip(communes, ("loan_app", "usury", "rotating_fund"), strict=False)
    ]
    yield from sheets("oversight", office, "credit_officer", "outreach", lines)


def answering(district: District, communes: Sequence[str]) -> Iterator[Call]:
    """What was answered, done, taken back and sent; some of it told after its day was closed."""
    office = district.office
    lines = [
        _line(
            "report_task_done",
            unit=office,
            resolution=_id("resolution", office, number),
            number=task,
            done="Đã thực hiện theo nghị quyết",
            done_on=MEETINGS[number] + timedelta(days=days),
        )
        for (number, task), days in DONE_AFTER_DAYS.items()
    ]
    lines += [_sent(office, duty, period, month) for duty, period, month in REPORTS]
    lines.append(
        _line(
            "take_back_outcome",
            office=office,
            outcome=_id("outcome", communes[0], "twice"),
            mistake="recorded_twice",
            taken_back_on=date(YEAR, 11, 4),
        )
    )
    lines += [
        _line(
            "close_illegal_lending",
            office=office,
            report=_id("lending", commune),
            result=result,
            closed_on=date(YEAR, 6, 28),
        )
        for commune, result in zip(communes[:2], ("prosecuted", "lent_by_the_bank"), strict=True)
    ]
    yield from sheets("oversight", office, "branch_director", "results", lines)
    answered = _answer(PROVINCE, office, "capital", date(YEAR, 3, 12))
    passed = _line(
        "pass_obstacle_up",
        unit=PROVINCE,
        obstacle=_id("obstacle", office, "programme_terms"),
        to=NATION,
        passed_on=date(YEAR, 6, 17),
    )
    lines = [answered, passed]
    yield from sheets("oversight", office, "branch_director", "answers", lines, PROVINCE)
    above = [_answer(NATION, office, "programme_terms", date(YEAR, 7, 5))]
    yield from sheets("oversight", office, "branch_director", "answers above", above, NATION)


def figures(communes: Sequence[str]) -> dict[str, int]:
    """What must come out for a district."""
    assigned, done = len(MEETINGS) * len(TASK_DAYS), len(DONE_AFTER_DAYS)
    on_time = sum(days <= TASK_DAYS[task - 1] for (_, task), days in DONE_AFTER_DAYS.items())
    outcomes = [outcome for commune in communes for outcome in _outcomes(commune)]
    return {
        "board_meetings_district": len(MEETINGS),
        "resolutions": len(MEETINGS),
        "tasks_assigned": assigned,
        "tasks_done": done,
        "tasks_done_on_time": on_time,
        "tasks_open": assigned - done,
        "tasks_late": 1,
        "tasks_judged": done + 1,
        "obstacles_raised": 3,
        "obstacles_answered": 2,
        "obstacles_open": 1,
        "obstacle_days": 20 + 25,
        "outreach_sessions": len(communes),
        "outreach_attendance": sum(map(_attendance, communes)),
        **{kind: sum(n for each, n in outcomes if each == kind) for kind, _ in OUTCOMES},
        "illegal_lending_reported": 3,
        "illegal_lending_open": 1,
        "reports_due": len(REPORTS) + 1,
        "reports_sent": len(REPORTS),
        "reports_on_time": len(REPORTS) - 1,
        "reports_late": 1,
    }


def _meeting(district: District, commune: str, number: int, held_on: date) -> list[Line]:
    office = district.office
    capital, review = (held_on + timedelta(days=days) for days in TASK_DAYS)
    tasks = [
        _line(
            unit=office,
            addressee="peoples_committee",
            subject="Bố trí ngân sách huyện ủy thác cho vay",
            due_on=capital,
            amount=500 * MILLION,
        ),
        _line(
            unit=commune,
            addressee="peoples_committee",
            subject="Rà soát danh sách hộ nghèo, cận nghèo",
            due_on=review,
        ),
    ]
    meeting = _id("meeting", office, number)
    return [
        _line(
            "hold_meeting",
            unit=office,
            meeting=meeting,
            kind="regular",
            members=11,
            attended=9 + number % 3,
            held_on=held_on,
        ),
        _line(
            "adopt_resolution",
            unit=office,
            meeting=meeting,
            resolution=_id("resolution", office, number),
            reference=f"{number + 1:02}/NQ-BĐD",
            subject="Nhiệm vụ trọng tâm của quý",
            tasks=tasks,
            adopted_on=held_on,
        ),
    ]


def _obstacles(district: District) -> list[Line]:
    asked = (
        ("capital", "Thiếu vốn cho vay giải quyết việc làm", date(YEAR, 2, 20)),
        ("programme_terms", "Mức vay nước sạch còn thấp", date(YEAR, 6, 10)),
        ("transaction_point", "Điểm giao dịch xuống cấp", date(YEAR, 11, 5)),
    )
    return [
        _line(
            "raise_obstacle",
            unit=district.office,
            obstacle=_id("obstacle", district.office, kind),
            to=PROVINCE,
            kind=kind,
            summary=summary,
            raised_on=raised_on,
        )
        for kind, summary, raised_on in asked
    ]


def _answer(unit: str, office: str, kind: str, on: date) -> Line:
    return _line(
        "answer_obstacle",
        unit=unit,
        obstacle=_id("obstacle", office, kind),
        answer="resolved",
        words="Đã bổ sung trong kế hoạch quý sau",
        answered_on=on,
    )


def _outreach(district: District, commune: str, random: Random) -> Line:
    return _line(
        "hold_outreach",
        office=district.office,
        commune=commune,
        outreach=some_id(random),
        kind="meeting",
        organiser="association",
        attendance=_attendance(commune),
        held_on=date(YEAR, 3, 26),
    )


def _attendance(commune: str) -> int:
    return 30 + int(commune) % 50


def _outcomes(commune: str) -> list[tuple[str, int]]:
    return [(kind, 1 + int(commune) % most) for kind, most in OUTCOMES]


def _mistaken(communes: Sequence[str]) -> tuple[str, int]:
    return _outcomes(communes[0])[0]


def _outcome(district: District, commune: str, kind: str, count: int, mark: str = "") -> Line:
    return _line(
        "record_outcome",
        office=district.office,
        commune=commune,
        outcome=_id("outcome", commune, mark or kind),
        kind=kind,
        count=count,
        recorded_on=date(YEAR, 10, 31),
    )


def _sent(office: str, duty: str, period: str, month: int) -> Line:
    late = (duty, period) == SENT_LATE
    ended = date(YEAR, month + 1, 1) - timedelta(days=1)
    return _line(
        "send_report",
        unit=office,
        duty=duty,
        period=period,
        reference=f"{month:02}/BC-NHCS",
        sent_on=ended + timedelta(days=SENT_LATE_AFTER_DAYS if late else SENT_AFTER_DAYS),
    )


def _id(*parts: object) -> UUID:
    return derived_id("scenario", *parts)


def _line(tag: str = "", /, **fields: object) -> Line:
    plain = {n: v.isoformat() if isinstance(v, date) else v for n, v in fields.items()}
    plain = {n: str(v) if isinstance(v, UUID) else v for n, v in plain.items()}
    return {"type": tag, **plain} if tag else plain
