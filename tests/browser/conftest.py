"""The demo as real processes, and the system's Chromium with third-party cookies blocked."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# No page is to be fetched, and nothing reported, but what a test asks for.
FLAGS = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--test-third-party-cookie-phaseout",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder is a browser test, and may connect to this machine alone."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "::1"]))


@dataclass(frozen=True)
class Demo:
    """A running demo: where its two sites are, its data folder and its one-time link."""

    app_url: str
    sandbox_url: str
    var_dir: Path
    setup_link: str
    process: subprocess.Popen[str]

    def log(self, name: str) -> str:
        """What a process logged so far: `web-app`, `sandbox-EHR` or `worker`."""
        return (self.var_dir / "log" / f"{name}.log").read_text()


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on, all different because all are held until the last is known."""
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def link_of(process: subprocess.Popen[str]) -> str:
    """Read what the demo says until it is ready, and give the set-up link."""
    said: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        if line.startswith("Ctrl-C"):
            return next(one.split()[-1] for one in said if one.startswith("Set-up link"))
    raise AssertionError("the demo did not start:\n" + "".join(said))


@contextmanager
def running_demo(var_dir: Path) -> Iterator[Demo]:
    """`scripts/demo` without its set-up, on free ports and on a database of its own."""
    app_port, sandbox_port = free_ports(2)
    ours = ("SMARTAPP_", "DATABASE_URL", "BROKER_URL", "CACHE_URL", "DJANGO_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    env |= {"SMARTAPP_PORT": str(app_port), "SANDBOX_PORT": str(sandbox_port)}
    env |= {"SMARTAPP_VAR": str(var_dir), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(ROOT / "scripts" / "_demo.py")]
    out = subprocess.PIPE
    with subprocess.Popen(command, env=env, stdout=out, stderr=subprocess.STDOUT, text=True) as run:
        try:
            yield Demo(
                app_url=f"http://127.0.0.1:{app_port}",
                sandbox_url=f"http://localhost:{sandbox_port}",
                var_dir=var_dir,
                setup_link=link_of(run),
                process=run,
            )
        finally:
            run.send_signal(signal.SIGTERM)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo for all tests of this folder."""
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The system's browser; none is a failure in CI, where it must be there."""
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    reason = f"no browser on this machine (looked for {', '.join(BROWSERS)})"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


# Not per session: Playwright keeps an event loop running, in which no async test could start.
@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """One browser for the tests of a module; each opens contexts, which share nothing."""
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium_path, args=flags)
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile without cookies, at the width of a workstation."""
    opened = browser.new_context(viewport={"width": 1366, "height": 900})
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.fixture
def complaints(context: BrowserContext) -> list[str]:
    """What the browser objects to on any page of the context: script errors, refused by policy."""
    heard: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            heard.append(message.text)

    context.on("console", listen)
    context.on("weberror", lambda error: heard.append(str(error.error)))
    return heard


@pytest.fixture
def page(context: BrowserContext, complaints: list[str]) -> Iterator[Page]:
    """A tab; the test fails if any page breaks its own policy or has a script error."""
    yield context.new_page()
    assert complaints == []
