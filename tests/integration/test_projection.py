"""The projection on real servers: faults 14, 16, 19, 25, 26 and 27."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from typing import Any

import psycopg
import pytest
from conftest import Servers
from disbursements import stored, translate
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError
from lending import Lender, over_http
from msgspec.structs import replace

from policy_credit_local.installation import Installation
from policy_credit_local.playing import Player
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_reporting.projection.folding import Folding
from policy_credit_reporting.projection.projector import Projector
from policy_credit_reporting.store import generations
from policy_credit_reporting.store.postgres import PostgresLedger
from policy_credit_reporting.store.reading import Figures
from policy_credit_shared.messaging.chain import GENESIS, Head
from policy_credit_shared.messaging.kafka import KafkaPublisher
from policy_credit_shared.messaging.memory import MemoryLog
from policy_credit_shared.messaging.records import Incoming, Outgoing, place_headers
from policy_credit_shared.messaging.relay import START, Route, window
from policy_credit_shared.messaging.topics import source_of
from policy_credit_shared.store.progress import Fenced, Progress
from policy_credit_shared.store.recorded import Notified

ROUTE = Route(source_of("loans"), "loans", 1)


def loans(count: int) -> list[Outgoing]:
    """Disbursements of one million each, as a relay sends them."""
    entries = [Notified(n + 1, stored(3 * n)) for n in range(count)]
    return window(START, entries, translate, ROUTE)[0]


def read(records: Sequence[Outgoing]) -> list[Incoming]:
    log = MemoryLog()
    for record in records:
        log.append(record)
    return log.read(Progress.none(), 10**6)


class Model:
    """A real read model, and projectors on it."""

    def __init__(self, database_url: str) -> None:
        self.url = database_url
        generations.create(database_url, ALGEBRA)
        self.figures = Figures(database_url, ALGEBRA)
        self.letters: list[Any] = []

    def projector(self, ledger: PostgresLedger | None = None) -> Projector:
        folding = Folding(ALGEBRA, Layout.of(ALGEBRA))
        return Projector(ledger or PostgresLedger(self.url, ALGEBRA), folding, self.letters.extend)

    def outstanding(self) -> int:
        with self.figures.snapshot() as snapshot:
            return snapshot.totals(["VN"], {})["VN"]["outstanding"]

    def tally(self) -> dict[str, int]:
        with self.figures.snapshot() as snapshot:
            return snapshot.tally()


@pytest.fixture
def model(servers: Servers) -> Iterator[Model]:
    model = Model(servers.database())
    yield model
    model.figures.close()


def test_a_commit_whose_answer_is_lost_is_not_applied_twice(model: Model) -> None:
    class LosesAnswers(PostgresLedger):
        def commit(self, commit: Any) -> None:
            super().commit(commit)
            raise ConnectionError("the answer is lost")

    records = read(loans(10))
    with closing(LosesAnswers(model.url, ALGEBRA)) as ledger:
        projector = model.projector(ledger)
        with pytest.raises(ConnectionError):
            projector.step(records)
        projector.reload()
        assert projector.step(records) is None
    assert model.outstanding() == 10_000_000


def test_a_worker_that_was_away_too_long_is_refused(model: Model) -> None:
    records = read(loans(10))
    zombie, successor = model.projector(), model.projector()
    successor.step(records[:6])
    with pytest.raises(Fenced):
        zombie.step(records[:4])
    zombie.reload()
    zombie.step(records)
    assert model.outstanding() == 10_000_000
    assert model.tally() == {"applied": 10}


def test_a_process_that_ends_inside_the_transaction_leaves_nothing_of_it(model: Model) -> None:
    class DiesInside(PostgresLedger):
        def _move(self, cursor: Any, movements: Any) -> None:
            super()._move(cursor, movements)
            raise SystemExit

    records = read(loans(10))
    with closing(DiesInside(model.url, ALGEBRA)) as ledger:
        with pytest.raises(SystemExit):
            model.projector(ledger).step(records)
    assert model.outstanding() == 0
    model.projector().step(records)
    assert model.outstanding() == 10_000_000


def test_who_reads_goes_on_when_the_server_has_ended_its_connections(model: Model) -> None:
    model.projector().step(read(loans(10)))
    assert model.outstanding() == 10_000_000
    with psycopg.connect(model.url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert model.outstanding() == 10_000_000


def test_who_reads_is_told_that_no_generation_serves(model: Model) -> None:
    with psycopg.connect(model.url, autocommit=True) as connection:
        connection.execute("DELETE FROM public.serving")
    with pytest.raises(LookupError, match="run `policy-credit migrate reporting`"):
        model.outstanding()


def test_every_record_however_often_takes_effect_once(model: Model) -> None:
    records = loans(10)
    model.projector().step(read([*records, *records, *records[3:7], *records]))
    assert model.outstanding() == 10_000_000
    assert model.tally() == {"applied": 10, "duplicate": 24}


def test_early_records_wait_and_open_an_incident_until_the_hole_is_filled(model: Model) -> None:
    records = loans(10)
    holed = [r for n, r in enumerate(records) if n != 4]
    projector = model.projector()
    projector.step(read(holed))
    assert model.outstanding() == 4_000_000
    projector.step(read([*holed, *records]))
    assert model.outstanding() == 10_000_000
    with model.figures.snapshot() as snapshot:
        assert snapshot.incidents() == []


def test_a_generation_serves_once_it_reflects_all_that_the_serving_one_does(model: Model) -> None:
    """One of two workers that is done with its share does not make the figures go back."""
    records = read([*loans(4), *(replace(record, partition=1) for record in loans(4))])
    model.projector().step(records)
    other = Algebra([], [], {})
    generations.create(model.url, other)
    with closing(PostgresLedger(model.url, other)) as ledger:
        projector = Projector(ledger, Folding(other, Layout.of(other)), model.letters.extend)
        done = [record for record in records if record.partition.number == 0]
        projector.step(done)
        assert not ledger.take_over(["loans"])
        assert model.outstanding() == 8_000_000
        projector.step([record for record in records if record not in done])
        assert ledger.take_over(["loans"])
        assert ledger.take_over(["loans"])
        with psycopg.connect(model.url) as connection:
            served = connection.execute("SELECT generation FROM public.serving").fetchone()
        assert served == (ledger.generation,)


# What a topic can hold that is no event of ours, and the reason that quarantine gives.
POISON: dict[str, tuple[bytes | None, dict[str, bytes], str]] = {
    "corrupted bytes": (b"\x00\x01{{", {}, "not-an-event"),
    "truncated": (b'{"specversion":"1.0","id":"', {}, "not-an-event"),
    "wrong UTF-8": (b'{"specversion":"\xff\xfe"}', {}, "not-an-event"),
    "huge": (b'"' + b"x" * 900_000 + b'"', {}, "not-an-event"),
    "nested without end": (b'{"a":' * 50_000, {}, "not-an-event"),
    "no value": (None, {}, "not-an-event"),
    "no sequence": (b"{}", {"sequence": b""}, "bad-headers"),
    "sequence NaN": (b"{}", {"sequence": b"NaN"}, "bad-headers"),
    "negative sequence": (b"{}", {"sequence": b"-1"}, "bad-headers"),
    "chain not hexadecimal": (b"{}", {"chain": b"xyz"}, "bad-headers"),
    "source not text": (b"{}", {"source": b"\xff"}, "bad-headers"),
}


@pytest.mark.parametrize("name", POISON)
def test_poison_is_quarantined_and_its_partition_goes_on(model: Model, name: str) -> None:
    value, headers, reason = POISON[name]
    good = loans(1)[0]
    head = Head(1, GENESIS.next(good.value).digest)
    poisoned = dict(place_headers(ROUTE.source, head.next(value or b""))) | headers
    poison = Outgoing("loans", 0, b"", value or b"", tuple(poisoned.items()))
    records = read([good, poison, good])
    if value is None:
        records[1] = Incoming(records[1].partition, 1, None, None, records[1].headers)
    model.projector().step(records)
    assert model.tally() == {"applied": 1, "quarantined": 1, "duplicate": 1}
    with model.figures.snapshot() as snapshot:
        (kept,) = snapshot.quarantine().rows
    assert (kept.reason, kept.record_offset) == (reason, 1)
    assert [letter.value for letter in model.letters] == [value]


def altered(**changes: Any) -> list[Outgoing]:
    """A good record, one altered in its envelope or data, and the record after that."""
    first, second, third = loans(3)
    event = json.loads(second.value)
    event["type"] = changes.pop("type", event["type"])
    event["data"] |= changes
    value = json.dumps(event).encode()
    head = GENESIS.next(first.value).next(value)
    bad = Outgoing("loans", 0, b"", value, place_headers(ROUTE.source, head))
    last = head.next(third.value)
    good = Outgoing("loans", 0, b"", third.value, place_headers(ROUTE.source, last))
    return [first, bad, good]


@pytest.mark.parametrize(
    ("changes", "outcome", "reason"),
    [
        ({"type": "policycredit.loan.celebrated.v1"}, "skipped", None),
        ({"type": "policycredit.loan.disbursed.v99"}, "quarantined", "unknown-version"),
        ({"locality": "99999-99999"}, "quarantined", "bad-field"),
        ({"locality": "22870"}, "quarantined", "bad-field"),
        ({"amount": 0.5}, "quarantined", "bad-field"),
        ({"amount": -1}, "quarantined", "bad-field"),
        ({"programme": "XX"}, "quarantined", "bad-field"),
    ],
)
def test_an_unknown_type_is_skipped_and_a_broken_contract_quarantined(
    model: Model, changes: dict[str, Any], outcome: str, reason: str | None
) -> None:
    model.projector().step(read(altered(**changes)))
    assert model.outstanding() == 2_000_000
    assert model.tally() == {"applied": 2, outcome: 1}
    with model.figures.snapshot() as snapshot:
        assert [row.reason for row in snapshot.quarantine().rows] == ([reason] if reason else [])


def test_poison_on_kafka_reaches_quarantine_and_dead_letters_and_figures_say_so(
    town: Installation, player: Player
) -> None:
    """Through the running worker: the API's quarantine, and the note that figures lack a record."""
    prefix = town.environment["POLICY_CREDIT_TOPIC_PREFIX"]
    bootstrap = town.environment["POLICY_CREDIT_KAFKA_BOOTSTRAP"]
    poison = Outgoing(f"{prefix}.oversight", 0, b"", b"not json", ())
    with closing(KafkaPublisher(bootstrap, "test")) as publisher:
        publisher.publish([poison])
    until = time.monotonic() + 30
    while not player.indicators("VN")["provisional"]:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert player.indicators("VN")["provisional"] == [
        "1 records are quarantined and not in any figure"
    ]


def test_a_deleted_consumer_group_changes_nothing(town: Installation, player: Player) -> None:
    """The worker starts again from the ledger's progress, not from the group's."""
    lender = Lender(over_http(player, "587"), "587", "22870")
    lender.fund()
    loans = lender.approved(40)
    lender.disburse(loans[:20])
    events = player.await_published(lambda *_: None)
    player.await_reflected(sum(events.values()), lambda *_: None)
    before = player.indicators("VN")["indicators"]

    assert town.supervisor is not None
    prefix = town.environment["POLICY_CREDIT_TOPIC_PREFIX"]
    bootstrap = town.environment["POLICY_CREDIT_KAFKA_BOOTSTRAP"]
    group = f"{prefix}.reporting.{generations.generation_of(ALGEBRA)}"
    town.supervisor.crash("reporting.projection")
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    until = time.monotonic() + 60
    while not deleted(admin, group):
        assert time.monotonic() < until, "the group is not to be deleted"
        time.sleep(1)
    admin.close()
    town.supervisor.restart("reporting.projection")

    lender.disburse(loans[20:])
    events = player.await_published(lambda *_: None)
    player.await_reflected(sum(events.values()), lambda *_: None)
    after = player.indicators("VN")["indicators"]
    loans_before = next(i["value"] for i in before if i["name"] == "loans")
    loans_after = next(i["value"] for i in after if i["name"] == "loans")
    assert loans_before == 20
    assert loans_after == 40


def deleted(admin: KafkaAdminClient, group: str) -> bool:
    """Whether the group is gone; Kafka refuses while it thinks a member is alive."""
    with suppress(KafkaError):
        admin.delete_groups([group])
    return group not in str(admin.list_groups())
