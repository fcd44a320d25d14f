"""Composition of the reporting service: the roles `projection`, `api` and `archive`.

What only one role needs is imported where that role runs: each is a process of its own, and the
stream worker and the API would make the other start late and large.
"""

import logging
from collections.abc import Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import gettempdir
from typing import Annotated

import typer
from rich.console import Console

from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.page import NAME, indicators_page
from policy_credit_reporting.settings import BoardSettings, PublishingSettings, ReportingSettings
from policy_credit_reporting.store import generations
from policy_credit_shared.kernel.clock import system_clock
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.messaging.kafka import KafkaReader, TopicMissing
from policy_credit_shared.messaging.topics import Topics
from policy_credit_shared.running.collecting import collect_seldom
from policy_credit_shared.running.documents import write_documents
from policy_credit_shared.running.exposing import exposed_registry
from policy_credit_shared.running.service import Service
from policy_credit_shared.running.writing import reachable_kafka
from policy_credit_shared.settings import (
    PREFIX,
    AuthSettings,
    KafkaSettings,
    SettingRefused,
    SigningSettings,
    usable,
)
from policy_credit_shared.store.postgres import problem_with
from policy_credit_shared.store.progress import Partition
from policy_credit_shared.telemetry.logs import configure_logs
from policy_credit_shared.telemetry.metrics import ReaderMetrics
from policy_credit_shared.web.auth import Verifier

log = logging.getLogger(__name__)


def migrate() -> None:
    """Create what is missing: this code's generation of figures, the register, the catalogue."""
    from policy_credit_reporting.audit.archive.catalogue import create_tables
    from policy_credit_reporting.reports.register import migrate_register

    database_url = _settings(table=None).database_url
    generations.create(database_url, ALGEBRA)
    migrate_register(database_url)
    create_tables(database_url)
    generations.show(database_url, ALGEBRA)


def run_projection() -> None:
    """Project until stopped."""
    from policy_credit_reporting.projection.worker import run

    settings, log_settings = _settings(generations.GOAL_TABLE), reachable_kafka()
    configure_logs("reporting.projection", settings.log_level)
    collect_seldom()
    metrics = ReaderMetrics(exposed_registry("reporting", "projection"))
    _see_to_start(settings, log_settings, metrics)
    run(
        settings.database_url,
        log_settings,
        settings.worker,
        Path(gettempdir()) / "policy-credit-faust",
        metrics,
    )


def _see_to_start(
    settings: ReportingSettings, log_settings: KafkaSettings, metrics: ReaderMetrics
) -> None:
    """See to what this worker is to fill, before it reads; raises SettingRefused."""
    from policy_credit_reporting.audit.archive.mark import anything_archived
    from policy_credit_reporting.projection.letters import Letters
    from policy_credit_reporting.rebuilding.starting import Archive, Starting

    def archived() -> Archive | None:
        if not anything_archived(settings.database_url):
            return None
        # An archive's reader is large, and most workers never need it.
        from policy_credit_reporting.rebuilding.archived import Archived

        return Archived(settings.database_url)

    def told(left: Mapping[Partition, int], records: int) -> None:
        metrics.polled({(p.topic, p.number): behind for p, behind in left.items()})
        if records:
            metrics.consumed({"applied": records}, (), 0)

    topics = Topics(log_settings.topic_prefix, log_settings.fact_partitions)
    try:
        reader = KafkaReader(log_settings.kafka_bootstrap, topics.all_facts())
    except TopicMissing as missing:
        raise SettingRefused(f"{PREFIX}TOPIC_PREFIX", f"names no topics: {missing}") from None
    letters = Letters(log_settings.kafka_bootstrap, topics.dead_letters)
    with closing(reader), closing(letters):
        Starting(settings.database_url, ALGEBRA, reader.ends, archived, letters.send, told).run(
            settings.far_behind
        )


def run_api() -> None:
    """Answer questions until stopped."""
    from policy_credit_reporting.api.app import reporting_app
    from policy_credit_reporting.api.bell import Bell
    from policy_credit_reporting.api.published import Pinning
    from policy_credit_reporting.board.app import SignIn, install_board
    from policy_credit_reporting.metrics.exporter import Exporter
    from policy_credit_reporting.reports.heads import kafka_heads
    from policy_credit_reporting.reports.publishing import Publishing
    from policy_credit_reporting.reports.register import Register, register_store
    from policy_credit_reporting.reports.taking import Taking
    from policy_credit_reporting.store.reading import Figures
    from policy_credit_shared.running.serving import serve

    settings, signer = _settings(), PublishingSettings.read().signer()
    configure_logs("reporting.api", settings.log_level)
    figures = Figures(settings.database_url, ALGEBRA)
    verifier = Verifier(AuthSettings.read())
    with ExitStack() as stack:
        pinning = None
        if signer is None:
            log.warning("no period is closed: POLICY_CREDIT_REPORTING_SIGNING_KEY is not set")
        else:
            source = Taking(figures, ALGEBRA, kafka_heads(KafkaSettings.read()), system_clock)
            store = stack.enter_context(closing(register_store(settings.database_url)))
            publishing = Publishing(source, signer, system_clock)
            pinning = Pinning(publishing, store, signer.public_key)
        url = settings.database_url
        bell = Bell(url)
        scrape = Exporter(figures, ALGEBRA, system_clock).scrape
        app = reporting_app(
            figures, url, verifier, scrape, system_clock, ALGEBRA, pinning=pinning, bell=bell
        )
        board = BoardSettings.read()
        address = board.url or f"http://{settings.host}:{settings.port}"
        sign_in = SignIn(address, board, AuthSettings.read(), _signing(board))
        register = Register(pinning.store) if pinning else None
        install_board(app, figures, bell, ALGEBRA, verifier, system_clock, sign_in, register)
        # Trees live as long as the process; the collector would walk them at every answer.
        dated_trees()
        collect_seldom()
        serve(app, settings.host, settings.port, exposed_registry("reporting", "api"))


def _signing(board: BoardSettings) -> SigningSettings | None:
    """The embedded issuer's key; without a code nobody can sign in there, and none is read."""
    return SigningSettings.read() if board.sign_in_code and not board.oidc_discovery else None


def run_archive() -> None:
    """Archive until stopped."""
    from policy_credit_reporting.audit.archive.commands import run_archive as run

    run()


def indicators(
    folder: Annotated[Path, typer.Argument(help="where the documents are")] = Path("docs"),
    check: Annotated[bool, typer.Option("--check", help="write nothing; 1 if it differs")] = False,
) -> None:
    """Write the page of every indicator, or check it."""
    write_documents({NAME: indicators_page(ALGEBRA)}, folder, check, Console())


def dashboards(
    folder: Annotated[Path, typer.Argument(help="where the files are")] = Path(
        "deploy/grafana/dashboards"
    ),
    board: Annotated[
        str, typer.Option(help="the board's address, which dashboards lead to")
    ] = "http://localhost:8000",
    check: Annotated[bool, typer.Option("--check", help="write nothing; 1 if it differs")] = False,
) -> None:
    """Write Grafana's dashboards, or check them."""
    from policy_credit_reporting.dashboards.documents import documents

    write_documents(documents(board.rstrip("/")), folder, check, Console())


def _settings(table: str | None = generations.SERVING_TABLE) -> ReportingSettings:
    settings = ReportingSettings.read()
    usable(settings, problem_with(settings.database_url, table))
    return settings


SERVICE = Service(
    "reporting",
    {"projection": run_projection, "api": run_api, "archive": run_archive},
    migrate,
)
