"""Every kind of row, and the public event that it becomes."""

from typing import Final

from msgspec import Struct

from policy_credit_local.history.fields import ANY, Said
from policy_credit_local.history.pieces import Id, Nested, Renamed, Words
from policy_credit_local.history.said_by_loans import SAID_BY_LOANS
from policy_credit_local.history.said_by_oversight import SAID_BY_OVERSIGHT
from policy_credit_local.history.said_by_repayments import SAID_BY_REPAYMENTS
from policy_credit_local.history.said_of_governing import SAID_OF_GOVERNING
from policy_credit_local.history.tally import REVERSED
from policy_credit_local.history.wording import Wording
from policy_credit_shared.events import collection
from policy_credit_shared.messaging.topics import Emitter, source_of

_SAID: Final[dict[Emitter, Said]] = {
    "loans": SAID_BY_LOANS,
    "repayments": SAID_BY_REPAYMENTS,
    "oversight": {**SAID_BY_OVERSIGHT, **SAID_OF_GOVERNING},
}
_REVERSED: Final = (
    collection.InterestCollected,
    collection.PrincipalCollected,
    collection.SavingsDeposited,
)


class Spoken(Struct, frozen=True):
    """Who says the rows of a kind, and how."""

    emitter: Emitter
    wording: Wording


def _wordings() -> dict[str, Spoken]:
    found: dict[str, Spoken] = {}
    for emitter, said in _SAID.items():
        for kind, (subject, fields) in said.items():
            found[kind.NAME] = Spoken(emitter, Wording(kind, source_of(emitter), subject, fields))
    for kind in _REVERSED:
        subject, fields = SAID_BY_REPAYMENTS[kind]
        entry = Renamed(
            Nested(kind, fields),
            {"occurred": "entry_occurred"},
        )
        found[REVERSED + kind.NAME] = Spoken(
            "repayments",
            Wording(
                collection.EntryReversed,
                source_of("repayments"),
                subject,
                {
                    **ANY,
                    "entry_id": Id(kind.NAME, "entry_key"),
                    "entry_type": Words([f'"{kind.type()}"'], "zero"),
                    "entry": entry,
                    "reason": Words(['"Hạch toán trùng"'], "zero"),
                },
            ),
        )
    return found


SPOKEN: Final = _wordings()
