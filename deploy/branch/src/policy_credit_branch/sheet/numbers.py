"""Amounts and days as they are written in Viet Nam: 1.234.567 and 24/11/2026."""

import re
from datetime import date

from policy_credit_branch.sheet.refusals import NotAnAmount

_AMOUNT = re.compile(r"^(?:\d{1,3}(?:\.\d{3})+|\d+)$")
_DONG_MAX = 2**62


def written(amount: int) -> str:
    """1234567 → 1.234.567."""
    return f"{amount:,}".replace(",", ".")


def read_amount(field: str, text: str) -> int:
    """1.234.567 or 1234567 → the dong; nothing → 0. Raises NotAnAmount, which names the field.

    A point that does not part thousands is refused: 1.5 could be meant as a million and a half.
    """
    text = text.strip().replace(" ", "")
    if not text:
        return 0
    if not _AMOUNT.match(text) or int(text.replace(".", "")) > _DONG_MAX:
        raise NotAnAmount(field, text)
    return int(text.replace(".", ""))


def written_day(day: date) -> str:
    """24/11/2026."""
    return f"{day:%d/%m/%Y}"
