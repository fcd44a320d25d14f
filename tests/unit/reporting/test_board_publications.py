"""Published figures on the board: periods are called what officials call them."""

import pytest

from policy_credit_reporting.board.publications import called
from policy_credit_reporting.indicators.algebra import Label
from policy_credit_reporting.reports.report_period import report_period


@pytest.mark.parametrize(
    ("name", "vi", "en"),
    [
        ("2019-10", "Tháng 10/2019", "October 2019"),
        ("2019-Q4", "Quý 4/2019", "Quarter 4 of 2019"),
        ("2019", "Năm 2019", "2019"),
    ],
)
def test_a_period_is_called_what_officials_call_it(name: str, vi: str, en: str) -> None:
    assert called(report_period(name)) == Label(vi, en)
