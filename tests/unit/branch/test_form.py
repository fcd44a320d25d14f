"""What a teller types: codes from their beginning, amounts, choices; or an error with its field."""

from typing import Any

import msgspec
import pytest
import sheets

from policy_credit_branch.entry.form import Form, dues, form_of, known, preview, read
from policy_credit_branch.outbox.carried import Carried, keep_carried, read_carried
from policy_credit_branch.outbox.failures import WrongKey
from policy_credit_branch.sheet.lines import Line
from policy_credit_branch.sheet.refusals import (
    ChoiceUnknown,
    CodeAmbiguous,
    CodeUnknown,
    LineRefused,
    NotAnAmount,
)
from policy_credit_branch.sheet.totals import Totals

CARRIED = sheets.carried()
NOTHING = Carried.nothing("587", "22870", sheets.HELD_ON)
LOAN, SAVER = sheets.LOAN.hex[:6], sheets.SAVER.hex[:6]


def test_a_payment_is_read_from_the_beginning_of_its_loans_code() -> None:
    form = Form(code=f" {LOAN.upper()} ", principal="1.000.000", interest="195288")
    assert read(form, CARRIED) == sheets.payment(interest=195_288)
    leader = Form(code=LOAN, interest="5", via="2")
    assert read(leader, CARRIED) == sheets.payment(principal=0, interest=5, via="group_leader")


def test_who_has_saved_before_saves_through_the_same_group() -> None:
    form = Form(kind="2", code=SAVER, amount="50.000")
    assert read(form, CARRIED) == sheets.deposit()


@pytest.mark.parametrize(
    ("letter", "association"),
    [("n", "farmers"), ("P", "women"), ("c", "veterans"), ("t", "youth")],
)
def test_who_saves_for_the_first_time_names_group_and_association(
    letter: str, association: str
) -> None:
    group = sheets.some_id("new group")
    household = sheets.some_id("new household")
    form = Form(kind="2", code=str(household), amount="1", group=f"{group} {letter}")
    new = sheets.deposit(household=household, group=group, association=association, amount=1)
    assert read(form, CARRIED) == new


def test_a_household_is_known_by_its_loan_too() -> None:
    form = Form(kind="2", code=sheets.HOUSEHOLD.hex[:5], amount="1", group=sheets.GROUP.hex[:4])
    assert read(form, CARRIED) == sheets.deposit(household=sheets.HOUSEHOLD, amount=1)


def test_a_withdrawal_is_of_a_household() -> None:
    assert read(Form(kind="3", code=SAVER, amount="20000"), CARRIED) == sheets.withdrawal()


@pytest.mark.parametrize(
    ("form", "refusal", "field"),
    [
        ({"kind": "4"}, ChoiceUnknown, "kind"),
        ({"code": ""}, CodeUnknown, "code"),
        ({"code": LOAN[:3]}, CodeUnknown, "code"),
        ({"code": "ffffffff"}, CodeUnknown, "code"),
        ({"kind": "3", "code": "ffffffff"}, CodeUnknown, "code"),
        ({"code": LOAN, "principal": "1.5"}, NotAnAmount, "principal"),
        ({"code": LOAN, "interest": "x"}, NotAnAmount, "interest"),
        ({"code": LOAN, "via": "3"}, ChoiceUnknown, "via"),
        ({"kind": "2", "code": SAVER, "amount": "-1"}, NotAnAmount, "amount"),
        ({"kind": "2", "code": sheets.HOUSEHOLD.hex, "amount": "1"}, CodeUnknown, "group"),
        ({"kind": "2", "code": SAVER, "group": "ffff n", "amount": "1"}, CodeUnknown, "group"),
        ({"kind": "2", "code": SAVER, "group": f"{sheets.GROUP} x"}, ChoiceUnknown, "group"),
        (
            {"kind": "2", "code": SAVER, "group": str(sheets.some_id("new")), "amount": "1"},
            ChoiceUnknown,
            "group",
        ),
    ],
)
def test_a_mistake_names_its_field(
    form: dict[str, str], refusal: type[LineRefused], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        read(Form(**form), CARRIED)
    assert refused.value.field == field
    assert refused.value.vi
    assert refused.value.en


def test_a_code_that_several_begin_with_asks_for_more_of_it() -> None:
    twins = [f"abcd{n}000-0000-4000-8000-000000000000" for n in (1, 2)]
    loans = [{**msgspec.to_builtins(CARRIED.loans[0]), "loan": loan} for loan in twins]
    carried = msgspec.convert(msgspec.to_builtins(CARRIED) | {"loans": loans}, Carried)
    with pytest.raises(CodeAmbiguous, match="2"):
        read(Form(code="abcd", principal="1"), carried)
    assert str(read(Form(code="abcd2", principal="1"), carried).loan) == twins[1]  # type: ignore[union-attr]


def test_who_carries_nothing_writes_whole_codes() -> None:
    assert read(Form(code=str(sheets.LOAN), principal="1000000"), NOTHING) == sheets.payment()
    with pytest.raises(CodeUnknown):
        read(Form(code=LOAN, principal="1"), NOTHING)


@pytest.mark.parametrize(
    ("form", "totals"),
    [
        ({"principal": "1.000", "interest": "5"}, {"principal": 1_000, "interest": 5}),
        ({"kind": "2", "amount": "7"}, {"deposited": 7}),
        ({"kind": "3", "amount": "7"}, {"withdrawn": 7}),
    ],
)
def test_totals_know_a_line_before_its_code_is_typed(
    form: dict[str, str], totals: dict[str, int]
) -> None:
    assert preview(Form(**form)) == Totals(lines=1, **totals)


@pytest.mark.parametrize("form", [{"principal": "1.0"}, {"kind": "x", "principal": "1"}])
def test_what_cannot_be_read_yet_adds_nothing(form: dict[str, str]) -> None:
    assert preview(Form(**form)) == Totals()


@pytest.mark.parametrize(
    "line",
    [
        sheets.payment(),
        sheets.payment(principal=0, interest=9, via="group_leader"),
        sheets.deposit(association="youth", group=sheets.some_id("other")),
        sheets.withdrawal(),
    ],
)
def test_a_line_put_back_into_the_form_is_read_as_the_same(line: Line) -> None:
    assert read(form_of(line), NOTHING) == line


def test_what_is_due_is_shown_and_filled_in() -> None:
    form = Form(code=LOAN)
    assert "QH 500.000" in known(form, CARRIED)
    assert "300.000" in known(Form(kind="3", code=SAVER), CARRIED)
    filled = dues(form, CARRIED)
    assert (filled.principal, filled.interest) == ("2.500.000", "195.288")
    for unknown in (Form(code="ffff"), Form(kind="3", code=SAVER), Form(kind="9")):
        assert dues(unknown, CARRIED) == unknown
    assert known(Form(code="ffff"), CARRIED) == ""


def test_what_is_carried_is_sealed_and_replaced_as_a_whole() -> None:
    disk = sheets.still_disk()
    keep_carried(disk, sheets.FOLDER, sheets.SECRET, CARRIED, sheets.COST)
    assert read_carried(disk, sheets.FOLDER, sheets.SECRET, "22870") == CARRIED
    assert read_carried(disk, sheets.FOLDER, sheets.SECRET, "22873") is None
    with pytest.raises(WrongKey):
        read_carried(disk, sheets.FOLDER, b"another passphrase", "22870")
    assert all(str(sheets.LOAN).encode() not in f.seen for f in disk.files.values())
    newer: dict[str, Any] = msgspec.to_builtins(CARRIED) | {"loans": [], "savings": []}
    keep_carried(disk, sheets.FOLDER, sheets.SECRET, msgspec.convert(newer, Carried), sheets.COST)
    found = read_carried(disk, sheets.FOLDER, sheets.SECRET, "22870")
    assert found is not None
    assert found.loans == ()
    assert disk.names(sheets.FOLDER) == ["22870.carried"]
