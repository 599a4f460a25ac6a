"""The networks of the five documents, each a model file beside this one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from symbolic.errors import ConfigError, nearest
from symbolic.model import Model
from symbolic.model_parser import read_model_file

_HERE = Path(__file__).parent


def names() -> tuple[str, ...]:
    """Return the names of the models in the box, in alphabetical order."""
    return tuple(sorted(path.stem for path in _HERE.glob("*.model")))


@cache
def load(name: str) -> Model:
    """Return a model of the box; raises ConfigError with the nearest names.

    >>> load("linear-mse").loss
    'L'
    """
    if name not in names():
        raise ConfigError(f"unknown model {name!r}{nearest(name, names())}")
    return read_model_file(_HERE / f"{name}.model")
