"""A savings-and-credit group as its score sees it: who it is, the sums of its months, and the
ratings that are proposed for months not rated yet.

Facts come from two services in any order, and late; each adds to the month of its own day. The
last months' sums are kept, also of those that are rated, so that what came late can be seen; of
months before them only the stocks are kept, and what was proposed for them lapses.
"""

from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_oversight.domain.criteria import criteria_of
from policy_credit_oversight.domain.figures import Sums, figures_of, together
from policy_credit_oversight.domain.months import Month, month_end, month_of, months_later
from policy_credit_oversight.domain.scoring import Score, score
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind, Wake
from policy_credit_shared.kernel.identifiers import Association, Locality, Office, derived_id

MONTHS_KEPT: Final = 6
"""Months before the last proposed one whose sums are kept."""


class GroupKnown(DomainEvent, frozen=True, kw_only=True):
    """A group was formed."""

    TOPIC: ClassVar[str] = "oversight.group_known.v1"

    office: Office
    locality: Locality
    group: UUID
    association: Association
    village: str
    on: date


class GroupEnded(DomainEvent, frozen=True, kw_only=True):
    """The group was dissolved; what is proposed for it lapses."""

    TOPIC: ClassVar[str] = "oversight.group_ended.v1"

    on: date


class FactsCounted(DomainEvent, frozen=True, kw_only=True):
    """Facts added to the sums of these months; all those that were taken in together."""

    TOPIC: ClassVar[str] = "oversight.facts_counted.v1"

    rows: dict[Month, Sums]


class RatingProposed(DomainEvent, frozen=True, kw_only=True):
    """The month ended, or its figures changed afterwards: what they are worth now."""

    TOPIC: ClassVar[str] = "oversight.rating_proposed.v1"

    month: Month
    score: Score


class MonthSettled(DomainEvent, frozen=True, kw_only=True):
    """The group is rated for the month: nothing is proposed for it or earlier months any more."""

    TOPIC: ClassVar[str] = "oversight.month_settled.v1"

    month: Month


GroupScoreEvent = GroupKnown | GroupEnded | FactsCounted | RatingProposed | MonthSettled


class GroupScore(Struct, frozen=True, kw_only=True):
    """A group's sums and proposals. `known` is None until the loans service told of the group.

    `proposed` is the last month that was proposed, `settled` the last one that is rated; empty if
    there is none. `folded` is true once there were months whose sums are not kept.
    """

    known: GroupKnown | None = None
    ended_on: date | None = None
    folded: bool = False
    before: Sums = Sums()
    rows: dict[Month, Sums] = {}
    proposals: dict[Month, Score] = {}
    proposed: str = ""
    settled: str = ""

    @property
    def overdue(self) -> int:
        """Overdue principal of the group's loans, by all facts so far."""
        return self.before.overdue + sum(row.overdue for row in self.rows.values())

    @property
    def outstanding(self) -> int:
        """What the group's loans owe in all."""
        return self.before.outstanding + sum(row.outstanding for row in self.rows.values())

    @property
    def members(self) -> int:
        """How many households are its members."""
        return self.before.members + sum(row.members for row in self.rows.values())

    @property
    def kept_since(self) -> str:
        """The earliest month whose sums are still kept."""
        return months_later(self.proposed, -MONTHS_KEPT) if self.proposed else ""

    def score(self, month: Month) -> Score:
        """What the month's figures are worth, as far as facts have come."""
        return score(figures_of(self.before, self.rows, month), criteria_of(month))

    @property
    def first(self) -> str:
        """The first month to rate: of lending, after the group was formed; empty if none."""
        if self.known is None or self.ended_on is not None:
            return ""
        lending = [month for month, row in self.rows.items() if row.is_lending]
        since = self.kept_since if self.folded else min(lending, default="")
        return since and max(since, month_of(self.known.on))

    @property
    def waiting(self) -> dict[Month, Score]:
        """What is proposed and not rated yet, by month."""
        first = self.first
        return {m: s for m, s in self.proposals.items() if first and m >= first}

    @property
    def due(self) -> Month | None:
        """The earliest month to propose a rating for; None if there is nothing to rate.

        A group is rated each month from its first one on, until it is dissolved; again where
        figures are no longer those that were proposed.
        """
        month = self.first
        if not month:
            return None
        if self.settled:
            month = max(month, months_later(self.settled, 1))
        for later in range(MONTHS_KEPT + 2):
            asked = months_later(month, later)
            if asked not in self.proposals or self.score(asked) != self.proposals[asked]:
                return asked
        return None


def evolve(state: GroupScore | None, event: GroupScoreEvent) -> GroupScore:
    """The group after an event."""
    state = state or GroupScore()
    match event:
        case GroupKnown():
            return replace(state, known=event)
        case GroupEnded():
            return replace(state, ended_on=event.on)
        case FactsCounted():
            return _folded(replace(state, rows=together(state.rows, event.rows)))
        case RatingProposed():
            proposals = {**state.proposals, event.month: event.score}
            proposed = max(state.proposed, event.month)
            return _folded(replace(state, proposals=proposals, proposed=proposed))
        case MonthSettled():
            waiting = {m: s for m, s in state.proposals.items() if m > event.month}
            return replace(state, proposals=waiting, settled=event.month)


def _folded(state: GroupScore) -> GroupScore:
    """Keep only the stocks of months long ago, and nothing that was proposed for them."""
    since, before = state.kept_since, state.before
    old = [month for month in state.rows if month < since]
    for month in old:
        before = before.plus(state.rows[month].stocks)
    return replace(
        state,
        folded=state.folded or bool(old),
        before=before,
        rows={month: row for month, row in state.rows.items() if month not in old},
        proposals={m: s for m, s in state.proposals.items() if m >= since},
    )


def _wakes(state: GroupScore) -> Wake | None:
    due = state.due
    if due is None or state.known is None:
        return None
    return Wake(state.known.office, month_end(due))


def _merge(last: DomainEvent, event: DomainEvent) -> DomainEvent | None:
    if isinstance(last, FactsCounted) and isinstance(event, FactsCounted):
        return FactsCounted(rows=together(last.rows, event.rows))
    return None


GROUP_SCORE: Kind[GroupScore] = Kind(
    evolve, name="group_score", wakes=_wakes, merge=_merge, state=GroupScore
)


def group_score_id(group: UUID) -> UUID:
    """The aggregate of a group's sums and proposals."""
    return derived_id("group-score", group)


def propose(state: GroupScore | None, day: date) -> RatingProposed | None:
    """What is to be proposed next by the close of a day; None if nothing."""
    month = state.due if state else None
    if state is None or month is None or month_end(month) > day:
        return None
    return RatingProposed(month=month, score=state.score(month))
