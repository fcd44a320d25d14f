"""Progress of what takes a while."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

WIDTH_NOT_SEEN: Final = 100
"""Columns of what no terminal shows: rich has 80, and would shorten figures."""
out = Console(width=None if sys.stdout.isatty() else WIDTH_NOT_SEEN)


@contextmanager
def bar(name: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A progress bar; yields what advances it."""
    columns = (TextColumn("{task.description:28}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=out) as progress:
        task = progress.add_task(name, total=total)
        yield partial(progress.advance, task)
