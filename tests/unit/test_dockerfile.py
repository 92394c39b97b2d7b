"""What can be held of the image without building one: its recipe, and the commands in it."""

import json
import os
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

ROOT = Path(__file__).resolve().parents[2]


def instructions() -> list[tuple[str, str]]:
    """Each instruction of the Dockerfile with its argument, continued lines joined."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines if line)]


def stages() -> list[list[tuple[str, str]]]:
    """The instructions of each stage, its FROM first."""
    found: list[list[tuple[str, str]]] = []
    for name, rest in instructions():
        if name == "FROM":
            found.append([])
        if found:
            found[-1].append((name, rest))
    return found


def arguments(name: str, stage: int = -1) -> list[str]:
    return [rest for found, rest in stages()[stage] if found == name]


def test_what_builds_is_not_in_the_image() -> None:
    assert len(stages()) == 2
    assert not any("set_up" in run or "apt" in run for run in arguments("RUN"))


def test_the_base_is_a_fixed_python_3_11() -> None:
    default = next(rest for name, rest in instructions() if name == "ARG")
    assert re.fullmatch(r"BASE=python:3\.11[\w.-]*(@sha256:[0-9a-f]{64})?", default)


def test_it_runs_as_a_fixed_user_that_is_not_root() -> None:
    assert arguments("USER") == ["10001:10001"]
    assert stages()[-1].index(("USER", "10001:10001")) > max(
        number for number, (name, _) in enumerate(stages()[-1]) if name in ("RUN", "COPY")
    )


def test_only_the_data_folder_and_tmp_are_written() -> None:
    assert arguments("VOLUME") == ['["/var/lib/smartapp", "/tmp"]']
    assert "SMARTAPP_VAR=/var/lib/smartapp" in arguments("ENV")[0]


def test_nothing_is_fetched_from_an_address_and_no_secret_is_copied() -> None:
    assert not any(name == "ADD" for name, _ in instructions())
    assert "http" not in (ROOT / "Dockerfile").read_text()
    sources = [source for rest in arguments("COPY", 0) for source in rest.split()[:-1]]
    assert all((ROOT / source).exists() for source in sources)
    assert not {".", "./", "var", "var/"} & set(sources)
    assert not any(re.search("KEY|SECRET|PASSWORD", rest) for rest in arguments("ENV"))


def test_what_is_started_needs_no_shell() -> None:
    commands = [*arguments("CMD"), arguments("HEALTHCHECK")[0].partition("CMD ")[2]]
    assert [json.loads(command)[0] for command in commands] == ["uvicorn", "python"]


def test_packages_are_installed_by_the_step_of_the_demo() -> None:
    step = "set_up base"
    assert any(step in run for run in arguments("RUN", 0))
    assert step in (ROOT / "scripts" / "demo").read_text()


def test_static_files_are_collected_without_a_database_or_a_key(tmp_path: Path) -> None:
    command = next(run for run in arguments("RUN", 0) if "collectstatic" in run)
    env = os.environ | {"STATIC_ROOT": str(tmp_path), "SMARTAPP_VAR": str(tmp_path / "var")}
    done = subprocess.run(command.split(), cwd=ROOT, env=env, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    hashed = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    assert all((tmp_path / path).exists() for path in hashed.values())
    assert any(path.startswith("css/") for path in hashed)


class App(BaseHTTPRequestHandler):
    """Lives for its public name only, as the app does."""

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""

    def do_GET(self) -> None:
        fits = self.path == "/livez" and self.headers["Host"] == "smartapp.example.org"
        self.send_response(200 if fits else 400)
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture
def app_port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), App) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.parametrize(
    ("public_url", "is_alive"),
    [("https://smartapp.example.org", True), ("https://other.example.org", False)],
)
def test_the_health_check_tells_alive_from_not(
    public_url: str, is_alive: bool, app_port: int
) -> None:
    lives = runpy.run_path(str(ROOT / "scripts" / "_livez.py"))["lives"]
    assert lives(app_port, public_url) is is_alive


def test_the_health_check_fails_where_nothing_listens() -> None:
    env = os.environ | {"SMARTAPP_PUBLIC_URL": "https://smartapp.example.org"}
    command = [sys.executable, str(ROOT / "scripts" / "_livez.py"), "1"]
    assert subprocess.run(command, env=env).returncode == 1
