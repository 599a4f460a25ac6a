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
