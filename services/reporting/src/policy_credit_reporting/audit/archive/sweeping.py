"""Deleting files of an Iceberg table that no snapshot names any more, or ever came to name.

Merged files are named by older snapshots until those are forgotten, and a commit writes files
before it names them. So what is deleted must also be old: `retired` makes merged files young.
"""

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from pyiceberg.io import FileIO
from pyiceberg.manifest import ManifestFile
from pyiceberg.table import Table

from policy_credit_reporting.audit.archive.files import local


def retired(paths: Iterable[str]) -> None:
    """Date files anew that are about to be merged: whoever reads them has time to end."""
    for path in paths:
        os.utime(local(path))


def sweep(table: Table, before: datetime) -> int:
    """Delete the table's files from before a moment that nothing names; returns how many."""
    folder = Path(local(table.location()))
    old = [
        path
        for path in folder.rglob("*")
        if path.is_file() and path.stat().st_mtime < before.timestamp()
    ]
    if not old:
        return 0
    named = _named(table)
    swept = [path for path in old if path not in named]
    for path in swept:
        path.unlink(missing_ok=True)
    return len(swept)


def _named(table: Table) -> set[Path]:
    """The files of every snapshot that is not forgotten, and those that say which these are.

    As paths: a folder may be written in more than one way, with two slashes for one.
    """
    metadata = table.metadata
    named = {table.metadata_location, *(one.metadata_file for one in metadata.metadata_log)}
    manifests: dict[str, ManifestFile] = {}
    for snapshot in metadata.snapshots:
        named.add(snapshot.manifest_list)
        manifests |= {one.manifest_path: one for one in snapshot.manifests(table.io)}
    for manifest in manifests.values():
        named |= _data_files(manifest, table.io)
    return {Path(local(path)) for path in (*named, *manifests)}


def _data_files(manifest: ManifestFile, io: FileIO) -> set[str]:
    entries = manifest.fetch_manifest_entry(io, discard_deleted=False)
    return {entry.data_file.file_path for entry in entries}
