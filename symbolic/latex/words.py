"""Functions in plain letters: ``tanh(x)`` without a backslash is one word and a bracket."""

from __future__ import annotations

from symbolic.latex.tokens import Kind, Space, Token
from symbolic.latex.vocabulary import BARE_FUNCTIONS


def bare_words(tokens: list[Token]) -> list[Token]:
    """Return the tokens with names of functions in plain letters before a bracket made words."""
    done: list[Token] = []
    index = 0
    while index < len(tokens):
        end = index
        while end < len(tokens) and _is_plain_letter(tokens[end], is_first=end == index):
            end += 1
        letters = tokens[index:end]
        length = 0
        if len(letters) > 1 and _bracket_follows(tokens, end):
            length = _function_length(letters)
        done += letters[: len(letters) - length]
        if length:
            word = letters[-length:]
            text = "".join(letter.text for letter in word)
            done.append(word[0]._replace(kind=Kind.WORD, text=text, end=word[-1].end))
        done += tokens[end : end + (end == index)]
        index = max(end, index + 1)
    return done


def _is_plain_letter(token: Token, *, is_first: bool) -> bool:
    is_letter = token.kind is Kind.SYMBOL and len(token.text) == 1 and token.text.isascii()
    return is_letter and not token.style and (is_first or token.space is Space.NONE)


_LONGEST = max(map(len, BARE_FUNCTIONS))


def _function_length(letters: list[Token]) -> int:
    """Return how many letters at the end are the longest name of a function; 0 if none is."""
    end = "".join(letter.text for letter in letters[-_LONGEST:])
    lengths = range(len(end), 1, -1)
    return next((length for length in lengths if end[-length:] in BARE_FUNCTIONS), 0)


def _bracket_follows(tokens: list[Token], index: int) -> bool:
    """Whether a bracket comes next, behind primes and short scripts."""
    last = min(index + 40, len(tokens))
    while index < last:
        token = tokens[index]
        if token.kind is Kind.PRIME:
            index += 1
        elif token.kind is Kind.SCRIPT and index + 1 < last:
            index += 1
            if tokens[index].kind is Kind.BRACE_OPEN:
                while index < last and tokens[index].kind is not Kind.BRACE_CLOSE:
                    index += 1
            index += 1
        else:
            return token.kind is Kind.OPEN and token.text in "(["
    return False
