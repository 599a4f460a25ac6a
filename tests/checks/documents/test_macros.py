"""Definitions: what they become, and what is left of the text."""

from __future__ import annotations

import pytest

from checks.documents.macros import take_definitions
from checks.documents.placed import FILLER


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\newcommand{\W}{\mathbf{W}}", {"W": (0, r"\mathbf{W}")}),
        (r"\newcommand\W{w}", {"W": (0, "w")}),
        (r"\newcommand*{\W} {w}", {"W": (0, "w")}),
        (r"\newcommand{\f}[2]{#1/#2}", {"f": (2, "#1/#2")}),
        (r"\newcommand{\f}[2][L]{\partial #1/\partial #2}",
         {"f": (1, r"\partial L/\partial #1"), "f[": (2, r"\partial #1/\partial #2")}),
        (r"\newcommand{\f}[1][L]{#1}\renewcommand{\f}[1]{(#1)}", {"f": (1, "(#1)")}),
        (r"\NewDocumentCommand{\f}{O{L} m}{#1_#2}", {"f": (1, "L_#1"), "f[": (2, "#1_#2")}),
        (r"\NewDocumentCommand\f{mm}{#1_#2}", {"f": (2, "#1_#2")}),
        ("\\newcommand{\\f}\n  [1]\n  {#1}", {"f": (1, "#1")}),
        (r"\newcommand{\a}{1}\renewcommand{\a}{2}", {"a": (0, "2")}),
        (r"\newcommand{\a}{1}\providecommand{\a}{2}\providecommand{\b}{3}",
         {"a": (0, "1"), "b": (0, "3")}),
        (r"\def\f#1#2{#2#1}", {"f": (2, "#2#1")}),
        (r"\gdef\a{\{}", {"a": (0, r"\{")}),
        (r"\DeclareMathOperator{\diag}{diag}", {"diag": (0, r"\operatorname{diag}")}),
        (r"\DeclareMathOperator*\lim{lim}", {"lim": (0, r"\operatorname{lim}")}),
        (r"\let\a=\b \let\c\d", {"a": (0, r"\b"), "c": (0, r"\d")}),
        (r"\newcommand{\,}{x}", {",": (0, "x")}),
        (r"\newcommand{\a}{\def\b{c}}", {"a": (0, r"\def\b{c}")}),
    ],
)  # fmt: skip
def test_definitions(text: str, expected: dict[str, tuple[int, str]]) -> None:
    rest, macros = take_definitions(f"x {text} y", {})
    assert macros == expected
    assert len(rest) == len(text) + 4
    assert rest.replace(FILLER, "").split() == ["x", "y"]


@pytest.mark.parametrize(
    "text",
    [
        r"\newcommand{\a}",
        r"\newcommand{\a}{b",
        r"\newcommand{\a x}{b}",
        r"\newcommand{a}{b}",
        r"\def\a(#1){b}",
        r"\define\a{b}",
        r"\let\a",
        r"\NewDocumentCommand{\a}{s m}{#2}",
        r"\newcommand{\a}[12]{b}",
    ],
)
def test_what_cannot_be_read_stays(text: str) -> None:
    assert take_definitions(text, {"k": (0, "v")}) == (text, {"k": (0, "v")})
