"""What a loan's row and its instalments say together: balances that agree, or what contradicts."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final

from policy_credit_branch.importing.books import Loan, buckets
from policy_credit_branch.importing.columns import (
    Said,
    dong,
)
from policy_credit_shared.kernel.ages import AGES
from policy_credit_shared.kernel.instalments import FellOverdue, Instalment

SMALL_DONG: Final = 10_000
"""A loan that owes less was probably written in thousands or millions."""

Wrong = tuple[str, Said, Said, bool]
"""The column, what is wrong, how it is put right, and whether it is only a warning."""


def loan_of(
    row: int, values: dict[str, Any], left: Sequence[Instalment], on: date
) -> tuple[Loan, Sequence[Wrong]]:
    """The loan with its instalments as of a day, and all in which its figures contradict."""
    ahead = sorted((i for i in left if i.due_on >= on), key=lambda i: i.due_on)
    missed = sorted((i for i in left if i.due_on < on), key=lambda i: i.due_on)
    amounts = {bucket: values[f"overdue_{bucket}"] or 0 for bucket in AGES}
    overdue, in_term = sum(amounts.values()), values["in_term"] or 0
    if ahead or not in_term:
        plan = tuple(ahead)
    else:
        plan = (Instalment(values["due_on"], in_term),)
    if missed:
        fell = tuple(FellOverdue(i.due_on + timedelta(days=1), i.amount) for i in missed)
    elif overdue and values["overdue_since"]:
        fell = (FellOverdue(values["overdue_since"], overdue),)
    else:
        fell = ()
    loan = Loan(
        row=row,
        contract=values["contract"],
        household=values["household"],
        programme=values["programme"],
        fund=values["fund"],
        disbursed_on=values["disbursed_on"],
        term_months=values["term_months"],
        due_on=values["due_on"],
        annual_rate=values["annual_rate"],
        plan=plan,
        fell_overdue=fell,
        frozen=values["frozen"] or 0,
        frozen_until=values["frozen_until"],
        frozen_overdue_since=values["frozen_overdue_since"],
        interest_arrears=values["interest_arrears"] or 0,
        undisbursed=values["undisbursed"] or 0,
    )
    return loan, [*_sums(loan, values, in_term, amounts, on), *_days(loan, on)]


def _sums(
    loan: Loan, values: dict[str, Any], in_term: int, amounts: dict[Any, int], on: date
) -> Iterator[Wrong]:
    frozen, overdue = loan.frozen, sum(amounts.values())
    stated, owed = values["outstanding"], in_term + overdue + frozen
    if stated != owed:
        yield (
            "outstanding",
            Said(
                f"trong hạn {dong(in_term)} + quá hạn {dong(overdue)} + khoanh {dong(frozen)}"
                f" = {dong(owed)}",
                f"in term {dong(in_term)} + overdue {dong(overdue)} + frozen {dong(frozen)}"
                f" = {dong(owed)}",
            ),
            Said("sửa dư nợ hoặc các phần của nó", "correct it, or its parts"),
            False,
        )
    elif not owed:
        yield (
            "outstanding",
            Said("không còn nợ gốc", "nothing is owed"),
            Said("bỏ món vay đã tất toán", "take out loans that are paid back"),
            False,
        )
    elif owed < SMALL_DONG:
        yield (
            "outstanding",
            Said(f"chỉ {dong(owed)} đồng", f"only {dong(owed)} dong"),
            Said(
                "kiểm tra đơn vị: đồng, không phải triệu đồng", "check the unit: dong, not millions"
            ),
            True,
        )
    planned = sum(i.amount for i in loan.plan)
    if planned != in_term:
        yield (
            "in_term",
            Said(
                f"các kỳ chưa đến hạn ở trang Kỳ hạn cộng lại {dong(planned)}",
                f"the instalments ahead on the sheet Instalments add up to {dong(planned)}",
            ),
            Said("sửa số này hoặc các kỳ", "correct this amount, or the instalments"),
            False,
        )
    if overdue and not loan.fell_overdue:
        yield (
            "overdue_since",
            Said("có nợ quá hạn nhưng không có ngày", "it is overdue, and nothing says since when"),
            Said(
                "ghi ngày chuyển nợ quá hạn, hoặc ghi các kỳ ở trang Kỳ hạn",
                "give the day, or the missed instalments on the sheet Instalments",
            ),
            False,
        )
        return
    by_age = buckets(loan, on)
    for bucket in AGES:
        if by_age.get(bucket, 0) != amounts[bucket]:
            yield (
                f"overdue_{bucket}",
                Said(
                    f"theo ngày quá hạn phải là {dong(by_age.get(bucket, 0))}",
                    f"by the days since it is overdue it should be {dong(by_age.get(bucket, 0))}",
                ),
                Said("sửa số tiền hoặc ngày", "correct the amount, or the day"),
                False,
            )


def _days(loan: Loan, on: date) -> Iterator[Wrong]:
    day = f"{on:%d/%m/%Y}"
    if loan.disbursed_on >= on:
        yield _order("disbursed_on", "không trước ngày mở sổ", "it is not before the opening day")
    if loan.due_on <= loan.disbursed_on:
        yield _order("due_on", "không sau ngày giải ngân", "it is not after the disbursement")
    if loan.plan and loan.plan[-1].due_on != loan.due_on:
        yield _order(
            "due_on",
            f"kỳ cuối ở trang Kỳ hạn là {loan.plan[-1].due_on:%d/%m/%Y}",
            f"the last instalment is due on {loan.plan[-1].due_on:%d/%m/%Y}",
        )
    if loan.plan and loan.plan[0].due_on < on:
        yield _order(
            "due_on",
            f"trước ngày mở sổ {day} nhưng còn nợ trong hạn",
            f"it is before the opening day {day}, and principal is in term",
        )
    for missed in loan.fell_overdue:
        if not loan.disbursed_on < missed.since <= on:
            yield _order(
                "overdue_since",
                f"quá hạn từ {missed.since:%d/%m/%Y} là không thể",
                f"it cannot be overdue since {missed.since:%d/%m/%Y}",
            )
    if bool(loan.frozen) != (loan.frozen_until is not None):
        yield (
            "frozen_until",
            Said(
                "nợ khoanh và ngày hết khoanh phải đi cùng nhau",
                "what is frozen and until when go together",
            ),
            Said("ghi cả hai hoặc bỏ cả hai", "give both or neither"),
            False,
        )
    elif loan.frozen_until is not None and loan.frozen_until < on:
        yield _order(
            "frozen_until", f"trước ngày mở sổ {day}", f"it is before the opening day {day}"
        )
    since = loan.frozen_overdue_since
    if since is not None and not (loan.frozen and loan.disbursed_on < since <= on):
        yield _order("frozen_overdue_since", "không thể là ngày này", "it cannot be this day")


def _order(field: str, vi: str, en: str) -> Wrong:
    return field, Said(vi, en), Said("sửa ngày", "correct the day"), False
