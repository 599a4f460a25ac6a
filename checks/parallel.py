"""Work on several processes, with results in the order of the work.

Processes are forked, so that they begin with everything that was read and imported before; where
the system cannot fork, the work is done in one. Each process has a run of neighbouring pieces,
since neighbours share what is computed for them; one that has finished its own run takes over the
last piece of the longest run that is left.
"""

from __future__ import annotations

import multiprocessing
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.pool import Pool
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class _Runs:
    """What is left of each process's run of work, in memory that all of them see."""

    def __init__(self, pieces: int, jobs: int) -> None:
        context = multiprocessing.get_context("fork")
        ends = [pieces * k // jobs for k in range(jobs + 1)]
        self._first = context.RawArray("l", ends[:-1])
        self._end = context.RawArray("l", ends[1:])
        self._began = context.RawValue("l", 0)
        self.lock = context.Lock()

    def join(self) -> int:
        """Return the number of one more process."""
        with self.lock:
            self._began.value += 1
            return int(self._began.value) - 1

    def take(self, process: int) -> int:
        """Return the piece that a process does next; there must be one left."""
        with self.lock:
            left = [end - first for first, end in zip(self._first, self._end, strict=True)]
            # A process in place of one that died has no run of its own.
            if process < len(left) and left[process]:
                self._first[process] += 1
                return int(self._first[process]) - 1
            longest = left.index(max(left))
            self._end[longest] -= 1
            return int(self._end[longest])


#: What a forked process finds: the work, what is done with each piece, and what is left of it.
_shared: list[tuple[Sequence[Any], Callable[[Any], Any], _Runs]] = []
#: The number of this process among those that share the work.
_number: list[int] = []


def in_order(work: Sequence[T], do: Callable[[T], R], jobs: int) -> Iterator[R]:
    """Yield ``do`` of each piece of work, in order; results of other processes are pickled.

    >>> list(in_order([1, 2, 3], abs, jobs=1))
    [1, 2, 3]
    """
    jobs = min(jobs, len(work))
    # A process with threads of its own cannot be forked safely.
    can_fork = threading.active_count() == 1
    if jobs < 2 or not can_fork or "fork" not in multiprocessing.get_all_start_methods():
        yield from map(do, work)
        return
    _shared.append((work, do, _Runs(len(work), jobs)))
    try:
        with _pool(jobs) as pool:
            early: dict[int, R] = {}
            following = 0
            for place, found in pool.imap_unordered(_next, range(len(work))):
                early[place] = found
                while following in early:
                    yield early.pop(following)
                    following += 1
    finally:
        _shared.pop()


def _pool(jobs: int) -> Pool:
    with warnings.catch_warnings():
        # Python counts the sleeping threads of NumPy's linear algebra too, which survive a fork.
        warnings.simplefilter("ignore", DeprecationWarning)
        return multiprocessing.get_context("fork").Pool(jobs, _join)


def _join() -> None:
    _number[:] = [_shared[-1][2].join()]


def _next(_: int) -> tuple[int, Any]:
    """Return the place and the result of the next piece of this process's work."""
    work, do, runs = _shared[-1]
    place = runs.take(_number[0])
    return place, do(work[place])
