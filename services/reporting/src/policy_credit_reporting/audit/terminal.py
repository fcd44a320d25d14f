"""What the commands of `policy-credit audit` have in common: how they speak, refuse and ask."""

from typing import Final

import typer
from rich.console import Console

from policy_credit_reporting.indicators.numbers import VI
from policy_credit_reporting.store.answers import Reading
from policy_credit_reporting.store.questions import Question
from policy_credit_shared.kernel.units import UnitTree, UnknownUnit

DAY: Final = ["%Y-%m-%d"]
out: Final = Console()


def say(text: str, style: str = "") -> None:
    """Print it as it is."""
    out.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def signed(amount: int) -> str:
    """An amount with its sign."""
    return f"{'+' if amount > 0 else ''}{VI.whole(amount)}"


def refused(detail: str, option: str) -> typer.BadParameter:
    """What is wrong with an option."""
    return typer.BadParameter(detail, param_hint=option)


class NotNow(typer.BadParameter):
    """What is asked for cannot be answered now, or not from here; says the fix."""

    exit_code = 3


def tree_of(question: Question, unit: str) -> tuple[UnitTree, Reading]:
    """The tree in which a unit is read; one that is none is refused by its option."""
    try:
        return question.read(unit)
    except UnknownUnit as unknown:
        fix = "give VN or a code of that list, or another --tree or --tree-date"
        raise refused(f"{unknown}; {fix}", "--unit") from None
