"""Send what was kept, and keep what is answered (gửi bảng kê).

Exactly once rests on three things. A call, with its key and every byte, is kept before it is made,
and while it is unanswered no other is made. Each line carries the id it was entered under: a line
that arrives again, from a copy of the sheet or long after, is known by it and refused as recorded
already, which here means accepted. And a refused call recorded nothing at all, so that its good
lines are sent on without the refused ones, under a new key.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from policy_credit_branch.outbox.outbox import Outbox
from policy_credit_branch.sheet.calls import next_call
from policy_credit_branch.sheet.records import Answered, Sent
from policy_credit_branch.submission.services import CallRefused, Recorded, Repayments, Reply

RECORDED_ALREADY: Final = "recorded-already"
"""The service's code for a line that it has, with the same content."""


def submit(
    outbox: Outbox,
    repayments: Repayments,
    clock: Callable[[], datetime],
    new_key: Callable[[], UUID],
) -> Iterator[Answered]:
    """Make calls until nothing is left to send; yields each answer once it is kept.

    Ends by itself: every answer settles at least one line. Raises SubmissionFailed, and can be
    called again at any time; or NotSaved.
    """
    while True:
        if outbox.sheet.sent is None:
            call = next_call(outbox.sheet, new_key())
            if call is None:
                return
            outbox.keep(call)
        sent = outbox.sheet.sent
        if sent is None:
            return
        reply = repayments.post(str(sent.key), sent.body)
        answered = _answered(sent, reply, clock())
        outbox.keep(answered)
        yield answered


def _answered(sent: Sent, reply: Reply, at: datetime) -> Answered:
    if isinstance(reply, Recorded):
        _check(reply.lines == len(sent.entries))
        return Answered(key=sent.key, at=at, accepted=sent.entries)
    _check(set(reply.lines) <= set(range(len(sent.entries))))
    accepted, refused = [], []
    for place, reason in sorted(reply.lines.items()):
        entry = sent.entries[place]
        if reason.code == RECORDED_ALREADY:
            accepted.append(entry)
        else:
            refused.append(reason.of(entry))
    return Answered(key=sent.key, at=at, accepted=tuple(accepted), refused=tuple(refused))


def _check(is_of_the_call: bool) -> None:
    """An answer to other lines than those sent settles none."""
    if not is_of_the_call:
        raise CallRefused("the answer is not one to this call, which is kept as it is")
