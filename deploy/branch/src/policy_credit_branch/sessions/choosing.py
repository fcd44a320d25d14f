"""Which sheet is meant, under which key, and who is to answer."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

import typer

from policy_credit_branch.outbox.carried import SUFFIX as CARRIED_SUFFIX
from policy_credit_branch.outbox.carried import Carried, read_carried
from policy_credit_branch.outbox.disk import Disk, RealDisk, sole_use
from policy_credit_branch.outbox.outbox import SUFFIX, Outbox, sheets
from policy_credit_branch.outbox.seal import Seal
from policy_credit_branch.settings import BranchSettings, RepaymentsSettings
from policy_credit_branch.submission.http import HttpRepayments
from policy_credit_shared.kernel.clock import system_clock
from policy_credit_shared.settings import PREFIX, SettingRefused, SigningSettings
from policy_credit_shared.web.auth import issue_token

TOKEN_LIFETIME: Final = timedelta(hours=12)


class Desk:
    """This machine's folder of sheets, opened with its key."""

    def __init__(self) -> None:
        settings = BranchSettings.read()
        self.disk: Disk = RealDisk()
        self.folder: Path = settings.folder
        self.secret: bytes = settings.secret() or _asked(twice=not self._sealed())

    def paths(self) -> list[Path]:
        """All sheets, the earliest day first."""
        return list(sheets(self.disk, self.folder))

    def check_key(self) -> None:
        """Before anything new is sealed: one key opens all that is here. Raises WrongKey."""
        for path in self._sealed()[:1]:
            Seal.of(self.secret, self.disk.read(path), path.name)

    def _sealed(self) -> list[Path]:
        names = self.disk.names(self.folder)
        return [self.folder / name for name in names if name.endswith((SUFFIX, CARRIED_SUFFIX))]

    def path(self, name: str | None) -> Path:
        """The sheet whose name begins so, or the only one; raises BadParameter."""
        known = self.paths()
        if not known:
            raise typer.BadParameter(f"no sheet in {self.folder}: open one with `branch open`")
        found = [path for path in known if name is None or path.name.startswith(name)]
        if len(found) != 1:
            names = ", ".join(path.name.removesuffix(SUFFIX) for path in known)
            raise typer.BadParameter(f"--sheet: name one of {names}")
        return found[0]

    @contextmanager
    def sheet(self, name: str | None) -> Iterator[Outbox]:
        """The outbox of a sheet, kept from other windows; raises an OutboxFailed."""
        path = self.path(name)
        with sole_use(path):
            yield Outbox.open(self.disk, path, self.secret)

    def carried(self, commune: str) -> Carried | None:
        """What is carried for a commune."""
        return read_carried(self.disk, self.folder, self.secret, commune)


@contextmanager
def repayments(office: str) -> Iterator[HttpRepayments]:
    """The service, as a teller of the office."""
    settings = RepaymentsSettings.read()
    token = settings.token.get_secret_value() if settings.token else _own_token(office)
    with closing(HttpRepayments(settings.repayments_url, token)) as service:
        yield service


def _asked(twice: bool) -> bytes:
    if not sys.stdin.isatty():
        raise SettingRefused(PREFIX + "BRANCH_KEY", "is not set, and nobody is there to ask")
    answer: str = typer.prompt("Mã khóa · passphrase", hide_input=True, confirmation_prompt=twice)
    return answer.encode()


def _own_token(office: str) -> str:
    return issue_token(
        SigningSettings.read(),
        subject=f"teller of {office}",
        unit=office,
        role="teller",
        now=system_clock(),
        lifetime=TOKEN_LIFETIME,
    )
