"""The Iceberg catalogue in the reporting database, in the tables of Iceberg's JDBC catalogue.

Spark and Trino read it as such. A commit moves the pointer to the table's metadata if nobody moved
it meanwhile, and notes beside it in the same transaction what the snapshot covers and which chains
broke: so an archive that was rolled back is found by what it once held.
"""

from collections.abc import Mapping
from typing import Any, Final

import psycopg
from pyiceberg.catalog import MetastoreCatalog
from pyiceberg.catalog.noop import NoopCatalog
from pyiceberg.exceptions import CommitFailedException, NoSuchTableError
from pyiceberg.io import load_file_io
from pyiceberg.partitioning import PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.serializers import FromInputFile
from pyiceberg.table import CommitTableResponse, Table
from pyiceberg.table.update import TableRequirement, TableUpdate

NAMESPACE: Final = "policy_credit"
CATALOGUE: Final = "policy_credit"
TABLES: Final = """
CREATE TABLE IF NOT EXISTS public.iceberg_tables (
    catalog_name varchar(255) NOT NULL, table_namespace varchar(255) NOT NULL,
    table_name varchar(255) NOT NULL, metadata_location varchar(1000),
    previous_metadata_location varchar(1000), iceberg_type varchar(5),
    PRIMARY KEY (catalog_name, table_namespace, table_name)
);
CREATE TABLE IF NOT EXISTS public.iceberg_namespace_properties (
    catalog_name varchar(255) NOT NULL, namespace varchar(255) NOT NULL,
    property_key varchar(255) NOT NULL, property_value varchar(1000) NOT NULL,
    PRIMARY KEY (catalog_name, namespace, property_key)
);
CREATE TABLE IF NOT EXISTS public.archive_mark (
    table_name text PRIMARY KEY, snapshot bigint NOT NULL, covered text NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
"""
COVERED: Final = "policy-credit.covered"
"""The property of a snapshot's summary that says what the archive holds with it, as JSON."""
BREAKS: Final = "policy-credit.breaks"
"""The property that says which chains broke in the records that the snapshot added, as JSON."""


def create_tables(database_url: str) -> None:
    """Create the catalogue's tables where they are missing."""
    with psycopg.connect(database_url) as connection:
        connection.execute(TABLES)
        connection.execute(
            "INSERT INTO public.iceberg_namespace_properties VALUES (%s, %s, 'exists', 'true')"
            " ON CONFLICT DO NOTHING",
            (CATALOGUE, NAMESPACE),
        )


class PostgresCatalogue(NoopCatalog, MetastoreCatalog):
    """Creates, loads and commits tables; what a catalogue could do beyond that is not needed."""

    def __init__(self, database_url: str, warehouse: str) -> None:
        super().__init__(CATALOGUE, warehouse=warehouse)
        self._database_url = database_url
        self._warehouse = warehouse.rstrip("/")

    def create(
        self, name: str, schema: Schema, spec: PartitionSpec, properties: Mapping[str, str]
    ) -> None:
        """Create a table where it is missing."""
        staged = self._create_staged_table(
            f"{NAMESPACE}.{name}",
            schema,
            f"{self._warehouse}/{NAMESPACE}/{name}",
            spec,
            properties=dict(properties),
        )
        with psycopg.connect(self._database_url) as connection:
            created = connection.execute(
                "INSERT INTO public.iceberg_tables VALUES (%s, %s, %s, %s, NULL, 'TABLE')"
                " ON CONFLICT DO NOTHING RETURNING true",
                (self.name, NAMESPACE, name, staged.metadata_location),
            ).fetchone()
            if created:
                self._write_metadata(staged.metadata, staged.io, staged.metadata_location)

    def tables(self) -> list[str]:
        """The names of all tables: one for each set of declarations that was ever archived by."""
        with psycopg.connect(self._database_url) as connection:
            rows = connection.execute(
                "SELECT table_name FROM public.iceberg_tables WHERE catalog_name = %s"
                " AND table_namespace = %s ORDER BY table_name",
                (self.name, NAMESPACE),
            ).fetchall()
        return [str(name) for (name,) in rows]

    def load_table(self, identifier: str | tuple[str, ...]) -> Table:
        """The table as it stands; raises NoSuchTableError."""
        name = self.table_name_from(identifier)
        with psycopg.connect(self._database_url) as connection:
            row = connection.execute(
                "SELECT metadata_location FROM public.iceberg_tables WHERE catalog_name = %s"
                " AND table_namespace = %s AND table_name = %s",
                (self.name, NAMESPACE, name),
            ).fetchone()
        if row is None:
            raise NoSuchTableError(f"no table {NAMESPACE}.{name}")
        location = str(row[0])
        io = load_file_io(self.properties, location)
        metadata = FromInputFile.table_metadata(io.new_input(location))
        return Table(
            identifier=(NAMESPACE, name),
            metadata=metadata,
            metadata_location=location,
            io=self._load_file_io(metadata.properties, location),
            catalog=self,
        )

    def commit_table(
        self,
        table: Table,
        requirements: tuple[TableRequirement, ...],
        updates: tuple[TableUpdate, ...],
    ) -> CommitTableResponse:
        """Move the pointer and the mark; raises CommitFailedException if somebody else did."""
        current = self.load_table(table.name())
        staged = self._update_and_stage_table(current, table.name(), requirements, updates)
        self._write_metadata(staged.metadata, staged.io, staged.metadata_location)
        name = self.table_name_from(table.name())
        with psycopg.connect(self._database_url) as connection:
            moved = connection.execute(
                "UPDATE public.iceberg_tables SET metadata_location = %s,"
                " previous_metadata_location = metadata_location WHERE catalog_name = %s"
                " AND table_namespace = %s AND table_name = %s AND metadata_location = %s"
                " RETURNING true",
                (staged.metadata_location, self.name, NAMESPACE, name, current.metadata_location),
            ).fetchone()
            if moved is None:
                raise CommitFailedException(f"{name} was committed by another process")
            _note(connection, name, staged)
        return CommitTableResponse.model_validate(
            {"metadata": staged.metadata, "metadata-location": staged.metadata_location}
        )


def _note(connection: psycopg.Connection[Any], name: str, table: Table) -> None:
    snapshot = table.metadata.current_snapshot()
    if snapshot is None or snapshot.summary is None:
        return
    covered = snapshot.summary.additional_properties.get(COVERED)
    if covered is not None:
        connection.execute(
            "INSERT INTO public.archive_mark VALUES (%s, %s, %s) ON CONFLICT (table_name)"
            " DO UPDATE SET snapshot = EXCLUDED.snapshot, covered = EXCLUDED.covered, at = now()",
            (name, snapshot.snapshot_id, covered),
        )
    if (breaks := snapshot.summary.additional_properties.get(BREAKS)) is None:
        return
    connection.execute(
        "INSERT INTO public.chain_break (topic, partition, record_offset, source, sequence, fault,"
        " detail) SELECT found->>0, (found->>1)::int, (found->>2)::bigint, found->>3,"
        " (found->>4)::bigint, found->>5, found->>6 FROM json_array_elements(%s::json) AS found"
        " ON CONFLICT DO NOTHING",
        (breaks,),
    )
