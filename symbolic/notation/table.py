"""Notations as tables: how names, steps, derivatives and products are written.

Each TOML file beside this one is a notation; a file of the reader's own is another. What a table
leaves out has the value below.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from symbolic.errors import ConfigError, ReadError, nearest
from symbolic.latex.reader import read
from symbolic.latex.syntax import Node, Row, Scripted, Symbol

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Notation:
    """A table of choices; ``names`` maps variables of models to how they are written."""

    name: str
    title: str = ""
    #: h^{(t)}, alpha^{<t>}, s_t or S(t).
    steps: str = "superscript"
    #: The letters of the running and of the last step.
    letter: str = "t"
    horizon: str = "tau"
    #: Whether vectors and matrices are bold.
    bold: bool = False
    #: Gradients of the loss with a nabla, columns for vectors; or as quotients, which are rows.
    gradient: str = "nabla"
    #: The copy of a parameter at a step: W^{(1)}, W_1 where that is no entry, or W_*.
    copies: str = "superscript"
    #: The product by entries, and whether a diagonal matrix is written with diag or as one.
    elementwise: str = "circ"
    diagonal: str = "diag"
    #: What stands between the derivatives of a path.
    between: str = ""
    transpose: str = "top"
    log: str = "log"
    sigmoid: str = "sigmoid"
    names: Mapping[str, Node] = field(default_factory=dict)


#: What each choice may be.
CHOICES: dict[str, tuple[str, ...]] = {
    "steps": ("superscript", "angle", "subscript", "argument"),
    "horizon": ("tau", "T"),
    "gradient": ("nabla", "partial"),
    "copies": ("superscript", "subscript", "star"),
    "elementwise": ("circ", "odot"),
    "diagonal": ("diag", "entries"),
    "between": ("", "cdot", "*"),
    "transpose": ("top", "T"),
    "log": ("log", "ln"),
    "sigmoid": ("sigmoid", "sigm"),
}


def names() -> tuple[str, ...]:
    """Return the names of the notations in the box, in alphabetical order.

    >>> "plain" in names()
    True
    """
    return tuple(sorted(path.stem for path in _HERE.glob("*.toml")))


def notation(name: str | Path) -> Notation:
    """Return a notation of the box, or one of a TOML file; ConfigError where there is none.

    >>> notation("plain").steps
    'superscript'
    """
    path = Path(name)
    if path.suffix == ".toml" and path.is_file():
        return _from_file(path)
    if str(name) not in names():
        hint = nearest(str(name), names()) or f"; expected one of {', '.join(names())}"
        raise ConfigError(f"unknown notation {str(name)!r}{hint}, or a .toml file")
    return _of_the_box(str(name))


@cache
def _of_the_box(name: str) -> Notation:
    return _from_file(_HERE / f"{name}.toml")


def _from_file(path: Path) -> Notation:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name} is no TOML table: {error}") from None
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from None
    return from_table(path.stem, table)


def from_table(name: str, table: Mapping[str, Any]) -> Notation:
    """Return the notation that a table says; ConfigError for a key or value that is not known."""
    known = [f.name for f in fields(Notation) if f.name != "name"]
    found: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise ConfigError(f"notation {name} has no {key!r}{nearest(key, known)}")
        found[key] = _names(name, value) if key == "names" else _value(name, key, value)
    return Notation(name, **found)


def _value(name: str, key: str, value: Any) -> Any:
    if key == "bold":
        if not isinstance(value, bool):
            raise ConfigError(f"notation {name}: bold is {value!r}; expected true or false")
        return value
    allowed = CHOICES.get(key)
    if not isinstance(value, str) or (allowed is not None and value not in allowed):
        expected = "a text" if allowed is None else " or ".join(f"'{a}'" for a in allowed)
        raise ConfigError(f"notation {name}: {key} is {value!r}; expected {expected}")
    if key == "letter":
        written = symbol(name, key, value)
        if not isinstance(written, Symbol) or written != Symbol(written.name):
            raise ConfigError(f"notation {name}: letter is {value!r}; expected one letter")
        return written.name
    return value


def _names(name: str, table: Any) -> dict[str, Node]:
    if not isinstance(table, Mapping):
        raise ConfigError(f"notation {name}: names is {table!r}; expected a table")
    return {key: symbol(name, key, value) for key, value in table.items()}


def symbol(name: str, key: str, latex: Any) -> Node:
    """Return the symbol that a LaTeX text is; ConfigError where it is anything larger."""
    rows = read(str(latex))
    row = rows[0] if len(rows) == 1 else None
    if isinstance(row, Row) and not isinstance(row, ReadError) and len(row.chains) == 1:
        (item, *others) = row.chains[0].items
        base = item.base if isinstance(item, Scripted) and item.above is None else item
        if not others and item is not None and isinstance(base, Symbol):
            return item
    raise ConfigError(f"notation {name}: {key} is written {latex!r}; expected one symbol")
