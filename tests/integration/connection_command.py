"""`manage.py connection` as an administrator runs it: in a process of its own, or quicker here."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import ManagementUtility

from tests.integration.other_ehr import APP_CLIENT
from tests.integration.test_refresh_processes import database_url

ROOT = Path(__file__).parents[2]
GOOD = {
    "--name": "Other Hospital",
    "--fhir-base": "https://ehr.example/r4",
    "--client-id": APP_CLIENT,
}


@dataclass
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The only line of its complaint."""
        [line] = self.err.strip().splitlines()
        return line


def manage(*arguments: str, **environment: str) -> Said:
    """Run a command as an administrator does."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database_url()} | environment,
        timeout=60,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def manage_here(capsys: pytest.CaptureFixture[str], *arguments: str) -> Said:
    """The same in this process, which is quicker: exit status and output as printed."""
    code = 0
    try:
        ManagementUtility(["manage.py", *arguments]).execute()
    except SystemExit as left:
        code = int(left.code or 0)
    told = capsys.readouterr()
    return Said(code, told.out, told.err)


def added(slug: str = "other", *flags: str, **changed: str) -> tuple[str, ...]:
    """The arguments of `connection add`; a keyword replaces one of the good values."""
    given = GOOD | {f"--{name.replace('_', '-')}": value for name, value in changed.items()}
    return ("connection", "add", slug, *(part for pair in given.items() for part in pair), *flags)
