"""The reporting service's settings: POLICY_CREDIT_REPORTING_DATABASE_URL, _HOST, _PORT, …"""

from policy_credit_shared.settings import PREFIX, ServiceSettings


class ReportingSettings(ServiceSettings, env_prefix=f"{PREFIX}REPORTING_"):
    """As every service's."""
