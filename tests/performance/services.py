"""`make bench-services`: how fast the writing services are, on real servers, in one run.

Each measure is checked against what was generated; a run whose totals differ ends with an error.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from statistics import quantiles
from typing import Annotated, Final

import typer

from performance import results
from performance.branches import (
    MONTH_END,
    Borrower,
    Takings,
    borrowers,
    dealt,
    publish_disbursements,
)
from performance.driving import drive_commands, drive_sheets
from performance.machine import described
from performance.progress import bar, out
from performance.relaying import Backlog, TotalsDiffer, fetches
from performance.results import Result
from policy_credit_local.installation import Installation
from policy_credit_local.playing import Player
from policy_credit_repayments.__main__ import PARTS
from policy_credit_shared.events.collection import PrincipalCollected, SavingsDeposited
from policy_credit_shared.events.envelope import decode
from policy_credit_shared.messaging.kafka import KafkaPublisher, KafkaReader
from policy_credit_shared.messaging.relay import Route
from policy_credit_shared.messaging.topics import Topics, source_of
from policy_credit_shared.running.closing import Step
from policy_credit_shared.running.writing import reachable_kafka
from policy_credit_shared.settings import PREFIX

CALLERS: Final = 4
COMMANDS_PER_SECOND: Final = 50
BACKLOG_BORROWERS: Final = 10_000
WAIT_SECONDS_MAX: Final = 600
KEYS: Final = (
    "sheet_lines_per_s",
    "command_p50_ms",
    "command_p99_ms",
    "relay_events_per_s",
    "close_day_accounts_per_s",
)
SECTION: Final = "bench-services"


class Size:
    """How much of everything."""

    def __init__(self, quick: bool) -> None:
        self.rounds = 1 if quick else 3
        self.accounts = 5_000 if quick else 100_000
        self.seconds = 5.0 if quick else 20.0
        self.backlog = 20_000 if quick else 200_000
        self.backlog_borrowers = BACKLOG_BORROWERS // 10 if quick else BACKLOG_BORROWERS


class Bench:
    """An installation with open accounts, and what has been paid into it."""

    def __init__(self, installation: Installation, player: Player, size: Size) -> None:
        self._installation = installation
        self._player = player
        self._size = size
        self._settings = reachable_kafka()
        self._topics = Topics(self._settings.topic_prefix, self._settings.fact_partitions)
        self._lent: list[Borrower] = borrowers(size.accounts)
        self._taken = Takings()
        self._url = installation.url("repayments")
        self._database = installation.environment[f"{PREFIX}REPAYMENTS_DATABASE_URL"]

    def open_accounts(self) -> Result:
        """Publish the disbursements, and let the intake open the accounts."""
        topic, partitions = self._topics.facts("loans"), self._settings.fact_partitions
        route = Route(source_of("loans"), topic, partitions)
        with closing(KafkaPublisher(self._settings.kafka_bootstrap, "bench")) as publisher:
            with bar("publishing disbursements", len(self._lent)) as done:
                publish_disbursements(self._lent, publisher, route, done)
        began = time.monotonic()
        with bar("opening accounts", len(self._lent)) as done:
            self._await(self._taken_in, len(self._lent), done)
        rate = len(self._lent) / (time.monotonic() - began)
        self.settle()
        return Result(name="intake_events_per_s", figures=[rate])

    def sheets(self) -> Result:
        """Sheets of 500 lines, several callers."""
        branches = dealt(self._lent, CALLERS)
        rates = []
        with bar("session sheets, lines", None) as done:
            for _ in range(self._size.rounds):
                rate, taken = drive_sheets(
                    self._url, branches, self._token, self._size.seconds, done
                )
                rates.append(rate)
                self._taken += taken
        self.settle()
        return Result(name="sheet_lines_per_s", figures=rates, bar=1_500)

    def commands(self) -> Sequence[Result]:
        """One command a call, while nothing else runs."""
        middle, worst = [], []
        [branch] = dealt(self._lent, 1)
        total = int(COMMANDS_PER_SECOND * self._size.seconds) * self._size.rounds
        with bar("single commands", total) as done:
            for _ in range(self._size.rounds):
                latencies, taken = drive_commands(
                    self._url,
                    branch,
                    self._token,
                    COMMANDS_PER_SECOND,
                    self._size.seconds,
                    done,
                )
                self._taken += taken
                cuts = quantiles(latencies, n=100)
                middle.append(cuts[49])
                worst.append(cuts[98])
        self.settle()
        return [
            Result(name="command_p50_ms", figures=middle),
            Result(name="command_p99_ms", figures=worst, bar=50, lower_is_better=True),
        ]

    def relay(self) -> Sequence[Result]:
        """A backlog by the relay and by a bare producer, in turn."""
        backlog = Backlog(self._database, self._settings.kafka_bootstrap)
        with bar("storing a backlog", self._size.backlog) as done:
            backlog.fill(borrowers(self._size.backlog_borrowers), self._size.backlog, done)
        relayed, bare = [], []
        for n in range(self._size.rounds):
            with bar(f"relaying, {n + 1} of {self._size.rounds}", None) as done:
                relayed.append(backlog.relay(done))
            with bar(f"a bare producer, {n + 1} of {self._size.rounds}", None) as done:
                bare.append(backlog.send_bare(done))
        ratios = [mine / limit for mine, limit in zip(relayed, bare, strict=True)]
        return [
            Result(name="relay_events_per_s", figures=relayed, bar=20_000),
            Result(name="bare_producer_events_per_s", figures=bare),
            Result(name="relay_to_bare_ratio", figures=ratios),
        ]

    def close_month(self) -> Result:
        """Close the last day of the month for every account."""
        began = time.monotonic()
        steps: list[Step] = []
        with bar("closing the month", len(self._lent)) as done:
            for step in PARTS.close_day(MONTH_END, None):
                steps.append(step)
                done(step.closed)
        seconds = time.monotonic() - began
        accounts = steps[0].awaited
        again = sum(step.closed for step in PARTS.close_day(MONTH_END, None))
        # Associations' fees are awaited only once their accounts are closed.
        if accounts != len(self._lent) or sum(s.closed for s in steps) < accounts or again:
            raise TotalsDiffer(f"{accounts} of {len(self._lent)} accounts closed, then {again}")
        self.settle()
        return Result(name="close_day_accounts_per_s", figures=[accounts / seconds], bar=334)

    def check(self) -> None:
        """Compare what was published with what was sent; raises TotalsDiffer."""
        found = Takings()
        with closing(
            KafkaReader(self._settings.kafka_bootstrap, [self._topics.facts("repayments")])
        ) as reader:
            for fetch in fetches(reader):
                for record in fetch:
                    _, event = decode(record.value or b"")
                    match event:
                        case PrincipalCollected():
                            found += Takings(payments=1, principal=event.amount)
                        case SavingsDeposited():
                            found += Takings(deposits=1, saved=event.amount)
        if found != self._taken:
            raise TotalsDiffer(f"sent {self._taken}, published {found}")

    def settle(self) -> None:
        """Wait until all is published and in the figures, so that nothing else runs."""
        published = 0
        until = time.monotonic() + WAIT_SECONDS_MAX
        while True:
            said = self._player.publication("repayments")
            published = len(self._lent) + sum(said["heads"].values())
            streams = self._player.indicators("VN")["position"]["streams"]
            if said["backlog"] == 0 and sum(s["sequence"] for s in streams) >= published:
                return
            if time.monotonic() > until:
                raise TotalsDiffer(f"the figures never reflected {published} events")
            time.sleep(0.5)

    def _await(self, look: Callable[[], int], count: int, done: Callable[[int], None]) -> None:
        until, before = time.monotonic() + WAIT_SECONDS_MAX, 0
        while before < count:
            now = look()
            done(now - before)
            before = now
            if time.monotonic() > until:
                raise TotalsDiffer(f"{before} of {count} came about")
            time.sleep(0.1)

    def _taken_in(self) -> int:
        return int(sum(self._player.publication("repayments")["taken_in"].values()))

    def _token(self, office: str) -> str:
        return self._player.token(office, "teller")


def main(
    quick: Annotated[bool, typer.Option(help="a minute's try: too short to mean much")] = False,
    write: Annotated[bool, typer.Option(help="put the results into docs/benchmarks.md")] = False,
) -> None:
    """Measure the writing services."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        installation = Installation(Path(folder), out.print)
        try:
            installation.start()
            player = Player(installation)
            try:
                found, machine = measure(installation, player, Size(quick))
            finally:
                player.close()
        finally:
            installation.stop()
    results.show(out, found, machine)
    if write:
        results.write(SECTION, found, machine)
    out.print(results.as_json(found, KEYS), soft_wrap=True, markup=False, highlight=False)


def measure(
    installation: Installation, player: Player, size: Size
) -> tuple[Sequence[Result], Sequence[tuple[str, str]]]:
    """All measures, one after the other."""
    machine = described(installation.environment[f"{PREFIX}REPAYMENTS_DATABASE_URL"])
    bench = Bench(installation, player, size)
    found = [bench.open_accounts(), bench.sheets(), *bench.commands()]
    bench.check()
    found += bench.relay()
    found.append(bench.close_month())
    return found, machine


if __name__ == "__main__":
    typer.run(main)
