"""The derivations of the five documents as Markdown that the tool itself reads.

Each file beside this one has the equations of a document as they are printed, with their numbers
and errors, and words of our own between them.
"""

from __future__ import annotations

from importlib.resources import files

from symbolic.errors import ConfigError, nearest

_SUFFIX = ".md"


def names() -> tuple[str, ...]:
    """Return the names of the derivations in the box, in alphabetical order."""
    found = (entry.name for entry in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in found if name.endswith(_SUFFIX)))


def text(name: str) -> str:
    """Return a derivation of the box as Markdown; raises ConfigError with the nearest names.

    >>> text(names()[0]).startswith("# ")
    True
    """
    if name not in names():
        raise ConfigError(f"unknown derivation {name!r}{nearest(name, names())}")
    return files(__name__).joinpath(name + _SUFFIX).read_text(encoding="utf-8")
