"""Work on several processes, with results in the order of the work.

Processes are forked, so that they begin with everything that was read and imported before; where
the system cannot fork, the work is done in one.
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

#: What a forked process finds: the work, and what is done with each piece.
_shared: list[tuple[Sequence[Any], Callable[[Any], Any]]] = []


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
    _shared.append((work, do))
    try:
        with _pool(jobs) as pool:
            yield from pool.imap(_do, range(len(work)))
    finally:
        _shared.pop()


def _pool(jobs: int) -> Pool:
    with warnings.catch_warnings():
        # Python counts the sleeping threads of NumPy's linear algebra too, which survive a fork.
        warnings.simplefilter("ignore", DeprecationWarning)
        return multiprocessing.get_context("fork").Pool(jobs)


def _do(number: int) -> Any:
    work, do = _shared[-1]
    return do(work[number])
