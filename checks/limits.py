"""A limit of time on one piece of work, where the system has alarms."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from symbolic.errors import GradproofError


class TimeLimit(GradproofError):
    """Work that took longer than it was given."""


@contextmanager
def limited(seconds: float | None) -> Iterator[None]:
    """Raise TimeLimit in the block once it has taken so many seconds; None: no limit.

    Outside of the main thread, and on systems without alarms, there is no limit.
    """
    is_main = threading.current_thread() is threading.main_thread()
    if seconds is None or not is_main or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeLimit(f"took longer than {seconds:g} s; --timeout gives it more")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
