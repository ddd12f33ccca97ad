"""`python -m benchmarks [NAME …]`: measure all figures, or those named, and write results.json and RESULTS.md."""

from __future__ import annotations

import argparse
import sys
from time import perf_counter

from benchmarks.figures import FIGURES
from benchmarks.report import line, write
from benchmarks.servers import in_own_process, run


def main() -> None:
    """Measure one after the other, each in a process of its own; the exit code is 0 also when a floor is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Guerdon beside its limits.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(figure.name for figure in FIGURES))
    wanted = parser.parse_args().names
    if unknown := set(wanted) - {figure.name for figure in FIGURES}:
        parser.error(f"no such figure: {', '.join(sorted(unknown))}")
    for figure in FIGURES:
        if wanted and figure.name not in wanted:
            continue
        start = perf_counter()
        measured = in_own_process(run, figure)
        write(figure, measured)
        sys.stdout.write(f"{line(figure, measured)}   [{perf_counter() - start:.0f} s]\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
