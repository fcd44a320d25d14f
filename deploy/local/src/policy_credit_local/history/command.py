"""`policy-credit simulate`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from policy_credit_local.history.published import MONTHS_MAX, Scale


def simulate(
    scale: Annotated[
        Scale, typer.Option(help="how much of the country, with its published households")
    ] = "district",
    months: Annotated[int, typer.Option(min=1, max=MONTHS_MAX, help="how many months")] = 12,
    seed: Annotated[
        int, typer.Option(min=0, help="another seed, another history; the same, the same bytes")
    ] = 1,
    to: Annotated[
        Literal["parquet", "kafka"], typer.Option(help="files, or the fact topics of a Kafka")
    ] = "parquet",
    folder: Annotated[
        Path, typer.Option("--out", help="new or empty; files and what they must come to")
    ] = Path(".local/history"),
    until: Annotated[
        str, typer.Option(help="the last month; the reform of 2025-07-01 is told if it is reached")
    ] = "2025-12",
    unit: Annotated[
        str | None,
        typer.Option(help="another unit than the scale's: VN, a province (49) or a district (587)"),
    ] = None,
    households: Annotated[
        int | None,
        typer.Option(min=1, help="households in debt at first; fewer make a thinner country"),
    ] = None,
    partitions: Annotated[
        int | None, typer.Option(min=1, max=256, help="of a fact topic; Kafka's are a setting")
    ] = None,
    processes: Annotated[
        int | None, typer.Option(min=1, help="for files; default: one a processor")
    ] = None,
) -> None:
    """Make up a valid history of public events: deterministic, chained, as large as wanted.

    Groups, entitlement lists, loans and their whole lives, sessions at every point on its day of
    the month, closes of day, late entries, reversals, moves and the reform of 2025-07-01. The units
    are real, the households are not. What is owed at first is taken over on the day before the
    first month. Beside the records, expected.json says what every measure must come to.

    A year of a district, in seconds:

        policy-credit simulate --scale district --months 12

    Three years of the country with a fiftieth of its households, some 20 million events:

        policy-credit simulate --scale nation --months 36 --households 135000

    A year of a province into empty topics, of the Kafka in POLICY_CREDIT_KAFKA_BOOTSTRAP:

        policy-credit simulate --scale province --to kafka
    """
    # Arrow and the tables of what is written take a third of a second: not for every command.
    from policy_credit_local.history.running import run

    run(
        scale=scale,
        months=months,
        seed=seed,
        to=to,
        folder=folder,
        until=until,
        unit=unit,
        households=households,
        partitions=partitions,
        processes=processes,
    )
