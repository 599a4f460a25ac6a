r"""The author's own commands: ``\newcommand``, ``\def``, ``\DeclareMathOperator``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from checks.documents.placed import FILLER, blank

_DEFINITION = re.compile(
    r"\\(?P<command>newcommand|renewcommand|providecommand|DeclareMathOperator|g?def|let"
    r"|(?:New|Renew|Provide|Declare)DocumentCommand)"
    r"(?![A-Za-z])\*?\s*(?P<brace>\{\s*)?\\(?P<name>[A-Za-z]+|[^A-Za-z\s])"
)
#: [number of arguments][default of the first]; TeX: #1#2.
_ARGUMENTS = re.compile(r"(?:\s*\[(?P<count>[0-9])\](?:\s*\[(?P<default>[^\[\]\n]*)\])?)?\s*")
_PARAMETERS = re.compile(r"(?P<parameters>(?:#[1-9])*)\s*")
_LET = re.compile(r"\s*=?\s?(?P<body>\\(?:[A-Za-z]+|[^A-Za-z\s]))")
_CLOSE = re.compile(r"\s*\}")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_ARGUMENT = re.compile(r"#([1-9])")
#: Arguments of a document command: m one in braces, o and O{default} an optional first one.
_SPECIFICATION = re.compile(
    r"\s*\{\s*(?P<optional>o|O\s*\{(?P<default>[^{}]*)\})?(?P<mandatory>(?:\s*m)*)\s*\}\s*"
)
#: Behind the name of a macro that is called with its optional argument: \name[...]{...}.
OPTIONAL = "["

#: The name without backslash -> (number of arguments, replacement).
Macros = dict[str, tuple[int, str]]


def matching_braces(text: str) -> dict[int, int]:
    r"""Return where each brace that is opened is closed.

    >>> matching_braces(r"{a \{ {b}} {")
    {6: 8, 0: 9}
    """
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for match in _BRACE.finditer(text):
        brace = match.group()
        if brace == "{":
            opened.append(match.start())
        elif brace == "}" and opened:
            pairs[opened.pop()] = match.start()
    return pairs


def take_definitions(text: str, known: Mapping[str, tuple[int, str]]) -> tuple[str, Macros]:
    r"""Return the text with its definitions blanked, and the macros known after it.

    A definition that cannot be read, such as one without a body, stays in the text.

    >>> text, macros = take_definitions(r"\newcommand{\pd}[2]{\partial #1/\partial #2} x", {})
    >>> text.strip("\ufdd0"), macros
    (' x', {'pd': (2, '\\partial #1/\\partial #2')})
    """
    if not _DEFINITION.search(text):
        return text, dict(known)
    macros = dict(known)
    pairs = matching_braces(text)
    parts: list[str] = []
    position = kept = 0
    while match := _DEFINITION.search(text, position):
        position = match.end()
        read = _read(text, match, pairs)
        if read is None:
            continue
        forms, end = read
        name = match["name"]
        if not match["command"].lower().startswith("provide") or name not in macros:
            macros.pop(name + OPTIONAL, None)
            for suffix, (arguments, body) in forms.items():
                macros[name + suffix] = (arguments, body.replace(FILLER, " ").strip())
        parts += [text[kept : match.start()], blank(text[match.start() : end])]
        position = kept = end
    return "".join([*parts, text[kept:]]), macros


def _read(text: str, match: re.Match[str], pairs: dict[int, int]) -> tuple[Macros, int] | None:
    """Return what a definition says, with and without an optional argument, and its end."""
    position = match.end()
    if match["brace"]:
        close = _CLOSE.match(text, position)
        if close is None:
            return None
        position = close.end()
    match match["command"]:
        case "let":
            found = _LET.match(text, position)
            return ({"": (0, found["body"])}, found.end()) if found else None
        case "def" | "gdef":
            return _read_def(text, position, pairs)
        case "DeclareMathOperator":
            read = _read_newcommand(text, position, pairs)
            return ({"": (0, rf"\operatorname{{{read[0][''][1]}}}")}, read[1]) if read else None
        case command if command.endswith("DocumentCommand"):
            return _read_document_command(text, position, pairs)
        case _:
            return _read_newcommand(text, position, pairs)


def _read_def(text: str, position: int, pairs: dict[int, int]) -> tuple[Macros, int] | None:
    r"""Read what follows ``\def\name``; parameters with text between them are not read."""
    found = _PARAMETERS.match(text, position)
    assert found is not None
    read = _body(text, found.end(), pairs)
    return ({"": (len(found["parameters"]) // 2, read[0])}, read[1]) if read else None


def _read_newcommand(text: str, position: int, pairs: dict[int, int]) -> tuple[Macros, int] | None:
    r"""Read what follows ``\newcommand{\name}``."""
    found = _ARGUMENTS.match(text, position)
    assert found is not None
    read = _body(text, found.end(), pairs)
    if read is None:
        return None
    count = int(found["count"] or 0)
    return _forms(count, read[0], found["default"] if count else None), read[1]


def _read_document_command(
    text: str, position: int, pairs: dict[int, int]
) -> tuple[Macros, int] | None:
    r"""Read what follows ``\NewDocumentCommand{\name}``; other kinds of arguments are not read."""
    found = _SPECIFICATION.match(text, position)
    read = _body(text, found.end(), pairs) if found is not None else None
    if found is None or read is None:
        return None
    optional = found["optional"]
    count = found["mandatory"].count("m") + bool(optional)
    return _forms(count, read[0], (found["default"] or "") if optional else None), read[1]


def _forms(count: int, body: str, default: str | None) -> Macros:
    """Return a macro, and where it has a default, how it is called without and with it."""
    if default is None:
        return {"": (count, body)}

    def shifted(argument: re.Match[str]) -> str:
        number = int(argument[1])
        return default if number == 1 else f"#{number - 1}"

    return {"": (count - 1, _ARGUMENT.sub(shifted, body)), OPTIONAL: (count, body)}


def _body(text: str, position: int, pairs: dict[int, int]) -> tuple[str, int] | None:
    """Return the group in braces at a place, without them, and where it ends."""
    if position not in pairs:
        return None
    return text[position + 1 : pairs[position]], pairs[position] + 1
