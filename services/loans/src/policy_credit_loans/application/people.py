"""Which use case carries out which command about people, and the events that they store."""

from collections.abc import Sequence
from typing import Final

from policy_credit_loans.application.correct import correct
from policy_credit_loans.application.decide import decide
from policy_credit_loans.application.dissolve import dissolve
from policy_credit_loans.application.erase import erase
from policy_credit_loans.application.form import form
from policy_credit_loans.application.join import join
from policy_credit_loans.application.leave import leave
from policy_credit_loans.application.list import list_households
from policy_credit_loans.application.post import post
from policy_credit_loans.application.register import register
from policy_credit_loans.domain.entitlement import HouseholdsListed, ListDecided, ListPosted
from policy_credit_loans.domain.group import GroupDissolved, GroupFormed, MemberJoined, MemberLeft
from policy_credit_loans.domain.household import (
    GroupEntered,
    GroupQuit,
    HouseholdErased,
    HouseholdRegistered,
    PersonCorrected,
)
from policy_credit_loans.domain.people_commands import (
    CorrectPerson,
    DecideList,
    DissolveGroup,
    EraseHousehold,
    FormGroup,
    JoinGroup,
    LeaveGroup,
    ListHouseholds,
    PostList,
    RegisterHousehold,
)
from policy_credit_shared.kernel.aggregates import DomainEvent
from policy_credit_shared.store.books import Handlers

HANDLERS: Final[Handlers] = {
    RegisterHousehold: register,
    CorrectPerson: correct,
    EraseHousehold: erase,
    FormGroup: form,
    JoinGroup: join,
    LeaveGroup: leave,
    DissolveGroup: dissolve,
    ListHouseholds: list_households,
    PostList: post,
    DecideList: decide,
}
EVENTS: Final[Sequence[type[DomainEvent]]] = [
    HouseholdRegistered,
    PersonCorrected,
    HouseholdErased,
    GroupEntered,
    GroupQuit,
    GroupFormed,
    MemberJoined,
    MemberLeft,
    GroupDissolved,
    HouseholdsListed,
    ListPosted,
    ListDecided,
]
