"""The command line: what it teaches, what it refuses, and the audit at work."""

from contextlib import closing
from fcntl import LOCK_EX, flock
from itertools import takewhile
from pathlib import Path
from uuid import uuid4

import jwt
import pytest
from conftest import Servers
from terminal import run, start
from typer.testing import CliRunner

from policy_credit_local.installation import Installation
from policy_credit_local.playing import Player
from policy_credit_local.scenario.world import make_world
from policy_credit_shared.cli import app
from policy_credit_shared.messaging.chain import Head
from policy_credit_shared.messaging.kafka import KafkaPublisher
from policy_credit_shared.messaging.records import Outgoing, place_headers
from policy_credit_shared.store.changes import Changes
from policy_credit_shared.store.postgres import PostgresEventStore
from policy_credit_shared.store.recorded import EventMapper
from policy_credit_shared.store.vault import Vault
from policy_credit_shared.web.auth import make_keys

OF_A_SESSION = ("fetch", "open", "enter", "status", "submit", "answers", "correct", "undo")


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["demo"],
        ["up"],
        ["services", "run"],
        ["topics", "create"],
        ["migrate"],
        ["token"],
        ["show"],
        ["indicators"],
        ["audit", "verify"],
        ["audit", "explain"],
        ["repayments", "close-day"],
        ["simulate"],
        ["branch"],
        *(["branch", name] for name in OF_A_SESSION),
        ["import", "template"],
        ["import", "check"],
        ["import", "run"],
    ],
)
def test_every_command_teaches(command: list[str]) -> None:
    done = CliRunner().invoke(app, [*command, "--help"])
    assert done.exit_code == 0, done.output
    assert "Usage:" in done.output


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({}, "POLICY_CREDIT_LOANS_DATABASE_URL is not set"),
        (
            {
                "LOANS_DATABASE_URL": "postgresql://127.0.0.1:1/none",
                "LOANS_PORT": "8000",
                "LOANS_PERSONAL_KEY": Vault.new_key(),
            },
            "POLICY_CREDIT_LOANS_DATABASE_URL names a database that does not answer",
        ),
        (
            {"LOANS_DATABASE_URL": "postgresql:///x", "LOANS_PORT": "many"},
            "POLICY_CREDIT_LOANS_PORT is wrong",
        ),
        (
            {"LOANS_DATABASE_URL": "postgresql:///x", "LOANS_PORT": "8000"},
            "POLICY_CREDIT_LOANS_PERSONAL_KEY is not set",
        ),
        (
            {
                "LOANS_DATABASE_URL": "postgresql:///x",
                "LOANS_PORT": "8000",
                "LOANS_PERSONAL_KEY": "short",
            },
            "POLICY_CREDIT_LOANS_PERSONAL_KEY is wrong: Value error, is not 32 bytes in base64",
        ),
    ],
)
def test_a_wrong_setting_is_refused_at_start_by_its_name(
    settings: dict[str, str], sentence: str
) -> None:
    done = run("services", "run", "loans", "--role", "api", **settings)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("bootstrap", "sentence"),
    [
        ("127.0.0.1:1", "POLICY_CREDIT_KAFKA_BOOTSTRAP names no broker that answers"),
        ("nonsense", "POLICY_CREDIT_KAFKA_BOOTSTRAP is wrong"),
    ],
)
def test_an_unreachable_broker_is_refused_at_start(bootstrap: str, sentence: str) -> None:
    done = run("topics", "create", KAFKA_BOOTSTRAP=bootstrap)
    assert done.returncode == 2
    assert sentence in done.stderr


def test_a_database_without_tables_is_refused_at_start(servers: Servers) -> None:
    for service in ("loans", "reporting"):
        name = service.upper()
        settings = {
            f"{name}_DATABASE_URL": servers.database(),
            f"{name}_PORT": "8000",
            f"{name}_PERSONAL_KEY": Vault.new_key(),
        }
        done = run("services", "run", service, "--role", "api", **settings)
        assert done.returncode == 2
        assert (
            f"POLICY_CREDIT_{name}_DATABASE_URL names a database that has no tables" in done.stderr
        )


def test_a_key_that_does_not_fit_is_refused_at_start(servers: Servers, tmp_path: Path) -> None:
    _, public = make_keys(tmp_path)
    settings = {"LOANS_DATABASE_URL": servers.database(), "LOANS_PORT": "8000"}
    key = Vault.new_key()
    store = PostgresEventStore(settings["LOANS_DATABASE_URL"], EventMapper([]), Vault(key))
    with closing(store):
        store.migrate()
        store.append(Changes(personal={uuid4(): b"a name"}))
    settings |= {"LOANS_PERSONAL_KEY": Vault.new_key(), "AUTH_JWKS": str(public)}
    done = run("services", "run", "loans", "--role", "api", **settings)
    assert done.returncode == 2
    assert "POLICY_CREDIT_LOANS_PERSONAL_KEY is not the key" in done.stderr
    assert "Traceback" not in done.stderr


def test_creating_topics_and_tables_can_be_repeated(servers: Servers) -> None:
    kafka = {"KAFKA_BOOTSTRAP": servers.kafka.bootstrap, "TOPIC_PREFIX": "repeated"}
    assert "repeated.loans" in run("topics", "create", **kafka).stdout
    assert "all topics exist" in run("topics", "create", **kafka).stdout
    database = {
        "LOANS_DATABASE_URL": servers.database(),
        "LOANS_PORT": "8000",
        "LOANS_PERSONAL_KEY": Vault.new_key(),
    }
    for _ in range(2):
        assert run("migrate", "loans", **database).stdout == "loans: migrated\n"


def test_documents_are_written_once_and_then_held_against_the_code(tmp_path: Path) -> None:
    for command, name in (("contracts", "events.md"), ("indicators", "indicators.md")):
        assert run(command, str(tmp_path), "--check").returncode == 1
        assert name in run(command, str(tmp_path)).stdout
        assert run(command, str(tmp_path), "--check").stdout == "up to date\n"
        (tmp_path / name).write_text("something else", encoding="utf-8")
        changed = run(command, str(tmp_path), "--check")
        assert (changed.returncode, changed.stdout) == (1, f"differ: {name}\n")


def test_a_token_says_who_and_where(town: Installation) -> None:
    done = run("token", "--unit", "587", "--role", "teller", **town.environment)
    claims = jwt.decode(done.stdout.strip(), options={"verify_signature": False})
    assert (claims["unit"], claims["role"]) == ("587", "teller")
    for wrong in (["--unit", "999", "--role", "teller"], ["--unit", "587", "--role", "king"]):
        refused = run("token", *wrong, **town.environment)
        assert refused.returncode == 2
        assert "Invalid value" in refused.stderr


def test_show_prints_a_units_indicators(town: Installation, player: Player) -> None:
    player.play(make_world(5).funding, lambda _: None)
    events = player.await_published(lambda *_: None)
    player.await_reflected(sum(events.values()), lambda *_: None)
    done = run("show", "58", "--once", **town.environment)
    assert "Tỉnh Ninh Thuận" in done.stdout
    assert "triệu đồng" in done.stdout
    assert "Tỷ lệ nợ quá hạn chưa tính được vì không có dư nợ." in done.stdout
    assert "Chưa xã nào có dư nợ." in done.stdout
    refused = run("show", "999", "--once", **town.environment)
    assert "999" in refused.stderr
    assert refused.returncode == 2


def test_the_audit_holds_until_somebody_forges_a_record(town: Installation, player: Player) -> None:
    calls = [call for call in make_world(5).registering if call.office == "585"]
    player.play(calls, lambda _: None)
    player.await_published(lambda *_: None)
    whole = run("audit", "verify", **town.environment)
    assert whole.returncode == 0, whole.stdout
    assert "every chain holds" in whole.stdout

    topic = town.environment["POLICY_CREDIT_TOPIC_PREFIX"] + ".loans"
    forged = Outgoing(
        topic, 0, b"", b"forged", place_headers("/policy-credit/loans", Head(10**6, bytes(32)))
    )
    publisher = KafkaPublisher(town.environment["POLICY_CREDIT_KAFKA_BOOTSTRAP"], "test")
    publisher.publish([forged])
    publisher.close()
    broken = run("audit", "verify", **town.environment)
    assert broken.returncode == 1
    assert "BREAK missing" in broken.stdout
    assert f"{topic}[0]" in broken.stdout


def test_an_installation_on_given_servers_starts_none(servers: Servers, tmp_path: Path) -> None:
    """With every address given, nothing embedded is started: only the services are."""
    urls = {
        f"{name.upper()}_DATABASE_URL": servers.database()
        for name in ("loans", "repayments", "oversight", "reporting")
    }
    up = start(
        "up", "--data", str(tmp_path / "up"),
        KAFKA_BOOTSTRAP=servers.kafka.bootstrap, TOPIC_PREFIX="given", **urls,
    )  # fmt: skip
    assert up.stdout is not None
    said = "".join(takewhile(lambda line: "Ctrl-C" not in line, up.stdout))
    up.terminate()
    up.communicate(timeout=60)
    assert up.returncode == 0
    assert "The reporting API is at http://127.0.0.1:" in said
    assert "starting Kafka" not in said
    assert "starting PostgreSQL" not in said
    assert {p.name for p in (tmp_path / "up").iterdir()}.isdisjoint({"kafka", "postgres"})


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "kept").touch()
    with (tmp_path / "demo.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        done = run("demo", "--exit", "--data", str(tmp_path / "demo"))
    assert done.returncode == 2
    assert "in use" in done.stderr
    assert (tmp_path / "demo" / "kept").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--unit", "99999"], "no unit '99999'"),
        (["--until", "2025-13"], "--until: '2025-13' is not a month"),
        (["--out", "."], "--out: . is not empty"),
    ],
)
def test_a_history_that_cannot_be_made_is_refused_by_its_option(
    arguments: list[str], sentence: str, tmp_path: Path
) -> None:
    done = run("simulate", "--out", str(tmp_path / "history"), *arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
