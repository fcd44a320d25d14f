"""Rows of a tree written by column are what they would be written one by one."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from policy_credit_reporting.store.answers import Row
from policy_credit_reporting.store.rows import Value, beginnings, picked, written
from policy_credit_shared.kernel.units import REFORM_DAY, Unit

values = st.none() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[Unit], list[list[Value]]]:
    width = draw(st.integers(1, 4))
    names = draw(st.lists(st.text(), min_size=1, max_size=5))
    units = [
        Unit(code=name, valid_from=REFORM_DAY, level="commune", parent=parent, name=name)
        for name, parent in zip(names, [None, *names], strict=False)
    ]
    row = st.lists(values, min_size=width, max_size=width)
    return units, draw(st.lists(row, min_size=len(units), max_size=len(units)))


@given(tables())
def test_rows_written_by_column_are_those_written_one_by_one(
    table: tuple[list[Unit], list[list[Value]]],
) -> None:
    units, rows = table
    by_column = list(zip(*rows, strict=True))
    one_by_one = [
        Row(u.code, u.level, u.parent, u.name, row) for u, row in zip(units, rows, strict=True)
    ]
    assert bytes(written(beginnings(units), by_column)) == json.encode(one_by_one)


@given(tables(), st.data())
def test_some_rows_in_another_order_begin_as_they_would_by_themselves(
    table: tuple[list[Unit], list[list[Value]]], data: st.DataObject
) -> None:
    units, _ = table
    numbers = data.draw(st.lists(st.sampled_from(range(len(units))), unique=True))
    assert picked(beginnings(units), numbers) == beginnings([units[n] for n in numbers])


def test_no_rows_are_an_empty_list() -> None:
    assert bytes(written((), [[]])) == b"[]"
