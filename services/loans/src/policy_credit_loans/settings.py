"""The loans service's settings: POLICY_CREDIT_LOANS_DATABASE_URL, _HOST, _PORT, _LOG_LEVEL."""

from policy_credit_shared.settings import PREFIX, ServiceSettings


class LoansSettings(ServiceSettings, env_prefix=f"{PREFIX}LOANS_"):
    """As every writing service's."""
