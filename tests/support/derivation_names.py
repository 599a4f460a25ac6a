"""What the letters of the bundled derivations mean, section by section."""

from __future__ import annotations

from documents.truth import (
    forum282752,
    huang2019_batches,
    huang2019_scalars,
    huang2019_states,
    huang2019_vectors,
    rnn_by_hand_letters,
    rnn_by_hand_numbers,
    rnn_notes_forward,
    rnn_notes_network,
    simple_rnn_slides,
)
from support.formula_places import Names
from support.judging import Section


def same(*letters: str) -> dict[str, str]:
    return {letter: letter for letter in letters}


WEIGHTS = frozenset("UVW")
SLIDES = Names(
    nodes=same("a", "s", "o", "x"),
    whole=same(*WEIGHTS),
    parameters=WEIGHTS,
    below=True,
    slopes={"f": "s"},
)
FORUM = Names(
    nodes=same("a", "b", "z", "s", "x"),
    whole=same("u", "w", "k", "v", "c", "q", "o", "y", "L") | {"E": "L"},
    parameters=frozenset("uw"),
    below=True,
    first=0,
    instead=(("v_1", "v"),),
)
SCALARS = Names(
    nodes=same("s", "x", "y", "E") | {r"\hat{y}": "yhat"},
    whole=same(*WEIGHTS),
    parameters=WEIGHTS,
    below=True,
)
VECTORS = Names(
    nodes=same("z", "s", "g", "x", "y") | {r"\hat{y}": "yhat", "L": "Lt"},
    whole=same("L", *WEIGHTS),
    parameters=WEIGHTS,
    below=True,
    identity="D",
)
BATCH = Names(
    nodes=same("Z", "S", "G", "X", "Y", "L") | {r"\hat{Y}": "Yhat"},
    whole=same(*WEIGHTS),
    parameters=WEIGHTS,
    called=frozenset({"Z", "S", "G", "X", "Y", "L", r"\hat{Y}"}),
)
BOLD = {rf"\mathbf{{{letter}}}": letter for letter in "ahoxy"}
BOLD_WEIGHTS = {rf"\mathbf{{{letter}}}": letter for letter in "WUVbc"}
NOTES = Names(
    nodes=same(*"ahoxy") | BOLD | {r"\hat{y}": "yhat", r"\hat{\mathbf{y}}": "yhat", "L": "Lt"},
    whole={"w": "W", "u": "U", "v": "V", "b": "b", "c": "c", "L": "L"} | BOLD_WEIGHTS,
    parameters=frozenset("WUVbc"),
    horizon=r"\tau",
    abbreviated={r"\mathbf{x}": "U", r"\mathbf{h}": "W"},
)
BY_HAND = Names(
    nodes={r"\alpha": "alpha", "x": "x"},
    whole={"A": "Wa", "B": "Wx", "L": "L", "y": "y"},
    parameters=frozenset({"Wa", "Wx"}),
    instead=(
        (r"h_{\theta}(x^{(i)})", r"\alpha^{<3>(i)}"),
        (r"L(\theta_0, \theta_1)", "L"),
        (r"L(\theta)", "L"),
        (r"\theta_0", "A"),
        (r"\theta_1", "B"),
        ("W_a", "A"),
        ("W_x", "B"),
    ),
)
SAME_WITH_VECTORS = Names(
    nodes={r"\vec{a}": "alpha", r"\vec{x}": "x"},
    whole={"A": "Wa", "B": "Wx", "L": "L", r"\vec{y}": "y"},
    parameters=frozenset({"Wa", "Wx"}),
    below=True,
    instead=(("w_{x1}", "B"), ("w_{x3}", "B"), ("w_{a1}", "A"), ("W_a", "A"), ("W_x", "B")),
)
NUMBER = Names(whole=same("x"))

#: A section of the truth, and what its letters mean.
NAMES: dict[Section, Names] = {
    simple_rnn_slides.SCALARS: SLIDES,
    forum282752.ANSWER: FORUM,
    huang2019_scalars.SCALARS: SCALARS,
    huang2019_scalars.COMPOSITES: Names(whole=same(*"xuvz")),
    huang2019_vectors.BEFORE: VECTORS,
    huang2019_vectors.AFTER: VECTORS,
    huang2019_states.LINEAR: Names(whole=same("W", "x", "y", "L")),
    huang2019_batches.BATCH: BATCH,
    rnn_notes_network.BEFORE: NOTES,
    rnn_notes_network.AFTER: NOTES,
    rnn_notes_forward.ANYWHERE: NUMBER,
    rnn_by_hand_letters.ONE: BY_HAND,
    rnn_by_hand_letters.ALL: BY_HAND,
    rnn_by_hand_letters.GIVEN: SAME_WITH_VECTORS,
    rnn_by_hand_numbers.ANYWHERE: NUMBER,
}
