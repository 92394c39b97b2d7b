"""Run the measurements named on the command line, or all; print the table, write it if asked."""

import sys
from collections.abc import Callable, Iterator

from scripts.benchmarks import cpu, page, start, table

MEASURES: dict[str, Callable[[], Iterator[table.Row]]] = {
    "B1": page.b1,
    "B2": cpu.b2,
    "B4": cpu.b4,
    "B12": page.b12,
    "B13": start.b13,
}


def main(arguments: list[str]) -> None:
    named = [one for one in arguments if one != "--write"]
    if unknown := set(named) - set(MEASURES):
        raise SystemExit(f"Unknown: {', '.join(sorted(unknown))}. Known: {', '.join(MEASURES)}.")
    rows = []
    for name in named or MEASURES:
        for row in MEASURES[name]():
            print(" | ".join(row.cells()), flush=True)
            rows.append(row)
    if "--write" in arguments:
        table.write(table.as_markdown(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
