"""How processes fare: whether they run, what they answer, and how far what they say is behind."""

from collections.abc import Iterator
from typing import Final

from grafana_foundation_sdk.builders import timeseries
from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.models import units

from policy_credit_reporting.dashboards.frame import dashboard, with_row
from policy_credit_reporting.dashboards.panels import (
    Column,
    at_least,
    coloured,
    course,
    ought_to_be_nought,
    rows_of,
)
from policy_credit_reporting.dashboards.queries import rows, through_time
from policy_credit_reporting.indicators.algebra import Label
from policy_credit_reporting.indicators.told import PREFIX
from policy_credit_shared.kernel.units import NATION

EACH: Final = "service, role"
CALLED: Final = "{{service}} {{role}}"
RATE: Final = "[$__rate_interval]"
SHOWN: Final = "[$__range]"
PROCESSES: Final = Label("Tiến trình", "Processes")
CALLS: Final = Label("Lời gọi HTTP", "HTTP calls")
PUBLISHING: Final = Label("Phát hành sự kiện", "Publishing")
READING: Final = Label("Tiếp nhận sự kiện", "Reading")


def operations(board: str) -> Dashboard:
    """Every role of every service; Prometheus labels its targets with `service` and `role`."""
    made = dashboard("operations", board, f"/units/{NATION}")
    running = rows_of(
        PROCESSES,
        {
            "UP": rows(f'min by ({EACH}) (up{{role!=""}})'),
            "MEMORY": rows(f"max by ({EACH}) (process_resident_memory_bytes)"),
            "RESTARTS": rows(
                f"sum by ({EACH}) (increase({PREFIX}_reader_restarts_total{SHOWN}))"
                f" or sum by ({EACH}) (increase({PREFIX}_relay_restarts_total{SHOWN}))"
            ),
            "LETTERS": rows(
                f"sum by ({EACH}) (increase({PREFIX}_reader_dead_letters_total{SHOWN}))"
                f" or 0 * max by ({EACH}) ({PREFIX}_reader_polled_timestamp_seconds)"
            ),
        },
        {
            "service": Column(Label("Dịch vụ", "Service")),
            "role": Column(Label("Vai trò", "Role")),
        },
        {
            "UP": Column(Label("Đang chạy", "Up"), units.NoUnit, *coloured(at_least(1))),
            "MEMORY": Column(Label("Bộ nhớ", "Memory"), units.BytesIEC),
            "RESTARTS": Column(Label("Khởi động lại", "Starts again"), units.LocaleFormat),
            "LETTERS": Column(
                Label("Sự kiện không nhận được", "Dead letters"),
                units.LocaleFormat,
                *coloured(ought_to_be_nought()),
            ),
        },
        "Vai trò · Role",
    )
    made = with_row(made, PROCESSES, [running])
    made = with_row(made, CALLS, _calls())
    made = with_row(made, PUBLISHING, _publishing())
    return with_row(made, READING, _reading())


def _calls() -> Iterator[timeseries.Panel]:
    calls = f"{PREFIX}_http_requests_total"
    yield _one(
        Label("Lời gọi mỗi giây", "Calls a second"),
        f"sum by (service) (rate({calls}{RATE}))",
        "{{service}}",
        units.RequestsPerSecond,
    )
    yield _one(
        Label("Lời gọi lỗi mỗi giây", "Failed calls a second"),
        f'sum by (service) (rate({calls}{{status=~"5.."}}{RATE}))'
        f" or 0 * sum by (service) (rate({calls}{RATE}))",
        "{{service}}",
        units.RequestsPerSecond,
        "Trả lời 5xx. Answers 5xx: the service could not do what it was asked.",
    )
    yield _one(
        Label("95 % lời gọi được trả lời trong", "95 % of calls are answered within"),
        _within("http_request_duration_seconds", "service"),
        "{{service}}",
        units.Seconds,
    )


def _publishing() -> Iterator[timeseries.Panel]:
    waiting = f"max by (service) ({PREFIX}_relay_waiting_events)"
    yield _one(
        Label("Sự kiện chờ phát hành", "Events waiting to be published"),
        waiting,
        "{{service}}",
        units.LocaleFormat,
        "Đếm trong cơ sở dữ liệu. Counted in the database, so it is seen while no relay runs.",
    )
    yield _one(
        Label("Sự kiện cũ nhất đã chờ", "The oldest has waited"),
        f"time() - max by (service) ({PREFIX}_relay_oldest_waiting_timestamp_seconds)"
        f" or 0 * {waiting}",
        "{{service}}",
        units.Seconds,
    )
    yield _one(
        Label("Sự kiện phát hành mỗi giây", "Events published a second"),
        f"sum by (service) (rate({PREFIX}_relay_published_events_total{RATE}))",
        "{{service}}",
        units.EventsPerSecond,
    )
    yield _one(
        Label("Số relay đang phát hành", "Relays that publish"),
        f"sum by (service) ({PREFIX}_relay_leading)",
        "{{service}}",
        units.LocaleFormat,
        "Luôn là một. Always one of each service.",
    )


def _reading() -> Iterator[timeseries.Panel]:
    yield _one(
        Label("Bản ghi chưa tiếp nhận", "Records not yet consumed"),
        f"sum by ({EACH}) ({PREFIX}_reader_lag_records)",
        CALLED,
        units.LocaleFormat,
    )
    yield _one(
        Label("Tiếp nhận theo phân vùng, chậm nhất", "The ten partitions that are most behind"),
        f"topk(10, max by (service, role, topic, partition) ({PREFIX}_reader_lag_records))",
        f"{CALLED} {{{{topic}}}} {{{{partition}}}}",
        units.LocaleFormat,
    )
    yield _one(
        Label("95 % sự kiện có hiệu lực sau", "95 % of events take effect within"),
        _within("reader_event_age_seconds", EACH),
        CALLED,
        units.Seconds,
        "Từ khi nguồn ghi. From when their source stored them.",
    )
    yield _one(
        Label("Bản ghi mỗi giây, theo kết quả", "Records a second, by what became of them"),
        f"sum by ({EACH}, outcome) (rate({PREFIX}_reader_records_total{RATE}))",
        f"{CALLED} {{{{outcome}}}}",
        units.RecordsPerSecond,
    )
    yield _one(
        Label("95 % lô ghi xong trong", "95 % of batches are stored within"),
        _within("reader_batch_duration_seconds", EACH),
        CALLED,
        units.Seconds,
    )
    yield _one(
        Label("Lần hỏi gần nhất, cách đây", "Since the last poll"),
        f"time() - max by ({EACH}) ({PREFIX}_reader_polled_timestamp_seconds)",
        CALLED,
        units.Seconds,
        "Tiến trình treo thì tăng mãi. It grows without end where a process is stalled.",
    )


def _within(name: str, by: str) -> str:
    return f"histogram_quantile(0.95, sum by ({by}, le) (rate({PREFIX}_{name}_bucket{RATE})))"


def _one(
    title: Label, text: str, legend: str, unit: str, description: str = ""
) -> timeseries.Panel:
    return course(title, [through_time(text, legend)], unit, description)
