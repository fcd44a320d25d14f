"""Checking a workbook: every cell, then what cells say together; all that is wrong, in one run."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from msgspec import Struct

from policy_credit_branch.importing import balances
from policy_credit_branch.importing.books import Books, Group, Household, Loan
from policy_credit_branch.importing.columns import (
    Said,
    Sheet,
)
from policy_credit_branch.importing.findings import Finding, in_order
from policy_credit_branch.importing.reading import Table, read
from policy_credit_branch.importing.rows import Rows, Values
from policy_credit_branch.importing.sheets import (
    BOOKS,
    GROUPS,
    HOUSEHOLDS,
    INSTALMENTS,
    LOANS,
    SAVINGS,
    SHEETS,
)
from policy_credit_shared.kernel.instalments import Instalment
from policy_credit_shared.kernel.refusals import CommuneNotServed
from policy_credit_shared.kernel.units import served_locality, units_before_reform

MEMBERS_MAX: Final = 60
"""As many members as a group may have."""


class Checked(Struct, frozen=True):
    """What was read and what is wrong with it; the books are whole if nothing but warnings is."""

    books: Books
    findings: Sequence[Finding]
    tables: dict[str, Table]

    @property
    def is_sound(self) -> bool:
        """Whether the books may be imported."""
        return all(finding.warning for finding in self.findings)


def check(path: Path) -> Checked:
    """Read and check a workbook, or a folder of CSV files; raises Unreadable."""
    tables, findings = read(path)
    return _Check(tables, findings).run()


class _Check:
    """One run, over rows that know what is wrong with their cells."""

    def __init__(self, tables: dict[str, Table], findings: list[Finding]) -> None:
        self._tables = tables
        self._rows = Rows(tables, findings)
        self._faulty: set[str | None] = set()

    def run(self) -> Checked:
        office, opened_on = self._office()
        self._communes(office)
        groups = self._groups(opened_on)
        households = self._households(groups)
        loans = self._loans(households, opened_on)
        savings = self._savings(households)
        books = Books(
            office=office,
            opened_on=opened_on or date.min,
            groups=list(groups.values()),
            households=list(households.values()),
            loans=loans,
            savings=savings,
        )
        return Checked(books, in_order(self._rows.findings, SHEETS), self._tables)

    def _office(self) -> tuple[str, date | None]:
        rows = self._rows.of(BOOKS)
        if len(rows) != 1:
            self._rows.find(
                BOOKS,
                rows[1][0] if rows else 0,
                "office",
                Said(f"có {len(rows)} hàng", f"there are {len(rows)} rows"),
                Said("ghi đúng một hàng", "give one row: the office and its opening day"),
            )
        values = rows[0][1] if rows else {}
        office = values.get("office") or ""
        tree = units_before_reform()
        if office and (office not in tree or tree.unit(office).level != "district"):
            self._rows.find(
                BOOKS,
                rows[0][0],
                "office",
                Said("không có phòng giao dịch này", "there is no such transaction office"),
                Said(
                    "dùng mã huyện mà phòng giao dịch phục vụ trước 01/07/2025",
                    "use the code of the district that it served before 2025-07-01",
                ),
            )
            office = ""
        return office, values.get("opened_on")

    def _communes(self, office: str) -> None:
        if not office:
            return
        known: dict[str, bool] = {}
        for sheet in (GROUPS, HOUSEHOLDS):
            for row, values, _ in self._rows.of(sheet):
                commune = values.get("commune")
                if commune is None:
                    continue
                if commune not in known:
                    known[commune] = _serves(office, commune)
                if not known[commune]:
                    problem = Said(
                        f"phòng giao dịch {office} không phục vụ xã này",
                        f"office {office} does not serve this commune",
                    )
                    fix = Said("sửa mã xã, hoặc bỏ hàng này", "correct the code, or take it out")
                    self._rows.find(sheet, row, "commune", problem, fix)

    def _groups(self, opened_on: date | None) -> dict[str, Group]:
        found: dict[str, Group] = {}
        for row, values, whole in self._rows.of(GROUPS):
            formed_on = values.get("formed_on")
            if formed_on and opened_on and formed_on > opened_on:
                self._rows.after(GROUPS, row, "formed_on", opened_on)
            if whole:
                found.setdefault(values["group"], Group(row=row, **values))
        members = Counter(values.get("group") for _, values, _ in self._rows.of(HOUSEHOLDS))
        for row, values, _ in self._rows.of(GROUPS):
            if (code := values.get("group")) is None:
                continue
            if not members[code]:
                self._rows.find(
                    GROUPS,
                    row,
                    "group",
                    Said("không hộ nào ghi tổ này", "no household names this group"),
                    Said(
                        "ghi mã tổ ở trang Hộ, hoặc bỏ tổ",
                        "name it with its households, or take it out",
                    ),
                )
            if members[code] > MEMBERS_MAX:
                self._rows.find(
                    GROUPS,
                    row,
                    "group",
                    Said(f"tổ có {members[code]} hộ", f"the group has {members[code]} households"),
                    Said("chia tổ", "divide the group"),
                    expected=Said(
                        f"nhiều nhất {MEMBERS_MAX} hộ", f"{MEMBERS_MAX} households at most"
                    ),
                )
        return found

    def _households(self, groups: dict[str, Group]) -> dict[str, Household]:
        found: dict[str, Household] = {}
        named = {values.get("group") for _, values, _ in self._rows.of(GROUPS)}
        people: dict[str, int] = {}
        for row, values, whole in self._rows.of(HOUSEHOLDS):
            group = values.get("group")
            if group is not None and group not in named:
                self._rows.unknown(HOUSEHOLDS, row, "group", GROUPS)
            elif group in groups and values.get("commune") not in (None, groups[group].commune):
                self._rows.find(
                    HOUSEHOLDS,
                    row,
                    "commune",
                    Said("tổ của hộ ở xã khác", "the household's group is in another commune"),
                    Said("sửa mã xã hoặc mã tổ", "correct the commune or the group"),
                    expected=Said(groups[group].commune, groups[group].commune),
                )
            number = values.get("identity_number")
            if number is not None and (before := people.setdefault(number, row)) != row:
                self._rows.find(
                    HOUSEHOLDS,
                    row,
                    "identity_number",
                    Said(f"trùng với hàng {before}", f"it is that of row {before} too"),
                    Said(
                        "sửa số, hoặc gộp hai hàng nếu là một người",
                        "correct one, or make one row of them if it is one person",
                    ),
                )
            if whole:
                found.setdefault(values["household"], Household(row=row, **values))
            else:
                self._faulty.add(values.get("household"))
        return found

    def _loans(self, households: dict[str, Household], opened_on: date | None) -> list[Loan]:
        found: dict[str, Loan] = {}
        instalments = self._instalments()
        for row, values, whole in self._rows.of(LOANS):
            self._borrower(LOANS, row, values, households)
            if not whole or opened_on is None:
                continue
            left = instalments.get(values["contract"], [])
            loan, wrong = balances.loan_of(row, values, left, opened_on)
            for field, problem, fix, warning in wrong:
                self._rows.find(LOANS, row, field, problem, fix, warning=warning)
            found.setdefault(values["contract"], loan)
        return list(found.values())

    def _instalments(self) -> dict[str, list[Instalment]]:
        known = {values.get("contract") for _, values, _ in self._rows.of(LOANS)}
        found: dict[str, list[Instalment]] = {}
        for row, values, whole in self._rows.of(INSTALMENTS):
            contract = values.get("contract")
            if contract is not None and contract not in known:
                self._rows.unknown(INSTALMENTS, row, "contract", LOANS)
            if values.get("amount") == 0:
                self._rows.find(
                    INSTALMENTS,
                    row,
                    "amount",
                    Said("không còn phải trả", "nothing is left of it"),
                    Said("bỏ kỳ đã trả hết", "take out instalments that are paid"),
                )
            elif whole:
                instalment = Instalment(values["due_on"], values["amount"])
                found.setdefault(values["contract"], []).append(instalment)
        return found

    def _savings(self, households: dict[str, Household]) -> dict[str, int]:
        found: dict[str, int] = {}
        for row, values, whole in self._rows.of(SAVINGS):
            self._borrower(SAVINGS, row, values, households)
            if whole:
                found.setdefault(values["household"], values["amount"])
        return found

    def _borrower(
        self, sheet: Sheet, row: int, values: Values, households: dict[str, Household]
    ) -> None:
        """The household is on its sheet, and in a group."""
        code = values.get("household")
        if code is None:
            return
        if code in households:
            if households[code].group is None:
                self._rows.find(
                    sheet,
                    row,
                    "household",
                    Said("hộ này không ghi mã tổ", "this household names no group"),
                    Said(
                        f"ghi mã tổ ở trang Hộ, hàng {households[code].row}",
                        f"name its group on the sheet Households, row {households[code].row}",
                    ),
                )
        elif code not in self._faulty:
            self._rows.unknown(sheet, row, "household", HOUSEHOLDS)


def _serves(office: str, commune: str) -> bool:
    try:
        served_locality(commune, office)
    except CommuneNotServed:
        return False
    return True
