"""The page says of each indicator what was declared."""

import pytest

from policy_credit_reporting.indicators.algebra import (
    GIVEN,
    Algebra,
    Days,
    Label,
    Measure,
    Ratio,
)
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.page import indicators_page
from policy_credit_shared.events.lending import LoanDisbursed

lent = Measure(
    name="lent",
    label=Label("Cho vay", "Lent"),
    unit="dong",
    kind="flow",
    meaning=Label("Số đã cho vay.", "What was lent."),
    by=("fund",),
    better="higher",
    source=Label("mẫu 04/TD", "form 04/TD"),
)
waited = Measure(
    name="waited",
    label=Label("Chờ", "Waited"),
    unit="days",
    kind="flow",
    meaning=Label("Số ngày.", "Days."),
    by=(),
)
both = Measure(
    name="both",
    label=Label("Cả hai", "Both"),
    unit="dong",
    kind="flow",
    meaning=Label("Cả hai.", "Both."),
    by=(),
    sums=(lent, waited),
)
share = Ratio(
    name="share",
    label=Label("Tỷ lệ", "Share"),
    unit="ratio",
    numerator=lent,
    denominator=both,
)
LINES = [
    +lent("amount", place="point", session=None),
    -lent(2),
    +waited(Days("confirmed_on", "occurred_on"), confirmed_on=GIVEN),
]
PAGE = indicators_page(Algebra([lent, waited, both], [share], {LoanDisbursed: LINES}))


@pytest.mark.parametrize(
    "line",
    [
        "### `lent`",
        "**Cho vay** (Lent)",
        "* Ý nghĩa: Số đã cho vay.",
        "* Meaning: What was lent.",
        "* Unit: dong; kept by fund",
        "  * + `amount` of `policycredit.loan.disbursed.v1` where `place` is `point` and `session`"
        " is absent",
        "  * − 2 of `policycredit.loan.disbursed.v1`",
        "* Better: higher",
        "* Nguồn: mẫu 04/TD",
        "* Source: form 04/TD",
        "* Unit: days; kept by unit only",
        "  * + days from `confirmed_on` to `occurred_on` of `policycredit.loan.disbursed.v1` where"
        " `confirmed_on` is given",
        "* Formula: [`lent`](#lent) + [`waited`](#waited)",
        "* Formula: [`lent`](#lent) ÷ [`both`](#both)",
    ],
)
def test_what_is_declared_is_said(line: str) -> None:
    assert line in PAGE.splitlines()


def test_every_indicator_has_its_entry() -> None:
    lines = indicators_page(ALGEBRA).splitlines()
    entries = [line.strip("# `") for line in lines if line.startswith("### ")]
    assert sorted(entries) == sorted([*ALGEBRA.measures, *ALGEBRA.ratios])
