"""The demo as it is started by hand: where it listens, what it writes, how it ends."""

import os
import re
import signal
import stat
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

from tests.browser.conftest import Demo, running_demo

ASK = build_opener(ProxyHandler({}))
# How the kernel writes 127.0.0.1 and a listening socket.
LOOPBACK, LISTENS = "0100007F", "0A"


def listening() -> dict[int, set[str]]:
    """Addresses by port of every listening socket of this machine, as the kernel writes them."""
    found: dict[int, set[str]] = {}
    for name in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
            _, local, _, state, *_ = line.split()
            address, _, port = local.rpartition(":")
            if state == LISTENS:
                found.setdefault(int(port, 16), set()).add(address)
    return found


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads Linux's list of sockets")
def test_everything_listens_on_this_machine_alone(demo: Demo) -> None:
    ports = [int(url.rpartition(":")[2]) for url in (demo.app_url, demo.sandbox_url)]
    assert [listening()[port] for port in ports] == [{LOOPBACK}, {LOOPBACK}]


def test_the_app_and_the_sandbox_show_their_first_pages(demo: Demo) -> None:
    for url in (demo.app_url, demo.sandbox_url):
        with ASK.open(url) as page:
            assert page.status == 200


def test_everything_written_is_for_its_owner_alone(demo: Demo) -> None:
    files = [path for path in demo.var_dir.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"secret_key", "field_key", "smartapp.sqlite3"}
    loose = [path for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert loose == []


def test_the_setup_link_is_an_address_of_the_app(demo: Demo) -> None:
    assert re.fullmatch(rf"{demo.app_url}/setup/[\w-]{{40,}}/", demo.setup_link)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads Linux's process list")
def test_the_demo_ends_when_one_of_its_processes_does_and_says_which(tmp_path: Path) -> None:
    with running_demo(tmp_path) as demo:
        own = children(demo.process.pid)
        worker = next(pid for pid in own if "celery" in command(pid))
        os.kill(worker, signal.SIGKILL)
        said = demo.process.stdout.read() if demo.process.stdout else ""
        assert demo.process.wait() == 1
    assert "The worker ended (code -9)" in said
    assert not any(Path(f"/proc/{pid}").exists() for pid in own)


def test_the_demo_ends_cleanly_when_asked_to(tmp_path: Path) -> None:
    with running_demo(tmp_path) as demo:
        demo.process.terminate()
        said = demo.process.stdout.read() if demo.process.stdout else ""
        assert (demo.process.wait(), said) == (0, "Stopped.\n")
