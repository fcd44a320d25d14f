"""The reporting service's settings: POLICY_CREDIT_REPORTING_DATABASE_URL, _HOST, _PORT, …"""

from socket import gethostname

from pydantic import Field

from policy_credit_shared.settings import PREFIX, ServiceSettings


class ReportingSettings(ServiceSettings, env_prefix=f"{PREFIX}REPORTING_"):
    """As every service's, and the name of a projecting worker."""

    worker: str = Field(
        default_factory=gethostname,
        description="name of this projecting worker among its like: a restart under the same name"
        " takes its partitions back at once",
    )
