"""Chains on their way through a fetch; after a break a chain goes on from what it claims."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from policy_credit_reporting.audit.verify import Break
from policy_credit_reporting.store.chain_breaks import ChainFault
from policy_credit_shared.messaging.admission import Run
from policy_credit_shared.messaging.chain import GENESIS, Head
from policy_credit_shared.messaging.records import Incoming
from policy_credit_shared.messaging.runs import digests
from policy_credit_shared.store.progress import Stream


class Walking:
    """The heads of all chains, and what broke."""

    def __init__(self, heads: Mapping[Stream, Head]) -> None:
        self.heads = dict(heads)
        self._breaks: list[Break] = []

    @property
    def breaks(self) -> list[Break]:
        """What broke, in the order of the log."""
        return sorted(self._breaks, key=lambda found: (found.partition, found.offset))

    def follow(self, run: Run, values: Sequence[bytes | None]) -> list[bytes]:
        """Hash values that go on where their chain ended; returns the hashes that they claim."""
        head, claimed = self.heads.get(run.stream, GENESIS), digests(run.records)
        before, given = head.digest, []
        for value in values:
            before = sha256(before + (value or b"")).digest()
            given.append(before)
        if given != claimed or None in values:
            self._name_breaks(run, head, claimed)
        self.heads[run.stream] = Head(run.first + len(claimed) - 1, claimed[-1])
        return claimed

    def has_no_place(self, record: Incoming) -> None:
        """A record whose headers cannot be read is a break of a chain that nobody can name."""
        self._break(record, "bad-headers", "?", 0, "its place cannot be read")

    def _name_breaks(self, run: Run, head: Head, claimed: list[bytes]) -> None:
        source = run.stream.source
        for record, claim in zip(run.records, claimed, strict=True):
            sequence = head.sequence + 1
            if record.value is None:
                self._break(record, "no-value", source, sequence, "the value is gone")
            elif (due := head.next(record.value).digest) != claim:
                detail = f"its chain says {claim.hex()[:16]}…, its bytes give {due.hex()[:16]}…"
                self._break(record, "altered", source, sequence, detail)
            head = Head(sequence, claim)

    def _break(
        self, record: Incoming, fault: ChainFault, source: str, sequence: int, detail: str
    ) -> None:
        self._breaks.append(Break(fault, record.partition, record.offset, source, sequence, detail))
