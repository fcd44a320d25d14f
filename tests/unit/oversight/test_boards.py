"""Representative Boards: given what was recorded, when one meets or adopts, then events or a no."""

from datetime import date

import build
import governing
import msgspec
import pytest

from policy_credit_oversight.domain.board import BoardMet
from policy_credit_oversight.domain.governing_refusals import (
    DatedTooEarly,
    IdUsed,
    MoreThanMembers,
    NoSuchBoard,
    NotRecorded,
    UnitOfOthers,
    UnitUnknown,
)
from policy_credit_oversight.domain.resolution import ResolutionAdopted
from policy_credit_oversight.domain.task import TaskAssigned

REFORM = date(2025, 7, 1)
LAST_DAY_OF_DISTRICTS = date(2025, 6, 30)
NEW_COMMUNE = "22891"
COMMUNE_OF_OTHERS = "22834"


def met() -> build.Desk:
    """Oversight after a meeting of the district's Board."""
    desk = governing.Oversight()
    desk.does(governing.meet())
    return desk


def test_a_meeting_is_recorded_with_who_came() -> None:
    assert governing.Oversight().does(governing.meet()) == [
        BoardMet(
            secretary=build.OFFICE,
            board=governing.OFFICE_SEAT,
            kind="regular",
            members=11,
            attended=9,
            on=build.DAY,
        )
    ]


@pytest.mark.parametrize(
    ("unit", "level"), [("VN", "nation"), ("58", "province"), (build.OFFICE, "district")]
)
def test_the_nation_provinces_and_districts_have_boards(unit: str, level: str) -> None:
    (event,) = governing.Oversight().does(governing.meet(unit=unit))
    assert isinstance(event, BoardMet)
    assert (event.board.unit, event.board.level) == (unit, level)


def test_districts_have_boards_until_they_end() -> None:
    assert governing.Oversight().does(governing.meet(held_on=LAST_DAY_OF_DISTRICTS))
    with pytest.raises(NoSuchBoard) as refused:
        governing.Oversight().does(governing.meet(held_on=REFORM))
    assert (refused.value.code, refused.value.field) == ("no-such-board", "unit")


def test_communes_have_boards_since_districts_ended() -> None:
    (event,) = governing.Oversight().does(governing.meet(commune=NEW_COMMUNE, held_on=REFORM))
    assert isinstance(event, BoardMet)
    assert (event.board.unit, event.board.level) == (NEW_COMMUNE, "commune")
    assert (event.board.office, event.board.locality) == (build.OFFICE, "22891-22891")
    with pytest.raises(NoSuchBoard):
        governing.Oversight().does(
            governing.meet(commune=NEW_COMMUNE, held_on=LAST_DAY_OF_DISTRICTS)
        )


@pytest.mark.parametrize("commune", [COMMUNE_OF_OTHERS, "99999", "22876", "58"])
def test_an_office_records_meetings_of_communes_that_it_serves(commune: str) -> None:
    """22876 was a commune of the office until the reform, and is none since."""
    with pytest.raises((NoSuchBoard, msgspec.ValidationError)):
        governing.Oversight().does(governing.meet(commune=commune, held_on=REFORM))


@pytest.mark.parametrize("unit", ["58", "VN"])
def test_branches_record_their_own_boards_meetings_and_not_communes(unit: str) -> None:
    with pytest.raises(NoSuchBoard):
        governing.Oversight().does(governing.meet(unit=unit, commune=NEW_COMMUNE, held_on=REFORM))


def test_a_commune_had_no_board_before() -> None:
    with pytest.raises(NoSuchBoard):
        governing.Oversight().does(governing.meet(unit=build.COMMUNE))


@pytest.mark.parametrize("unit", ["00", "999", "99999", "58\n"])
def test_a_board_is_of_a_unit_that_there_is(unit: str) -> None:
    with pytest.raises(UnitUnknown) as refused:
        governing.Oversight().does(governing.meet(unit=unit))
    assert (refused.value.code, refused.value.field) == ("unit-not-known", "unit")


def test_no_more_come_than_are_members() -> None:
    assert governing.Oversight().does(governing.meet(members=11, attended=11))
    with pytest.raises(MoreThanMembers) as refused:
        governing.Oversight().does(governing.meet(members=11, attended=12))
    assert refused.value.field == "attended"


def test_a_meeting_is_recorded_once() -> None:
    with pytest.raises(IdUsed) as refused:
        met().does(governing.meet(kind="extraordinary"))
    assert (refused.value.code, refused.value.field) == ("id-used", "meeting")


def test_a_resolution_asks_units_for_things_by_a_day() -> None:
    of_commune = governing.asked(unit=build.COMMUNE, addressee="association", amount=0)
    adopted, first, second = met().does(governing.adopt(governing.asked(), of_commune))
    assert adopted == ResolutionAdopted(
        secretary=build.OFFICE,
        board=governing.OFFICE_SEAT,
        meeting=governing.MEETING,
        reference="12/NQ-BĐD",
        subject="local capital",
        tasks=2,
        on=build.DAY,
    )
    assert first == TaskAssigned(
        seat=governing.OFFICE_SEAT,
        resolution=governing.RESOLUTION,
        reference="12/NQ-BĐD",
        number=1,
        addressee="peoples_committee",
        subject="entrust a share of the budget",
        due_on=date(2019, 6, 30),
        amount=2_000_000_000,
        on=build.DAY,
    )
    assert isinstance(second, TaskAssigned)
    assert (second.number, second.seat.unit, second.seat.level) == (2, build.COMMUNE, "commune")


def test_a_resolution_may_ask_for_nothing() -> None:
    (event,) = met().does(msgspec.structs.replace(governing.adopt(), tasks=()))
    assert isinstance(event, ResolutionAdopted)
    assert event.tasks == 0


def test_a_resolution_is_of_a_meeting_of_the_senders_board() -> None:
    with pytest.raises(NotRecorded) as refused:
        governing.Oversight().does(governing.adopt())
    assert (refused.value.code, refused.value.field) == ("not-recorded", "meeting")
    with pytest.raises(UnitOfOthers) as refused_too:
        met().does(governing.adopt(unit="58"))
    assert (refused_too.value.code, refused_too.value.field) == ("unit-of-others", "meeting")


@pytest.mark.parametrize("unit", ["58", "VN", build.OTHER_OFFICE, COMMUNE_OF_OTHERS])
def test_a_board_asks_nothing_of_units_above_or_beside_it(unit: str) -> None:
    desk = met()
    with pytest.raises(UnitOfOthers) as refused:
        desk.does(governing.adopt(governing.asked(), governing.asked(unit=unit)))
    assert refused.value.field == "tasks/1/unit"
    assert len(desk.store.log) == 1


def test_a_provinces_board_asks_its_districts() -> None:
    desk = governing.Oversight()
    desk.does(governing.meet(unit="58"))
    _, task = desk.does(governing.adopt(governing.asked(unit=build.OTHER_OFFICE), unit="58"))
    assert isinstance(task, TaskAssigned)
    assert task.seat.office == build.OTHER_OFFICE


def test_a_commune_board_of_the_reform_asks_the_office() -> None:
    desk = governing.Oversight()
    desk.does(governing.meet(commune=NEW_COMMUNE, held_on=REFORM))
    asked = governing.asked(due_on=date(2025, 12, 31))
    adopted, _ = desk.does(governing.adopt(asked, adopted_on=REFORM))
    assert isinstance(adopted, ResolutionAdopted)
    assert adopted.board.unit == NEW_COMMUNE


def test_a_resolution_follows_its_meeting_and_a_task_its_resolution() -> None:
    with pytest.raises(DatedTooEarly) as refused:
        met().does(governing.adopt(adopted_on=date(2019, 3, 4)))
    assert (refused.value.code, refused.value.field) == ("dated-too-early", "adopted_on")
    with pytest.raises(DatedTooEarly) as refused:
        met().does(governing.adopt(governing.asked(due_on=date(2019, 3, 4))))
    assert refused.value.field == "tasks/0/due_on"


def test_a_resolution_is_recorded_once() -> None:
    desk = met()
    desk.does(governing.adopt())
    with pytest.raises(IdUsed, match=str(governing.RESOLUTION)):
        desk.does(governing.adopt(reference="13/NQ-BĐD"))


@pytest.mark.parametrize(
    "change",
    [
        {"reference": "Nghị quyết của ông A"},
        {"reference": ""},
        {"subject": "x" * 201},
        {"subject": ""},
    ],
)
def test_a_document_has_a_number_and_few_words(change: dict[str, str]) -> None:
    """There is no room for a story about somebody."""
    with pytest.raises(msgspec.ValidationError):
        governing.adopt(**change)
