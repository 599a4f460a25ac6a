"""Texts damaged at random: characters deleted, doubled or swapped, lines cut."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

Damage = Callable[[str, random.Random], str]


def deleted(text: str, rng: random.Random) -> str:
    place = rng.randrange(len(text))
    return text[:place] + text[place + 1 :]


def doubled(text: str, rng: random.Random) -> str:
    place = rng.randrange(len(text))
    return text[: place + 1] + text[place:]


def swapped(text: str, rng: random.Random) -> str:
    place = rng.randrange(max(1, len(text) - 1))
    return text[:place] + text[place : place + 2][::-1] + text[place + 2 :]


def cut(text: str, rng: random.Random) -> str:
    """Cut a line off somewhere; its end stays a line end."""
    lines = text.split("\n")
    number = rng.choice([n for n, line in enumerate(lines) if line] or [0])
    lines[number] = lines[number][: rng.randrange(len(lines[number]) + 1)]
    return "\n".join(lines)


ON_CHARACTERS: tuple[Damage, ...] = (deleted, doubled, swapped)
DAMAGE: tuple[Damage, ...] = (*ON_CHARACTERS, cut)


def damaged(text: str, rng: random.Random, most: int) -> str:
    """Return a text with one to ``most`` places damaged."""
    for _ in range(rng.randint(1, most)):
        text = rng.choice(DAMAGE)(text, rng)
    return text


@dataclass(frozen=True)
class Spoilt:
    """A document in which the right side of one display is damaged; its lines, counted from 1."""

    text: str
    first_line: int
    last_line: int


_DISPLAY = re.compile(r"\$\$.*?\$\$", re.DOTALL)
#: Left sides that define nothing, however the right side is damaged.
_DERIVATIVE = re.compile(r"\$\$\s*(?:\\d?frac\s*\{\\partial|\\partial|\\nabla)[^=]*=")
_NUMBER = re.compile(r"\s*(?:\\tag\{[^}]*\})?\s*\$\$$")


def places(text: str) -> list[tuple[int, int]]:
    """Return where the right sides of derivatives stand, without numbers and dollars."""
    found: list[tuple[int, int]] = []
    for display in _DISPLAY.finditer(text):
        head, number = _DERIVATIVE.match(display[0]), _NUMBER.search(display[0])
        if head and number and head.end() < number.start():
            found.append((display.start() + head.end(), display.start() + number.start()))
    return found


def spoilt(text: str, rng: random.Random, most: int) -> Spoilt:
    """Damage one right side; no line begins or ends, no dollar and no relation comes or goes."""
    start, end = rng.choice(places(text))
    pieces = re.split(r"(\n|\$|=|\\tag)", text[start:end])
    for _ in range(rng.randint(1, most)):
        number = rng.choice([n for n in range(0, len(pieces), 2) if pieces[n].strip()] or [0])
        if pieces[number]:
            pieces[number] = rng.choice(DAMAGE)(pieces[number], rng)
    first_line = text.count("\n", 0, text.rindex("$$", 0, start)) + 1
    last_line = text.count("\n", 0, text.index("$$", end)) + 1
    return Spoilt(text[:start] + "".join(pieces) + text[end:], first_line, last_line)
