"""The repayments service's settings: POLICY_CREDIT_REPAYMENTS_DATABASE_URL, _HOST, _PORT, …"""

from policy_credit_shared.settings import PREFIX, ServiceSettings


class RepaymentsSettings(ServiceSettings, env_prefix=f"{PREFIX}REPAYMENTS_"):
    """As every writing service's."""
