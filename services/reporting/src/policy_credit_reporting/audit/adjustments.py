"""The exact events that have moved published figures since: those that the report does not hold."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct

from policy_credit_reporting.audit.explain import Asked, FigureLedger, in_order
from policy_credit_reporting.indicators.algebra import Algebra, Measure
from policy_credit_reporting.reports.statement import Taken
from policy_credit_reporting.store.audited import EventLine
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.messaging.admission import admit, apply_advance
from policy_credit_shared.messaging.records import Incoming
from policy_credit_shared.store.progress import Partition, Progress, Stream


class MovedSince(Struct, frozen=True):
    """The lines by measure and business day, and by how much they move each measure in all.

    `reflected` is the same of the records before the offsets that were named.
    """

    lines: list[EventLine]
    moved: dict[str, int]
    reflected: dict[str, int]


def progress_of(report: Taken) -> Progress:
    """Where the reader stood that the report's figures are of."""
    return Progress(
        {Partition(o.topic, o.partition): o.next_offset for o in report.offsets},
        {Stream(Partition(h.topic, h.partition), h.source): h.sequence for h in report.heads},
    )


def moved_since(
    algebra: Algebra,
    report: Taken,
    localities: frozenset[str],
    fetches: Iterable[Sequence[Incoming]],
    accept: Callable[[PublicEvent], None],
    offsets: Mapping[Partition, int],
) -> MovedSince:
    """Read on from where the report stands: each event once, dead letters not at all."""
    measures = [m for m in algebra.measures.values() if m.name in report.kinds]
    stocks = tuple(m for m in measures if report.kinds[m.name] == "stock")
    flows = tuple(m for m in measures if report.kinds[m.name] == "flow")
    ledgers = [
        FigureLedger(algebra, _asked(stocks, localities, report), offsets),
        FigureLedger(algebra, _asked(flows, localities, report, report.first_day), offsets),
    ]
    progress = progress_of(report)
    for fetch in fetches:
        batch = admit(progress, fetch, accept)
        apply_advance(progress, batch.advance)
        for admitted in batch.admitted:
            for ledger in ledgers:
                ledger.add(admitted)
    lines = [line for ledger in ledgers for line in ledger.lines]
    lines.sort(key=lambda one: (one.measure, *in_order(one)))
    names = sorted({line.measure for line in lines})
    return MovedSince(
        lines,
        {name: sum(ledger.figures[name] for ledger in ledgers) for name in names},
        {name: sum(ledger.reflected[name] for ledger in ledgers) for name in names},
    )


def _asked(
    measures: tuple[Measure, ...],
    localities: frozenset[str],
    report: Taken,
    since: date | None = None,
) -> Asked:
    return Asked(measures=measures, localities=localities, until=report.last_day, since=since)
