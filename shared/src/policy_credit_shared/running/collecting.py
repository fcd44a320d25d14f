"""How often Python looks for unreachable cycles in a process that makes much at once."""

import gc
from typing import Final

YOUNG_OBJECTS_MAX: Final = 200_000
"""More than live at once of a fetch of 10,000 records."""


def collect_seldom() -> None:
    """Call it once all is imported, before work begins.

    A fetch, or an answer about every commune, makes tens of thousands of objects that are in no
    cycle and soon gone. Looking through them for cycles at every 700, as is the default, took a
    fifth of the time of reading and folding, and most of the time of such answers.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS_MAX, 10, 10)
