"""A made-up history: everything that a reader relies on holds in it, from any seed."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from uuid import UUID

import pytest
from histories import History, work
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_credit_local.history.making import Making
from policy_credit_local.history.simulating import Work
from policy_credit_local.history.tally import Tally
from policy_credit_local.history.words import SPOKEN
from policy_credit_reporting.audit.verify import verify
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import Layout, totals_of
from policy_credit_reporting.projection.folding import Folding
from policy_credit_shared.events import collection, governance, lending, supervision
from policy_credit_shared.events.catalogue import EVENT_TYPES, reversed_entry
from policy_credit_shared.events.envelope import Envelope, decode, encode
from policy_credit_shared.events.public import LoanEvent, PublicEvent
from policy_credit_shared.kernel.clock import business_day
from policy_credit_shared.kernel.units import (
    REFORM_DAY,
    main_localities,
    units_before_reform,
)
from policy_credit_shared.messaging.admission import sift
from policy_credit_shared.messaging.records import partition_of
from policy_credit_shared.store.progress import Progress

SEEDS = range(3)
EVENT_NAMES = {kind.NAME for kind in EVENT_TYPES.values()}


@pytest.fixture(scope="module", params=SEEDS)
def history(request: pytest.FixtureRequest) -> History:
    return History(work(seed=request.param))


@pytest.fixture(scope="module")
def country() -> list[tuple[Envelope, PublicEvent]]:
    """Many communes with few households each."""
    history = History(work(unit="96", households=900, months=5))
    return [decode(record.value) for record in history.records if record.value]


@pytest.fixture(scope="module")
def events(history: History) -> list[tuple[Envelope, PublicEvent]]:
    return [decode(record.value) for record in history.records if record.value]


def test_every_record_is_what_a_relay_would_have_sent(history: History) -> None:
    """Decoded by the real decoder and encoded by the real encoder, each has the same bytes."""
    for record in history.records:
        assert record.value is not None
        envelope, event = decode(record.value)
        again = encode(
            event,
            event_id=envelope.id,
            source=envelope.source,
            subject=envelope.subject,
            recorded_at=envelope.time,
        )
        assert again == record.value
        assert record.key == envelope.subject.encode()


def test_every_sequence_is_whole_and_every_chain_holds(history: History) -> None:
    report = verify(iter(list(history.partitions.values())))
    assert not report.breaks
    assert report.records == sum(head.sequence for head in report.heads.values())
    assert report.records == history.tally.events.total()


def test_every_record_is_admitted_and_folds_to_what_was_expected(history: History) -> None:
    """Every locality is known, and the real algebra gives the summary's totals."""
    layout = Layout.of(ALGEBRA)
    folding = Folding(ALGEBRA, layout)
    commit = folding.fold(sift(Progress.none(), list(history.records)))
    assert commit.tally.keys() == {(p, "applied") for p in commit.advance.end}
    assert sum(commit.tally.values()) == history.tally.events.total()
    found = totals_of(layout, commit.movements)
    declared = [name for name, one in ALGEBRA.measures.items() if not one.follows]
    assert {name: found[name] for name in declared} == {
        name: history.tally.total(name) for name in declared
    }


def test_every_month_adds_up_as_well(
    history: History, events: list[tuple[Envelope, PublicEvent]]
) -> None:
    """By the month of the business day, of a reversal by its own."""
    months = [month.name for month in history.work.calendar().months]
    found = {name: [0] * (len(months) + 2) for name in ALGEBRA.measures}
    for _, event in events:
        name = f"{event.occurred_on:%Y-%m}"
        before = 0 if name < months[0] else len(months) + 1
        at = months.index(name) + 1 if name in months else before
        for effect in ALGEBRA.effects(event):
            found[effect.measure][at] += effect.amount
    for measure in history.tally.moved:
        assert history.tally.by_month(measure) == found[measure]


def test_ids_never_repeat(events: list[tuple[Envelope, PublicEvent]]) -> None:
    ids = [envelope.id for envelope, _ in events]
    assert len(set(ids)) == len(ids)


def test_a_stream_is_in_the_order_of_its_recording(history: History) -> None:
    for records in history.partitions.values():
        times = [decode(record.value)[0].time for record in records if record.value]
        assert all(one <= next_one for one, next_one in pairwise(times))


def test_nothing_is_recorded_before_its_business_day(
    events: list[tuple[Envelope, PublicEvent]],
) -> None:
    for envelope, event in events:
        assert event.occurred_on <= business_day(envelope.time)


def test_an_office_serves_the_localities_that_it_speaks_of(
    events: list[tuple[Envelope, PublicEvent]],
) -> None:
    tree = units_before_reform()
    for _, event in events:
        assert tree.unit(event.locality[:5]).parent == event.office


def test_a_record_is_in_the_partition_of_its_office(history: History) -> None:
    """A household that moved to another office stays where its first office sends."""
    moved: dict[UUID, str] = {}
    for record in history.records:
        assert record.value is not None
        _, event = decode(record.value)
        household = getattr(event, "household", None)
        office = moved.setdefault(household, event.office) if household else event.office
        assert record.partition.number == partition_of(office, history.work.partitions)


class Loan:
    """A loan's principal by class, and what was charged on it."""

    def __init__(self) -> None:
        self.classes = Counter[str]()
        self.interest = 0
        self.carried = 0
        self.written_off = 0

    def move(self, event: PublicEvent, sign: int = 1) -> None:
        """Apply an event in the plainest way."""
        classes = self.classes
        match event:
            case lending.LoanDisbursed():
                classes["in_term"] += event.amount
            case collection.CarriedForwardChanged():
                self.carried += event.amount
            case collection.DebtRecovered():
                self.written_off -= event.amount
            case collection.PrincipalCollected() | collection.LoanWrittenOff():
                if isinstance(event, collection.LoanWrittenOff):
                    self.written_off += event.amount
                classes[event.bucket or event.debt_class] -= sign * event.amount
            case collection.PrincipalFellOverdue():
                classes["in_term"] -= event.amount
                classes["1_90"] += event.amount
            case collection.OverdueAged():
                classes[event.from_bucket] -= event.amount
                classes[event.to_bucket] += event.amount
            case collection.OverdueCured():
                classes[event.bucket] -= event.amount
                classes["in_term"] += event.amount
            case collection.LoanFrozen():
                classes[event.bucket or event.from_class] -= event.amount
                classes["frozen"] += event.amount
            case collection.InterestCharged():
                self.interest += event.amount
            case collection.InterestCollected():
                self.interest -= sign * event.amount
            case collection.EntryReversed():
                self.move(reversed_entry(event), -1)

    @property
    def overdue(self) -> int:
        return sum(v for k, v in self.classes.items() if k not in ("in_term", "frozen"))


def test_no_class_of_any_loan_is_ever_less_than_zero(
    events: list[tuple[Envelope, PublicEvent]],
) -> None:
    loans: dict[UUID, Loan] = defaultdict(Loan)
    for loan, event in _of_loans(events, "repayments"):
        loans[loan].move(event)
        assert min(loans[loan].classes.values(), default=0) >= 0, (loan, event)


def test_a_loans_words_are_true(events: list[tuple[Envelope, PublicEvent]]) -> None:
    """Settled with nothing owed, cured with nothing overdue, transferred with its balances."""
    loans: dict[UUID, Loan] = defaultdict(Loan)
    overdue: set[UUID] = set()
    for loan, event in _of_loans(events, "repayments"):
        state = loans[loan]
        state.move(event)
        owed = sum(state.classes.values())
        match event:
            case collection.LoanSettled():
                assert owed == 0
            case collection.LoanWrittenOff():
                assert event.closes == (owed == 0)
            case collection.LoanFellOverdue():
                assert loan not in overdue
                overdue.add(loan)
            case collection.LoanCured():
                assert state.overdue == 0
                overdue.remove(loan)
            case collection.LoanTransferred():
                assert event.outstanding == owed
                assert event.overdue == state.overdue
                assert event.in_term == state.classes["in_term"]
                assert event.carried_forward == state.carried
            case collection.CarriedForwardChanged():
                assert 0 <= state.carried
    for loan, state in loans.items():
        assert (state.overdue > 0) == (loan in overdue)
        assert state.interest >= 0
        assert 0 <= state.carried <= state.classes["in_term"]
        assert state.written_off >= 0


def test_a_plan_goes_on_from_the_one_before_and_each_year_has_one(
    events: list[tuple[Envelope, PublicEvent]],
) -> None:
    """Before anything is lent in it: from the year of the opening on."""
    held = dict[tuple[str, str], tuple[int, int]]()
    for _, event in events:
        match event:
            case lending.PlanAssigned():
                year, target = held.get((event.office, event.programme), (event.year, 0))
                assert event.previous == target
                assert event.year in (year, year + 1)
                assert event.year == event.occurred_on.year
                held[event.office, event.programme] = event.year, event.target
            case lending.LoanDisbursed():
                assert held == {} or all(
                    year == event.occurred_on.year and target for year, target in held.values()
                )
    assert {year for year, _ in held.values()} == {2025}


def test_households_enter_and_leave_debt_with_their_loans(
    events: list[tuple[Envelope, PublicEvent]],
) -> None:
    """At the end, and overall never more than once."""
    programmes, overall = Counter[tuple[UUID, str]](), Counter[UUID]()
    for _, event in events:
        match event:
            case collection.HouseholdEnteredDebt():
                programmes[event.household, event.programme] += 1
                overall[event.household] += event.overall
            case collection.HouseholdLeftDebt():
                programmes[event.household, event.programme] -= 1
                overall[event.household] -= event.overall
            case _:
                continue
        assert overall[event.household] in (0, 1)
        assert programmes[event.household, event.programme] in (0, 1)
    owing: dict[UUID, Loan] = defaultdict(Loan)
    whose: dict[UUID, tuple[UUID, str]] = {}
    for loan, event in _of_loans(events, "loans"):
        owing[loan].move(event)
        if isinstance(event, LoanEvent):
            whose[loan] = (event.household, event.programme)
    in_debt = {whose[loan] for loan, state in owing.items() if sum(state.classes.values())}
    assert {pair for pair, count in programmes.items() if count} == in_debt
    assert {household for household, count in overall.items() if count} == {h for h, _ in in_debt}


def test_members_belong_to_one_group_and_never_draw_more_than_they_saved(
    events: list[tuple[Envelope, PublicEvent]],
) -> None:
    member_of: dict[UUID, UUID] = {}
    saved = Counter[tuple[UUID, str]]()
    for _, event in events:
        match event:
            case lending.GroupMemberJoined():
                assert event.household not in member_of
                member_of[event.household] = event.group
            case lending.GroupMemberLeft():
                assert member_of.pop(event.household) == event.group
            case collection.SavingsDeposited():
                saved[event.household, event.locality] += event.amount
            case collection.SavingsWithdrawn():
                saved[event.household, event.locality] -= event.amount
                assert saved[event.household, event.locality] >= 0


def test_a_rating_goes_on_from_the_one_before(
    events: list[tuple[Envelope, PublicEvent]],
) -> None:
    ratings: dict[UUID, str] = {}
    for _, event in events:
        if isinstance(event, supervision.GroupRated):
            assert event.previous == ratings.get(event.group)
            ratings[event.group] = event.rating


def test_a_check_of_loan_use_is_opened_falls_due_and_is_made(
    events: list[tuple[Envelope, PublicEvent]],
) -> None:
    opened: dict[UUID, bool] = {}
    for _, event in events:
        match event:
            case supervision.LoanUseCheckOpened():
                assert event.loan not in opened
                opened[event.loan] = False
            case supervision.LoanUseFellDue():
                opened[event.loan] = True
            case supervision.LoanUseChecked():
                assert opened[event.loan] == (event.fell_due == 1) == (event.on_time == 0)


def test_a_session_realised_what_was_entered_at_its_point(
    events: list[tuple[Envelope, PublicEvent]],
) -> None:
    """On its business day, by the households that first belonged to its commune."""
    entered, realised = Counter[tuple[date, str]](), Counter[tuple[date, str]]()
    kinds = {
        lending.LoanDisbursed: "disbursed",
        collection.PrincipalCollected: "principal",
        collection.InterestCollected: "interest",
        collection.SavingsDeposited: "savings_deposited",
        collection.SavingsWithdrawn: "savings_withdrawn",
    }
    for _, event in events:
        if getattr(event, "place", None) == "point" and type(event) in kinds:
            entered[event.occurred_on, kinds[type(event)]] += getattr(event, "amount", 0)
        if isinstance(event, collection.SessionHeld):
            for kind in kinds.values():
                realised[event.occurred_on, kind] += getattr(event.realised, kind)
    assert +entered == +realised


def test_each_point_has_its_day_of_the_month(
    events: list[tuple[Envelope, PublicEvent]],
) -> None:
    days: dict[str, set[int]] = defaultdict(set)
    for _, event in events:
        if isinstance(event, collection.SessionHeld):
            days[event.locality[:5]].add(event.occurred_on.day)
    assert all(len(found) == 1 for found in days.values())
    assert len({day for found in days.values() for day in found}) > 1


def test_the_reform_moves_debt_into_new_communes_on_its_day(
    events: list[tuple[Envelope, PublicEvent]],
) -> None:
    moved = [
        event
        for _, event in events
        if isinstance(event, collection.LoanTransferred) and event.occurred_on == REFORM_DAY
    ]
    assert moved
    main = set(main_localities().values())
    for event in moved:
        assert (event.locality in main) == (event.direction == "out")


NEVER_SAID = {
    "loan.rerated",  # no rate of these programmes was changed for loans that there were
    "loan.carried_over",
    "savings.carried_over",
    "loan.reopened",
    "loan.unfreezing_approved",
    "loan.unfrozen",
    "loan_use.check_closed",
    "loan_use.checks_moved",
    "group.dissolved",
    "group.rating_ended",
}
NEVER_MOVED = {
    "unfrozen",
    "use_checks_overdue",
    "obstacles_passed_up_above",  # nobody is above the head office, which branches ask
}


def test_everything_that_can_be_said_is_said_and_every_measure_moves() -> None:
    """Nothing is there in theory only: three years of a district and months of all have it."""
    district = tally(work(households=6_000, first=date(2023, 1, 1), months=36))
    country = tally(
        work(unit="VN", households=10_000, first=date(2025, 4, 1), months=9, partitions=1)
    )
    said = {*district.events, *country.events}
    assert said == {"entry.reversed", *(k for k in SPOKEN if k in EVENT_NAMES)}
    assert EVENT_NAMES - said == NEVER_SAID
    declared = {name for name, one in ALGEBRA.measures.items() if not one.follows}
    moved = [*district.moved.items(), *country.moved.items()]
    assert declared - {name for name, by in moved if by.any()} == NEVER_MOVED


def test_what_is_open_was_raised_and_is_settled_once(
    country: list[tuple[Envelope, PublicEvent]],
) -> None:
    """Findings, tasks, obstacles and reports: each event goes on from the ones before it."""
    state: dict[object, str] = {}
    for envelope, event in country:
        subject: object = envelope.subject
        if isinstance(event, _PERIODIC):
            subject = (subject, event.duty, event.period)
        before = state.get(subject, "")
        name = type(event).__name__
        if name not in _FOLLOWS:
            continue
        assert before in _FOLLOWS[name], (before, event)
        state[subject] = name
        match event:
            case supervision.FindingRemedied():
                assert event.lapsed == (before == "FindingLapsed") == (event.on_time == 0)
            case governance.TaskDone():
                assert event.was_past_due == (before == "TaskPassedDue") == (event.on_time == 0)
            case governance.PeriodicReportSent():
                late = before == "PeriodicReportPassedDeadline"
                assert event.was_past_deadline == late == (event.on_time == 0)
            case governance.ObstacleClosed():
                assert event.answered == (before == "ObstacleAnswered")
    assert {*state.values()} >= {
        *("FindingLapsed", "FindingRemedied", "TaskDone", "ObstacleClosed", "PeriodicReportSent"),
    }


def test_late_entries_change_months_that_were_closed(
    country: list[tuple[Envelope, PublicEvent]],
) -> None:
    late = {type(event) for envelope, event in country if _late(envelope, event)}
    assert late >= {
        collection.InterestCollected,
        collection.SavingsDeposited,
        collection.SessionHeld,
        collection.EntryReversed,
    }


def test_a_reversal_holds_what_was_booked_as_it_stood(
    country: list[tuple[Envelope, PublicEvent]],
) -> None:
    booked = {envelope.id: (envelope, bytes(envelope.data)) for envelope, _ in country}
    reversals = [event for _, event in country if isinstance(event, collection.EntryReversed)]
    for event in reversals:
        envelope, data = booked[event.entry_id]
        assert (envelope.type, data) == (event.entry_type, bytes(event.entry))
    assert len({event.entry_id for event in reversals}) == len(reversals)
    assert len({event.entry_type for event in reversals}) == 3


def test_few_communes_hold_much_of_the_overdue_debt() -> None:
    history = History(work(unit="96", households=6_000, months=1))
    overdue = Counter[str]()
    for record in history.records:
        if record.value is not None:
            for effect in ALGEBRA.effects(decode(record.value)[1]):
                if effect.measure == "overdue":
                    overdue[effect.cell.unit[:5]] += effect.amount
    worst = sum(amount for _, amount in overdue.most_common(10))
    assert worst * 2 > overdue.total()


@pytest.mark.parametrize("months", [1, 3])
def test_a_history_may_begin_after_the_reform(months: int) -> None:
    """Then debt is taken over in the new communes, and nothing is left to be moved."""
    history = History(work(first=REFORM_DAY, months=months))
    events = [decode(record.value)[1] for record in history.records if record.value]
    disbursed = {e.locality for e in events if isinstance(e, lending.LoanDisbursed)}
    assert disbursed - set(main_localities().values())
    assert all(
        event.occurred_on != REFORM_DAY
        for event in events
        if isinstance(event, collection.LoanTransferred)
    )


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**63), partitions=st.integers(1, 8), months=st.integers(1, 4))
def test_people_are_the_same_in_any_number_of_partitions(
    seed: int, partitions: int, months: int
) -> None:
    whole = History(work(seed=seed, months=months, households=60, partitions=1))
    parted = History(work(seed=seed, months=months, households=60, partitions=partitions))
    values = [sorted(r.value for r in h.records if r.value) for h in (whole, parted)]
    assert values[0] == values[1]


_PERIODIC = (
    governance.PeriodicReportFellDue
    | governance.PeriodicReportPassedDeadline
    | governance.PeriodicReportSent
)
_FOLLOWS: dict[str, set[str]] = {
    "FindingRaised": {""},
    "FindingLapsed": {"FindingRaised"},
    "FindingRemedied": {"FindingRaised", "FindingLapsed"},
    "TaskAssigned": {""},
    "TaskPassedDue": {"TaskAssigned"},
    "TaskDone": {"TaskAssigned", "TaskPassedDue"},
    "ObstacleRaised": {""},
    "ObstaclePassedUp": {"ObstacleRaised"},
    "ObstacleAnswered": {"ObstacleRaised", "ObstaclePassedUp"},
    "ObstacleClosed": {"ObstacleRaised", "ObstaclePassedUp", "ObstacleAnswered"},
    "PeriodicReportFellDue": {""},
    "PeriodicReportPassedDeadline": {"PeriodicReportFellDue"},
    "PeriodicReportSent": {"PeriodicReportFellDue", "PeriodicReportPassedDeadline"},
}
"""What may be said of something after what was said of it before."""


def tally(ordered: Work) -> Tally:
    """What an order comes to, its records thrown away."""
    found, ground = Tally(ordered.calendar()), ordered.ground()
    for partition in range(ordered.partitions):
        making = Making(ordered, ground, partition)
        for month in making.months():
            for _ in month:
                pass
        made = making.made()
        found.merge(made.moved, made.events)
    return found


def _late(envelope: Envelope, event: PublicEvent) -> bool:
    """Recorded in a month after that of its business day; a reversal, after its entry's."""
    day = reversed_entry(event).occurred_on if isinstance(event, collection.EntryReversed) else None
    return (day or event.occurred_on) < business_day(envelope.time).replace(day=1)


def _of_loans(
    events: list[tuple[Envelope, PublicEvent]], last: str
) -> Iterator[tuple[UUID, PublicEvent]]:
    """What moves loans, in the order of recording; money is paid out before it is collected."""
    chosen = [
        (envelope.time, envelope.source.endswith(last), number, envelope.subject, event)
        for number, (envelope, event) in enumerate(events)
        if isinstance(event, LoanEvent | collection.EntryReversed)
    ]
    for *_, subject, event in sorted(chosen, key=lambda one: one[:3]):
        if isinstance(event, collection.EntryReversed):
            entry = reversed_entry(event)
            if isinstance(entry, LoanEvent):
                yield entry.loan, event
        elif isinstance(event, LoanEvent):
            assert subject == str(event.loan)
            yield event.loan, event
