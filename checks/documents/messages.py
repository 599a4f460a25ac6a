"""The messages about documents that cannot be read, with examples of what causes them.

The tests read every example and expect its message, so that no message goes stale.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    r"""A message and documents that cause it: pairs of a file name and its text.

    >>> Message("{file!r} is missing").format(file="a.tex")
    "'a.tex' is missing"
    """

    template: str
    examples: tuple[tuple[str, str], ...] = ()

    def format(self, **values: object) -> str:
        """Return the message with the values that were found."""
        return self.template.format(**values)


UNKNOWN_DIRECTIVE = Message(
    "unknown directive {word!r}; expected one of {known}{nearest}",
    (
        ("notes.md", "<!-- gradproof: modle elman-softmax -->"),
        ("notes.md", "$$x = 1$$\n\n<!-- gradproof: shape W: (n, n)\n     asume one-hot -->"),
        ("notes.md", "$$\nx = 1 % gradproof: ignroe\n$$"),
        ("notes.tex", "% gradproof: skip"),
        ("notes.tex", "\\begin{align}\na &= b % gradproof: shape: W\n\\end{align}"),
    ),
)

EMPTY_DIRECTIVE = Message(
    "a directive without a word; expected one of {known}",
    (("notes.md", "<!-- gradproof: -->"), ("notes.tex", "%gradproof:\n")),
)

NOTHING_BESIDE = Message(
    "cannot include {name!r}: this text is not a file, so no file stands beside it",
    (("standard input", "\\documentclass{article}\n\\input{rows}"),),
)

ABSOLUTE_INCLUDE = Message(
    "cannot include {name!r}: an absolute path; expected a file beside the document",
    (("main.tex", "\\input{/etc/hosts}"), ("main.tex", "text \\include{/rows} text")),
)

OUTSIDE_INCLUDE = Message(
    "cannot include {name!r}: it leads out of the directory of the document; expected a file"
    " beside the document",
    (("main.tex", "\\input{../rows}"), ("main.tex", "\\input{parts/../../rows}")),
)

MISSING_INCLUDE = Message(
    "cannot include {name!r}: no such file; expected {name!r} or {name!r} with .tex beside the"
    " document",
    (("main.tex", "\\input{nowhere}"), ("main.tex", "\\begin{align}\n\\input{rows}\n\\end{align}")),
)

DEEP_INCLUDE = Message(
    "cannot include {name!r}: files include each other more than {limit} deep",
    (("main.tex", "\\input{main}"),),
)

MANY_INCLUDES = Message(
    "cannot include {name!r}: more than {limit} files are included",
    (("main.tex", "\\input{part}\n" * 51),),
)

LARGE_INCLUDE = Message("cannot include {name!r}: with it, more than {limit:,} bytes are read")

NO_JSON = Message(
    "cannot read the notebook: {reason}; expected JSON",
    (
        ("notes.ipynb", ""),
        ("notes.ipynb", "# Notes\n\n$$x = 1$$"),
        ("notes.ipynb", '{"cells": [\n  {"cell_type": "markdown" "source": []}\n]}'),
        ("notes.ipynb", '{"cells": ['),
        ("standard input", '{"nbformat": 4,\n "cells": [}'),
    ),
)

DEEP_JSON = Message(
    "cannot read the notebook: its lists are nested too deeply",
    (("notes.ipynb", "[" * 100_000),),
)

NO_CELLS = Message(
    "this is no notebook: expected an object with a list 'cells', as Jupyter writes it since"
    " nbformat 4",
    (
        ("notes.ipynb", "[]"),
        ("notes.ipynb", '"cells"'),
        ("notes.ipynb", '{"nbformat": 4}'),
        ("notes.ipynb", '{"nbformat": 4,\n "cells": {}}'),
        ("notes.ipynb", '{"nbformat": 3, "worksheets": [{"cells": []}]}'),
    ),
)

NO_CELL = Message(
    "cell {number} of the notebook is no object; expected one with 'cell_type' and 'source'",
    (("notes.ipynb", '{"cells": [\n {"cell_type": "code"},\n "# Notes"\n]}'),),
)

NO_SOURCE = Message(
    "cell {number} of the notebook has no text; expected 'source', a string or a list of strings",
    (
        ("notes.ipynb", '{"cells": [{"cell_type": "markdown"}]}'),
        ("notes.ipynb", '{"cells": [{"cell_type": "markdown", "source": null}]}'),
        ("notes.ipynb", '{"cells": [{"cell_type": "markdown", "source": ["a", 3]}]}'),
    ),
)

UNREADABLE_FILE = Message("cannot read {name}: {reason}; expected a readable file")

LARGE_FILE = Message("{name} is larger than {limit:,} bytes; expected a smaller file")

#: What stands at a place in a document: recorded there as a directive "malformed", or as "error"
#: where a file cannot be included.
IN_DOCUMENTS = (
    UNKNOWN_DIRECTIVE,
    EMPTY_DIRECTIVE,
    NOTHING_BESIDE,
    ABSOLUTE_INCLUDE,
    OUTSIDE_INCLUDE,
    MISSING_INCLUDE,
    DEEP_INCLUDE,
    MANY_INCLUDES,
)

#: What keeps a notebook from being read; raised with its place in the JSON.
IN_NOTEBOOKS = (NO_JSON, DEEP_JSON, NO_CELLS, NO_CELL, NO_SOURCE)
