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
from checks.pipeline import verify

REPEATS = 3
LONG = r"""$X_t, H_t \in \mathbb{R}^{2 \times 8}$, $W, U \in \mathbb{R}^{8 \times 8}$.
$Z_t = H_{t-1} W + X_t U$, $H_t = \tanh(Z_t)$, $L = \frac12 \sum_{t=1}^{100} \|H_t - Y_t\|_F^2$.

"""
#: A claim with the state in it left open.
CLAIM = r"$$\nabla_W L = \sum_{{t=1}}^{{100}} {}^\top \nabla_{{Z_t}} L$$"
FURTHER = (
    r"$$\nabla_U L = \sum_{t=1}^{100} X_t^\top \nabla_{Z_t} L$$",
    r"$$\nabla_{Z_t} L = (1 - H_t^{\odot 2}) \odot \nabla_{H_t} L$$",
    r"$$\nabla_{H_t} L = H_t - Y_t + (\nabla_{Z_{t+1}} L) W^\top$$",
)


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


def of_long_sequence() -> tuple[float, float]:
    """Return the time of a first claim about 100 steps, 8 states and 2 examples, and of others."""
    warm = verify("warm.md", text=LONG + CLAIM.format("H_t"))
    assert warm.records
    times = []
    for count in (1, 1 + len(FURTHER)):
        start = perf_counter()
        claims = [CLAIM.format("H_{t-1}"), *FURTHER][:count]
        found = verify("long.md", text=LONG + "\n\n".join(claims))
        assert [r.verdict for r in found.records if r.kind == "claim"] == ["holds"] * count
        times.append(perf_counter() - start)
    return times[0], (times[1] - times[0]) / len(FURTHER)


def of_processor() -> float:
    """Return how long two million multiplications of integers take: what machine this is."""
    start = perf_counter()
    total = 0
    for number in range(2_000_000):
        total += number * number % 7
    return perf_counter() - start


def main() -> None:
    jobs = sys.argv[1] if len(sys.argv) > 1 else str(os.cpu_count() or 1)
    print(f"two million products of integers: {of_processor():.2f} s")
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
    first, further = of_long_sequence()
    print("100 steps, 8 states, 2 examples, once loaded")
    print(f"  first claim {first:5.2f} s, each further one {further:5.2f} s")


if __name__ == "__main__":
    main()
