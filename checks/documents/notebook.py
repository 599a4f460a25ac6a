"""From a notebook to its items: its Markdown cells are one text, raw cells are not read.

Of code cells only the text is kept.

A notebook is JSON (nbformat 4). Places in it are counted cell by cell, and cells as Jupyter counts
them: from 1, with those that are not read.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from checks.documents import messages
from checks.documents.blocks import Blocks
from checks.documents.files import with_line_feeds
from checks.documents.items import Items
from checks.documents.macros import Macros
from checks.documents.markdown import add_markdown
from checks.documents.placed import lines_of, placed
from checks.documents.record import Code, Item
from symbolic.errors import ReadError
from symbolic.source import Span

SUFFIX = ".ipynb"

_SPACE = re.compile(r"[ \t\n\r]*")
_SIGN = re.compile(r'\s*\{(?=.*"nbformat"\s*:)', re.DOTALL)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

#: Where a value stands in JSON: names of members and numbers of elements.
Steps = tuple[str | int, ...]


def is_notebook(name: str, text: str) -> bool:
    """Whether a file is a notebook: by its suffix; where it has none, by its content."""
    suffix = Path(name).suffix.lower()
    return suffix == SUFFIX or (suffix in ("", ".json") and _SIGN.match(text) is not None)


def read_notebook(text: str, file: str) -> tuple[tuple[Item, ...], Macros, dict[int, str]]:
    r"""Return the items of a notebook, its macros, and the texts of its Markdown cells.

    Raises ReadError with the line and the column for a text that is no JSON or no notebook.

    >>> text = '{"cells": [{"cell_type": "code"}, {"cell_type": "markdown", "source": "So $x$"}]}'
    >>> items, _, cells = read_notebook(text, "notes.ipynb")
    >>> str(items[1].span), cells
    ('notes.ipynb:cell 2:1:5', {2: 'So $x$'})
    """
    cells, programs = _sources(text, file)
    items, macros = Items(), Macros()
    for number in sorted((*cells, *programs)):
        if number in programs:
            items.add(Code(programs[number], Span(file, 1, 1, 1, number)))
        else:
            macros = add_markdown(Blocks(cells[number], file, number), items, macros)
    return items.close(), macros, cells


def _sources(text: str, file: str) -> tuple[dict[int, str], dict[int, str]]:
    """Return the texts of the Markdown cells and those of the code cells, by their numbers."""
    content = _parsed(text, file)
    cells = content.get("cells") if isinstance(content, dict) else None
    if not isinstance(cells, list):
        path = ("cells",) if isinstance(content, dict) and "cells" in content else ()
        raise ReadError(messages.NO_CELLS.format(), _place(text, file, path))
    found: dict[int, str] = {}
    programs: dict[int, str] = {}
    for number, cell in enumerate(cells, start=1):
        where: Steps = ("cells", number - 1)
        if not isinstance(cell, dict):
            raise ReadError(messages.NO_CELL.format(number=number), _place(text, file, where))
        if cell.get("cell_type") == "markdown":
            source = _source(cell)
            if source is None:
                where = (*where, "source") if "source" in cell else where
                message = messages.NO_SOURCE.format(number=number)
                raise ReadError(message, _place(text, file, where))
            found[number] = source
        elif cell.get("cell_type") == "code" and (source := _source(cell)):
            programs[number] = source
    return found, programs


def _parsed(text: str, file: str) -> Any:
    """Return JSON as data; numbers are not needed, and of any length none is refused."""
    try:
        return json.loads(text, parse_int=float)
    except json.JSONDecodeError as error:
        where = Span(file, error.lineno, error.colno)
        raise ReadError(messages.NO_JSON.format(reason=error.msg), where) from None
    except RecursionError:
        raise ReadError(messages.DEEP_JSON.format(), Span(file, 1)) from None


def _source(cell: dict[str, Any]) -> str | None:
    """Return the text of a cell, which stands as a string or as a list of strings."""
    source = cell.get("source")
    parts = source if isinstance(source, list) else [source]
    texts = [part for part in parts if isinstance(part, str)]
    if len(texts) < len(parts):
        return None
    # Half of a surrogate pair is no character, and could not be printed.
    return _LONE_SURROGATE.sub("\ufffd", with_line_feeds("".join(texts)))


def _place(text: str, file: str, path: Steps) -> Span:
    """Return where the value stands that a path leads to in a text that is JSON."""
    at = _skip(text, 0)
    for step in path:
        at = _inside(text, at, step)
    return placed(lines_of(text, file)).place(at)


def _inside(text: str, start: int, wanted: str | int) -> int:
    """Return where a member of an object begins, the last of its name, or an element of an array.

    The standard library has no places of values: this walks from one value to the next.
    """
    decoder = json.JSONDecoder(parse_int=float)
    is_object = text[start] == "{"
    at, found, number = _skip(text, start + 1), start, 0
    while text[at] not in "]}":
        key: str | int = number
        if is_object:
            key, at = decoder.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)  # behind the colon
        if key == wanted:
            found = at
        at = _skip(text, decoder.raw_decode(text, at)[1])
        if text[at] == ",":
            at = _skip(text, at + 1)
        number += 1
    return found


def _skip(text: str, at: int) -> int:
    """Return where the next character stands that is no white space."""
    match = _SPACE.match(text, at)
    assert match is not None
    return match.end()
