"""Where units are on the map: about, and by the list of units that they are of."""

import csv
from datetime import date
from functools import cache
from importlib import resources
from typing import NamedTuple

from policy_credit_shared.kernel.units import REFORM_DAY


class Place(NamedTuple):
    """Degrees north and east."""

    latitude: float
    longitude: float


def place_of(code: str, valid_from: date) -> Place | None:
    """Where a province, district or commune is; None if its list does not say."""
    return _places("2024" if valid_from < REFORM_DAY else "2025").get(code)


@cache
def _places(edition: str) -> dict[str, Place]:
    text = (resources.files(__package__) / "data" / f"units_{edition}.csv").read_text("utf-8")
    return {
        row["code"]: Place(float(row["lat"]), float(row["lon"]))
        for row in csv.DictReader(text.splitlines())
        if row["lat"] and row["lon"]
    }
