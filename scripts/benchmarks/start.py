"""B13: how soon a fresh demo shows a page, what importing the app costs, and what it holds."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from scripts.benchmarks import ground
from scripts.benchmarks.table import Row

DEMO_S, IMPORT_S, RESTING_MB = 60, 2, 150
ROUNDS = 5


def first_page() -> float:
    """Seconds from the command on an empty data folder to the app's first page."""
    with tempfile.TemporaryDirectory() as folder:
        app, sandbox = ground.free_port(), ground.free_port()
        own = {"SMARTAPP_VAR": folder, "SMARTAPP_PORT": str(app), "SANDBOX_PORT": str(sandbox)}
        start = time.perf_counter()
        demo = subprocess.Popen(
            [ground.ROOT / "scripts" / "demo"],
            env=os.environ | own,
            text=True,
            stdout=subprocess.PIPE,
        )
        with demo:
            for line in demo.stdout or ():
                if line.startswith("Ctrl-C"):
                    break
            with ground.ASK.open(f"http://127.0.0.1:{app}/login/") as page:
                page.read()
            took = time.perf_counter() - start
            demo.terminate()
            demo.communicate()
    return took


def importing(what: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", what], cwd=ground.ROOT, check=True)
    return time.perf_counter() - start


def resting_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def b13() -> Iterator[Row]:
    yield Row("B13", "`scripts/demo` to the first page", first_page(), "limit", DEMO_S, 1)
    importing("import smartapp.asgi")
    app = statistics.median(importing("import smartapp.asgi") for _ in range(ROUNDS))
    yield Row("B13", "import of the web process", app, "limit", IMPORT_S, 1)
    with ground.web() as web:
        with ground.ASK.open(f"{web.origin}/livez") as page:
            page.read()
        held = resting_mb(web.pid)
    yield Row("B13", "memory of a resting web process", held, "limit", RESTING_MB, 1, "MB")
