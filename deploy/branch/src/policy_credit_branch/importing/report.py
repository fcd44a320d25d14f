"""The report of a check, as text: what was read, and all that is wrong with it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from policy_credit_branch.importing.books import Books, Loan, buckets
from policy_credit_branch.importing.checking import Checked
from policy_credit_branch.importing.columns import (
    PROGRAMMES,
    Said,
    dong,
)
from policy_credit_branch.importing.findings import Finding
from policy_credit_branch.importing.sheets import (
    SHEETS,
)
from policy_credit_shared.kernel.ages import AGES
from policy_credit_shared.kernel.units import UnknownUnit, units_before_reform

FIGURES: Final = (
    ("loans", Said("Số món", "Loans")),
    ("outstanding", Said("Dư nợ", "Outstanding")),
    ("overdue", Said("Quá hạn", "Overdue")),
    ("frozen", Said("Khoanh", "Frozen")),
    ("interest", Said("Lãi tồn", "Interest")),
)


def report(checked: Checked) -> str:
    """What the terminal shows: findings by sheet and row, then totals, then what to do next."""
    lines = [*_findings(checked.findings), *_totals(checked.books), *_next(checked)]
    return "\n".join(lines) + "\n"


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    for sheet in SHEETS:
        of_sheet = [finding for finding in findings if finding.sheet is sheet]
        if not of_sheet:
            continue
        yield f"{sheet.title}"
        for finding in of_sheet:
            yield from _finding(finding)
        yield ""


def _finding(finding: Finding) -> Iterator[str]:
    mark = Said(" (cảnh báo)", " (warning)") if finding.warning else Said("", "")
    yield f"  {finding.address:<7}{finding.name.vi}: {finding.problem.vi}{mark.vi}"
    yield f"         {finding.name.en}: {finding.problem.en}{mark.en}"
    if finding.found is not None:
        yield f"         có/found: {finding.found}"
    if finding.expected is not None:
        yield f"         cần/expected: {_both(finding.expected)}"
    yield f"         → {_both(finding.fix)}"


def _both(said: Said) -> str:
    return said.vi if said.vi == said.en else f"{said.vi} / {said.en}"


def _totals(books: Books) -> Iterator[str]:
    yield "Tổng số đã đọc, để đối chiếu với sổ giấy / Totals read, to compare with the paper books"
    day = f"{books.opened_on:%d/%m/%Y}" if books.opened_on > date.min else "?"
    yield f"  Phòng giao dịch/Office {books.office or '?'}, đầu ngày/at the beginning of {day}"
    yield "  (không kể các hàng có lỗi / rows with faulty cells are not counted)"
    yield f"  Tổ/Groups {dong(len(books.groups))}, hộ/households {dong(len(books.households))}"
    yield ""
    programmes = {choice.code: choice.name.vi for choice in PROGRAMMES}
    yield from _table(
        Said("Chương trình", "Programme"),
        books.loans,
        lambda loan: f"{loan.programme} {programmes[loan.programme]}",
    )
    home = {household.household: household.commune for household in books.households}
    yield from _table(
        Said("Xã", "Commune"), books.loans, lambda loan: _commune(home.get(loan.household))
    )
    yield "  Nợ quá hạn theo thời gian / Overdue by age"
    by_age: Counter[str] = Counter()
    for loan in books.loans:
        by_age.update(buckets(loan, books.opened_on))
    for bucket in AGES:
        yield f"    {_bucket(bucket):<30}{dong(by_age[bucket]):>18}"
    yield ""
    yield "  Tiết kiệm / Savings"
    saved: Counter[str] = Counter()
    for household, amount in books.savings.items():
        saved[_commune(home.get(household))] += amount
    for name, amount in (*sorted(saved.items()), (_TOTAL, sum(saved.values()))):
        yield f"    {name:<30}{dong(amount):>18}"
    yield ""


def _table(title: Said, loans: Sequence[Loan], key: Callable[[Loan], str]) -> Iterator[str]:
    groups: dict[str, list[Loan]] = {}
    for loan in loans:
        groups.setdefault(key(loan), []).append(loan)
    header = "".join(f"{name.vi:>18}" for _, name in FIGURES)
    yield f"  {title.vi + ' / ' + title.en:<32}{header}"
    yield f"  {'':<32}" + "".join(f"{name.en:>18}" for _, name in FIGURES)
    for name, of_group in (*sorted(groups.items()), (_TOTAL, list(loans))):
        yield f"    {name:<30}" + "".join(f"{dong(x):>18}" for x in _figures(of_group))
    yield ""


def _figures(loans: Iterable[Loan]) -> tuple[int, ...]:
    kept = list(loans)
    return (
        len(kept),
        sum(loan.outstanding for loan in kept),
        sum(loan.overdue for loan in kept),
        sum(loan.frozen for loan in kept),
        sum(loan.interest_arrears for loan in kept),
    )


def _next(checked: Checked) -> Iterator[str]:
    wrong = sum(1 for finding in checked.findings if not finding.warning)
    warnings = len(checked.findings) - wrong
    if wrong:
        yield (
            f"{wrong} lỗi, {warnings} cảnh báo: chưa nhập được. Sửa các ô đã nêu rồi kiểm tra lại."
        )
        yield (
            f"Errors: {wrong}, warnings: {warnings}. Not ready: correct the cells above and check"
            " again."
        )
    else:
        yield f"Không có lỗi, {warnings} cảnh báo. Nếu tổng số khớp với sổ giấy thì nhập sổ (run)."
        yield f"Errors: 0, warnings: {warnings}. If the totals agree with the paper books, run it."


_TOTAL: Final = "Cộng / Total"


def _commune(code: str | None) -> str:
    if code is None:
        return "?"
    try:
        return f"{code} {units_before_reform().unit(code).name}"
    except UnknownUnit:
        return code


def _bucket(bucket: str) -> str:
    return "trên/over 360" if bucket == "over_360" else bucket.replace("_", "–")
