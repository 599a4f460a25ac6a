"""From a path to text: bytes, their encoding, line ends, the limit on size."""

from __future__ import annotations

import sys
from pathlib import Path

from checks.documents.messages import LARGE_FILE, UNREADABLE_FILE
from symbolic.errors import ConfigError

MAX_BYTES = 20_000_000
STANDARD_INPUT = "standard input"


def text_of(content: bytes) -> str:
    r"""Return bytes as text: UTF-8, else the old Windows encoding; all line ends become ``\n``.

    >>> text_of("\u03b4 = 1\r\n".encode()), text_of(b"\xb1 1")
    ('δ = 1\n', '± 1')
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    return with_line_feeds(text)


def with_line_feeds(text: str) -> str:
    r"""Return the text with ``\n`` at the end of each line, whatever stood there."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def check_size(size: int, name: str) -> None:
    """Raise ConfigError where a document is too large."""
    if size > MAX_BYTES:
        raise ConfigError(LARGE_FILE.format(name=name, limit=MAX_BYTES))


def read_text(path: str | Path) -> str:
    """Return the text of a file, or of the standard input where the path is ``-``.

    Raises ConfigError for a file that cannot be read or is larger than 20 MB.
    """
    if str(path) == "-":
        content = sys.stdin.buffer.read(MAX_BYTES + 1)
        check_size(len(content), STANDARD_INPUT)
        return text_of(content)
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError(UNREADABLE_FILE.format(name=path, reason=reason)) from error
    check_size(len(content), str(path))
    return text_of(content)
