"""What figures may still lack: sources behind, sessions not reported, holes and quarantine."""

from datetime import date
from threading import Lock
from typing import Final

import numpy as np

from policy_credit_reporting.indicators.movements import Integers, Movements
from policy_credit_reporting.indicators.points import Points, points_on
from policy_credit_reporting.store.answers import Completeness, MissingPoint, SourceHeard
from policy_credit_reporting.store.reading import Snapshot
from policy_credit_reporting.store.reflected import Position
from policy_credit_shared.kernel.units import units_before_reform

POINTS_NAMED_MAX: Final = 20
POINTS_END: Final = 100_000
"""Points are numbers of five digits."""


class Completing:
    """Says what is missing; remembers how points stand until another session is held."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: tuple[Movements, date, Points] | None = None

    def completeness(
        self, snapshot: Snapshot, position: Position, localities: Integers, day: date
    ) -> Completeness:
        """For figures of these localities as of a day."""
        points = self._points(snapshot, day)
        own = np.zeros(POINTS_END, bool)
        own[snapshot.layout.points[localities]] = True
        expected, missing = own[points.expected], own[points.missing]
        tree = units_before_reform()
        named = [
            MissingPoint(
                code=f"{point:05}", name=tree.unit(f"{point:05}").name, usual_day=usual_day
            )
            for point, usual_day in zip(
                points.missing[missing][:POINTS_NAMED_MAX].tolist(),
                points.usual_days[missing][:POINTS_NAMED_MAX].tolist(),
                strict=True,
            )
        ]
        return Completeness(
            sources=_sources(position),
            points_expected=int(expected.sum()),
            points_missing=int(missing.sum()),
            missing=named,
            incidents=snapshot.incidents(),
            quarantined=snapshot.quarantined(),
        )

    def _points(self, snapshot: Snapshot, day: date) -> Points:
        sessions = snapshot.sessions
        with self._lock:
            known = self._known
        if known is not None and known[0] is sessions and known[1] == day:
            return known[2]
        points = points_on(day, sessions, snapshot.layout.points)
        with self._lock:
            self._known = (sessions, day, points)
        return points


def reasons(completeness: Completeness) -> list[str]:
    """Why figures are provisional; empty if nothing speaks for it."""
    found = [
        f"{i.source} has not resent {i.topic}[{i.partition}] from sequence {i.expected}"
        if i.fault == "missing"
        else f"{i.topic}[{i.partition}]: sequence {i.expected} of {i.source} breaks its chain"
        f" ({i.fault})"
        for i in completeness.incidents
    ]
    if completeness.quarantined:
        found.append(f"{completeness.quarantined} records are quarantined and not in any figure")
    if completeness.points_missing:
        found.append(
            f"{completeness.points_missing} of {completeness.points_expected} points have not"
            " reported this month's session"
        )
    return found


def _sources(position: Position) -> list[SourceHeard]:
    sequences: dict[str, dict[str, int]] = {source: {} for source in position.heard}
    for stream in position.streams:
        of_source = sequences.setdefault(stream.source, {})
        of_source[f"{stream.topic}[{stream.partition}]"] = stream.sequence
    return [
        SourceHeard(source=source, recorded_at=position.heard.get(source), sequences=by_partition)
        for source, by_partition in sorted(sequences.items())
    ]
