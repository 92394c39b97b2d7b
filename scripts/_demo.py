"""Run the sandbox EHR, the web app and the worker until Ctrl-C; `scripts/demo` starts this.

Everything listens on 127.0.0.1. The sandbox is addressed as localhost, so that a browser takes the
two for different sites, as a hospital's EHR and this app are.
"""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from smartapp.sandbox.config import SandboxConfig

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
READY_TIMEOUT_S = 60
STOP_TIMEOUT_S = 10
# One worker needs no news of others.
ALONE = ("--without-gossip", "--without-mingle", "--without-heartbeat")
# What the sandbox knows this app as, and where its hospital is.
PUBLIC_CLIENT = "smartapp-public"
TIME_ZONE = "America/Chicago"
# A proxy that the user's shell names must not be asked for this machine's own pages.
DIRECT = build_opener(ProxyHandler({}))


@dataclass(frozen=True)
class Places:
    """Where everything is; all of it follows from two ports and one folder."""

    app_port: int
    sandbox_port: int
    var_dir: Path

    @property
    def app_url(self) -> str:
        return f"http://127.0.0.1:{self.app_port}"

    @property
    def sandbox_url(self) -> str:
        return f"http://localhost:{self.sandbox_port}"

    @property
    def fhir_base(self) -> str:
        return SandboxConfig(public_url=self.sandbox_url, app_url=self.app_url).fhir_base

    @property
    def slug(self) -> str:
        """The connection's name: another port is another EHR, so it gets another connection."""
        return "sandbox" if self.sandbox_port == 9000 else f"sandbox-{self.sandbox_port}"


@dataclass(frozen=True)
class Child:
    """One of the processes that the demo consists of."""

    title: str
    process: subprocess.Popen[bytes]
    log: Path


def port(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        raise SystemExit(f"{name} is {value!r}; it must be a port number.")
    return int(value)


def check_free(number: int, name: str) -> None:
    """Refuse a port that another program holds.

    Raises:
        SystemExit: it is taken, or this user may not listen on it.
    """
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", number))
        except PermissionError:
            raise SystemExit(
                f"Port {number} is not for this user: set {name} above 1023."
            ) from None
        except OSError:
            raise SystemExit(
                f"Port {number} is taken: stop the program that uses it, or set {name} to another."
            ) from None


def places() -> Places:
    var_dir = Path(os.environ.get("SMARTAPP_VAR", ROOT / "var")).resolve()
    found = Places(port("SMARTAPP_PORT", 8000), port("SANDBOX_PORT", 9000), var_dir)
    if found.app_port == found.sandbox_port:
        raise SystemExit("SMARTAPP_PORT and SANDBOX_PORT are the same; they must differ.")
    check_free(found.app_port, "SMARTAPP_PORT")
    check_free(found.sandbox_port, "SANDBOX_PORT")
    return found


def hold(var_dir: Path) -> int:
    """Keep a second demo off the same data: two workers would do each job twice.

    Raises:
        SystemExit: another demo runs on this folder.
    """
    var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(var_dir / "demo.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit(
            f"Another demo runs on {var_dir}: stop it, or set SMARTAPP_VAR to another folder."
        ) from None
    return descriptor


def environment(at: Places) -> dict[str, str]:
    return os.environ | {
        "SMARTAPP_PROFILE": "development",
        "SMARTAPP_VAR": str(at.var_dir),
        "SMARTAPP_PUBLIC_URL": at.app_url,
        "PYTHONUNBUFFERED": "1",
    }


def manage(env: dict[str, str], *arguments: str) -> str:
    """Run one management command to its end and give what it printed.

    Raises:
        SystemExit: it failed; its own words are passed on.
    """
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=env,
        text=True,
        capture_output=True,
        # Ctrl-C is for us to handle: half a migration helps nobody.
        start_new_session=True,
    )
    if done.returncode:
        print(done.stdout + done.stderr, file=sys.stderr)
        raise SystemExit(f"manage.py {' '.join(arguments[:2])} failed; see above.")
    return done.stdout.strip()


def register(env: dict[str, str], at: Places) -> None:
    """Make the running sandbox a connection of the app, once; test it again if it is not ready."""
    known = [line.split("\t") for line in manage(env, "connection", "list").splitlines()]
    mine = [row for row in known if row[0] == at.slug]
    if not mine:
        manage(
            env,
            *("connection", "add", at.slug, "--name", "Sandbox EHR"),
            *("--fhir-base", at.fhir_base, "--client-id", PUBLIC_CLIENT),
            *("--environment", "sandbox", "--time-zone", TIME_ZONE),
            *("--embed-origin", at.sandbox_url, "--allow-loopback"),
        )
    elif mine[0][-1] != "ready":
        manage(env, "connection", "test", at.slug, "--approve")


def start(title: str, command: list[str], env: dict[str, str], at: Places) -> Child:
    """Start a process in a group of its own, so that Ctrl-C reaches it through us, in order."""
    folder = at.var_dir / "log"
    folder.mkdir(mode=0o700, exist_ok=True)
    log = folder / f"{title.replace(' ', '-')}.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=file, stderr=file, start_new_session=True
        )
    return Child(title, process, log)


def start_sandbox(env: dict[str, str], at: Places) -> Child:
    command = [sys.executable, "manage.py", "sandbox", "--port", str(at.sandbox_port)]
    return start("sandbox EHR", [*command, "--app-url", at.app_url], env, at)


def start_app(env: dict[str, str], at: Places) -> list[Child]:
    web = [str(BIN / "uvicorn"), "smartapp.asgi:application", "--host", "127.0.0.1"]
    web += ["--port", str(at.app_port), "--no-access-log", "--no-server-header"]
    worker = [str(BIN / "celery"), "-A", "smartapp", "worker", "-B", "--concurrency", "1", *ALONE]
    return [start("web app", web, env, at), start("worker", worker, env, at)]


def check_alive(children: list[Child]) -> None:
    """Raise SystemExit, with the last lines of its log, if one of the processes ended."""
    for child in children:
        if child.process.poll() is not None:
            last = child.log.read_text(errors="replace").splitlines()[-20:]
            print(*last, sep="\n", file=sys.stderr)
            code = child.process.returncode
            raise SystemExit(f"The {child.title} ended (code {code}); its log is {child.log}.")


def answers(url: str) -> bool:
    try:
        with DIRECT.open(url, timeout=5):
            return True
    except HTTPError:
        return True
    except (URLError, OSError):
        return False


def wait_until_ready(url: str, children: list[Child], stop: threading.Event) -> None:
    """Wait for an address to answer; give up when a process ends or a minute has passed."""
    deadline = time.monotonic() + READY_TIMEOUT_S
    while not answers(url) and not stop.wait(0.1):
        check_alive(children)
        if time.monotonic() > deadline:
            raise SystemExit(f"{url} gave no answer within {READY_TIMEOUT_S} s.")


def stop_all(children: list[Child]) -> None:
    """End the processes, the worker first, and kill what does not end in time."""
    for child in reversed(children):
        if child.process.poll() is None:
            child.process.terminate()
    deadline = time.monotonic() + STOP_TIMEOUT_S
    for child in reversed(children):
        try:
            child.process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            print(f"The {child.title} did not end in time; killed.", file=sys.stderr)
            os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()


def say_where(at: Places, link: str) -> None:
    print(f"Sandbox EHR  {at.sandbox_url}/   choose a patient, then “Open smartapp”")
    print(f"Web app      {at.app_url}/   sign in with the sandbox EHR, without its frame")
    print(f"Worker       runs; the logs of all three are in {at.var_dir / 'log'}")
    print(f"Set-up link  {link}")
    print("Ctrl-C stops everything.", flush=True)


def bring_up(children: list[Child], env: dict[str, str], at: Places, stop: threading.Event) -> None:
    """Start everything in an order that wastes no time: the sandbox makes its data meanwhile."""
    children.append(start_sandbox(env, at))
    manage(env, "migrate", "--no-input")
    children += start_app(env, at)
    wait_until_ready(f"{at.sandbox_url}/", children, stop)
    if stop.is_set():
        return
    register(env, at)
    link = manage(env, "setup_link")
    wait_until_ready(f"{at.app_url}/livez", children, stop)
    if not stop.is_set():
        say_where(at, link)


def main() -> None:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    # Database, broker and logs too are for their owner alone.
    os.umask(0o077)
    at = places()
    lock = hold(at.var_dir)
    children: list[Child] = []
    try:
        bring_up(children, environment(at), at, stop)
        while not stop.wait(0.5):
            check_alive(children)
    finally:
        stop_all(children)
        os.close(lock)
    print("Stopped.")


if __name__ == "__main__":
    main()
