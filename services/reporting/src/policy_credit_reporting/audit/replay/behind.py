"""The events behind a difference, read back from their bytes in the archive."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from policy_credit_reporting.audit.explain import line_of
from policy_credit_reporting.audit.replay.grouping import Cut, conditions_of
from policy_credit_reporting.audit.replay.recompute import engine, source_of
from policy_credit_reporting.indicators.algebra import Algebra, Cell
from policy_credit_reporting.store.audited import EventLine
from policy_credit_shared.events.envelope import decode
from policy_credit_shared.messaging.admission import Admitted
from policy_credit_shared.messaging.chain import Head
from policy_credit_shared.messaging.records import Incoming, Place
from policy_credit_shared.store.progress import Partition, Stream

FETCH_ROWS = 10_000


def events_behind(
    algebra: Algebra,
    files: Sequence[str],
    cut: Cut,
    measures: Collection[str],
    localities: Collection[str],
    later_than: Cut | None = None,
) -> Iterator[EventLine]:
    """What moves these measures in these localities, the last recorded first.

    With `later_than`, only what that cut leaves out for not having been known.
    """
    kinds = [
        kind.type()
        for kind, lines in algebra.postings.items()
        if any(line.measure.name in measures for line in lines)
    ]
    conditions = [
        "outcome = 'applied'",
        f"occurred_on <= DATE '{cut.until}'",
        "moves IN (SELECT unnest($kinds))",
        "locality IN (SELECT unnest($localities))",
        *conditions_of(cut),
    ]
    if later_than is not None:
        known = " AND ".join(conditions_of(later_than)) or "true"
        conditions.append(f"NOT ({known})")
    with engine() as connection:
        found = connection.execute(
            "SELECT topic, partition, record_offset, source, sequence, chain, value"
            f" FROM {source_of(files)} WHERE {' AND '.join(conditions)}"
            " ORDER BY recorded_at DESC, topic, partition, record_offset DESC",
            {"kinds": kinds, "localities": sorted(localities)},
        )
        while rows := found.fetchmany(FETCH_ROWS):
            for row in rows:
                yield from _lines(algebra, cut, measures, row)


def _lines(
    algebra: Algebra,
    cut: Cut,
    measures: Collection[str],
    row: tuple[str, int, int, str, int, bytes, bytes],
) -> Iterator[EventLine]:
    topic, number, offset, source, sequence, chain, value = row
    partition = Partition(topic, number)
    envelope, event = decode(value)
    admitted = Admitted(
        Incoming(partition, offset, None, value, ()),
        Place(Stream(partition, source), Head(sequence, chain)),
        envelope,
        event,
    )
    is_early = cut.since is not None and event.occurred_on < cut.since
    moved: Counter[tuple[Cell, str]] = Counter()
    for effect in algebra.effects(event):
        is_flow = algebra.measures[effect.measure].kind == "flow"
        if effect.measure in measures and not (is_early and is_flow):
            moved[effect.cell, effect.measure] += effect.amount
    for (cell, measure), amount in moved.items():
        if amount:
            yield line_of(admitted, cell, measure, amount)
