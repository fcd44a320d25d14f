"""From the declarations to SQL: events grouped by all that postings ask of them.

A posting is a sum over events of a type that meet conditions. So events of a type, in a locality,
that answer every condition alike, are one group, and a posting is a sum over groups. The SQL only
reads, groups and adds up; how many events there were does not matter after it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from msgspec import Struct

from policy_credit_reporting.audit.archive.columns import column_of
from policy_credit_reporting.indicators.algebra import (
    GIVEN,
    Algebra,
    Amount,
    Days,
    Dimension,
)
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.store.progress import Partition

TIMES: Final = "times"
"""The column that counts the events of a group, reversals off."""
BEFORE: Final = "before"
"""The column that says whether a group lies before the first day asked for."""


class Cut(Struct, frozen=True, kw_only=True):
    """Which events count: until a business day, and what was known when.

    `known_at` leaves out what was recorded later, `offsets` what lies behind them in the log;
    with `since`, groups before that day and from it on are kept apart.
    """

    until: date
    since: date | None = None
    known_at: datetime | None = None
    offsets: Mapping[Partition, int] | None = None
    filters: Mapping[Dimension, str] = {}
    provinces: Sequence[str] = ()


class Dialect(Struct, frozen=True):
    """What engines of SQL say differently.

    The days between two dates, a moment with its zone, and whether a column holds one of some
    words, each of which is written as `word`.
    """

    days: str
    moment: str
    among: str
    word: str


# DuckDB looks words up in a map once for each word of a dictionary, while it reads, and passes over
# the other columns of rows that are not wanted; of a list, only after all of them were read.
DUCKDB: Final = Dialect(
    "{until} - {since}", "TIMESTAMPTZ '{}'", "map_contains(MAP {{{words}}}, {column})", "{}: true"
)
SPARK: Final = Dialect(
    "datediff({until}, {since})", "TIMESTAMP '{}'", "{column} IN ({words})", "{}"
)


class Grouping(Struct, frozen=True):
    """Event types that are grouped together: by these expressions, with these sums, by column."""

    kinds: tuple[type[PublicEvent], ...]
    keys: Mapping[str, str]
    sums: Mapping[str, str]


def groupings(algebra: Algebra, dialect: Dialect = DUCKDB) -> list[Grouping]:
    """Those that move one amount, and the few that move many: a group holds no sums in vain."""
    plain, wide = list[type[PublicEvent]](), list[type[PublicEvent]]()
    for kind, lines in algebra.postings.items():
        if lines:
            read = {name for line in lines for name in _sums(kind, line.amount, dialect)}
            (plain if read <= {TIMES, "amount"} else wide).append(kind)
    return [_grouping(algebra, kinds, dialect) for kinds in (plain, wide) if kinds]


def key_of(kind: type[PublicEvent], field: str, wanted: object) -> str:
    """The column of groups that a condition is held against."""
    column = column_of(kind, field).name
    if wanted is GIVEN:
        return f"{column}_given"
    return column if not isinstance(wanted, int) else f"{column}_is_{wanted}"


def sum_of(amount: Amount) -> str:
    """The column of groups that holds the sum of an amount."""
    match amount:
        case int():
            return TIMES
        case Days(since=since, until=until):
            return f"days_{since}_{until}"
    return amount


def query(grouping: Grouping, cut: Cut, source: str, dialect: Dialect = DUCKDB) -> str:
    """The SQL; `source` is what is read: files of a snapshot, or a table's name."""
    types = ", ".join(dialect.word.format(quoted(kind.type())) for kind in grouping.kinds)
    keys = dict(grouping.keys)
    if cut.since is not None:
        keys[BEFORE] = f"occurred_on < DATE '{cut.since}'"
    named = [f"{said} AS {name}" for name, said in keys.items()]
    sums = [f"CAST(sum({said}) AS BIGINT) AS {name}" for name, said in grouping.sums.items()]
    conditions = [
        "outcome = 'applied'",
        dialect.among.format(column="moves", words=types),
        f"occurred_on <= DATE '{cut.until}'",
        *conditions_of(cut, dialect),
    ]
    count = ", ".join(str(n) for n in range(1, 3 + len(named)))
    return (
        f"SELECT locality, moves, {', '.join([*named, *sums])}\nFROM {source}\n"
        f"WHERE {' AND '.join(conditions)}\nGROUP BY {count}"
    )


def conditions_of(cut: Cut, dialect: Dialect = DUCKDB) -> list[str]:
    """What was known, and of what, as SQL."""
    found = [f"{name} = {quoted(value)}" for name, value in cut.filters.items()]
    if cut.provinces:
        found.append(f"province IN ({', '.join(map(quoted, cut.provinces))})")
    if cut.known_at is not None:
        found.append(f"recorded_at <= {dialect.moment.format(cut.known_at.isoformat())}")
    if cut.offsets is not None:
        cases = " ".join(
            f"WHEN topic = {quoted(topic)} AND partition = {number} THEN {offset}"
            for (topic, number), offset in sorted(cut.offsets.items())
        )
        found.append(f"record_offset < CASE {cases} ELSE 0 END" if cases else "false")
    return found


def _grouping(algebra: Algebra, kinds: Iterable[type[PublicEvent]], dialect: Dialect) -> Grouping:
    kinds = tuple(kinds)
    keys: dict[str, str] = {}
    sums: dict[str, str] = {}
    for kind in kinds:
        for line in algebra.postings[kind]:
            sums |= _sums(kind, line.amount, dialect)
            for field, wanted in line.where:
                column, key = column_of(kind, field).name, key_of(kind, field, wanted)
                if wanted is GIVEN:
                    keys[key] = f"{column} IS NOT NULL"
                else:
                    keys[key] = column if key == column else f"coalesce({column} = {wanted}, false)"
    return Grouping(kinds, dict(sorted(keys.items())), dict(sorted(sums.items())))


def _sums(kind: type[PublicEvent], amount: Amount, dialect: Dialect) -> dict[str, str]:
    match amount:
        case int():
            return {TIMES: "sign"}
        case Days(since=since, until=until):
            days = dialect.days.format(
                until=column_of(kind, until).name, since=column_of(kind, since).name
            )
            return {sum_of(amount): f"sign * ({days})"}
    return {amount: f"sign * {column_of(kind, amount).name}"}


def quoted(value: str) -> str:
    """Text as SQL has it."""
    return "'" + value.replace("'", "''") + "'"
