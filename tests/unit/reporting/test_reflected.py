"""What a snapshot says of holes without asking the database again."""

from datetime import UTC, datetime, timedelta

from policy_credit_reporting.store.reflected import HOLE_AGE_MIN, Incident, Position, Reflected

OPENED = datetime(2026, 11, 24, 8, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)


def reflecting(*faults: Incident) -> Reflected:
    return Reflected(Position("figures", {}, [], {}), [*faults], {})


def test_a_hole_becomes_an_incident_by_its_age_though_nothing_was_committed_since() -> None:
    hole = Incident("loans", 0, "/policy-credit/loans", expected=2, seen=3, opened_at=OPENED)
    known = reflecting(hole)
    assert known.incidents(OPENED + HOLE_AGE_MIN - A_SECOND) == []
    assert known.incidents(OPENED + HOLE_AGE_MIN + A_SECOND) == [hole]


def test_a_broken_chain_is_an_incident_at_once() -> None:
    broken = Incident("loans", 0, "/policy-credit/loans", 2, 2, OPENED, "altered")
    assert reflecting(broken).incidents(OPENED) == [broken]
