"""What Prometheus is to scrape: the figures, target by target, and every process.

A target of figures has its unit as `instance`; a process has its `service` and `role`, which
dashboards tell them by.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from policy_credit_local.installation import Installation
from policy_credit_shared.kernel.clock import business_day, system_clock
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.units import NATION
from policy_credit_shared.settings import SigningSettings
from policy_credit_shared.web.auth import issue_token

TOKEN_LIFETIME: Final = timedelta(days=7)


def write_scraping(installation: Installation, folder: Path) -> Path:
    """A folder to start Prometheus with, on all that an installation tells; of a trial's length."""
    folder.mkdir(mode=0o700, exist_ok=True)
    token = folder / "token"
    token.touch(mode=0o600)
    now = system_clock()
    token.write_text(
        issue_token(
            SigningSettings.read(),
            subject="prometheus",
            unit=NATION,
            role="viewer",
            now=now,
            lifetime=TOKEN_LIFETIME,
        )
    )
    provinces = dated_trees()["bank"].on(business_day(now)).children(NATION)
    units = [NATION, *(unit.code for unit in provinces)]
    api = installation.url("reporting").removeprefix("http://")
    # Found beside the configuration, wherever the folder is mounted.
    text = scrape_config(api, units, Path(token.name), installation.metrics_addresses())
    (folder / "prometheus.yml").write_text(text + "\n")
    return folder


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
