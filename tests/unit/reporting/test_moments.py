"""What an auditor may write for what was known when."""

import pytest

from policy_credit_reporting.audit.replay.moments import NotAMoment, ReportNamed, read_until
from policy_credit_shared.store.progress import Partition


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-04-05", "2026-04-05T23:59:59.999999+07:00"),
        ("2026-04-05T17:00", "2026-04-05T17:00:00+07:00"),
        ("2026-04-05T17:00:00+00:00", "2026-04-05T17:00:00+00:00"),
    ],
)
def test_a_day_is_known_by_its_end_in_viet_nam(written: str, meant: str) -> None:
    known = read_until(written)
    assert not isinstance(known, dict | ReportNamed)
    assert known.isoformat() == meant


def test_offsets_are_named_by_partition() -> None:
    assert read_until("policy-credit.loans[0]=12, policy-credit.loans[1]=0") == {
        Partition("policy-credit.loans", 0): 12,
        Partition("policy-credit.loans", 1): 0,
    }


@pytest.mark.parametrize("written", ["12", "0123456789abcdef" * 4])
def test_a_report_is_named_by_its_number_or_its_digest(written: str) -> None:
    assert read_until(written) == ReportNamed(written)


@pytest.mark.parametrize("written", ["yesterday", "loans[0]=x", "loans=3"])
def test_what_is_neither_says_how_it_is_written(written: str) -> None:
    with pytest.raises(NotAMoment, match=r"topic\[partition\]=offset|2026-04-05"):
        read_until(written)
