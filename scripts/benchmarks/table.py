"""One measured ratio, and the table of them."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->"


class Row(NamedTuple):
    """Ours against a floor, a peer or a limit; both in the same unit."""

    number: str
    what: str
    ours: float
    against: str
    floor: float
    goal: float
    unit: str = "s"

    @property
    def ratio(self) -> float:
        return self.ours / self.floor

    @property
    def holds(self) -> bool:
        return self.ratio <= self.goal

    def cells(self) -> tuple[str, ...]:
        return (
            self.number,
            self.what,
            quantity(self.ours, self.unit),
            f"{self.against}: {quantity(self.floor, self.unit)}",
            f"{self.ratio:.2f}",
            f"≤ {self.goal:g}",
            "holds" if self.holds else "**missed**",
        )


def quantity(value: float, unit: str) -> str:
    if unit == "s" and value < 1:
        return f"{value * 1000:.2f} ms" if value < 0.1 else f"{value * 1000:.0f} ms"
    return f"{value:.1f} {unit}"


def as_markdown(rows: Sequence[Row]) -> str:
    head = ("#", "What", "Ours", "Against", "Ratio", "Goal", "")
    lines = [head, ("---",) * len(head), *(row.cells() for row in rows)]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    return f"{table}\n\nMeasured {datetime.now(UTC):%d-%b-%Y} on {machine}; medians.\n"


def write(text: str) -> None:
    """Put the table in its place in docs/performance.md."""
    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    DOCUMENT.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")
