"""What branches, communes and the province ask the services for, one HTTP call each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from policy_credit_shared.kernel.principals import Role

LINES_MAX = 500

Service = Literal["loans", "repayments", "oversight", "reporting"]
Line = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One HTTP call: a sheet, or a single command where `path` is another.

    `unit` is the caller's, where somebody else than the office writes for it. `is_second` of a call
    that a second person of the role in that unit makes.
    """

    service: Service
    office: str
    role: Role
    key: str
    path: str
    body: dict[str, Any]
    unit: str = ""
    is_second: bool = False

    @property
    def caller(self) -> str:
        """The unit that calls."""
        return self.unit or self.office

    @property
    def lines(self) -> int:
        """How many commands it carries."""
        return len(self.body["lines"]) if "lines" in self.body else 1


def sheets(
    service: Service, office: str, role: Role, name: str, lines: Sequence[Line], unit: str = ""
) -> Iterator[Call]:
    """The lines as sheets of a size that a branch would send."""
    for start in range(0, len(lines), LINES_MAX):
        body = {"lines": list(lines[start : start + LINES_MAX])}
        yield Call(service, office, role, f"{office}/{name}/{start}", "sheets", body, unit)
