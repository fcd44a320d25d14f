"""How fast one process archives a history in Kafka, as `archive run --once` does."""

import time
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np
from msgspec import Struct

from performance.catching_up import History, TotalsDiffer
from performance.machine import peak_mib
from policy_credit_reporting.audit.archive.archiving import archive_once
from policy_credit_reporting.audit.archive.catalogue import create_tables
from policy_credit_reporting.audit.archive.table import Archive
from policy_credit_reporting.audit.replay.grouping import Cut
from policy_credit_reporting.audit.replay.recompute import recompute
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_reporting.store import generations
from policy_credit_shared.running.collecting import collect_seldom
from policy_credit_shared.settings import KafkaSettings

LAST_DAY: Final = date(2100, 1, 1)


class Archived(Struct, frozen=True):
    """How long one process took, from its first fetch until all was committed, and its memory."""

    seconds: float
    peak_mib: float


def archived(history: History, database_url: str, warehouse: Path) -> Archived:
    """Archive all of the history; raises TotalsDiffer if a replay does not come to its totals."""
    generations.create(database_url, ALGEBRA)
    create_tables(database_url)
    with get_context("spawn").Pool(1) as pool:
        found = pool.apply(
            _archive, (history.bootstrap, history.prefix, database_url, str(warehouse))
        )
    archive, layout = _opened(database_url, str(warehouse)), Layout.of(ALGEBRA)
    sums = recompute(ALGEBRA, layout, archive.files(), Cut(until=LAST_DAY)).since.sum(axis=1)
    replayed = dict(zip(ALGEBRA.measures, np.asarray(sums).tolist(), strict=True))
    wrong = {
        name: (replayed[name], amount)
        for name, amount in history.totals.items()
        if name in replayed and replayed[name] != amount
    }
    if wrong:
        raise TotalsDiffer(f"replayed and expected: {wrong}")
    return found


def _opened(database_url: str, warehouse: str) -> Archive:
    return Archive(database_url, f"file://{warehouse}", ALGEBRA)


def _archive(bootstrap: str, prefix: str, database_url: str, warehouse: str) -> Archived:
    settings = KafkaSettings(kafka_bootstrap=bootstrap, topic_prefix=prefix)
    archive = _opened(database_url, warehouse)
    collect_seldom()
    began = time.monotonic()
    archive_once(archive, ALGEBRA, settings, lambda _: None)
    seconds = time.monotonic() - began
    return Archived(seconds, peak_mib())
