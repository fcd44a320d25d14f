"""Figures in Prometheus' text format."""

from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_reporting.indicators.told import (
    SPLIT,
    metric_of,
    year_metric_of,
)
from policy_credit_reporting.metrics.exposition import Exposition, labels
from policy_credit_shared.kernel.reform import dated_trees

SERIES_OF_A_TARGET_MAX = 20_000
LAYOUT = Layout.of(ALGEBRA)
OF_FLOWS = [ratio for ratio in ALGEBRA.ratios.values() if ratio.of_flows]


def test_dong_are_written_whole() -> None:
    out = Exposition()
    out.family("outstanding_dong", "Outstanding", [("", 9_007_199_254_740_991)])
    assert b"\noutstanding_dong 9007199254740991\n" in out.text()


def test_labels_and_meanings_are_escaped() -> None:
    out = Exposition()
    out.family("m", "a\\b\nc", [(labels({"unit": 'a"b\\c\nd'}), 1)])
    assert out.text().decode().splitlines() == [
        "# HELP m a\\\\b c",
        "# TYPE m gauge",
        'm{unit="a\\"b\\\\c\\nd"} 1',
    ]


def test_a_family_without_samples_is_told_by_its_name() -> None:
    out = Exposition()
    out.family("nothing", "Nothing.", [])
    assert out.text() == b"# HELP nothing Nothing.\n# TYPE nothing gauge\n"


def test_a_name_ends_with_its_unit_once() -> None:
    names = {one.name: metric_of("district", one) for one in ALGEBRA.indicators()}
    assert names["outstanding"] == "policy_credit_district_outstanding_dong"
    assert names["overdue_ratio"] == "policy_credit_district_overdue_ratio"
    assert names["entitlement_days"] == "policy_credit_district_entitlement_days"
    assert names["loans"] == "policy_credit_district_loans"
    assert len(set(names.values())) == len(names)


def test_no_metric_of_a_level_is_named_as_one_of_another() -> None:
    levels = ("nation", "province", "district")
    names = [metric_of(level, one) for level in levels for one in ALGEBRA.indicators()]
    names += [year_metric_of(level, r) for level in levels for r in OF_FLOWS]
    names += [metric_of(f"province_{d}", m) for d, measures in SPLIT.items() for m in measures]
    assert len(set(names)) == len(names)


def test_what_is_split_is_kept_by_that_dimension() -> None:
    for dimension, measures in SPLIT.items():
        assert all(dimension in measure.by for measure in measures)


def test_a_target_of_todays_tree_has_few_enough_series() -> None:
    """The bound that decision 26 states: indicators, ratios of the year, targets, and parts."""
    bank = dated_trees()["bank"]
    tree = bank.on(max(bank.days))
    provinces = [unit for unit in tree if unit.level == "province"]
    each = len(ALGEBRA.indicators()) + len(OF_FLOWS) + 12
    parts = sum(
        len(measures) * len(LAYOUT.values[dimension]) for dimension, measures in SPLIT.items()
    )
    nation = each + len(provinces) * (each + parts) + 20
    assert nation < SERIES_OF_A_TARGET_MAX
    for province in provinces:
        districts = len(tree.children(province.code))
        assert districts * (each + 3) < SERIES_OF_A_TARGET_MAX
