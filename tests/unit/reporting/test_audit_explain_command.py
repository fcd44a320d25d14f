"""What cannot be explained is refused by its option; live figures are held against their events."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from policy_credit_reporting.audit.commands import audit
from policy_credit_reporting.audit.comparing import compare
from policy_credit_reporting.audit.explain import Explained
from policy_credit_reporting.audit.live import Live
from policy_credit_shared.store.progress import Partition

USUAL = ["--unit", "58", "--measure", "capital", "--date", "2026-12-31"]
LOANS = Partition("loans", 0)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--measure", "outstandin"], "--measure: no measure 'outstandin'; perhaps outstanding"),
        (["--measure", "qqqqqq"], "--measure: no measure 'qqqqqq'; docs/indicators.md lists all"),
        (["--unit", "999"], "--unit: no unit '999'"),
        (["--unit", "56", "--tree-date", "2025-06-30", "--fund", "x"], "--fund: no fund 'x'"),
        (["--unit", "49", "--tree-date", "2025-07-01"], "or another --tree or --tree-date"),
        (["--programme", "XX"], "--programme: no programme 'XX'; there are HN"),
        (["--programme", "HN"], "--programme: capital is kept by fund; leave it out"),
        (["--date", "1960-01-01"], "--date: 1960-01-01 is not after 1970-01-01"),
        (["--from", "2027-01-01"], "--from: 2027-01-01 is after 2026-12-31"),
        (["--output", "figures.pdf"], "--output: figures.pdf ends in none of .csv"),
        (["--output", "nowhere/figures.csv"], "--output: there is no folder nowhere"),
    ],
)
def test_what_cannot_be_explained_is_refused_by_its_option(
    options: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(audit, ["explain", *USUAL, *options], env={"COLUMNS": "300"})
    assert done.exit_code == 2
    assert sentence in " ".join(done.output.replace("│", " ").split())


def explained(reflected: int, end: int = 9) -> Explained:
    return Explained(
        lines=[],
        opening={},
        figures={"loans": 5},
        reflected={"loans": reflected},
        ends={LOANS: end},
        dead_letters=0,
        beyond_holes=0,
    )


def test_a_live_figure_is_held_against_the_events_that_it_reflects() -> None:
    same = compare(explained(4), Live({"loans": 4}, {LOANS: 9}))
    assert same.sentences == ["loans: the live figure at the same offsets is the same"]
    assert not same.differ
    other = compare(explained(4), Live({"loans": 3}, {LOANS: 9}))
    assert other.differ
    assert other.sentences[-1].startswith("DIFFERS loans: the live figure is 3, its events give 4")


def test_offsets_that_differ_are_said() -> None:
    behind = compare(explained(4), Live({"loans": 4}, {LOANS: 7}))
    assert "do not reflect the last 2 records" in behind.sentences[0]
    assert not behind.differ


def test_figures_of_another_log_are_not_compared() -> None:
    for offsets in ({LOANS: 10}, {Partition("other.loans", 0): 1}):
        found = compare(explained(4), Live({"loans": 3}, offsets))
        assert "not compared with live figures: they reflect" in found.sentences[0]
        assert not found.differ
