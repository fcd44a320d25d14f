"""On what a benchmark ran: the machine, the versions of all that takes part, and memory taken."""

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

import psutil
import psycopg

from policy_credit_local.kafka import KAFKA

KIB: Final = 1 << 10
LIBRARIES: Final = (
    "aiokafka",
    "duckdb",
    "eventsourcing",
    "fastapi",
    "kafka-python",
    "msgspec",
    "numpy",
    "psycopg",
    "uvicorn",
)


def described(database_url: str) -> Sequence[tuple[str, str]]:
    """What to state beside results, name by name."""
    with psycopg.connect(database_url) as connection:
        postgres = connection.info.parameter_status("server_version") or "unknown"
    memory = psutil.virtual_memory().total / (1 << 30)
    return [
        ("machine", f"{os.cpu_count()} cores, {memory:.0f} GiB, {_processor()}"),
        ("load before", f"{os.getloadavg()[0]:.1f} in the last minute"),
        ("Python", platform.python_version()),
        ("PostgreSQL", postgres.split()[0]),
        ("Kafka", KAFKA.rsplit(":", 1)[1]),
        *((library, version(library)) for library in LIBRARIES),
    ]


def peak_mib(process: int | None = None) -> float:
    """The most memory that a process has had, this one without another's number."""
    # What getrusage says of a process that was started by another begins with the other's peak.
    status = Path(f"/proc/{process or 'self'}/status").read_text()
    (peak,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(peak.split()[1]) / KIB


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()
