"""Targets stand beside the figures of their own year, on a real read model."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date

import build
import pytest
from conftest import Servers
from readmodel import Reader, filled, reporting

from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.store.reading import Figures
from policy_credit_reporting.store.targets import Reached, reached_targets, watched_measures
from policy_credit_shared.events.collection import PrincipalFellDue
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.events.supervision import Targeted, TargetSet

Rows = dict[tuple[str, int], dict[str, object]]


def target(indicator: Targeted, year: int, value: int) -> TargetSet:
    return TargetSet(
        office=build.OFFICE,
        locality=build.LOCALITY,
        occurred_on=date(year, 1, 2),
        unit=build.OFFICE,
        year=year,
        indicator=indicator,
        ceiling=1_000_000,
        bound="floor",
        value=value,
        measured_in="millionths",
    )


def fell_due(on: date, amount: int, paid: int) -> PrincipalFellDue:
    return PrincipalFellDue(
        office=build.OFFICE,
        locality=build.LOCALITY,
        occurred_on=on,
        programme="HN",
        association="women",
        fund="central",
        household=build.HOUSEHOLD,
        loan=build.LOAN,
        amount=amount,
        paid=paid,
    )


TOLD: list[PublicEvent] = [
    build.loan_disbursed(amount=40_000_000, occurred_on=date(2018, 6, 1)),
    build.loan_disbursed(amount=5_000_000, occurred_on=date(2019, 12, 31)),
    build.loan_disbursed(amount=99_000_000, occurred_on=date(2020, 1, 1)),
    fell_due(date(2018, 12, 31), 1_000_000, 0),
    fell_due(date(2019, 6, 1), 1_000_000, 900_000),
    target("credit_growth", 2018, 100_000),
    target("credit_growth", 2019, 100_000),
    target("principal_when_due_rate", 2019, 950_000),
    target("principal_when_due_rate", 2020, 940_000),
]


@pytest.fixture(scope="module")
def found(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rows]:
    with reporting(servers, tmp_path_factory.mktemp("keys"), ALGEBRA, TOLD) as readers:
        reader: Reader = readers.of("VN")
        rows = reader.get(f"/api/v1/units/{build.OFFICE}/targets").json()
        yield {(row["indicator"], row["year"]): row for row in rows}


def of(row: dict[str, object]) -> tuple[object, ...]:
    return tuple(row[name] for name in ("numerator", "denominator", "figure", "met"))


def test_credit_grows_from_the_end_of_the_year_before(found: Rows) -> None:
    assert of(found["credit_growth", 2019]) == (5_000_000, 40_000_000, 125_000, True)


def test_growth_from_nothing_is_no_figure(found: Rows) -> None:
    assert of(found["credit_growth", 2018]) == (None, None, None, None)


def test_flows_are_those_of_the_year(found: Rows) -> None:
    expected = (900_000, 1_000_000, 900_000, False)
    assert of(found["principal_when_due_rate", 2019]) == expected


def latest(servers: Servers, until: int) -> Reached:
    """As workers ask, who keep the past of few measures: the latest target's, up to a year."""
    url = filled(servers, ALGEBRA, TOLD)
    with (
        closing(Figures(url, ALGEBRA, watched_measures(ALGEBRA))) as figures,
        figures.snapshot() as snapshot,
    ):
        (found,) = reached_targets(snapshot, ["58", build.OFFICE], ALGEBRA, until)
    return found


def test_alerts_look_at_what_the_target_s_year_reached(servers: Servers, found: Rows) -> None:
    of_2019 = latest(servers, until=2019)
    shown = found["principal_when_due_rate", 2019]
    assert of_2019.target.value == shown["target"] == 950_000
    assert [of_2019.numerator, of_2019.denominator] == [shown["numerator"], shown["denominator"]]


def test_a_year_that_has_begun_has_its_own_target(servers: Servers) -> None:
    of_2020 = latest(servers, until=2026)
    assert of_2020.target.value == 940_000
    assert (of_2020.numerator, of_2020.denominator) == (0, 0)
