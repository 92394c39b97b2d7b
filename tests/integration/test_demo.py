"""What `scripts/demo` says when it cannot start; browser tests rest on its starting."""

import fcntl
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def refusal(var_dir: Path, **env: str) -> str:
    """Run the demo, which must end at once, and give the one line it says."""
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "_demo.py"],
        env=os.environ | {"PYTHONPATH": str(ROOT), "SMARTAPP_VAR": str(var_dir)} | env,
        text=True,
        capture_output=True,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("taken", "other"), [("SMARTAPP_PORT", "SANDBOX_PORT"), ("SANDBOX_PORT", "SMARTAPP_PORT")]
)
def test_a_taken_port_is_named_with_the_way_out(taken: str, other: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        held, unused = (str(one.getsockname()[1]) for one in (holder, free))
        free.close()
        said = refusal(tmp_path, **{taken: held, other: unused})
    assert said == (
        f"Port {held} is taken: stop the program that uses it, or set {taken} to another.\n"
    )


@pytest.mark.parametrize("value", ["", "http", "0", "65536", "-1"])
def test_an_odd_port_is_refused(value: str, tmp_path: Path) -> None:
    said = refusal(tmp_path, SMARTAPP_PORT=value)
    assert said == f"SMARTAPP_PORT is {value!r}; it must be a port number.\n"


def test_one_port_for_both_is_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path, SMARTAPP_PORT="8765", SANDBOX_PORT="8765")
    assert said == "SMARTAPP_PORT and SANDBOX_PORT are the same; they must differ.\n"


@pytest.mark.enable_socket
def test_a_second_demo_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with socket.socket() as one, socket.socket() as two:
            for free in (one, two):
                free.bind(("127.0.0.1", 0))
            ports = [str(free.getsockname()[1]) for free in (one, two)]
        said = refusal(tmp_path, SMARTAPP_PORT=ports[0], SANDBOX_PORT=ports[1])
    assert said.startswith(f"Another demo runs on {tmp_path}:")
