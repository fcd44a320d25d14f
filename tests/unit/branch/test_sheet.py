"""A sheet: given what was kept of it, when a teller does something, then a record or a no."""

from random import Random

import pytest
import sheets
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from policy_credit_branch.outbox.outbox import Outbox
from policy_credit_branch.sheet import deciding
from policy_credit_branch.sheet.calls import LINES_MAX, next_call
from policy_credit_branch.sheet.lines import Line
from policy_credit_branch.sheet.numbers import read_amount, written
from policy_credit_branch.sheet.records import Answered, Corrected, Refused
from policy_credit_branch.sheet.refusals import (
    CorrectedBeyondItsAmounts,
    LineRefused,
    NotAnAmount,
    NothingEntered,
    NotReadyToClose,
    NotToBeCorrected,
    NotToBeJoined,
    NotToBeUndone,
    PrincipalByGroupLeader,
    SessionClosed,
)
from policy_credit_branch.sheet.sheet import Sheet, SheetLine
from policy_credit_shared.kernel.checks import InvariantBroken

LINES: list[Line] = [
    sheets.payment(interest=5),
    sheets.deposit(amount=70),
    sheets.withdrawal(amount=30),
]


class Teller:
    """Enters lines and gets answers."""

    def __init__(self, *lines: Line) -> None:
        self.outbox: Outbox = sheets.outbox(sheets.still_disk())
        self._ids, self._keys = sheets.Ids("entry"), sheets.Ids("key")
        for line in lines:
            self.enters(line)

    @property
    def sheet(self) -> Sheet:
        return self.outbox.sheet

    def enters(self, line: Line) -> None:
        self.outbox.keep(deciding.enter(self.sheet, self._ids(), line))

    def line(self, number: int) -> SheetLine:
        return list(self.sheet.lines.values())[number - 1]

    def sends(self) -> int:
        """How many lines are on their way now."""
        call = next_call(self.sheet, self._keys())
        if call is None:
            return 0
        self.outbox.keep(call)
        return len(call.entries)

    def hears(self, *refused: int, accepted: tuple[int, ...] | None = None) -> None:
        """Lines refused, by their number, and those accepted: all of the others if none are."""
        assert self.sheet.sent is not None
        reasons = tuple(why(self.line(number)) for number in refused)
        everything = () if refused else self.sheet.sent.entries
        known = everything if accepted is None else tuple(self.line(n).entry for n in accepted)
        key = self.sheet.sent.key
        self.outbox.keep(Answered(key=key, at=sheets.NOW, accepted=known, refused=reasons))

    def opens(self) -> "Teller":
        """The session is open at the services."""
        assert self.sends() == 1
        self.hears()
        return self


def why(line: SheetLine) -> Refused:
    return Refused(entry=line.entry, code="overpayment", field="principal", detail="d", fix="f")


def states(teller: Teller) -> list[str]:
    return [line.state for line in teller.sheet.lines.values()]


def test_totals_and_the_cash_in_the_box_follow_the_lines() -> None:
    sheet = Teller(*LINES).sheet
    assert sheet.totals.lines == 3
    assert (sheet.totals.principal, sheet.totals.interest) == (1_000_000, 5)
    assert (sheet.totals.deposited, sheet.totals.withdrawn) == (70, 30)
    assert sheet.cash == 5_000_000 + 1_000_000 + 5 + 70 - 30


def test_a_refused_lines_money_is_in_the_box_until_it_is_undone() -> None:
    teller = Teller(*LINES).opens()
    teller.sends()
    teller.hears(2)
    assert teller.sheet.cash == 6_000_045
    teller.outbox.keep(deciding.undo(teller.line(2)))
    assert teller.sheet.cash == 5_999_975
    assert teller.sheet.totals.lines == 2
    assert len(teller.sheet.lines) == 3, "what was undone stays to be seen"


@pytest.mark.parametrize(
    ("line", "refusal", "field"),
    [
        (sheets.payment(principal=0), NothingEntered, "principal"),
        (sheets.payment(via="group_leader"), PrincipalByGroupLeader, "principal"),
    ],
)
def test_a_line_that_no_service_would_take_is_not_kept(
    line: Line, refusal: type[LineRefused], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        Teller(line)
    assert refused.value.field == field


def test_a_group_leader_brings_interest() -> None:
    assert Teller(sheets.payment(principal=0, interest=5, via="group_leader")).sheet.lines


def test_the_session_is_opened_before_its_lines_are_sent() -> None:
    teller = Teller(*LINES)
    assert teller.sends() == 1
    assert states(teller) == ["saved"] * 3
    teller.hears()
    assert teller.sends() == 3
    assert states(teller) == ["sending"] * 3


def test_one_call_at_a_time_and_none_until_it_is_answered() -> None:
    teller = Teller(*LINES).opens()
    teller.sends()
    teller.enters(sheets.deposit())
    assert teller.sends() == 0
    teller.hears()
    assert teller.sends() == 1


def test_a_call_has_no_more_lines_than_the_service_takes() -> None:
    sheet = Teller(sheets.deposit()).opens().sheet
    (line,) = sheet.lines.values()
    ids = [sheets.some_id(str(n)) for n in range(LINES_MAX + 1)]
    lines = {entry: replace(line, entry=entry) for entry in ids}
    many = Sheet(opened=sheet.opened, session=sheet.session, opening=sheet.opening, lines=lines)
    call = next_call(many, sheets.some_id("key"))
    assert call is not None
    assert len(call.entries) == LINES_MAX


def test_good_lines_of_a_refused_call_go_on_without_the_refused_ones() -> None:
    teller = Teller(*LINES).opens()
    teller.sends()
    teller.hears(1, 3)
    assert states(teller) == ["refused", "saved", "refused"]
    assert teller.sends() == 1


def test_a_line_that_was_recorded_before_is_accepted_though_others_were_refused() -> None:
    teller = Teller(*LINES).opens()
    teller.sends()
    teller.hears(3, accepted=(1,))
    assert states(teller) == ["accepted", "saved", "refused"]


def test_a_corrected_line_keeps_its_id_and_is_sent_again() -> None:
    teller = Teller(*LINES).opens()
    teller.sends()
    teller.hears(1)
    before = teller.line(1)
    teller.outbox.keep(deciding.correct(before, sheets.payment(principal=9)))
    assert teller.line(1).entry == before.entry
    assert teller.line(1).state == "saved"
    assert teller.sends() == 3


def test_only_a_refused_line_is_corrected_and_only_its_amounts() -> None:
    teller = Teller(*LINES).opens()
    with pytest.raises(NotToBeCorrected):
        deciding.correct(teller.line(1), sheets.payment(principal=9))
    teller.sends()
    teller.hears(1)
    for other in (sheets.payment(loan=sheets.some_id("other")), sheets.deposit()):
        with pytest.raises(CorrectedBeyondItsAmounts):
            deciding.correct(teller.line(1), other)
    with pytest.raises(NothingEntered):
        deciding.correct(teller.line(1), sheets.payment(principal=0))


def test_a_line_on_its_way_or_recorded_is_not_undone() -> None:
    teller = Teller(*LINES).opens()
    teller.sends()
    with pytest.raises(NotToBeUndone, match="1"):
        deciding.undo(teller.line(1))
    teller.hears()
    with pytest.raises(NotToBeUndone):
        deciding.undo(teller.line(1))


def test_the_session_is_closed_once_every_line_is_settled() -> None:
    teller = Teller(*LINES)
    with pytest.raises(NotReadyToClose, match="3"):
        deciding.count(teller.sheet, 6_000_045)
    teller.opens()
    teller.sends()
    teller.hears()
    teller.outbox.keep(deciding.count(teller.sheet, 6_000_045))
    with pytest.raises(SessionClosed):
        deciding.enter(teller.sheet, sheets.some_id("late"), sheets.deposit())
    with pytest.raises(SessionClosed):
        deciding.count(teller.sheet, 6_000_045)
    assert teller.sends() == 1
    teller.hears()
    assert teller.sheet.closing is not None
    assert teller.sheet.closing.state == "accepted"


def test_cash_that_differs_is_counted_again_and_a_missing_line_may_be_entered() -> None:
    teller = Teller().opens()
    teller.outbox.keep(deciding.count(teller.sheet, 1))
    teller.sends()
    closing = teller.sheet.closing
    assert closing is not None
    assert teller.sheet.sent is not None
    refused = Refused(entry=closing.entry, code="cash-differs", field="", detail="d", fix="f")
    key = teller.sheet.sent.key
    teller.outbox.keep(Answered(key=key, at=sheets.NOW, refused=(refused,)))
    teller.enters(sheets.deposit(amount=1))
    teller.sends()
    teller.hears()
    teller.outbox.keep(deciding.count(teller.sheet, 5_000_001))
    assert teller.sends() == 1


def test_a_sheet_whose_session_was_refused_joins_the_one_that_is_open() -> None:
    teller = Teller(*LINES)
    teller.sends()
    with pytest.raises(NotToBeJoined):
        deciding.join(teller.sheet, sheets.some_id("theirs"))
    opening = teller.sheet.opening
    assert opening is not None
    assert teller.sheet.sent is not None
    refused = Refused(entry=opening.entry, code="point-in-session", field="", detail="", fix="")
    key = teller.sheet.sent.key
    teller.outbox.keep(Answered(key=key, at=sheets.NOW, refused=(refused,)))
    assert teller.sends() == 0, "without a session its lines would all be refused"
    theirs = sheets.some_id("theirs")
    teller.outbox.keep(deciding.join(teller.sheet, theirs))
    call = next_call(teller.sheet, sheets.some_id("key"))
    assert call is not None
    assert call.body.count(str(theirs).encode()) == 3


def test_a_record_that_cannot_follow_is_no_sheet() -> None:
    teller = Teller(*LINES)
    with pytest.raises(InvariantBroken):
        teller.outbox.keep(Answered(key=sheets.some_id("none"), at=sheets.NOW))
    with pytest.raises(InvariantBroken):
        teller.outbox.keep(sheets.opened())


@given(st.integers(0, 2**62))
def test_an_amount_is_read_as_it_is_written(amount: int) -> None:
    assert read_amount("principal", written(amount)) == amount
    assert read_amount("principal", str(amount)) == amount


@pytest.mark.parametrize(
    "text", ["1.5", "1.23", "1,000", "-5", "1e6", "12.34.567", "abc", "1.0000"]
)
def test_what_could_be_meant_otherwise_is_no_amount(text: str) -> None:
    with pytest.raises(NotAnAmount, match=r"1\.234\.567") as refused:
        read_amount("interest", text)
    assert refused.value.field == "interest"


@pytest.mark.parametrize("seed", range(20))
def test_an_outbox_opened_again_is_the_same_sheet(seed: int) -> None:
    random = Random(seed)
    teller = Teller(*random.choices(LINES, k=5)).opens()
    teller.sends()
    teller.hears(random.randrange(1, 6))
    disk = teller.outbox._journal._disk
    assert Outbox.open(disk, teller.outbox.path, sheets.SECRET).sheet == teller.sheet


def test_correcting_is_kept_as_a_record_of_its_own() -> None:
    teller = Teller(*LINES).opens()
    teller.sends()
    teller.hears(1)
    record = deciding.correct(teller.line(1), sheets.payment(principal=9))
    assert record == Corrected(entry=teller.line(1).entry, line=sheets.payment(principal=9))
