"""`policy-credit branch …` without a line: what is kept, shown, refused, and said."""

from pathlib import Path

import pytest
import sheets
from screens import is_as_recorded
from typer.testing import CliRunner, Result

from policy_credit_branch.outbox import outbox
from policy_credit_branch.outbox.disk import RealDisk, sole_use
from policy_credit_branch.outbox.outbox import Outbox
from policy_credit_branch.sheet import deciding
from policy_credit_branch.sheet.calls import next_call
from policy_credit_branch.sheet.lines import Line
from policy_credit_branch.sheet.records import Answered, Refused
from policy_credit_branch.sheet.sheet import Sheet
from policy_credit_shared.cli import app

DAY = ("--office", "587", "--commune", "22870", "--date", "2019-03-05")


class Machine:
    """A machine with a folder and a key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str) -> Result:
        return CliRunner().invoke(app, arguments)

    def opens(self, *lines: Line) -> Outbox:
        box = sheets.outbox(RealDisk(), self.folder)
        ids = sheets.Ids("entry")
        for line in lines:
            box.keep(deciding.enter(box.sheet, ids(), line))
        return box

    def sheet(self) -> Sheet:
        (path,) = outbox.sheets(RealDisk(), self.folder)
        return Outbox.open(RealDisk(), path, sheets.SECRET).sheet


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setenv("POLICY_CREDIT_BRANCH_FOLDER", str(tmp_path / "branch"))
    monkeypatch.setenv("POLICY_CREDIT_BRANCH_KEY", sheets.SECRET.decode())
    monkeypatch.delenv("POLICY_CREDIT_REPAYMENTS_URL", raising=False)
    return Machine(tmp_path / "branch")


def refused_withdrawal(machine: Machine) -> Outbox:
    """The session is open, its deposit recorded, its withdrawal refused."""
    box = machine.opens(sheets.deposit(), sheets.withdrawal())
    opening = next_call(box.sheet, sheets.some_id("opening"))
    assert opening is not None
    box.keep(opening)
    box.keep(Answered(key=opening.key, at=sheets.NOW, accepted=opening.entries))
    call = next_call(box.sheet, sheets.some_id("lines"))
    assert call is not None
    box.keep(call)
    deposit, withdrawal = call.entries
    why = Refused(
        entry=withdrawal,
        code="more-than-saved",
        field="amount",
        detail="20000 dong cannot be withdrawn: the balance is 5000 dong.",
        fix="Withdraw at most 5000 dong.",
    )
    box.keep(Answered(key=call.key, at=sheets.NOW, accepted=(deposit,), refused=(why,)))
    return box


def test_a_sheet_is_opened_without_a_line(machine: Machine) -> None:
    done = machine("branch", "open", *DAY, "--cash", "5.000.000")
    assert done.exit_code == 0, done.output
    assert "đã lưu" in done.output
    assert machine.sheet().cash == 5_000_000
    assert "enter — nhập dòng" in machine("branch", "status").output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("open", *DAY, "--cash", "5.5"), "1.234.567"),
        (("open", *DAY[:2], "--commune", "22834", *DAY[4:]), "587 serves"),
        (("status", "--nothing"), "No such option"),
        (("undo", "1"), "branch open"),
        (("submit",), "branch open"),
    ],
)
def test_a_mistake_is_a_sentence_that_says_what_to_do(
    machine: Machine, arguments: tuple[str, ...], said: str
) -> None:
    done = machine("branch", *arguments)
    assert done.exit_code != 0
    assert said in " ".join(done.output.replace("│", " ").split())
    assert "Traceback" not in done.output


def test_status_says_offline_where_every_line_stands(machine: Machine) -> None:
    machine.opens(sheets.payment(interest=5), sheets.deposit(), sheets.withdrawal())
    shown = machine("branch", "status").output
    is_as_recorded("13-status-offline", shown)


def test_status_and_answers_after_a_refusal_say_what_to_do(machine: Machine) -> None:
    refused_withdrawal(machine)
    shown = machine("branch", "status").output + machine("branch", "answers").output
    is_as_recorded("14-status-refused", shown)


def test_a_refused_line_is_corrected_or_undone(machine: Machine) -> None:
    refused_withdrawal(machine)
    assert machine("branch", "correct", "1", "--amount", "5").exit_code == 1
    assert machine("branch", "correct", "2", "--principal", "5").exit_code == 2
    assert machine("branch", "correct", "2").exit_code == 2
    assert machine("branch", "correct", "2", "--amount", "5.000").exit_code == 0
    assert [x.line for x in machine.sheet().of("saved")] == [sheets.withdrawal(amount=5_000)]
    assert machine("branch", "undo", "2").exit_code == 0
    assert machine("branch", "undo", "2").exit_code == 1
    assert len(machine.sheet().of("undone")) == 1


def test_the_session_is_closed_when_every_line_is_settled(machine: Machine) -> None:
    refused_withdrawal(machine)
    assert machine("branch", "count", "5.050.000").exit_code == 1
    machine("branch", "undo", "2")
    short = machine("branch", "count", "5.049.999")
    assert "Chênh lệch · differs: 1 thiếu" in short.output
    assert machine.sheet().counted == 5_049_999


def test_without_the_key_nothing_is_shown_and_nothing_new_is_sealed(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.opens()
    monkeypatch.setenv("POLICY_CREDIT_BRANCH_KEY", "another passphrase")
    for command in (("status",), ("open", *DAY), ("undo", "1")):
        done = machine("branch", *command)
        assert done.exit_code == 1
        assert "sai mã khóa" in done.output
    assert len(list(machine.folder.glob("*.sheet"))) == 1


def test_a_key_may_be_in_a_file(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    machine.opens()
    monkeypatch.delenv("POLICY_CREDIT_BRANCH_KEY")
    (tmp_path / "key").write_bytes(sheets.SECRET + b"\n")
    monkeypatch.setenv("POLICY_CREDIT_BRANCH_KEY_FILE", str(tmp_path / "key"))
    assert machine("branch", "status").exit_code == 0


def test_status_goes_on_past_a_sheet_that_is_damaged_or_in_use(machine: Machine) -> None:
    damaged = machine.opens(sheets.deposit(), sheets.deposit()).path
    content = bytearray(damaged.read_bytes())
    content[100] ^= 1
    damaged.write_bytes(bytes(content))
    machine("branch", "open", *DAY[:4], "--date", "2019-04-05")
    machine("branch", "open", *DAY[:4], "--date", "2019-05-05")
    in_use = sorted(machine.folder.glob("*.sheet"))[1]
    with sole_use(in_use):
        shown = machine("branch", "status").output
    assert "record 1 at byte" in shown
    assert "đang mở ở cửa sổ khác" in shown
    assert "05/05/2019" in shown
    assert damaged.read_bytes() == bytes(content)


def test_of_several_sheets_one_is_named(machine: Machine) -> None:
    machine.opens()
    assert machine("branch", "open", *DAY[:4], "--date", "2019-04-05").exit_code == 0
    assert machine("branch", "answers").exit_code == 2
    assert machine("branch", "answers", "--sheet", "2019-04").exit_code == 0
