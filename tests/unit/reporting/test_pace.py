"""What is said of how long catching up will take."""

from policy_credit_reporting.projection.pace import Pace


def test_the_time_that_is_left_is_by_how_it_went_lately() -> None:
    pace = Pace()
    assert pace.seen(100_000, 0) == "100,000 records are left, for how long is not known yet"
    assert pace.seen(90_000, 10) == "90,000 records are left, for about 90 s"
    assert pace.seen(40_000, 60) == "40,000 records are left, for about 40 s"
    # A minute later nothing but the last minute counts, in which it went twice as slowly.
    assert pace.seen(10_000, 120) == "10,000 records are left, for about 20 s"


def test_it_is_said_now_and_then_however_often_it_is_looked_at() -> None:
    pace = Pace()
    said = [pace.seen(10_000 - n, n / 10) for n in range(250)]
    assert [n for n, one in enumerate(said) if one] == [0, 100, 200]


def test_no_time_is_promised_where_as_much_comes_as_is_read() -> None:
    pace = Pace()
    pace.seen(5_000, 0)
    assert pace.seen(5_001, 10) == "5,001 records are left, and do not get fewer"
