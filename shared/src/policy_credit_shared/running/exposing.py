"""Where a role's process tells Prometheus about itself: a port of its own, the same for all roles.

It needs no token and says nothing of figures: it listens on loopback unless it is told otherwise.
"""

from prometheus_client import CollectorRegistry, start_http_server

from policy_credit_shared.settings import MetricsSettings, SettingRefused
from policy_credit_shared.telemetry.metrics import process_registry


def exposed_registry(service: str, role: str) -> CollectorRegistry:
    """The registry of this process, served where POLICY_CREDIT_<SERVICE>_<ROLE>_METRICS_PORT says.

    Not served if that is not set. Raises SettingRefused for a port that cannot be listened on.
    """
    settings = MetricsSettings.of(service, role)
    registry = process_registry()
    if settings.metrics_port is not None:
        try:
            start_http_server(settings.metrics_port, settings.metrics_host, registry)
        except OSError as error:
            name = f"{settings.model_config.get('env_prefix')}METRICS_PORT"
            raise SettingRefused(
                name, f"is {settings.metrics_port}, which cannot be listened on: {error.strerror}"
            ) from error
    return registry
