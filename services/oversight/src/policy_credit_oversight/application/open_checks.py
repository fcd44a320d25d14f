"""Open the checks of a loan's use when it is paid out."""

from collections.abc import Mapping
from typing import Final

from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.messaging.intake import TakeIn

OPENS_CHECKS: Final[Mapping[type[PublicEvent], TakeIn]] = {}
