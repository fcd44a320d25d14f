"""Bytewax with its recovery store: what was added up, and the offsets, into SQLite every second."""

from datetime import timedelta
from pathlib import Path

from bytewax.recovery import RecoveryConfig, init_db_dir

from performance.peers.bytewax_folds import TASK, run

if __name__ == "__main__":
    init_db_dir(Path(TASK.folder), 1)
    run(timedelta(seconds=1), RecoveryConfig(TASK.folder))
