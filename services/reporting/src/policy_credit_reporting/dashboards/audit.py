"""Whether what was recorded is whole: holes, breaks, quarantine, and what was published."""

from typing import Final

from grafana_foundation_sdk.builders import stat, table, timeseries
from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.models import units

from policy_credit_reporting.dashboards.frame import ON_THE_BOARD, dashboard, with_row
from policy_credit_reporting.dashboards.panels import (
    Column,
    course,
    links,
    names,
    number_of_rows,
    rows_in,
)
from policy_credit_reporting.dashboards.queries import through_time
from policy_credit_reporting.indicators.algebra import Label
from policy_credit_reporting.indicators.targeted import TARGETED
from policy_credit_reporting.indicators.told import PREFIX

WHOLE: Final = Label("Toàn vẹn dữ liệu", "Integrity")
PUBLISHED: Final = Label("Sổ công bố", "Register of what is published")
PROGRESS: Final = Label("Tiến độ", "Progress")
TOPIC: Final = Column(Label("Chủ đề", "Topic"))
PARTITION: Final = Column(Label("Phân vùng", "Partition"), units.NoUnit)
OFFSET: Final = Column(Label("Vị trí", "Offset"), units.NoUnit)
SOURCE: Final = Column(Label("Nguồn", "Source"))
SEQUENCE: Final = Column(Label("Số thứ tự", "Sequence"), units.NoUnit)
SHOWN_MAX: Final = 200


def audit(board: str) -> Dashboard:
    """What auditors are to know of the log and the register; a record's content is not shown."""
    made = dashboard("audit", board, "/integrity")
    made = with_row(made, WHOLE, [*_counts(), *_faults()])
    made = with_row(made, PUBLISHED, _published(board))
    return with_row(made, PROGRESS, [*_course(), *_consumed()])


def _counts() -> list[stat.Panel]:
    """What ought to be nought."""
    return [
        number_of_rows(
            Label("Lỗ hổng chưa lấp", "Open holes"),
            "SELECT count(*) AS open FROM dashboards.incident WHERE closed_at IS NULL",
        ),
        number_of_rows(
            Label("Chuỗi bị đứt", "Broken chains"),
            "SELECT count(*) AS broken FROM dashboards.chain_break",
        ),
        number_of_rows(
            Label("Bản ghi bị cách ly", "Records in quarantine"),
            "SELECT count(*) AS quarantined FROM dashboards.quarantined",
        ),
        number_of_rows(
            Label("Đơn vị vượt chỉ tiêu", "Units beyond a target"),
            "SELECT count(*) AS beyond FROM dashboards.alert",
        ),
    ]


def _faults() -> list[table.Panel]:
    """Holes, breaks and quarantine, the newest first."""
    return [
        rows_in(
            Label("Lỗ hổng trong dãy sự kiện", "Holes in what sources published"),
            "SELECT opened_at, closed_at, topic, partition, source, expected, seen,"
            " record_offset FROM dashboards.incident"
            f" ORDER BY closed_at DESC NULLS FIRST, opened_at DESC LIMIT {SHOWN_MAX}",
            {
                "opened_at": Column(Label("Mở lúc", "Opened"), units.DatetimeISO),
                "closed_at": Column(Label("Lấp lúc", "Closed"), units.DatetimeISO),
                "topic": TOPIC,
                "partition": PARTITION,
                "source": SOURCE,
                "expected": Column(Label("Chờ số", "Expected"), units.NoUnit),
                "seen": Column(Label("Thấy số", "Seen"), units.NoUnit),
                "record_offset": OFFSET,
            },
        ),
        rows_in(
            Label("Chuỗi bị đứt", "Broken chains"),
            "SELECT found_at, topic, partition, record_offset, source, sequence, fault"
            f" FROM dashboards.chain_break ORDER BY found_at DESC LIMIT {SHOWN_MAX}",
            {
                "found_at": Column(Label("Phát hiện lúc", "Found"), units.DatetimeISO),
                "topic": TOPIC,
                "partition": PARTITION,
                "record_offset": OFFSET,
                "source": SOURCE,
                "sequence": SEQUENCE,
                "fault": Column(Label("Lỗi", "Fault")),
            },
        ),
        rows_in(
            Label("Cách ly", "Quarantine"),
            "SELECT at, topic, partition, record_offset, source, sequence, reason"
            f" FROM dashboards.quarantined ORDER BY at DESC LIMIT {SHOWN_MAX}",
            {
                "at": Column(Label("Lúc", "At"), units.DatetimeISO),
                "topic": TOPIC,
                "partition": PARTITION,
                "record_offset": OFFSET,
                "source": SOURCE,
                "sequence": SEQUENCE,
                "reason": Column(Label("Lý do", "Reason")),
            },
        ),
    ]


def _published(board: str) -> list[table.Panel]:
    """The register, and who was told to be beyond a target."""
    to = (ON_THE_BOARD, f"{board}/units/${{__value.raw}}")
    unit = Column(Label("Đơn vị", "Unit"), None, links(to))
    return [
        rows_in(
            PUBLISHED,
            "SELECT number, recorded_at, unit, period, edition, is_reopening, digest"
            f" FROM dashboards.published ORDER BY number DESC LIMIT {SHOWN_MAX}",
            {
                "number": Column(Label("Số", "Number"), units.NoUnit),
                "recorded_at": Column(Label("Ghi lúc", "Entered"), units.DatetimeISO),
                "unit": unit,
                "period": Column(Label("Kỳ", "Period")),
                "edition": Column(Label("Lần công bố", "Edition"), units.NoUnit),
                "is_reopening": Column(Label("Mở lại", "Reopened")),
                "digest": Column(Label("Mã băm", "Digest")),
            },
        ),
        rows_in(
            Label("Đơn vị vượt chỉ tiêu", "Units beyond a target"),
            "SELECT at, unit, indicator, numerator::float / nullif(denominator, 0) AS reached,"
            " coalesce(ceiling, floor) / 1e6::float AS target"
            f" FROM dashboards.alert ORDER BY at DESC LIMIT {SHOWN_MAX}",
            {
                "at": Column(Label("Từ lúc", "Since"), units.DatetimeISO),
                "unit": unit,
                "indicator": Column(
                    Label("Chỉ tiêu", "Indicator"),
                    None,
                    names({str(name): label for name, label in TARGETED.items()}),
                ),
                "reached": Column(Label("Thực hiện", "Reached"), units.PercentUnit),
                "target": Column(Label("Mức giao", "Target"), units.PercentUnit),
            },
        ),
    ]


def _course() -> list[timeseries.Panel]:
    """What the projection makes of records, and how old the newest are."""
    return [
        course(
            Label("Bản ghi theo kết quả, mỗi giây", "Records by what became of them, a second"),
            [
                through_time(
                    f"sum by (outcome) (rate({PREFIX}_projection_records_total[$__rate_interval]))",
                    "{{outcome}}",
                )
            ],
            units.RecordsPerSecond,
        ),
        course(
            Label("Sự kiện mới nhất của từng nguồn, cách đây", "Since each source's last event"),
            [
                through_time(
                    f"time() - max by (source) ({PREFIX}_projection_last_event_timestamp_seconds)",
                    "{{source}}",
                )
            ],
            units.Seconds,
        ),
    ]


def _consumed() -> list[table.Panel]:
    """How far the generation that serves has come."""
    return [
        rows_in(
            Label("Thế hệ số liệu đang phục vụ", "The generation of figures that serves"),
            "SELECT generation, since FROM dashboards.generation",
            {
                "generation": Column(Label("Thế hệ", "Generation")),
                "since": Column(Label("Từ lúc", "Since"), units.DatetimeISO),
            },
        ),
        rows_in(
            Label("Đã tiếp nhận theo phân vùng", "Consumed, by partition"),
            "SELECT topic, partition, next_offset, coalesce(applied, 0)::bigint AS applied,"
            " coalesce(others, 0)::bigint AS others FROM dashboards.progress LEFT JOIN ("
            " SELECT topic, partition, sum(records) FILTER (WHERE outcome = 'applied')"
            " AS applied, sum(records) FILTER (WHERE outcome <> 'applied') AS others"
            " FROM dashboards.tally GROUP BY topic, partition"
            ") AS tallies USING (topic, partition) ORDER BY topic, partition",
            {
                "topic": TOPIC,
                "partition": PARTITION,
                "next_offset": Column(Label("Vị trí tiếp theo", "Next offset"), units.NoUnit),
                "applied": Column(Label("Có hiệu lực", "Applied"), units.LocaleFormat),
                "others": Column(Label("Khác", "Otherwise"), units.LocaleFormat),
            },
        ),
    ]
