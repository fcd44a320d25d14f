"""An excerpt of a list: sorted by a column, some rows from one on."""

from hypothesis import given
from hypothesis import strategies as st

from policy_credit_reporting.store.excerpts import WHOLE, Excerpt

Row = tuple[int, int | None]
lists = st.lists(st.none() | st.integers(0, 5)).map(lambda values: list(enumerate(values)))
sorts = st.sampled_from(["", "value", "-value"])


def value(row: Row) -> int | None:
    return row[1]


@given(lists, sorts)
def test_rows_are_sorted_and_those_without_a_value_come_last(rows: list[Row], sort: str) -> None:
    found = Excerpt(sort).of(rows, value)
    assert sorted(found) == rows
    known = [row[1] for row in found if row[1] is not None]
    if sort:
        assert [row[1] for row in found] == [*known, *[None] * (len(rows) - len(known))]
        assert known == sorted(known, reverse=sort == "-value")
    else:
        assert found == rows


@given(lists, sorts)
def test_equal_rows_stay_in_the_order_of_the_list(rows: list[Row], sort: str) -> None:
    found = Excerpt(sort).of(rows, value)
    for one in {row[1] for row in rows}:
        assert [row for row in found if row[1] == one] == [row for row in rows if row[1] == one]


@given(lists, sorts, st.integers(1, 4))
def test_pages_one_after_another_are_the_whole_list(rows: list[Row], sort: str, limit: int) -> None:
    pages = [Excerpt(sort, limit, at).of(rows, value) for at in range(0, len(rows), limit)]
    assert [row for page in pages for row in page] == Excerpt(sort).of(rows, value)
    assert all(0 < len(page) <= limit for page in pages)


@given(lists, sorts, st.integers(1, 8), st.integers(0, 3))
def test_an_excerpt_that_holds_all_is_the_list(
    rows: list[Row], sort: str, limit: int, offset: int
) -> None:
    excerpt = Excerpt(sort, limit, offset)
    if excerpt.holds_all(len(rows)):
        assert excerpt.of(rows, value) == rows


def test_a_list_that_is_not_narrowed_is_answered_as_it_is() -> None:
    assert WHOLE.holds_all(20_000)
    assert not Excerpt("code").holds_all(1)
    assert not Excerpt(limit=1).holds_all(2)
    assert not Excerpt(offset=1).holds_all(1)


def test_the_database_sorts_likewise() -> None:
    columns = {"deadline": "deadline", "severity": "gravity(severity)"}
    assert (
        Excerpt("-severity", 5, 10).ordered_by(columns, "deadline, finding")
        == "ORDER BY gravity(severity) DESC NULLS LAST, deadline, finding LIMIT 5 OFFSET 10"
    )
    assert Excerpt("", 5).ordered_by(columns, "deadline") == "ORDER BY deadline LIMIT 5 OFFSET 0"
