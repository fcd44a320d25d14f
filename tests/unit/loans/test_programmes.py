"""Programmes: looked up by (programme, date, fund, province), changed by whom it concerns."""

from datetime import date
from typing import Any, get_args

import build
import pytest
from build import MILLION, PROVINCE
from hypothesis import given
from hypothesis import strategies as st

from policy_credit_loans.domain.credit_refusals import (
    ChangeOutOfOrder,
    ChangeRepeated,
    NothingChanged,
    OnlyOwnCeiling,
    ProgrammeNotLent,
    RateMissing,
    UnitChangesNothing,
)
from policy_credit_loans.domain.programme import Entry, Terms, catalogue, terms_on
from policy_credit_loans.domain.programme_change import Changes, change, entries, evolve
from policy_credit_shared.kernel.identifiers import Fund, Programme
from policy_credit_shared.kernel.refusals import Refusal

ON = date(2026, 3, 5)


def terms(
    programme: Programme = "HN",
    on: date = ON,
    fund: Fund | None = "central",
    province: str = PROVINCE,
    changes: Changes | None = None,
) -> Terms:
    return terms_on(entries(changes), programme, on, fund, province)


def changed(*commands: dict[str, Any]) -> Changes | None:
    """A programme after these changes."""
    changes: Changes | None = None
    for number, fields in enumerate(commands):
        identifier = build.some_id(f"change {number}")
        command = build.change_programme(**{"change": identifier} | fields)
        changes = evolve(changes, change(changes, command, "somebody"))
    return changes


@pytest.mark.parametrize(
    ("programme", "on", "annual_rate", "ceiling"),
    [
        ("HN", date(2019, 3, 5), 660, 100),
        ("HCN", date(2019, 3, 5), 792, 100),
        ("HMTN", date(2019, 3, 5), 825, 100),
        ("GQVL", date(2019, 11, 7), 660, 50),
        ("GQVL", date(2019, 11, 8), 792, 100),
        ("GQVL", date(2025, 12, 31), 792, 100),
        ("GQVL", date(2026, 1, 1), 838, 200),
        ("NSVSMT", date(2024, 9, 1), 900, 20),
        ("NSVSMT", date(2024, 9, 2), 900, 50),
        ("NOXH", date(2025, 10, 9), 660, 1_000),
        ("NOXH", date(2025, 10, 10), 540, 1_000),
        ("NO33", ON, 300, 25),
        ("DTTS", ON, 330, 100),
        ("CHXAPT", ON, 660, 100),
    ],
)
def test_rates_and_ceilings_are_those_of_their_day(
    programme: Programme, on: date, annual_rate: int, ceiling: int
) -> None:
    found = terms(programme, on)
    assert (found.annual_rate, found.ceiling) == (annual_rate, ceiling * MILLION)


def test_before_its_first_day_a_programme_is_not_lent() -> None:
    assert terms("CHXAPT", date(2023, 10, 10)).term_months == 120
    with pytest.raises(ProgrammeNotLent, match=r"CHXAPT .* 2023-10-09"):
        terms("CHXAPT", date(2023, 10, 9))


@pytest.mark.parametrize("programme", get_args(Programme))
def test_every_programme_is_lent_today_and_says_where_its_terms_come_from(
    programme: Programme,
) -> None:
    found = terms(programme)
    assert found.categories
    assert found.sources
    assert all(source.legal_basis for source in found.sources)


def test_a_missed_instalment_is_carried_forward_for_the_poor_and_for_water_only() -> None:
    carried = {p for p in get_args(Programme) if terms(p).ageing == "carried_forward"}
    assert carried == {"HN", "NSVSMT"}


def test_a_poor_households_loan_and_the_near_poors_exclude_each_other() -> None:
    assert set(terms("HN").excludes) == {"HCN", "HMTN"}
    assert "HN" in terms("HCN").excludes
    assert "HN" in terms("HMTN").excludes


def test_a_source_that_changed_only_some_fields_leaves_the_others_their_own() -> None:
    assert [s.legal_basis for s in terms("NSVSMT").sources] == [
        "Decision 62/2004/QĐ-TTg",
        "Decision 10/2024/QĐ-TTg",
    ]


def test_the_most_specific_entry_counts_then_the_latest() -> None:
    changes = changed(
        {"ceiling": 150 * MILLION, "annual_rate": None, "valid_from": date(2026, 2, 1)},
        {"ceiling": 120 * MILLION, "annual_rate": None, "fund": "local"},
        {"ceiling": 130 * MILLION, "annual_rate": None, "fund": "local", "unit": PROVINCE},
    )
    assert terms(fund="central", changes=changes).ceiling == 150 * MILLION
    assert terms(fund="local", changes=changes, province="01").ceiling == 120 * MILLION
    assert terms(fund="local", changes=changes).ceiling == 130 * MILLION
    before = date(2019, 5, 31)
    assert terms(fund="local", on=before, changes=changes).ceiling == 100 * MILLION


def test_a_province_with_its_own_ceiling_goes_on_following_the_nations_rate() -> None:
    changes = changed(
        {"ceiling": 130 * MILLION, "annual_rate": None, "fund": "local", "unit": PROVINCE},
        {"annual_rate": 600, "valid_from": date(2026, 2, 1)},
    )
    found = terms(fund="local", changes=changes)
    assert (found.ceiling, found.annual_rate) == (130 * MILLION, 600)


def test_of_two_changes_of_one_day_the_one_decided_later_counts() -> None:
    changes = changed({"annual_rate": 600}, {"annual_rate": 620})
    assert terms(changes=changes).annual_rate == 620


@given(
    st.lists(
        st.tuples(
            st.dates(date(2019, 1, 1), date(2019, 12, 31)),
            st.sampled_from([None, "central", "local"]),
            st.integers(0, 10_000),
        ),
        max_size=6,
    ),
    st.dates(date(2019, 1, 1), date(2019, 12, 31)),
)
def test_whatever_is_changed_the_rate_is_that_of_an_entry_that_covers_the_loan(
    made: list[tuple[date, Fund | None, int]], on: date
) -> None:
    changes = changed(*({"valid_from": d, "fund": f, "annual_rate": r} for d, f, r in made))
    covering = [
        (fund is not None, day, number, rate)
        for number, (day, fund, rate) in enumerate(made)
        if day <= on and fund in (None, "local")
    ]
    expected = max(covering)[-1] if covering else 660
    assert terms(on=on, fund="local", changes=changes).annual_rate == expected


def refused(kind: type[Refusal], changes: Changes | None = None, **fields: Any) -> Refusal:
    with pytest.raises(kind) as caught:
        change(changes, build.change_programme(**fields), "somebody")
    return caught.value


def test_a_change_changes_something() -> None:
    refused(NothingChanged, annual_rate=None)


def test_a_change_is_made_once() -> None:
    refused(ChangeRepeated, changed({}), change=build.some_id("change 0"))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"fund": "local", "annual_rate": 600}, "annual_rate"),
        ({"fund": "local", "term_months": 60}, "term_months"),
        ({"fund": "central"}, "fund"),
        ({}, "fund"),
        ({"fund": "local", "reaches_existing": True}, "reaches_existing"),
    ],
)
def test_a_province_changes_only_the_ceiling_of_its_own_money(
    more: dict[str, Any], field: str
) -> None:
    fields = {"unit": PROVINCE, "annual_rate": None, "ceiling": 120 * MILLION}
    assert refused(OnlyOwnCeiling, **fields | more).field == field


def test_who_is_no_province_changes_nothing() -> None:
    refused(UnitChangesNothing, unit="99", annual_rate=None, ceiling=1, fund="local")


def test_only_a_rate_reaches_existing_contracts() -> None:
    refused(RateMissing, annual_rate=None, ceiling=1, reaches_existing=True)


def test_changes_reach_existing_contracts_in_the_order_of_their_days() -> None:
    first = changed({"reaches_existing": True, "valid_from": date(2019, 6, 1)})
    refused(ChangeOutOfOrder, first, reaches_existing=True, valid_from=date(2019, 6, 1))
    later = build.change_programme(reaches_existing=True, valid_from=date(2019, 6, 2))
    assert change(first, later, "somebody").reaches_existing


def test_the_data_file_is_in_order_of_programme_and_day() -> None:
    order: dict[str, date] = {}
    for entry in catalogue():
        assert isinstance(entry, Entry)
        assert order.get(entry.programme, date.min) < entry.valid_from
        order[entry.programme] = entry.valid_from
