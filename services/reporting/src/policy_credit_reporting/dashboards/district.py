"""A transaction office: its figures, its targets, and its books by business month."""

from typing import Final

from grafana_foundation_sdk.builders import stat, table, timeseries
from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.models import units

from policy_credit_reporting.board.words import PROGRAMMES
from policy_credit_reporting.dashboards.frame import (
    association,
    dashboard,
    district,
    programme,
    province,
    with_row,
)
from policy_credit_reporting.dashboards.levels import COURSE, NOW, courses, leading_figures
from policy_credit_reporting.dashboards.panels import (
    Column,
    bars_by_month,
    course,
    dashed,
    leading,
    lines_by_month,
    names,
    number,
    ought_to_be_nought,
    rows_in,
    said_of,
    said_of_each,
    unit_of,
    written,
)
from policy_credit_reporting.dashboards.queries import (
    FILTERED,
    OF_DISTRICT,
    OFFICE,
    declared,
    figure,
    or_nought,
    through_time,
)
from policy_credit_reporting.dashboards.targets import targets
from policy_credit_reporting.indicators.algebra import Label, Measure
from policy_credit_reporting.indicators.told import PREFIX
from policy_credit_shared.kernel.checks import check

WATCHED: Final = Label("Cần theo dõi", "To be watched")
BOOKS: Final = Label(
    "Theo tháng giao dịch, theo lựa chọn ở trên", "By business month, of what is chosen above"
)
FLOWS: Final = ("disbursed", "collected")
INTEREST: Final = ("interest_due", "interest_collected")
STOCKS: Final = ("outstanding", "overdue")
LATE: Final = ("findings_past_deadline", "use_checks_overdue")


def district_dashboard(board: str) -> Dashboard:
    """One office."""
    variables = [province(), district(), programme(), association()]
    made = dashboard("district", board, "/units/${district}", variables)
    made = with_row(made, NOW, leading_figures("district", OF_DISTRICT))
    watched = [
        *(leading("district", name, OF_DISTRICT) for name in LATE),
        _count("points_missing", Label("Điểm chưa báo cáo", "Points not heard of")),
        _count("hot_spot_communes", Label("Xã bất thường", "Communes out of line")),
    ]
    made = with_row(made, WATCHED, [*watched, targets("district", OF_DISTRICT, {})])
    months = [_flows(FLOWS), _flows(INTEREST), _ends(), _overdue_ratio(), _programmes()]
    made = with_row(made, BOOKS, months)
    return with_row(made, COURSE, [*courses("district", OF_DISTRICT), _against_target()])


def _count(name: str, title: Label) -> stat.Panel:
    text = f"max({or_nought('district', f'{PREFIX}_district_{name}', OF_DISTRICT)})"
    return number(title, text, units.LocaleFormat, ought_to_be_nought())


def _sum(name: str) -> str:
    return f"coalesce(sum(amount) FILTER (WHERE measure = '{name}'), 0)"


def _of(*measures: str) -> str:
    quoted = ", ".join(f"'{name}'" for name in measures)
    return f"FROM dashboards.movement WHERE {OFFICE} AND measure IN ({quoted}) AND {FILTERED}"


def _measures(names: tuple[str, ...]) -> list[Measure]:
    found = [one for name in names if isinstance(one := declared(name), Measure)]
    check(len(found) == len(names), "movements are of measures")
    return found


def _flows(names: tuple[str, ...]) -> timeseries.Panel:
    measures = _measures(names)
    sums = ", ".join(f'{_sum(one.name)}::bigint AS "{written(one.label)}"' for one in measures)
    text = f"""
        SELECT month::timestamp AS time, {sums} {_of(*names)} AND $__timeFilter(month)
        GROUP BY month ORDER BY month
    """
    title = Label(
        ", ".join(one.label.vi for one in measures), ", ".join(one.label.en for one in measures)
    )
    return bars_by_month(title, text, unit_of(measures[0]), said_of_each(measures))


def _ends() -> timeseries.Panel:
    measures = _measures(STOCKS)
    shown = ", ".join(f'{one.name}::bigint AS "{written(one.label)}"' for one in measures)
    text = (
        f"SELECT time, {shown} FROM ({_standing()}) AS ends WHERE $__timeFilter(time) ORDER BY time"
    )
    title = Label("Dư nợ cuối tháng", "Debt at the end of the month")
    return lines_by_month(title, text, unit_of(measures[0]), said_of_each(measures))


def _overdue_ratio() -> timeseries.Panel:
    ratio = declared("overdue_ratio")
    text = f"""
        SELECT time, overdue::float / nullif(outstanding, 0) AS "{written(ratio.label)}"
        FROM ({_standing()}) AS ends WHERE $__timeFilter(time) ORDER BY time
    """
    title = Label(f"{ratio.label.vi} cuối tháng", f"{ratio.label.en} at the end of the month")
    return lines_by_month(title, text, unit_of(ratio), said_of(ratio))


def _standing() -> str:
    """What had added up by the end of each month, from the beginning of the books."""
    sums = ", ".join(f"sum({_sum(name)}) OVER (ORDER BY month) AS {name}" for name in STOCKS)
    end = "(month + interval '1 month' - interval '1 day')::timestamp"
    return f"SELECT {end} AS time, {sums} {_of(*STOCKS)} GROUP BY month"


def _programmes() -> table.Panel:
    ratio = declared("overdue_ratio")
    sums = ", ".join(f"{_sum(name)}::bigint AS {name}" for name in (*STOCKS, "loans"))
    text = f"""
        SELECT *, overdue::float / nullif(outstanding, 0) AS overdue_ratio FROM (
            SELECT programme, {sums} {_of(*STOCKS, "loans")}
            AND month <= $__timeTo()::date AND day <= $__timeTo()::date GROUP BY programme
        ) AS programmes WHERE outstanding <> 0 ORDER BY outstanding DESC
    """
    columns = {
        "programme": Column(Label("Chương trình", "Programme"), None, names(PROGRAMMES)),
        **{
            name: Column(declared(name).label, unit_of(declared(name)))
            for name in (*STOCKS, "loans", "overdue_ratio")
        },
    }
    title = Label("Theo chương trình, cuối kỳ", "By programme, at the end of the time shown")
    return rows_in(title, text, columns, said_of(ratio))


def _against_target() -> timeseries.Panel:
    """The overdue ratio, and the ceiling that it was to stay below."""
    ratio = declared("overdue_ratio")
    ceiling = Label("Chỉ tiêu", "Target")
    of_ratio = OF_DISTRICT.replace("}", f', indicator="{ratio.name}"}}')
    panel = course(
        Label(f"{ratio.label.vi} so với chỉ tiêu", f"{ratio.label.en} against its target"),
        [
            through_time(figure("district", ratio, OF_DISTRICT), written(ratio.label)),
            through_time(f"max({PREFIX}_district_ceiling_ratio{of_ratio})", written(ceiling)),
        ],
        unit_of(ratio),
        said_of(ratio),
    )
    return panel.override_by_name(written(ceiling), dashed())
