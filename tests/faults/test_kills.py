"""Processes killed with SIGKILL again and again while the scenario plays (faults 1, 2 and 14)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from random import Random

import pytest

from policy_credit_local.demo import differences
from policy_credit_local.installation import Installation
from policy_credit_local.playing import Player, play_world, unwatched
from policy_credit_local.scenario.district import DISTRICT, PROVINCE
from policy_credit_local.scenario.world import make_world
from policy_credit_reporting.audit.verify import verify
from policy_credit_shared.kernel.units import NATION
from policy_credit_shared.messaging.kafka import KafkaReader
from policy_credit_shared.messaging.records import Incoming

KILLS_MIN = 20
SEED = 20
VICTIMS = (
    "loans.relay",
    "repayments.relay",
    "oversight.relay",
    "loans.intake",
    "repayments.intake",
    "oversight.intake",
    "reporting.projection",
)


@pytest.mark.timeout(600)
def test_kills_at_random_points_change_no_figure_and_break_no_chain(
    town: Installation, player: Player
) -> None:
    world = make_world(40)
    assert kill_while(town, lambda: play_world(player, world, unwatched)) >= KILLS_MIN
    events = sum(player.await_settled(lambda *_: None).values())
    player.await_reflected(events, lambda *_: None)
    figures = {unit: player.indicators(unit) for unit in (DISTRICT.office, PROVINCE, NATION)}
    assert differences(figures, world) == []

    report = verify(fetches(town))
    assert report.breaks == []
    assert sum(head.sequence for head in report.heads.values()) == events


def kill_while(town: Installation, work: Callable[[], None]) -> int:
    """Kill and restart processes at random moments while the work is done; returns how often.

    The work has the other thread: children end with the thread that started them.
    """
    random = Random(SEED)
    assert town.supervisor is not None
    kills = 0
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        while not working.done() or kills < KILLS_MIN:
            wait([working], timeout=random.uniform(0.2, 5.0))
            victim = random.choice(VICTIMS)
            town.supervisor.crash(victim)
            town.supervisor.restart(victim)
            kills += 1
        working.result()
    return kills


def fetches(town: Installation) -> Iterator[list[Incoming]]:
    """Everything in the fact topics."""
    prefix = town.environment["POLICY_CREDIT_TOPIC_PREFIX"]
    topics = [f"{prefix}.{name}" for name in ("loans", "repayments", "oversight")]
    bootstrap = town.environment["POLICY_CREDIT_KAFKA_BOOTSTRAP"]
    with closing(KafkaReader(bootstrap, topics)) as reader:
        left = sum(reader.ends().values())
        while left:
            fetched = reader.poll(1)
            left -= len(fetched)
            yield fetched
