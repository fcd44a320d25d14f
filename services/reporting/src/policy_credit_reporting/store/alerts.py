"""Targets, and which units are above theirs: a unit is alerted once until it is below again."""

from msgspec import Struct

from policy_credit_shared.store.postgres import connect


class Alert(Struct, frozen=True, kw_only=True):
    """A unit's ratio crossed its target, upwards (raised) or back; the ceiling is in millionths."""

    unit: str
    indicator: str
    raised: bool
    numerator: int
    denominator: int
    ceiling: int


class Alerts:
    """How units stand against their targets, in one generation."""

    def __init__(self, database_url: str, generation: str) -> None:
        self._database_url = database_url
        self._generation = generation

    def standing(self, unit: str, indicator: str) -> tuple[int, bool] | None:
        """The unit's latest ceiling and whether it stands alerted; None without a target."""
        with connect(self._database_url, self._generation) as connection:
            row = connection.execute(
                "SELECT t.ceiling, coalesce(a.raised, false) FROM target t"
                " LEFT JOIN alert a USING (unit, indicator)"
                " WHERE t.unit = %s AND t.indicator = %s ORDER BY t.year DESC LIMIT 1",
                (unit, indicator),
            ).fetchone()
        return (int(row[0]), bool(row[1])) if row else None

    def note(self, alert: Alert) -> None:
        """Remember that a crossing was told."""
        with connect(self._database_url, self._generation) as connection:
            connection.execute(
                "INSERT INTO alert (unit, indicator, raised, numerator, denominator, ceiling)"
                " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (unit, indicator) DO UPDATE SET"
                " raised = EXCLUDED.raised, numerator = EXCLUDED.numerator,"
                " denominator = EXCLUDED.denominator, ceiling = EXCLUDED.ceiling, at = now()",
                (
                    alert.unit,
                    alert.indicator,
                    alert.raised,
                    alert.numerator,
                    alert.denominator,
                    alert.ceiling,
                ),
            )
