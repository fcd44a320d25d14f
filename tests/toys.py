"""A jar of coins: the smallest aggregate that uses all that an aggregate can have.

The shared mechanisms are tested with it, so that their tests say nothing of lending.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, Final, cast
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_shared.kernel.aggregates import DomainEvent, Kind, Wake
from policy_credit_shared.kernel.checks import check
from policy_credit_shared.kernel.identifiers import derived_id
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.refusals import Refusal
from policy_credit_shared.running.closing import Closing
from policy_credit_shared.store.books import Books, Handlers
from policy_credit_shared.store.recorded import EventMapper, Recorded

NOW: Final = datetime(2019, 3, 5, 2, 0, tzinfo=UTC)
DAY: Final = date(2019, 3, 5)
OFFICE: Final = "587"
CHILD: Final = Principal("a child", OFFICE, "teller")


def clock() -> datetime:
    """A clock that stands still."""
    return NOW


def some_id(name: object) -> UUID:
    """The same id for the same name."""
    return derived_id("toy", name)


JAR: Final = some_id("jar")
VALUES: Final = (1, 2, 5)
COUNTS_A_TIME: Final = 3
"""A close does so many counts of one jar in one transaction."""


class CoinPut(DomainEvent, frozen=True, kw_only=True):
    """A coin was put in; coins have numbers, from 1."""

    TOPIC: ClassVar[str] = "toys.coin_put.v1"

    number: int
    value: int = 1
    giver: UUID = JAR


class DustFell(DomainEvent, frozen=True, kw_only=True):
    """Grains fell in; those of one call are one event."""

    TOPIC: ClassVar[str] = "toys.dust_fell.v1"

    grains: int


class CountPlanned(DomainEvent, frozen=True, kw_only=True):
    """From `on` the jar is counted every so many days; 0 for once, `on` None for not at all."""

    TOPIC: ClassVar[str] = "toys.count_planned.v1"

    office: str = OFFICE
    on: date | None
    every: int = 0


class JarCounted(DomainEvent, frozen=True, kw_only=True):
    """The value in the jar on a day on which it was to be counted."""

    TOPIC: ClassVar[str] = "toys.jar_counted.v1"

    on: date
    value: int


JarEvent = CoinPut | DustFell | CountPlanned | JarCounted
MAPPER: Final = EventMapper([CoinPut, DustFell, CountPlanned, JarCounted])


class Jar(Struct, frozen=True, kw_only=True):
    """What is in the jar, who gave it, and when it is counted next."""

    coins: int = 0
    value: int = 0
    dust: int = 0
    given: dict[UUID, int] = {}
    values: frozenset[int] = frozenset()
    counts: int = 0
    office: str = ""
    next_count: date | None = None
    every: int = 0


def evolve(jar: Jar | None, event: JarEvent) -> Jar:
    """The jar after an event."""
    jar = jar or Jar()
    match event:
        case CoinPut():
            given = {**jar.given, event.giver: jar.given.get(event.giver, 0) + event.value}
            return replace(
                jar,
                coins=event.number,
                value=jar.value + event.value,
                given=given,
                values=jar.values | {event.value},
            )
        case DustFell():
            return replace(jar, dust=jar.dust + event.grains)
        case CountPlanned():
            return replace(jar, office=event.office, next_count=event.on, every=event.every)
        case JarCounted():
            again = event.on + timedelta(jar.every) if jar.every else None
            return replace(jar, counts=jar.counts + 1, next_count=again)


def replay(history: Iterable[Recorded]) -> Jar | None:
    """The jar that its events make, from the first."""
    jar: Jar | None = None
    for recorded in history:
        jar = evolve(jar, cast(JarEvent, recorded.event))
    return jar


def wakes(jar: Jar) -> Wake | None:
    """On the day of its next count."""
    return None if jar.next_count is None else Wake(jar.office, jar.next_count)


def merge(last: JarEvent, new: JarEvent) -> JarEvent | None:
    """Dust on dust is one fall of dust."""
    match last, new:
        case DustFell(), DustFell():
            return DustFell(grains=last.grains + new.grains)
    return None


JARS: Final[Kind[Jar]] = Kind(evolve, name="jar", wakes=wakes, merge=merge, state=Jar)
"""With all that a kind can have."""

PLAIN_JARS: Final[Kind[Jar]] = Kind(evolve)
"""With nothing but events."""


class NoSuchCoin(Refusal):
    """There are no coins of that value."""

    code = "no-such-coin"

    def __init__(self, value: int) -> None:
        super().__init__(f"There is no coin of {value}.", field="value", fix="Use 1, 2 or 5.")


class OutOfOrder(Refusal):
    """Coins are put in by their numbers."""

    code = "out-of-order"

    def __init__(self, number: int, expected: int) -> None:
        super().__init__(f"{number} is not next.", field="number", fix=f"Put in {expected}.")


class PutCoin(Struct, frozen=True, kw_only=True):
    """Put a coin in."""

    jar: UUID = JAR
    number: int = 1
    value: int = 1

    def touches(self) -> Iterable[UUID]:
        return (self.jar,)


class PutNextCoin(Struct, frozen=True, kw_only=True):
    """Put a coin in, whatever its number: what others did is no reason to refuse."""

    jar: UUID = JAR

    def touches(self) -> Iterable[UUID]:
        return (self.jar,)


def put(command: PutCoin, books: Books) -> None:
    """Record the coin; raises NoSuchCoin or OutOfOrder."""
    jar = books.get(PLAIN_JARS, command.jar) or Jar()
    if command.value not in VALUES:
        raise NoSuchCoin(command.value)
    if command.number != jar.coins + 1:
        raise OutOfOrder(command.number, jar.coins + 1)
    books.record(PLAIN_JARS, command.jar, CoinPut(number=command.number, value=command.value))


def put_next(command: PutNextCoin, books: Books) -> None:
    """Record the coin."""
    jar = books.get(PLAIN_JARS, command.jar) or Jar()
    books.record(PLAIN_JARS, command.jar, CoinPut(number=jar.coins + 1))


HANDLERS: Final[Handlers] = {PutCoin: put, PutNextCoin: put_next}


def count(aggregate: UUID, day: date, books: Books) -> None:
    """Count a jar for each day on which it should have been, so many at a time."""
    for _ in range(COUNTS_A_TIME):
        jar = books.get(JARS, aggregate)
        check(jar is not None, "what is awaited exists")
        if jar is None or jar.next_count is None or jar.next_count > day:
            return
        books.record(JARS, aggregate, JarCounted(on=jar.next_count, value=jar.value))


COUNTING: Final = Closing(JARS, count)
