"""A replay beside what it is held against: live figures, a published report, or the present."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Literal

import numpy as np
from msgspec import Struct, structs

from policy_credit_reporting.audit.archive.table import Archive
from policy_credit_reporting.audit.replay.behind import events_behind
from policy_credit_reporting.audit.replay.grouping import Cut
from policy_credit_reporting.audit.replay.live import live_by_locality
from policy_credit_reporting.audit.replay.pinned import faults_of
from policy_credit_reporting.audit.replay.recompute import (
    MEMORY,
    DoesNotFit,
    Engine,
    by_duckdb,
    recompute,
)
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.movements import Integers, Layout
from policy_credit_reporting.reports.answers import published_statement
from policy_credit_reporting.reports.closing import FiguresPublished
from policy_credit_reporting.store.audited import (
    EventLine,
    Replay,
    ReplayDifference,
    ReplayedFigure,
)
from policy_credit_reporting.store.generations import generation_of
from policy_credit_reporting.store.territories import territories
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.store.progress import Partition


class CannotReplay(Exception):
    """There is nothing to hold the replay against, or too little in the archive; says the fix."""


class Place(Struct, frozen=True):
    """The unit asked for: its localities by number, and the provinces that they lie in."""

    code: str
    name: str
    localities: Integers
    provinces: Sequence[str]


class Replaying(Struct, frozen=True, dict=True):
    """One archive, read within so much memory; `limit` events are listed behind a difference."""

    archive: Archive
    algebra: Algebra
    limit: int
    memory: str = MEMORY
    opened: Engine = by_duckdb

    def beside_live(self, place: Place, cut: Cut, database_url: str) -> Replay:
        """Stop where the live figures do and hold every locality against them."""
        live = live_by_locality(database_url, self.algebra, cut.until, cut.since, cut.filters)
        if live.figures is None:
            raise CannotReplay(f"not compared with live figures: {live.missing}")
        self._check_reaches(live.offsets, "the live figures do")
        ends = live.offsets if live.offsets != self.archive.covered().offsets else None
        cut = structs.replace(cut, offsets=ends, provinces=place.provinces)
        found = self._recomputed(cut)[:, place.localities]
        wrong = np.argwhere(found != live.figures[:, place.localities])
        names = list(self.algebra.measures)
        localities = self._layout.localities
        differences = []
        for row, column in wrong[: self.limit].tolist():
            number = int(place.localities[column])
            locality = localities[number]
            differences.append(
                ReplayDifference(
                    code=locality,
                    measure=names[row],
                    replayed=int(found[row, column]),
                    other=int(live.figures[row, number]),
                    events=self._behind(cut, {names[row]}, {locality}),
                )
            )
        return self._answer(
            place, cut, "live", "the offsets of the live figures", found.sum(axis=1),
            compared=found.size, differing=len(wrong), differences=differences,
        )  # fmt: skip

    def beside_present(self, place: Place, cut: Cut, known: str) -> Replay:
        """What was known, and what came to be known since; nothing is wrong with either."""
        then = structs.replace(cut, provinces=place.provinces)
        now = structs.replace(then, known_at=None, offsets=None)
        found = self._recomputed(then)[:, place.localities].sum(axis=1)
        present = self._recomputed(now)[:, place.localities].sum(axis=1)
        names = list(self.algebra.measures)
        changed = np.flatnonzero(found != present).tolist()
        moved = {names[row] for row in changed}
        events = self._behind(now, moved, self._names(place.localities), then) if moved else []
        differences = [
            ReplayDifference(
                code=place.code,
                measure=names[row],
                replayed=int(found[row]),
                other=int(present[row]),
                events=[line for line in events if line.measure == names[row]],
            )
            for row in changed
        ]
        return self._answer(
            place, then, "present", known, found,
            compared=len(found), differing=len(changed), differences=differences,
        )  # fmt: skip

    def beside_published(
        self, place: Place, body: FiguresPublished, codes: Sequence[str]
    ) -> Replay:
        """Stop where a report does, and hold what it says of these units against the archive."""
        report = published_statement(body).report
        offsets = {Partition(one.topic, one.partition): one.next_offset for one in report.offsets}
        self._check_reaches(offsets, f"report {body.number} does")
        tree = dated_trees()["bank"].on(report.last_day)
        land = territories(tree, self._layout)
        cut = Cut(
            until=report.last_day,
            since=report.first_day,
            offsets=offsets,
            provinces=place.provinces,
        )
        found = self._recomputed(cut)
        row_of = {name: row for row, name in enumerate(self.algebra.measures)}
        compared, differing, differences = 0, 0, list[ReplayDifference]()
        for code in codes:
            numbers = land.localities(code)
            totals = found[:, numbers].sum(axis=1)
            for name, published in report.figures[code].items():
                if name not in row_of:
                    continue
                compared += 1
                if (replayed := int(totals[row_of[name]])) == published:
                    continue
                differing += 1
                if differing > self.limit:
                    continue
                differences.append(
                    ReplayDifference(
                        code=code,
                        measure=name,
                        replayed=replayed,
                        other=published,
                        events=self._behind(cut, {name}, self._names(numbers)),
                    )
                )
        faults = faults_of(body, report.heads, self.archive.files())
        gone = sorted(set(report.kinds) - set(row_of))
        remarks = [f"not compared, since there is no such measure any more: {', '.join(gone)}"]
        if report.generation != generation_of(self.algebra):
            meant = "the report's measures were declared otherwise than this code declares them"
            remarks.append(f"{meant}: what differs may be for that")
        return self._answer(
            place, cut, "published", f"the offsets of report {body.number}",
            found[:, place.localities].sum(axis=1),
            compared=compared, differing=differing, differences=differences,
            faults=faults, remarks=remarks if gone else remarks[1:],
        )  # fmt: skip

    @cached_property
    def _layout(self) -> Layout:
        return Layout.of(self.algebra)

    def _names(self, localities: Integers) -> set[str]:
        return {self._layout.localities[number] for number in localities.tolist()}

    def _recomputed(self, cut: Cut) -> Integers:
        files = self.archive.files(cut.provinces)
        try:
            found = recompute(self.algebra, self._layout, files, cut, self.memory, self.opened)
        except DoesNotFit as why:
            fix = f"{self.memory} is too little for this replay; give it more, as --memory 2GB"
            raise CannotReplay(f"{fix}: {why}") from None
        return found.figures(self.algebra)

    def _behind(
        self, cut: Cut, measures: set[str], localities: set[str], later_than: Cut | None = None
    ) -> list[EventLine]:
        files = self.archive.files(cut.provinces)
        lines = events_behind(self.algebra, files, cut, measures, localities, later_than)
        return list(islice(lines, self.limit))

    def _check_reaches(self, wanted: dict[Partition, int], what: str) -> None:
        self.archive.refresh()
        if behind := ", ".join(_behind(self.archive.covered().offsets, wanted)):
            fix = "wait for the archiver, or run `policy-credit archive run --once`"
            raise CannotReplay(f"the archive ends before {what}: {behind}; {fix}")

    def _answer(
        self,
        place: Place,
        cut: Cut,
        beside: Literal["live", "present", "published"],
        known: str,
        totals: Integers,
        *,
        compared: int,
        differing: int,
        differences: list[ReplayDifference],
        faults: Sequence[str] = (),
        remarks: Sequence[str] = (),
    ) -> Replay:
        measures = self.algebra.measures.values()
        return Replay(
            code=place.code,
            name=place.name,
            day=cut.until,
            since=cut.since,
            known=known,
            beside=beside,
            figures=[
                ReplayedFigure(measure=m.name, label=m.label, unit=m.unit, value=int(total))
                for m, total in zip(measures, totals, strict=True)
                if total
            ],
            compared=compared,
            differing=differing,
            differences=differences,
            remarks=[*faults, *remarks],
            is_right=beside == "present" or not (differing or faults),
        )


def _behind(archived: dict[Partition, int], wanted: dict[Partition, int]) -> Iterator[str]:
    for partition, offset in sorted(wanted.items()):
        if (held := archived.get(partition, 0)) < offset:
            yield f"{partition.topic}[{partition.number}] at {held} of {offset}"
