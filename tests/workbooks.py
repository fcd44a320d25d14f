"""Workbooks of existing books for tests: as a branch would fill in the template."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from openpyxl import Workbook

from policy_credit_branch.importing.sheets import (
    SHEETS,
)
from policy_credit_shared.kernel.ages import AGES

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""By sheet key, rows by column key."""

OPENED_ON: Final = date(2026, 1, 1)
MILLION: Final = 1_000_000


def write_folder(rows: Rows, folder: Path) -> Path:
    """As CSV files; days as a spreadsheet in Vietnam writes them."""
    folder.mkdir(parents=True, exist_ok=True)
    for sheet in SHEETS:
        with (folder / f"{sheet.key}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([column.name.vi for column in sheet.columns])
            writer.writerow([column.name.en for column in sheet.columns])
            for row in rows.get(sheet.key, ()):
                writer.writerow([_text(row.get(column.key)) for column in sheet.columns])
    return folder


def write_workbook(rows: Rows, path: Path) -> Path:
    """As a workbook, each value of its own type."""
    workbook = Workbook(write_only=True)
    for sheet in SHEETS:
        written = workbook.create_sheet(sheet.title)
        written.append([column.name.vi for column in sheet.columns])
        written.append([column.name.en for column in sheet.columns])
        for row in rows.get(sheet.key, ()):
            written.append([row.get(column.key) for column in sheet.columns])
    workbook.save(path)
    return path


def _text(value: Any) -> str:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return "" if value is None else str(value)


def small_books() -> dict[str, list[dict[str, Any]]]:
    """Two groups, three households, three loans in all classes: nothing is wrong with them."""
    return {
        "books": [{"office": "587", "opened_on": OPENED_ON}],
        "groups": [
            _group("0587001", "22870", "Thôn 1", "Hội Phụ nữ"),
            _group("0587002", "22876", "Thôn 2", "farmers"),
        ],
        "households": [
            household("000101", "22870", "0587001", "060100000011"),
            household("000102", "22870", "0587001", "060100000012"),
            household("000201", "22876", "0587002", "060100000013"),
        ],
        "loans": [
            loan("5870001", "000101", in_term=30 * MILLION),
            loan(
                "5870002",
                "000102",
                in_term=8 * MILLION,
                overdue_1_90=2 * MILLION,
                overdue_91_180=MILLION,
                interest_arrears=165_000,
            ),
            loan(
                "5870003",
                "000201",
                programme="GQVL",
                fund="Địa phương",
                annual_rate="7,92",
                overdue_over_360=4 * MILLION,
                overdue_since=date(2024, 5, 21),
                frozen=6 * MILLION,
                frozen_until=date(2028, 5, 20),
                due_on=date(2024, 5, 20),
            ),
        ],
        "instalments": [
            {"contract": "5870002", "due_on": date(2025, 7, 20), "amount": MILLION},
            {"contract": "5870002", "due_on": date(2025, 11, 20), "amount": 2 * MILLION},
            {"contract": "5870002", "due_on": date(2026, 5, 20), "amount": 3 * MILLION},
            {"contract": "5870002", "due_on": date(2028, 5, 20), "amount": 5 * MILLION},
        ],
        "savings": [
            {"household": "000101", "amount": 1_250_000},
            {"household": "000201", "amount": 50_000},
        ],
    }


def _group(code: str, commune: str, village: str, association: str) -> dict[str, Any]:
    return {
        "group": code,
        "commune": commune,
        "village": village,
        "association": association,
        "formed_on": date(2011, 4, 15),
    }


def household(code: str, commune: str, group: str, identity_number: str) -> dict[str, Any]:
    """A household of a group."""
    return {
        "household": code,
        "commune": commune,
        "group": group,
        "name": f"Hộ {code}",
        "identity_number": identity_number,
    }


def loan(contract: str, household: str, **changes: Any) -> dict[str, Any]:
    """A loan; what is outstanding follows from its parts, unless it is said."""
    fields: dict[str, Any] = {
        "contract": contract,
        "household": household,
        "programme": "HN",
        "fund": "Trung ương",
        "disbursed_on": date(2023, 5, 20),
        "term_months": 60,
        "due_on": date(2028, 5, 20),
        "annual_rate": 6.6,
    } | changes
    parts = ("in_term", "frozen", *(f"overdue_{bucket}" for bucket in AGES))
    owed = sum(fields.get(part, 0) for part in parts)
    return {"outstanding": owed} | fields


def many_books(
    office: str, communes: Sequence[str], loans: int, seed: int = 1
) -> dict[str, list[dict[str, Any]]]:
    """An office's books of so many loans, one household in five with two of them."""
    random = Random(seed)
    rows: dict[str, list[dict[str, Any]]] = {sheet.key: [] for sheet in SHEETS}
    rows["books"].append({"office": office, "opened_on": OPENED_ON})
    while len(rows["loans"]) < loans:
        number = len(rows["groups"]) + 1
        code, commune = f"0{office}{number:05}", random.choice(communes)
        group = _group(code, commune, f"Thôn {number % 20}", random.choice(("women", "farmers")))
        rows["groups"].append(group)
        for member in range(40):
            if len(rows["loans"]) >= loans and member > 0:
                break
            person = f"{code}{member:02}"
            identity = f"0601{len(rows['households']):08}"
            rows["households"].append(household(person, commune, code, identity))
            if random.random() < 0.8:
                amount = random.randrange(50, 3_000) * 1_000
                rows["savings"].append({"household": person, "amount": amount})
            for n in range(1 if random.random() < 0.8 else 2):
                if len(rows["loans"]) < loans:
                    _some_loan(rows, random, f"{person}{n}", person, ("HN", "GQVL")[n])
    return rows


def _some_loan(
    rows: dict[str, list[dict[str, Any]]],
    random: Random,
    contract: str,
    person: str,
    programme: str,
) -> None:
    """In term mostly, in instalments often; now and then overdue or frozen."""
    of: dict[str, Any] = {"programme": programme, "in_term": random.randrange(1, 60) * 500_000}
    of["fund"] = random.choice(("central", "central", "local"))
    chance = random.random()
    if chance < 0.02:
        of |= {"overdue_1_90": MILLION, "overdue_since": OPENED_ON - timedelta(days=30)}
    elif chance < 0.03:
        of |= {"frozen": MILLION, "frozen_until": date(2028, 6, 1), "interest_arrears": 40_000}
    rows["loans"].append(loan(contract, person, **of))
    if chance > 0.5:
        days = (date(2026, 5, 20), date(2027, 5, 20), date(2028, 5, 20))
        share = of["in_term"] // 4
        amounts = (share, share, of["in_term"] - 2 * share)
        rows["instalments"] += [
            {"contract": contract, "due_on": day, "amount": amount}
            for day, amount in zip(days, amounts, strict=True)
        ]
