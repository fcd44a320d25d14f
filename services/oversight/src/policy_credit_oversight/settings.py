"""The oversight service's settings: POLICY_CREDIT_OVERSIGHT_DATABASE_URL, _HOST, _PORT, …"""

from policy_credit_shared.settings import PREFIX, ServiceSettings


class OversightSettings(ServiceSettings, env_prefix=f"{PREFIX}OVERSIGHT_"):
    """As every writing service's."""
