"""Why a period is not closed, published or reopened.

Refusal
├── PeriodUnknown, UnitNotClosable
├── PeriodNotOver, FiguresIncomplete, LogUnreachable
├── PeriodClosed, NothingProposed, AnotherProposal, FiguresMoved
├── NothingPublished
└── NotAbove, SecondPersonNeeded
"""

from collections.abc import Sequence
from datetime import date

from policy_credit_shared.kernel.refusals import Refusal


class PeriodUnknown(Refusal):
    """The name is of no period."""

    code = "period-unknown"

    def __init__(self, detail: str) -> None:
        super().__init__(f"{detail}.", field="period", fix="Give 2019-11, 2019-Q4 or 2019.")


class UnitNotClosable(Refusal):
    """Periods are closed at offices, branches and the head office that there were."""

    code = "unit-not-closable"

    def __init__(self, unit: str, day: date) -> None:
        super().__init__(
            f"The bank had no office, branch or head office {unit} on {day}.",
            field="unit",
            fix="Give VN or a code of two or three digits in the bank's tree of that day.",
        )


class PeriodNotOver(Refusal):
    """What belongs to the period is still recorded in time."""

    code = "period-not-over"

    def __init__(self, period: str, since: date) -> None:
        super().__init__(
            f"{period} can be closed from {since} on.",
            field="period",
            fix=f"Propose it on {since} or later.",
        )


class FiguresIncomplete(Refusal):
    """The figures lack something that is known to be missing."""

    code = "figures-incomplete"

    def __init__(self, gaps: Sequence[str]) -> None:
        super().__init__(
            f"The figures are not whole: {'; '.join(gaps)}.",
            field="provisional_because",
            fix="Have the gaps closed and propose again, or say why the figures cannot wait: they"
            " are then published as provisional, with the gaps named.",
        )


class LogUnreachable(Refusal):
    """Kafka does not say where its chains stand."""

    code = "log-unreachable"
    status = 503

    def __init__(self, detail: str) -> None:
        super().__init__(
            f"The heads of the chains cannot be read: {detail}.",
            fix="Send the call again with the same Idempotency-Key once the log answers.",
        )


class PeriodClosed(Refusal):
    """Its figures are published."""

    code = "period-closed"

    def __init__(self, unit: str, period: str, number: int) -> None:
        super().__init__(
            f"The figures of {unit} for {period} are published as number {number}.",
            field="period",
            fix="Corrections show as adjustments; for another edition have it reopened first.",
        )


class NothingProposed(Refusal):
    """There is no proposal to approve."""

    code = "nothing-proposed"

    def __init__(self, unit: str, period: str) -> None:
        super().__init__(
            f"Nothing is proposed for {unit} and {period}.",
            field="period",
            fix="The unit's director proposes first.",
        )


class AnotherProposal(Refusal):
    """The digest is not that of the proposal."""

    code = "another-proposal"

    def __init__(self, digest: str) -> None:
        super().__init__(
            f"What is proposed now has the digest {digest}.",
            field="digest",
            fix="Look at the proposal again and name its digest.",
        )


class FiguresMoved(Refusal):
    """Something was recorded since the proposal that the proposed figures lack."""

    code = "figures-moved"

    def __init__(self, moved: Sequence[str]) -> None:
        super().__init__(
            f"Figures have moved since they were proposed: {', '.join(moved)}.",
            field="digest",
            fix="The unit's director proposes again; the present figures are taken then.",
        )


class NothingPublished(Refusal):
    """Only what is published can be reopened, once."""

    code = "nothing-published"

    def __init__(self, unit: str, period: str) -> None:
        super().__init__(
            f"{period} of {unit} is open.", field="period", fix="Only a closed period is reopened."
        )


class NotAbove(Refusal):
    """The caller is not of the level above."""

    code = "not-above"
    status = 403

    def __init__(self, unit: str, above: str) -> None:
        super().__init__(
            f"Periods of {unit} are approved and reopened by {above}.",
            field="unit",
            fix=f"A director of {above} sends this.",
        )


class SecondPersonNeeded(Refusal):
    """Whoever proposes does not approve."""

    code = "second-person-needed"
    status = 403

    def __init__(self) -> None:
        super().__init__(
            "The proposal is the caller's own.", fix="Somebody else of the level above approves it."
        )
