"""The live figures that an explanation is held against, and the offsets that they reflect."""

from contextlib import closing
from datetime import timedelta

from msgspec import Struct
from pydantic import Field

from policy_credit_reporting.audit.explain import Asked
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.store import generations
from policy_credit_reporting.store.questions import Question
from policy_credit_reporting.store.reading import Figures
from policy_credit_reporting.store.reflected import Position
from policy_credit_reporting.store.territories import territories
from policy_credit_shared.settings import PREFIX, SettingRefused, Settings
from policy_credit_shared.store.postgres import problem_with
from policy_credit_shared.store.progress import Partition


class ReadModelSettings(Settings, env_prefix=f"{PREFIX}REPORTING_"):
    """The read model, if there is one to compare with."""

    database_url: str | None = Field(default=None, description="postgresql:// URL of reporting")


class Live(Struct, frozen=True):
    """Each measure's live figure, or why there is none; and up to where the log is in them."""

    figures: dict[str, int]
    offsets: dict[Partition, int]
    missing: str = ""


def other_meaning(position: Position, algebra: Algebra) -> str:
    """Why figures cannot be compared: they are of other declarations; empty if they are not."""
    if generations.is_of(position.generation, algebra):
        return ""
    meant = generations.generation_of(algebra)
    return f"the read model serves {position.generation}, and this code means {meant}"


def live_figures(algebra: Algebra, asked: Asked, unit: str, question: Question) -> Live:
    """What the read model says; raises SettingRefused if it is set and cannot be read."""
    url = ReadModelSettings.read().database_url
    if url is None:
        return Live({}, {}, "POLICY_CREDIT_REPORTING_DATABASE_URL is not set")
    if problem := problem_with(url, generations.SERVING_TABLE):
        raise SettingRefused(f"{PREFIX}REPORTING_DATABASE_URL", f"names a database that {problem}")
    with closing(Figures(url, algebra)) as figures, figures.snapshot() as snapshot:
        position = snapshot.position()
        if missing := other_meaning(position, algebra):
            return Live({}, {}, missing)
        tree, _ = question.read(unit)
        rollup = territories(tree, snapshot.layout).rollup([unit])
        days = [asked.until]
        if asked.since is not None:
            days.append(asked.since - timedelta(days=1))
        names = [measure.name for measure in asked.measures]
        by_day = snapshot.standing(days, rollup, asked.filters, names)[:, :, 0].tolist()
    found = dict(zip(names, by_day[0], strict=True))
    if asked.since is not None:
        for measure, before in zip(asked.measures, by_day[1], strict=True):
            found[measure.name] -= before if measure.kind == "flow" else 0
    return Live(found, position.ends())
