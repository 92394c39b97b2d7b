"""Make .venv hold what requirements/NAME.txt locks; do nothing when it does already.

Called with NAME (base or dev) by `set_up` of _setup.sh; standard library only.
"""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
# What each set contains: dev.txt repeats every line of base.txt.
SETS = {"base": ("base",), "dev": ("base", "dev")}


@contextmanager
def only_one() -> Iterator[None]:
    """Wait for any other set-up of this folder; the lock is on the folder: no file is left."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up runs in this folder; waiting for it.", flush=True)
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def fingerprint(name: str) -> str:
    """What an installation depends on: the locked lines, the Python, and where .venv lies."""
    digest = hashlib.sha256(f"{sys.version} {VENV}".encode())
    digest.update((ROOT / "requirements" / f"{name}.txt").read_bytes())
    return digest.hexdigest()


def installed() -> dict[str, str]:
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return stamp


def is_usable() -> bool:
    check = "import sys, pip; sys.exit(sys.version_info[:2] != (3, 11))"
    try:
        return subprocess.run([PYTHON, "-I", "-c", check], capture_output=True).returncode == 0
    except OSError:
        return False


def run(command: list[str], failure: str) -> None:
    """Run quietly; say what it said, and `failure`, only if it fails.

    Raises:
        SystemExit: the command failed.
    """
    # A user's own PIP_USER=1 would make pip refuse to install into a virtual environment.
    env = os.environ | {"PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(command, env=env, text=True, capture_output=True)
    if done.returncode:
        print(*(done.stdout + done.stderr).splitlines()[-15:], sep="\n", file=sys.stderr)
        raise SystemExit(failure)


def make_venv() -> None:
    if not is_usable():
        run(
            [sys.executable, "-I", "-m", "venv", "--clear", str(VENV)], f"{VENV} could not be made."
        )


def install(name: str) -> None:
    print(f"Installing the packages of requirements/{name}.txt …", flush=True)
    pip = [str(PYTHON), "-I", "-m", "pip", "install", "--quiet", "--no-input", "--retries", "2"]
    run(
        [*pip, "--require-hashes", "-r", str(ROOT / "requirements" / f"{name}.txt")],
        "The packages could not be installed (see above). On a machine without network, let pip "
        "find them in a folder: PIP_NO_INDEX=1 PIP_FIND_LINKS=/path/of/wheels.",
    )


def set_up(name: str) -> None:
    if not os.access(ROOT, os.W_OK) or (VENV.exists() and not os.access(VENV, os.W_OK)):
        raise SystemExit(f"{VENV} cannot be written by this user: give the folder to its user.")
    wanted = {part: fingerprint(part) for part in SETS[name]}
    with only_one():
        kept = installed()
        if is_usable() and wanted.items() <= kept.items():
            return
        make_venv()
        STAMP.unlink(missing_ok=True)
        install(name)
        STAMP.write_text(json.dumps(wanted))


if __name__ == "__main__":
    set_up(sys.argv[1])
