"""Where commands about households, groups and entitlement lists are posted, and by whom."""

from typing import Final

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
from policy_credit_shared.web.commands import CommandRoute

ROUTES: Final = [
    CommandRoute("/households", RegisterHousehold, {"teller", "credit_officer"}),
    CommandRoute("/household-corrections", CorrectPerson, {"teller", "credit_officer"}),
    CommandRoute("/household-erasures", EraseHousehold, {"branch_director"}),
    CommandRoute("/groups", FormGroup, {"credit_officer"}),
    CommandRoute("/group-members", JoinGroup, {"credit_officer"}),
    CommandRoute("/group-departures", LeaveGroup, {"credit_officer"}),
    CommandRoute("/group-dissolutions", DissolveGroup, {"branch_director"}),
    CommandRoute("/entitlement-lists", ListHouseholds, {"credit_officer"}),
    CommandRoute("/entitlement-postings", PostList, {"credit_officer"}),
    CommandRoute("/entitlement-decisions", DecideList, {"peoples_committee"}, writer="commune"),
]
