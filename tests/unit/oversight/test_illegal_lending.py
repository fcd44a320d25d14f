"""Reports of illegal lending: given a report, when it ends, then an event; and never a name."""

from datetime import date
from typing import Any, get_type_hints

import build
import governing
import msgspec
import pytest

from policy_credit_oversight.domain.governing_refusals import (
    DatedTooEarly,
    IdUsed,
    IllegalLendingIsClosed,
    NotRecorded,
)
from policy_credit_oversight.domain.illegal_lending import (
    CloseIllegalLending,
    IllegalLendingClosed,
    IllegalLendingReported,
    ReportIllegalLending,
)
from policy_credit_oversight.domain.register import REGISTER, Register, register_id
from policy_credit_shared.events import governance
from policy_credit_shared.kernel.refusals import CommuneNotServed, WrongOffice


def reported() -> build.Desk:
    """Oversight after a report."""
    desk = governing.Oversight()
    desk.does(governing.report_lending())
    return desk


def test_illegal_lending_is_reported_by_kind() -> None:
    assert governing.Oversight().does(governing.report_lending()) == [
        IllegalLendingReported(
            office=build.OFFICE,
            commune=build.COMMUNE,
            locality=build.LOCALITY,
            kind="loan_app",
            on=build.DAY,
        )
    ]


def test_a_report_ends_with_a_result_and_counts_the_days() -> None:
    assert reported().does(governing.close_lending()) == [
        IllegalLendingClosed(
            office=build.OFFICE,
            commune=build.COMMUNE,
            locality=build.LOCALITY,
            kind="loan_app",
            result="prosecuted",
            days_since_reported=31,
            on=date(2019, 4, 5),
        )
    ]


def test_a_report_ends_once() -> None:
    desk = reported()
    desk.does(governing.close_lending())
    with pytest.raises(IllegalLendingIsClosed) as refused:
        desk.does(governing.close_lending(result="unfounded"))
    assert (refused.value.code, refused.value.field) == ("illegal-lending-closed", "report")


def test_a_report_is_made_once_and_ends_after_it_was_made_at_its_office() -> None:
    with pytest.raises(IdUsed):
        reported().does(governing.report_lending(kind="usury"))
    with pytest.raises(NotRecorded):
        governing.Oversight().does(governing.close_lending())
    with pytest.raises(WrongOffice):
        reported().does(governing.close_lending(office=build.OTHER_OFFICE))
    with pytest.raises(DatedTooEarly):
        reported().does(governing.close_lending(closed_on=date(2019, 3, 4)))
    with pytest.raises(CommuneNotServed):
        governing.Oversight().does(governing.report_lending(commune="22834"))


@pytest.mark.parametrize(
    ("command", "change"),
    [
        (governing.report_lending, {"kind": "Ông Nguyễn Văn A cho vay"}),
        (governing.close_lending, {"result": "Ông Nguyễn Văn A bị bắt"}),
    ],
)
def test_a_name_is_refused_and_not_repeated(command: Any, change: dict[str, str]) -> None:
    with pytest.raises(msgspec.ValidationError):
        command(**change)


@pytest.mark.parametrize(
    "kind",
    [
        ReportIllegalLending,
        CloseIllegalLending,
        IllegalLendingReported,
        IllegalLendingClosed,
        governance.IllegalLendingReported,
        governance.IllegalLendingClosed,
    ],
)
def test_nothing_about_illegal_lending_is_said_in_words(kind: type[msgspec.Struct]) -> None:
    """Every string is a code of a unit or one of a closed set."""
    hints = get_type_hints(kind, include_extras=True)
    words = {name for name in kind.__struct_fields__ if hints[name] in (str, Any)}
    limited = {
        name: schema
        for name, schema in msgspec.json.schema(kind)["$defs"][kind.__name__]["properties"].items()
        if schema.get("type") == "string" and name != "type"
    }
    assert not words
    assert all({"pattern", "format"} & set(schema) for schema in limited.values()), limited


def test_what_has_not_ended_is_listed_in_its_commune_and_office() -> None:
    desk = reported()
    for unit in (build.COMMUNE, build.OFFICE):
        register = register_id(unit, "illegal_lending")
        assert desk.state(REGISTER, register) == Register({str(governing.LENDING): build.DAY})
    desk.does(governing.close_lending())
    for unit in (build.COMMUNE, build.OFFICE):
        assert desk.state(REGISTER, register_id(unit, "illegal_lending")) == Register()
