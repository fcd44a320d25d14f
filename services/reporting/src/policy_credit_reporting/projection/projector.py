"""One step of the projection: admit, fold, publish dead letters, commit. It does no reading."""

import logging
from collections.abc import Callable, Sequence

from policy_credit_reporting.projection.folding import Folding
from policy_credit_reporting.store.ledger import Commit, Ledger
from policy_credit_shared.messaging.admission import apply_advance, sift
from policy_credit_shared.messaging.dead_letters import DeadLetter
from policy_credit_shared.messaging.records import Incoming
from policy_credit_shared.store.progress import Progress

log = logging.getLogger(__name__)

SendLetters = Callable[[Sequence[DeadLetter]], None]
"""Publishes dead letters and waits; raises PublishFailed."""


class Projector:
    """One run, from the stored progress until something fails."""

    def __init__(self, ledger: Ledger, folding: Folding, send_letters: SendLetters) -> None:
        self._ledger = ledger
        self._folding = folding
        self._send_letters = send_letters
        self.progress: Progress = ledger.progress()

    def reload(self) -> Progress:
        """Forget what was read; stand where the ledger stands."""
        self.progress = self._ledger.progress()
        return self.progress

    def step(self, records: Sequence[Incoming]) -> Commit | None:
        """Bring the records into the ledger; None if they hold nothing new.

        Letters are sent before the commit: a crash between repeats a letter, never loses a record.
        Raises Fenced, PublishFailed, OffsetsMissing or the ledger's own errors; after any of them
        the ledger may or may not have changed, so `reload` before going on.
        """
        sifted = sift(self.progress, records)
        if not sifted.advance.end:
            return None
        commit = self._folding.fold(sifted)
        for letter in commit.letters:
            log.warning(
                "quarantined %s[%s]@%s: %s %s",
                letter.topic,
                letter.partition,
                letter.offset,
                letter.reason,
                letter.detail,
            )
        for early in commit.early:
            log.error(
                "early on %s: sequence %s, expected %s",
                early.place.stream,
                early.place.head.sequence,
                early.expected,
            )
        self._send_letters(commit.letters)
        self._ledger.commit(commit)
        apply_advance(self.progress, commit.advance)
        return commit
