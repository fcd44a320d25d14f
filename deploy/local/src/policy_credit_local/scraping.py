"""What Prometheus is to scrape: the figures, target by target, and every process.

A target of figures has its unit as `instance`; a process has its `service` and `role`, which
dashboards tell them by.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path


def scrape_config(
    api: str,
    units: Sequence[str],
    token: Path,
    processes: Mapping[tuple[str, str], str],
    interval: str = "15s",
) -> str:
    """A configuration: JSON, which YAML includes. `api` and the processes are host:port."""
    figures = {
        "job_name": "policy-credit-figures",
        "authorization": {"credentials_file": str(token)},
        "static_configs": [{"targets": list(units)}],
        "relabel_configs": [
            {"source_labels": ["__address__"], "target_label": "__param_unit"},
            {"source_labels": ["__param_unit"], "target_label": "instance"},
            {"target_label": "__address__", "replacement": api},
        ],
    }
    roles = [
        {"targets": [address], "labels": {"service": service, "role": role}}
        for (service, role), address in processes.items()
    ]
    return json.dumps(
        {
            "global": {"scrape_interval": interval, "scrape_timeout": interval},
            "scrape_configs": [
                figures,
                {"job_name": "policy-credit-processes", "static_configs": roles},
            ],
        },
        indent=2,
    )
