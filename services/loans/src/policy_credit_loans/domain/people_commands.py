"""What a branch or a commune may ask about households, groups and entitlement lists."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final, Literal
from uuid import UUID

from msgspec import Meta, Struct

from policy_credit_loans.domain.person import Person
from policy_credit_shared.kernel.identifiers import (
    Association,
    Category,
    CommuneCode,
    Office,
    Programme,
    Text,
    derived_id,
)

MEMBERS_MIN: Final = 5
MEMBERS_MAX: Final = 60
"""Example configuration: 5 to 60 is the usual rule, not confirmed; the bank's own English page
says 3 to 60. The least counts when a group is formed: departures may bring it below."""
ENTRIES_MAX: Final = 60
"""As many as a group has members."""


class RegisterHousehold(Struct, frozen=True, kw_only=True, tag="register_household"):
    """Đăng ký hộ: take a household and its borrower on record.

    The branch makes the household's id, of nothing that says who the person is.
    """

    office: Office
    commune: CommuneCode
    household: UUID
    person: Person
    registered_on: date

    def touches(self) -> Iterable[UUID]:
        return (self.household,)


class CorrectPerson(Struct, frozen=True, kw_only=True, tag="correct_person"):
    """Đính chính thông tin: the person's data as it should be, whole."""

    office: Office
    household: UUID
    person: Person
    corrected_on: date

    def touches(self) -> Iterable[UUID]:
        return (self.household,)


ErasureReason = Literal["asked", "no_longer_needed", "registered_by_mistake"]
"""Why personal data is erased; one of a few, as words of one's own could name the person."""


class EraseHousehold(Struct, frozen=True, kw_only=True, tag="erase_household"):
    """Xóa dữ liệu cá nhân: delete the person's data and key; what was lent and repaid stays."""

    office: Office
    household: UUID
    reason: ErasureReason
    erased_on: date

    def touches(self) -> Iterable[UUID]:
        return (self.household, derived_id("credit", self.household))


class FormGroup(Struct, frozen=True, kw_only=True, tag="form_group"):
    """Thành lập tổ: form a group of a village with its first members."""

    office: Office
    commune: CommuneCode
    group: UUID
    association: Association
    village: Text
    members: Annotated[tuple[UUID, ...], Meta(min_length=MEMBERS_MIN, max_length=MEMBERS_MAX)]
    formed_on: date

    def touches(self) -> Iterable[UUID]:
        return (self.group, *self.members)


class JoinGroup(Struct, frozen=True, kw_only=True, tag="join_group"):
    """Kết nạp tổ viên: take a household into a group."""

    office: Office
    group: UUID
    household: UUID
    joined_on: date

    def touches(self) -> Iterable[UUID]:
        return (self.group, self.household)


class LeaveGroup(Struct, frozen=True, kw_only=True, tag="leave_group"):
    """Tổ viên ra khỏi tổ: let a household leave its group."""

    office: Office
    group: UUID
    household: UUID
    left_on: date

    def touches(self) -> Iterable[UUID]:
        return (self.group, self.household, derived_id("credit", self.household))


class DissolveGroup(Struct, frozen=True, kw_only=True, tag="dissolve_group"):
    """Giải thể tổ: end a group of which no member owes."""

    office: Office
    group: UUID
    reason: Text
    dissolved_on: date

    def touches(self) -> Iterable[UUID]:
        return (self.group,)


class Named(Struct, frozen=True, kw_only=True):
    """A household that a group names for a programme, and why it is entitled."""

    household: UUID
    programme: Programme
    category: Category


class Confirmation(Struct, frozen=True, kw_only=True):
    """The household may borrow in the programme until a day."""

    household: UUID
    programme: Programme
    valid_until: date


class Rejection(Struct, frozen=True, kw_only=True):
    """The household may not, for a reason that is given in public."""

    household: UUID
    programme: Programme
    reason: Text


class ListHouseholds(Struct, frozen=True, kw_only=True, tag="list_households"):
    """Bình xét cho vay: name members of a group for programmes, in a public meeting (10C/TD)."""

    office: Office
    list: UUID
    group: UUID
    entries: Annotated[tuple[Named, ...], Meta(min_length=1, max_length=ENTRIES_MAX)]
    listed_on: date

    def touches(self) -> Iterable[UUID]:
        return (self.list, self.group)


class PostList(Struct, frozen=True, kw_only=True, tag="post_list"):
    """Niêm yết công khai: post a list in public."""

    office: Office
    list: UUID
    posted_on: date

    def touches(self) -> Iterable[UUID]:
        return (self.list,)


class DecideList(Struct, frozen=True, kw_only=True, tag="decide_list"):
    """UBND xã xác nhận (03/TD): confirm or reject households of a posted list, all or some."""

    office: Office
    commune: CommuneCode
    list: UUID
    confirmed: Annotated[tuple[Confirmation, ...], Meta(max_length=ENTRIES_MAX)] = ()
    rejected: Annotated[tuple[Rejection, ...], Meta(max_length=ENTRIES_MAX)] = ()
    decided_on: date

    def touches(self) -> Iterable[UUID]:
        return (self.list,)
