"""Bytewax as a service: running sums, in its recovery store each second with the offsets."""

from datetime import timedelta
from pathlib import Path

import bytewax.operators as op
from bytewax.dataflow import Dataflow
from bytewax.recovery import RecoveryConfig, init_db_dir
from bytewax.run import cli_main
from bytewax.testing import TestingSink

from performance.peers.bytewax_folds import TASK, amounts, answer
from performance.peers.work import NOTHING, Sums, added


def running(sums: Sums | None, amount: int) -> tuple[Sums, Sums]:
    """The sums to keep, and to tell."""
    found = added(sums or NOTHING, amount)
    return found, found


if __name__ == "__main__":
    out: list[tuple[str, Sums]] = []
    service = Dataflow("sums")
    op.output("out", op.stateful_map("sums", amounts(service), running), TestingSink(out))
    init_db_dir(Path(TASK.folder), 1)
    cli_main(
        service, epoch_interval=timedelta(seconds=1), recovery_config=RecoveryConfig(TASK.folder)
    )
    answer(out)
