"""Periodic reports: given that a unit reports, when months end or reports are sent, then events."""

from datetime import date, timedelta
from itertools import pairwise

import build
import governing
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_credit_oversight.domain.governing_refusals import (
    AlreadyReporting,
    DatedTooEarly,
    ReportNotAwaited,
    UnitUnknown,
)
from policy_credit_oversight.domain.periodic_report import (
    REPORTING,
    DeadlinePassed,
    MonthEnded,
    ReportingStarted,
    ReportSent,
    reporting_id,
)
from policy_credit_oversight.domain.report_duty import DueReport, duties, owed

Q1 = DueReport(
    duty="district_party",
    to="party_committee",
    period="2019-Q1",
    period_end=date(2019, 3, 31),
    deadline=date(2019, 4, 15),
)


def reporting(until: date | None = None, **started: object) -> build.Desk:
    """Oversight after the office began to report in January 2019, its days closed until a day."""
    desk = governing.Oversight()
    desk.does(governing.start_reporting(**started))
    if until is not None:
        desk.closes(until)
    return desk


def test_a_unit_begins_to_report_with_a_month() -> None:
    assert governing.Oversight().does(governing.start_reporting()) == [
        ReportingStarted(
            seat=governing.OFFICE_SEAT, owed_after=date(2018, 12, 31), on=date(2019, 1, 2)
        )
    ]


def test_a_month_that_ends_brings_what_the_duties_ask_for() -> None:
    (january,) = reporting().closes(date(2019, 1, 31))
    assert isinstance(january, MonthEnded)
    assert [(r.duty, r.period, r.deadline) for r in january.reports] == [
        ("district_committee", "2019-01", date(2019, 2, 10))
    ]
    *_, march = reporting().closes(date(2019, 3, 31))
    assert isinstance(march, MonthEnded)
    assert [(r.duty, r.period) for r in march.reports] == [
        ("district_committee", "2019-03"),
        ("district_party", "2019-Q1"),
        ("district_board", "2019-Q1"),
    ]


def test_a_report_that_is_sent_is_proved_by_a_document() -> None:
    assert reporting(Q1.period_end).does(governing.send_report()) == [
        ReportSent(
            seat=governing.OFFICE_SEAT,
            report=Q1,
            reference="45/BC-NHCS",
            was_past_deadline=False,
            on=date(2019, 4, 15),
        )
    ]


def test_a_report_not_sent_by_its_deadline_is_known_the_day_after() -> None:
    desk = reporting(date(2019, 4, 15))
    assert desk.closes(date(2019, 4, 16)) == [
        DeadlinePassed(seat=governing.OFFICE_SEAT, reports=(Q1,), on=date(2019, 4, 16))
    ]
    assert desk.closes(date(2019, 4, 16)) == []


def test_a_report_that_was_sent_does_not_pass_its_deadline() -> None:
    desk = reporting(date(2019, 4, 15))
    desk.does(governing.send_report())
    assert desk.closes(date(2019, 4, 16)) == []


def test_a_report_is_sent_late_after_a_close_has_found_it_so() -> None:
    desk = reporting(date(2019, 4, 16))
    (event,) = desk.does(governing.send_report(sent_on=date(2019, 4, 20)))
    assert isinstance(event, ReportSent)
    assert event.was_past_deadline is True
    (said,) = [e for e in desk.said() if e.NAME == "periodic_report.sent"]
    assert msgspec.to_builtins(said)["on_time"] == 0


@pytest.mark.parametrize(("day", "on_time"), [(31, 1), (46, 1), (47, 0)])
def test_a_report_is_on_time_up_to_and_with_its_deadline(day: int, on_time: int) -> None:
    """Days counted from the first of March."""
    desk = reporting(Q1.period_end)
    desk.does(governing.send_report(sent_on=date(2019, 2, 28) + timedelta(days=day)))
    (said,) = [e for e in desk.said() if e.NAME == "periodic_report.sent"]
    assert msgspec.to_builtins(said)["on_time"] == on_time


@pytest.mark.parametrize(
    "change",
    [{"period": "2019-Q2"}, {"period": "2018-Q4"}, {"duty": "province_party"}, {"unit": "58"}],
)
def test_a_report_that_is_not_owed_is_not_sent(change: dict[str, str]) -> None:
    with pytest.raises(ReportNotAwaited) as refused:
        reporting(Q1.period_end).does(governing.send_report(**change))
    assert (refused.value.code, refused.value.field) == ("report-not-awaited", "period")


def test_a_report_is_sent_once() -> None:
    desk = reporting(Q1.period_end)
    desk.does(governing.send_report())
    with pytest.raises(ReportNotAwaited):
        desk.does(governing.send_report(reference="46/BC-NHCS"))


def test_a_report_is_not_sent_before_its_period_ends() -> None:
    with pytest.raises(DatedTooEarly) as refused:
        reporting(Q1.period_end).does(governing.send_report(sent_on=date(2019, 3, 30)))
    assert refused.value.field == "sent_on"


def test_a_unit_begins_once_and_is_one_of_the_bank() -> None:
    with pytest.raises(AlreadyReporting) as refused:
        reporting().does(governing.start_reporting(first_month="2020-01"))
    assert refused.value.code == "already-reporting"
    with pytest.raises(UnitUnknown):
        reporting(unit=build.COMMUNE)


@pytest.mark.parametrize("month", ["2019-13", "2019-1", "1999-01", "2019-01\n"])
def test_a_first_month_is_one_of_the_century(month: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        governing.start_reporting(first_month=month)


def test_days_closed_at_once_give_the_events_of_each() -> None:
    one_by_one, at_once = reporting(), reporting()
    first = date(2019, 1, 1)
    for day in range(800):
        one_by_one.closes(first + timedelta(days=day))
    at_once.closes(first + timedelta(days=799))
    assert at_once.history(reporting_id(build.OFFICE)) == one_by_one.history(
        reporting_id(build.OFFICE)
    )
    days = [
        recorded.event.on
        for recorded in at_once.history(reporting_id(build.OFFICE))[1:]
        if isinstance(recorded.event, MonthEnded | DeadlinePassed)
    ]
    assert all(one <= other for one, other in pairwise(days))


def test_many_years_are_closed_in_parts() -> None:
    desk = reporting(first_month="2001-01")
    events = desk.closes(date(2025, 12, 31))
    assert sum(isinstance(event, MonthEnded) for event in events) == 25 * 12


def test_since_the_reform_offices_report_to_communes() -> None:
    def asked(day: date) -> set[str]:
        return {report.duty for report in owed("district", day)}

    assert asked(date(2025, 6, 30)) == {"district_committee", "district_party", "district_board"}
    assert asked(date(2025, 9, 30)) == {"commune_committees", "commune_parties", "commune_boards"}


def test_periods_are_written_as_they_are_asked_for() -> None:
    asked = {r.duty: r.period for r in owed("province", date(2019, 12, 31))}
    assert asked == {
        "province_committee": "2019-Q4",
        "province_party": "2019-H2",
        "province_board": "2019-Q4",
    }
    assert [r.period for r in owed("nation", date(2019, 12, 31))] == ["2019"]
    assert owed("nation", date(2019, 6, 30)) == ()


def test_every_duty_says_where_it_comes_from_and_how_far_it_is_trusted() -> None:
    assert all(duty.legal_basis and duty.trust for duty in duties())
    assert len({duty.duty for duty in duties()}) == len(duties())


def test_the_deadline_of_a_duty_is_before_the_same_report_is_owed_again() -> None:
    """Else two reports of one duty would pass their deadlines out of turn."""
    least = {"month": 28, "quarter": 90, "half_year": 181, "year": 365}
    assert all(duty.days < least[duty.every] for duty in duties())


@settings(deadline=None)
@given(st.data())
def test_however_days_are_closed_each_report_is_owed_once_and_late_at_most_once(
    data: st.DataObject,
) -> None:
    desk = reporting()
    days = data.draw(st.lists(st.dates(date(2019, 1, 1), date(2020, 1, 31)), max_size=8))
    for day in days:
        desk.closes(day)
        known = desk.state(REPORTING, reporting_id(build.OFFICE))
        awaited = [a.report for a in known.awaited] if known else []
        for report in data.draw(st.lists(st.sampled_from(awaited), max_size=1)) if awaited else ():
            sent_on = report.period_end + timedelta(days=data.draw(st.integers(0, 40)))
            desk.does(
                governing.send_report(duty=report.duty, period=report.period, sent_on=sent_on)
            )
    desk.closes(date(2020, 1, 31))
    said = [(e.NAME, msgspec.to_builtins(e)) for e in desk.said()]
    ids = {
        name: [(d["duty"], d["period"]) for found, d in said if found == name]
        for name in (
            "periodic_report.fell_due",
            "periodic_report.passed_deadline",
            "periodic_report.sent",
        )
    }
    owed_, late, sent = ids.values()
    for found in (owed_, late, sent):
        assert len(found) == len(set(found))
    assert set(late) | set(sent) <= set(owed_)
    told_late = {(d["duty"], d["period"]) for _, d in said if d.get("was_past_deadline")}
    assert told_late == set(late) & set(sent)
