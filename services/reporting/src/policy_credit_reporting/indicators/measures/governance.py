"""What Boards, authorities and the bank did to govern lending, and what lending brought about.

Of meetings, resolutions, tasks, obstacles and periodic reports, those of branches and the head
office are kept apart (`_above`): they count at the seat of the unit, and a district's or commune's
own figure does not hold them.
"""

from collections.abc import Mapping
from typing import Final

from policy_credit_reporting.indicators.algebra import Label, Measure
from policy_credit_shared.events.governance import OutcomeKind
from policy_credit_shared.events.supervision import BodyLevel

ByLevel = Mapping[BodyLevel, Measure]
"""The measure that an event of each level moves."""


def _count(name: str, vi: str, en: str, meaning: Label) -> Measure:
    return Measure(
        name=name, label=Label(vi, en), unit="count", kind="flow", meaning=meaning, by=()
    )


def _stock(name: str, vi: str, en: str, meaning: Label) -> Measure:
    return Measure(
        name=name, label=Label(vi, en), unit="count", kind="stock", meaning=meaning, by=()
    )


def _by_level(measure: Measure) -> ByLevel:
    """The measure for offices and communes, and its like for what is above them."""
    above = Measure(
        name=f"{measure.name}_above",
        label=Label(
            f"{measure.label.vi} (cấp tỉnh, trung ương)",
            f"{measure.label.en}, of branches and the head office",
        ),
        unit=measure.unit,
        kind=measure.kind,
        meaning=measure.meaning.continued(
            "; của chi nhánh tỉnh và hội sở chính", "; of branches and the head office"
        ),
        by=(),
    )
    return {"commune": measure, "district": measure, "province": above, "nation": above}


board_meetings = _count(
    "board_meetings",
    "Số cuộc họp Ban đại diện",
    "Board meetings",
    Label(
        "Cuộc họp Ban đại diện Hội đồng quản trị các cấp.",
        "Meetings of Representative Boards, of every level.",
    ),
)


def _meetings(level: BodyLevel, vi: str) -> Measure:
    return _count(
        f"board_meetings_{level}",
        f"Số cuộc họp Ban đại diện cấp {vi}",
        f"Board meetings, {level}",
        Label(
            f"Cuộc họp Ban đại diện Hội đồng quản trị cấp {vi}.",
            f"Meetings of Representative Boards of the level {level}.",
        ),
    )


MEETINGS: Final[ByLevel] = {
    "nation": _meetings("nation", "trung ương"),
    "province": _meetings("province", "tỉnh"),
    "district": _meetings("district", "huyện"),
    "commune": _meetings("commune", "xã"),
}
resolutions = _by_level(
    _count(
        "resolutions",
        "Số nghị quyết Ban đại diện",
        "Board resolutions",
        Label(
            "Nghị quyết Ban đại diện đã ban hành.",
            "Resolutions that Representative Boards adopted.",
        ),
    )
)
tasks_assigned = _by_level(
    _count(
        "tasks_assigned",
        "Số nhiệm vụ được giao",
        "Tasks assigned",
        Label("Việc nghị quyết giao cho các đơn vị.", "What resolutions asked units to do."),
    )
)
tasks_done = _by_level(
    _count(
        "tasks_done",
        "Số nhiệm vụ hoàn thành",
        "Tasks done",
        Label("Nhiệm vụ đã hoàn thành.", "Tasks that were done."),
    )
)
tasks_done_on_time = _by_level(
    _count(
        "tasks_done_on_time",
        "Nhiệm vụ hoàn thành đúng hạn",
        "Tasks done on time",
        Label(
            "Nhiệm vụ hoàn thành vào ngày đến hạn hoặc trước đó.",
            "Tasks done on the day that they were due, or before.",
        ),
    )
)
tasks_judged = _by_level(
    _count(
        "tasks_judged",
        "Nhiệm vụ hoàn thành hoặc đến hạn",
        "Tasks done or past due",
        Label(
            "Nhiệm vụ đã hoàn thành, hoặc đến hạn mà chưa hoàn thành; mỗi nhiệm vụ tính một lần.",
            "Tasks that were done, or were not when they were due; each once.",
        ),
    )
)
tasks_open = _by_level(
    _stock(
        "tasks_open",
        "Nhiệm vụ đang thực hiện",
        "Tasks open",
        Label(
            "Nhiệm vụ chưa hoàn thành, đã hoặc chưa quá hạn.",
            "Tasks that are not done, past due or not.",
        ),
    )
)
tasks_late = _by_level(
    _stock(
        "tasks_late",
        "Nhiệm vụ quá hạn",
        "Tasks past due",
        Label("Nhiệm vụ đã quá hạn mà chưa hoàn thành.", "Tasks that are past due and not done."),
    )
)
obstacles_raised = _by_level(
    _count(
        "obstacles_raised",
        "Số khó khăn, vướng mắc kiến nghị",
        "Obstacles raised",
        Label(
            "Khó khăn, vướng mắc đơn vị kiến nghị cấp trên tháo gỡ.",
            "Obstacles that units asked a unit above them to remove.",
        ),
    )
)
obstacles_passed_up = _by_level(
    _count(
        "obstacles_passed_up",
        "Kiến nghị chuyển cấp trên",
        "Obstacles passed up",
        Label(
            "Lần đơn vị được kiến nghị chuyển kiến nghị lên cấp trên nữa.",
            "Times that the unit asked passed an obstacle further up.",
        ),
    )
)
obstacles_answered = _by_level(
    _count(
        "obstacles_answered",
        "Kiến nghị đã trả lời",
        "Obstacles answered",
        Label("Kiến nghị đã được cấp trên trả lời.", "Obstacles that a unit above answered."),
    )
)
obstacle_days = _by_level(
    Measure(
        name="obstacle_days",
        label=Label("Số ngày trả lời kiến nghị", "Days to answer obstacles"),
        unit="days",
        kind="flow",
        meaning=Label(
            "Số ngày từ khi kiến nghị đến khi trả lời, cộng theo các kiến nghị đã trả lời.",
            "Days from raising to answering, over obstacles answered.",
        ),
        by=(),
    )
)
obstacles_open = _by_level(
    _stock(
        "obstacles_open",
        "Kiến nghị chưa trả lời",
        "Obstacles open",
        Label(
            "Kiến nghị chưa được trả lời và chưa kết thúc.",
            "Obstacles that are neither answered nor closed.",
        ),
    )
)
outreach_sessions = _count(
    "outreach_sessions",
    "Số buổi tuyên truyền",
    "Outreach sessions",
    Label(
        "Buổi tuyên truyền cho người dân biết quyền được vay vốn chính sách.",
        "Sessions at which people were told what they are entitled to.",
    ),
)
outreach_attendance = _count(
    "outreach_attendance",
    "Số lượt người dự tuyên truyền",
    "Outreach attendance",
    Label(
        "Người đến dự các buổi tuyên truyền, mỗi lần tính một lượt.",
        "People who came to outreach sessions, each time counted.",
    ),
)


def _outcome(kind: OutcomeKind, vi: str, en: str, meaning: Label) -> Measure:
    meaning = meaning.continued(", trừ phần đã rút lại", ", less what was taken back")
    return _count(kind, vi, en, meaning)


OUTCOMES: Final[dict[OutcomeKind, Measure]] = {
    "households_out_of_poverty": _outcome(
        "households_out_of_poverty",
        "Số hộ thoát nghèo",
        "Households out of poverty",
        Label(
            "Hộ thoát nghèo nhờ vốn vay chính sách.",
            "Households that left poverty with policy loans.",
        ),
    ),
    "jobs_created": _outcome(
        "jobs_created",
        "Số việc làm được tạo",
        "Jobs created",
        Label("Việc làm tạo được nhờ vốn vay chính sách.", "Jobs made with policy loans."),
    ),
    "students_supported": _outcome(
        "students_supported",
        "Số học sinh, sinh viên được vay vốn",
        "Students supported",
        Label(
            "Học sinh, sinh viên được vay vốn chính sách để đi học.",
            "Students whose studies policy loans paid for.",
        ),
    ),
    "water_sanitation_works": _outcome(
        "water_sanitation_works",
        "Số công trình nước sạch, vệ sinh",
        "Water and sanitation works",
        Label(
            "Công trình nước sạch, vệ sinh xây bằng vốn vay chính sách.",
            "Clean water and sanitation works built with policy loans.",
        ),
    ),
    "houses_built": _outcome(
        "houses_built",
        "Số nhà ở được xây",
        "Houses built",
        Label("Nhà ở xây bằng vốn vay chính sách.", "Houses built with policy loans."),
    ),
}
illegal_lending_reported = _count(
    "illegal_lending_reported",
    "Số vụ tín dụng đen được phản ánh",
    "Illegal lending reported",
    Label("Phản ánh về tín dụng đen.", "Reports of illegal lending."),
)
illegal_lending_closed = _count(
    "illegal_lending_closed",
    "Số vụ tín dụng đen đã xử lý",
    "Illegal lending closed",
    Label(
        "Phản ánh về tín dụng đen đã kết thúc, với bất kỳ kết quả nào.",
        "Reports of illegal lending that ended, however they did.",
    ),
)
illegal_lending_open = _stock(
    "illegal_lending_open",
    "Số vụ tín dụng đen đang xử lý",
    "Illegal lending open",
    Label(
        "Phản ánh về tín dụng đen chưa kết thúc.", "Reports of illegal lending that have not ended."
    ),
)
reports_due = _by_level(
    _count(
        "reports_due",
        "Số báo cáo định kỳ phải gửi",
        "Periodic reports due",
        Label(
            "Báo cáo đơn vị phải gửi cấp ủy, chính quyền và Ban đại diện.",
            "Reports that units came to owe party committees, authorities and Boards.",
        ),
    )
)
reports_sent = _by_level(
    _count(
        "reports_sent",
        "Số báo cáo định kỳ đã gửi",
        "Periodic reports sent",
        Label("Báo cáo định kỳ đã gửi.", "Periodic reports that were sent."),
    )
)
reports_on_time = _by_level(
    _count(
        "reports_on_time",
        "Báo cáo định kỳ gửi đúng hạn",
        "Periodic reports on time",
        Label(
            "Báo cáo định kỳ gửi vào ngày hết hạn hoặc trước đó.",
            "Periodic reports sent on the day of their deadline, or before.",
        ),
    )
)
reports_judged = _by_level(
    _count(
        "reports_judged",
        "Báo cáo định kỳ đã gửi hoặc quá hạn",
        "Periodic reports sent or past their deadline",
        Label(
            "Báo cáo định kỳ đã gửi, hoặc hết hạn mà chưa gửi; mỗi báo cáo tính một lần.",
            "Periodic reports that were sent, or were not by their deadline; each once.",
        ),
    )
)
reports_late = _by_level(
    _stock(
        "reports_late",
        "Báo cáo định kỳ quá hạn chưa gửi",
        "Periodic reports past their deadline",
        Label(
            "Báo cáo định kỳ đã quá hạn mà chưa gửi.",
            "Periodic reports that are past their deadline and not sent.",
        ),
    )
)

_LEVELLED: Final = [
    resolutions,
    tasks_assigned,
    tasks_open,
    tasks_late,
    tasks_done,
    tasks_done_on_time,
    tasks_judged,
    obstacles_raised,
    obstacles_passed_up,
    obstacles_answered,
    obstacle_days,
    obstacles_open,
    reports_due,
    reports_sent,
    reports_on_time,
    reports_judged,
    reports_late,
]
MEASURES: Final = [
    board_meetings,
    *MEETINGS.values(),
    *(levels[level] for levels in _LEVELLED for level in ("district", "province")),
    outreach_sessions,
    outreach_attendance,
    *OUTCOMES.values(),
    illegal_lending_reported,
    illegal_lending_closed,
    illegal_lending_open,
]
