"""One log line format for every process."""

import logging
import sys


def configure_logs(process: str, level: str = "INFO") -> None:
    """Send log lines to standard error, each with its time, level and the process's name."""
    logging.basicConfig(
        level=level,
        stream=sys.stderr,
        format=f"%(asctime)s %(levelname)s {process} %(name)s: %(message)s",
        force=True,
    )
    for chatty in ("kafka", "aiokafka", "httpx", "httpcore", "psycopg.pool"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
