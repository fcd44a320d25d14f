"""`policy-credit simulate --to kafka`: a made-up history is as good as a real one."""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
import typer
from conftest import PARTITIONS, Servers

from policy_credit_local.history.running import run
from policy_credit_reporting.audit.verify import verify
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import Layout, totals_of
from policy_credit_reporting.projection.folding import Folding
from policy_credit_shared.messaging.admission import sift
from policy_credit_shared.messaging.kafka import KafkaReader
from policy_credit_shared.messaging.records import Incoming
from policy_credit_shared.messaging.topics import Topics
from policy_credit_shared.settings import PREFIX
from policy_credit_shared.store.progress import Progress


def everything(servers: Servers, topics: Topics) -> Iterator[Sequence[Incoming]]:
    """Every record of the fact topics, in fetches."""
    with closing(KafkaReader(servers.kafka.bootstrap, topics.all_facts())) as reader:
        left = {partition: end for partition, end in reader.ends().items() if end}
        while left:
            fetched = reader.poll(1.0)
            for record in fetched:
                if record.offset + 1 == left[record.partition]:
                    del left[record.partition]
            yield fetched


def test_a_history_in_kafka_is_whole_and_folds_to_what_was_expected(
    servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    topics = servers.topics()
    monkeypatch.setenv(f"{PREFIX}KAFKA_BOOTSTRAP", servers.kafka.bootstrap)
    monkeypatch.setenv(f"{PREFIX}TOPIC_PREFIX", topics.prefix)
    _simulate(tmp_path / "history")
    expected = json.loads((tmp_path / "history" / "expected.json").read_text())
    assert expected["partitions"] == PARTITIONS

    fetches = list(everything(servers, topics))
    report = verify(iter(fetches))
    assert not report.breaks
    assert report.records == expected["events"]
    layout = Layout.of(ALGEBRA)
    folding = Folding(ALGEBRA, layout)
    sifted = sift(Progress.none(), [r for fetch in fetches for r in fetch])
    found = totals_of(layout, folding.fold(sifted).movements)
    assert {name: found[name] for name in expected["totals"]} == expected["totals"]

    with pytest.raises(typer.BadParameter, match="already holds records"):
        _simulate(tmp_path / "again")


def _simulate(folder: Path) -> None:
    run(
        scale="district",
        months=2,
        seed=1,
        to="kafka",
        folder=folder,
        until="2025-12",
        unit=None,
        households=60,
        partitions=None,
        processes=None,
    )
