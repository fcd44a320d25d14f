"""What events mean, written down for those who have only Python: postings, units, exclusions."""

from typing import Any, Final, NamedTuple

import msgspec

from policy_credit_reporting.indicators.algebra import GIVEN, Algebra, Amount, Days
from policy_credit_reporting.reports.statement import Taken
from policy_credit_shared.events.collection import EntryReversed
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.messaging.records import Incoming

LEADING: Final = ("outstanding", "overdue", "frozen", "households", "disbursed", "collected")
"""What the verifier prints; it checks all."""


class Excluded(NamedTuple):
    """A record that has its place in a chain and takes no effect."""

    record: Incoming
    reason: str


def meaning_of(algebra: Algebra, report: Taken, excluded: list[Excluded]) -> dict[str, Any]:
    """For each event type the defaults of its fields, and its postings: measure, sign, amount,
    conditions. An amount is a field, a number, or `days` between two fields; a condition is a
    field's value, or that it is `given`."""
    tree = dated_trees()["bank"].on(report.last_day)
    units: dict[str, list[str]] = {}
    for unit in report.units:
        for locality in tree.localities(unit.code):
            units.setdefault(locality, []).append(unit.code)
    return {
        "leading": {
            name: f"{algebra.measures[name].label.vi} / {algebra.measures[name].label.en}"
            for name in LEADING
            if name in algebra.measures
        },
        "reversal": EntryReversed.type(),
        "excluded": [[*one.record.partition, one.record.offset] for one in excluded],
        "reasons": [one.reason for one in excluded],
        "units": units,
        "events": {
            kind.type(): {
                "defaults": _defaults(kind),
                "postings": [
                    [
                        line.measure.name,
                        line.sign,
                        _amount(line.amount),
                        [[f, ["given"] if w is GIVEN else w] for f, w in line.where],
                    ]
                    for line in lines
                ],
            }
            for kind, lines in sorted(algebra.postings.items(), key=lambda item: item[0].type())
            if lines
        },
    }


def _defaults(kind: type[PublicEvent]) -> dict[str, Any]:
    """What a field means that an event does not have."""
    return {
        field.encode_name: msgspec.to_builtins(field.default)
        for field in msgspec.structs.fields(kind)
        if field.default is not msgspec.NODEFAULT
    }


def _amount(amount: Amount) -> list[str | int]:
    match amount:
        case Days(since=since, until=until):
            return ["days", since, until]
        case str() | int():
            return [amount]
