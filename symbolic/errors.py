"""The errors that a user can cause; anything else that is raised is a bug of ours."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from symbolic.source import Span


class GradproofError(Exception):
    """An error with a message for the user and, where there is one, the place in the source."""

    def __init__(self, message: str, span: Span | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.span = span

    def __str__(self) -> str:
        return f"{self.span}: {self.message}" if self.span else self.message


class ReadError(GradproofError):
    """The text is malformed."""


class Unbalanced(ReadError):
    """A bracket is closed that nothing opened."""


class UnsupportedNotation(GradproofError):
    """The text is well formed, but it says something that cannot be handled yet."""


class UnknownName(UnsupportedNotation):
    """A name that nothing in its section gives."""


class Slip(GradproofError):
    """An error of writing that has no single repair, such as an index bound nowhere."""


class ModelError(GradproofError):
    """A model contradicts itself: shapes, undeclared names, a cycle within a step."""


class ConfigError(GradproofError):
    """Wrong use: an unknown name, an option out of range, a size that cannot be computed."""


def nearest(name: str, known: Iterable[str], *, most: int = 3) -> str:
    """Return ``"; did you mean 'a' or 'b'?"`` for the known names nearest to ``name``, or ``""``.

    >>> nearest("elman-sofmax", ["elman-softmax", "linear-mse"])
    "; did you mean 'elman-softmax'?"
    """
    by_folded: dict[str, list[str]] = {}
    for candidate in known:
        by_folded.setdefault(candidate.casefold(), []).append(candidate)
    matches = difflib.get_close_matches(name.casefold(), list(by_folded), n=most, cutoff=0.6)
    found = [candidate for match in matches for candidate in by_folded[match]][:most]
    if not found:
        return ""
    return "; did you mean " + " or ".join(f"'{candidate}'" for candidate in found) + "?"
