"""`policy-credit audit …`."""

import sys

import typer

from policy_credit_reporting.audit.explain_command import explain_figure
from policy_credit_reporting.audit.log import log_to_end, out
from policy_credit_reporting.audit.replay.command import replay_figures
from policy_credit_reporting.audit.verify import Report, verify

audit = typer.Typer(help="Check the log that all figures come from.", no_args_is_help=True)
audit.command("explain")(explain_figure)
audit.command("replay")(replay_figures)


@audit.callback()
def _audit() -> None:
    """Check the log that all figures come from."""


@audit.command("verify")
def verify_log() -> None:
    """Walk every fact topic from the beginning and check each sequence and each chain.

    Names the first break of every stream: topic, partition, offset, source and sequence.
    Exit code 0 if everything is whole, 1 if not.
    """
    with log_to_end() as fetches:
        report = verify(fetches)
    _print(report)
    if report.breaks:
        sys.exit(1)


def _print(report: Report) -> None:
    out.print(
        f"{report.records} records in {len(report.heads)} chains, {report.resent} of them resent"
    )
    for stream, head in sorted(report.heads.items()):
        name = f"{stream.partition.topic}[{stream.partition.number}] {stream.source}"
        out.print(f"  {name}: {head.sequence} events, head {head.digest.hex()[:16]}…")
    for found in report.breaks:
        out.print(f"[bold red]BREAK[/bold red] {found}", highlight=False)
    if not report.breaks:
        out.print("[green]every sequence is contiguous and every chain holds[/green]")
