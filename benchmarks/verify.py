"""How long `gradproof verify` takes: each bundled derivation from a cold start, and by length.

python benchmarks/verify.py [JOBS]
"""

from __future__ import annotations

import os
import subprocess
import sys
from statistics import median
from tempfile import NamedTemporaryFile
from time import perf_counter

from checks import derivations

REPEATS = 3


def seconds(*arguments: str) -> float:
    """Return the median wall time of the command, a process of its own each time."""
    found = []
    for _ in range(REPEATS):
        start = perf_counter()
        command = [sys.executable, "-c", "from checks.cli import main; main()", "verify"]
        # Status 1: it has errata.
        done = subprocess.run([*command, *arguments], stdout=subprocess.DEVNULL, check=False)
        assert done.returncode in (0, 1)
        found.append(perf_counter() - start)
    return median(found)


def main() -> None:
    jobs = sys.argv[1] if len(sys.argv) > 1 else str(os.cpu_count() or 1)
    print(f"median of {REPEATS} cold starts, {jobs} processes")
    for name in derivations.names():
        print(f"  {name:20} {seconds('--bundled', name, '--jobs', jobs):6.2f} s")
    print("the same derivation several times over, one process")
    once = derivations.text("forum282752")
    for times in (1, 2, 4, 8):
        with NamedTemporaryFile("w", suffix=".md", encoding="utf-8") as file:
            file.write("\n\n<!-- gradproof: scope -->\n\n".join([once] * times))
            file.flush()
            taken = seconds(file.name, "--jobs", "1")
        print(f"  {times} times: {taken:6.2f} s, {taken / times:5.2f} s each")


if __name__ == "__main__":
    main()
