"""Documents that are generated from code: written into a folder, or held against what is there."""

import sys
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console


def write_documents(documents: Mapping[str, str], folder: Path, check: bool, out: Console) -> None:
    """Write what differs from the folder's files; with `check` write nothing, and exit with 1."""
    stale = []
    for name, text in documents.items():
        path = folder / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    out.print(f"{'differ' if check else 'written'}: {', '.join(stale)}" if stale else "up to date")
    if check and stale:
        sys.exit(1)
