"""Whether a report is what was signed, and the archive holds the very history that it pins."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from policy_credit_reporting.audit.replay.recompute import engine, source_of
from policy_credit_reporting.reports.closing import FiguresPublished
from policy_credit_reporting.reports.statement import ChainHead
from policy_credit_shared.store.signing import is_signed


def faults_of(
    body: FiguresPublished, heads: Sequence[ChainHead], files: Sequence[str]
) -> list[str]:
    """What is wrong with a report's signature, and with each chain that it ends with."""
    found = list(_elsewhere(heads, files))
    content = body.statement.encode()
    if not is_signed(content, bytes.fromhex(body.signature), bytes.fromhex(body.key)):
        found.insert(0, "the report's signature is wrong")
    return found


def _elsewhere(heads: Sequence[ChainHead], files: Sequence[str]) -> Iterator[str]:
    by_place = sorted(heads, key=lambda head: (head.source, head.topic, head.partition))
    with engine() as connection:
        for source, same in groupby(by_place, key=lambda head: head.source):
            ends = list(same)
            held = connection.execute(
                "SELECT topic, partition, sequence, lower(hex(chain))"
                f" FROM {source_of(files)} WHERE source = $source"
                " AND sequence IN (SELECT unnest($sequences))",
                {"source": source, "sequences": [head.sequence for head in ends]},
            ).fetchall()
            for head in ends:
                if (head.topic, head.partition, head.sequence, head.chain) not in held:
                    yield (
                        f"{head.topic}[{head.partition}], source {source}: the report pins"
                        f" sequence {head.sequence} with chain {head.chain[:16]}…, which the"
                        " archive does not hold"
                    )
