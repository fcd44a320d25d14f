"""The base of public events: what every one of them says."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from policy_credit_shared.kernel.identifiers import (
    Association,
    Category,
    Fund,
    Locality,
    Office,
    Programme,
)

Count = Annotated[int, Meta(ge=0, le=1_000_000)]


class PublicEvent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fact that a service has made public. Fields are only ever added, and then optional."""

    NAME: ClassVar[str]
    VERSION: ClassVar[int] = 1

    office: Office
    locality: Locality
    occurred_on: date

    @classmethod
    def type(cls) -> str:
        """The CloudEvents type, for example `policycredit.loan.disbursed.v1`."""
        return f"policycredit.{cls.NAME}.v{cls.VERSION}"


class LoanEvent(PublicEvent, frozen=True, kw_only=True):
    """A fact about one loan of one household.

    `category` is why the household was entitled when it applied; a loan that was applied for
    before this was said, or that came with existing books, has none in any of its events.
    `in_group` is the savings-and-credit group (tổ tiết kiệm và vay vốn) whose debt the loan is part
    of. A loan that was applied for before this was said has none in any of its events, until it is
    handed over: what an event adds to a group's debt is what later ones take off it.
    """

    programme: Programme
    association: Association
    fund: Fund
    household: UUID
    loan: UUID
    category: Category | None = None
    in_group: UUID | None = None
