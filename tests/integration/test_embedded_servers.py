"""The embedded servers are real, keep their data, and leave nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psutil
import psycopg
import pytest
from plain_kafka import record_values

from policy_credit_local.failures import EmbeddedServerFailed
from policy_credit_local.kafka import EmbeddedKafka, _cluster_id
from policy_credit_local.postgres import EmbeddedPostgres
from policy_credit_local.processes import Supervisor, free_port
from policy_credit_shared.messaging.kafka import KafkaPublisher, create_topics
from policy_credit_shared.messaging.records import Outgoing
from policy_credit_shared.messaging.topics import Topic

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


def test_a_broker_killed_and_started_again_keeps_its_records(tmp_path: Path) -> None:
    kafka = EmbeddedKafka(tmp_path)
    kafka.start()
    try:
        create_topics(kafka.bootstrap, [Topic("kept", 2, {})])
        with closing(KafkaPublisher(kafka.bootstrap, "test")) as publisher:
            publisher.publish([Outgoing("kept", 1, b"key", b"value", ())])
        kafka.kill()
        kafka.start()
        assert record_values(kafka.bootstrap, ["kept"]) == [b"value"]
    finally:
        kafka.stop()
    assert kafka.pid == 0


def test_a_broker_whose_preparation_was_interrupted_is_prepared_again(tmp_path: Path) -> None:
    (tmp_path / "format").mkdir()
    (tmp_path / "format" / "meta.properties").write_text("cluster.id=half")
    kafka = EmbeddedKafka(tmp_path, port=free_port())
    kafka.start()
    kafka.stop()
    moved = free_port()
    small = EmbeddedKafka(tmp_path, port=moved, heap_mib=1)
    with pytest.raises(EmbeddedServerFailed, match=r"ended at start\n(.*\n)*.*heap"):
        small.start()
    assert small.bootstrap == f"127.0.0.1:{moved}"
    assert small.pid == 0


def test_a_broker_takes_nobody_else_for_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("policy_credit_local.kafka.PORT_SECONDS_MAX", 0)
    with socket.create_server(("127.0.0.1", 0)) as other:
        kafka = EmbeddedKafka(tmp_path, port=other.getsockname()[1])
        with pytest.raises(EmbeddedServerFailed, match="where another listens"):
            kafka.start()


def test_no_cluster_is_named_like_an_option() -> None:
    assert not any(_cluster_id().startswith("-") for _ in range(2000))


def test_a_postgres_started_again_keeps_its_rows(tmp_path: Path) -> None:
    for _ in range(2):
        postgres = EmbeddedPostgres(tmp_path / "data")
        postgres.start()
        with psycopg.connect(postgres.create_database("kept")) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
            connection.execute("INSERT INTO kept VALUES (1)")
            row = connection.execute("SELECT count(*) FROM kept").fetchone()
            names = ["fsync", "synchronous_commit", "shared_buffers", "max_connections"]
            settings = [connection.execute(f"SHOW {name}").fetchone() for name in names]
        postgres.stop()
    assert row == (2,)
    assert settings == [("on",), ("on",), ("64MB",), ("200",)]


def test_a_postgres_refuses_a_folder_that_its_library_would_tear_apart(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedServerFailed, match="takes no folder with ' ' in its path"):
        EmbeddedPostgres(tmp_path / "two words").start()
    assert list(tmp_path.iterdir()) == []


def test_a_supervisor_stops_what_it_started_and_nothing_else(tmp_path: Path) -> None:
    stranger = subprocess.Popen(SLEEP)
    supervisor = Supervisor(tmp_path, {})
    supervisor.start("one", SLEEP)
    supervisor.start("two", SLEEP)
    pids = supervisor.pids()
    supervisor.stop()
    assert not any(psutil.pid_exists(pid) for pid in pids)
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_process_that_ends_by_itself_is_noticed(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path, {})
    supervisor.start("brief", [sys.executable, "-c", "raise SystemExit(3)"])
    until = time.monotonic() + 10
    while not supervisor.ended():
        assert time.monotonic() < until
        time.sleep(0.01)
    assert supervisor.ended() == {"brief": 3}
    supervisor.stop()


def test_children_end_even_when_their_parent_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path;"
        "from policy_credit_local.processes import Supervisor;"
        f"s = Supervisor(Path({str(tmp_path)!r}), {{}}); s.start('child', {SLEEP!r});"
        "print(s.pid('child'), flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    psutil.wait_procs([child], timeout=10)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
