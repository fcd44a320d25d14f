"""What auditors are shown in the API's document is what they are answered."""

import asyncio

import msgspec
import pytest

from policy_credit_reporting.api import auditors
from policy_credit_reporting.api.audit_examples import EXAMPLES
from policy_credit_reporting.api.auditing import Integrity
from policy_credit_reporting.store.audited import FigureEvents, Replay
from policy_credit_shared.web.problems import Problem


@pytest.mark.parametrize(
    ("name", "kind"),
    [("integrity", Integrity), ("replay", Replay), ("events", FigureEvents)],
)
def test_examples_are_answers(name: str, kind: type) -> None:
    example: object = msgspec.convert(EXAMPLES[name], kind)
    assert msgspec.json.decode(msgspec.json.encode(example)) == EXAMPLES[name]


def test_an_audit_that_takes_too_long_is_ended_and_the_command_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(auditors, "SECONDS_MAX", 0.05)
    with pytest.raises(Problem) as ended:
        asyncio.run(auditors.answered(Replay, ["replay", "--until", "1 2"]))
    assert ended.value.details.status == 503
    assert "policy-credit audit replay --until '1 2'" in ended.value.details.detail
