"""What people see, recorded as text and compared.

SCREENS=write writes the records anew; whoever does so looks at each of them.
"""

import os
from pathlib import Path

RECORDED = Path(__file__).parent / "golden/branch"


def is_as_recorded(name: str, shown: str) -> None:
    """What is shown is what was recorded under the name."""
    path = RECORDED / f"{name}.txt"
    if os.environ.get("SCREENS") == "write":
        path.write_text(shown)
    assert shown == path.read_text()
