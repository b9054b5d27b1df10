"""Flags beside numbers, as publishers print them: ``12.3 p``, ``: c``, ``7 [low]``, ``5*``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

LONGEST_TEXT = 60
"""Characters of a cell that is a number with flags; longer ones are not looked at."""

LONGEST_FLAGS = 2_000
"""Characters of flags that are looked at: a sum has those of all its parts."""

_BLANK = r"[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}]"
_GROUP = rf"(?:[.,'\N{{RIGHT SINGLE QUOTATION MARK}}]|{_BLANK})"
_MARK = (
    r"@[A-Z](?![A-Za-z])|\[(?:[A-Za-z]{1,5}|note ?[0-9]{1,3})\]|\([A-Za-z]{1,3}\)"
    r"|\*{1,3}+|[\N{DAGGER}\N{DOUBLE DAGGER}\N{SECTION SIGN}¹²³]"
)
_NUMBER = re.compile(
    rf"[+\-\N{{MINUS SIGN}}]?\.?[0-9]++(?:{_GROUP}[0-9]++)*+\.?+(?:[eE][+-]?[0-9]++)?+"
).match
_GAP = re.compile(r":|\.\.|-|n/a").match
_TAIL = re.compile(rf"(?:{_BLANK}{{0,3}}+(?:{_MARK}|[a-z]{{1,5}}+(?![A-Za-z])))++").fullmatch
_ALONE = re.compile(r"[cxz]|\*{1,3}|(?:\[[A-Za-z]{1,5}\] ?){1,3}+").fullmatch
_FLAG = re.compile(rf"{_MARK}|[^\W\d_]++|[0-9]++|[^\s,;|+]")

# Flags of Eurostat that stand beside a number, and those that stand for one.
_BESIDE_NUMBERS = frozenset("bdefinprsu")
_BESIDE_GAPS = _BESIDE_NUMBERS | frozenset("cmxz")
_UNITS = frozenset({"bn", "in", "ns", "ps", "pu", "rs"})
"""Also units: billion, inches, nano- and picoseconds, per unit, rupees."""


def split_flags(text: str) -> tuple[str, str]:
    """The number or gap of a cell, and its flags.

    ``12.3 p`` → ``12.3``, ``p``; ``:c`` → ``:``, ``c``; ``: @C`` → ``:``, ``@C``; ``5 [p][r]`` →
    ``5``, ``[p] [r]``; ``[x]`` → empty (a gap), ``[x]``. The number is left as it is written.

    Letters alone are flags only if they are Eurostat's, in its order (``bep``), and no unit
    (``bn``): ``12 GWh`` and ``3 m`` come back unchanged and stay what they were, bad cells.
    ``1.2e5`` has an exponent, ``12e`` is an estimate. Capital letters are flags in brackets or
    after ``@`` only: ``5 M`` is five million, and Statistics Canada's ``E`` is not Eurostat's.

    Returns:
        The number or gap, and the flags with a blank between them; the text and nothing if it has
        no flags.
    """
    bare = text.strip()
    if not bare or len(bare) > LONGEST_TEXT or "0" <= bare[-1] <= "9":
        return text, ""
    if number := _NUMBER(bare):
        flags, end = _flags_of(bare[number.end() :], _BESIDE_NUMBERS), number.end()
    elif gap := _GAP(bare):
        flags, end = _flags_of(bare[gap.end() :], _BESIDE_GAPS), gap.end()
    else:
        flags, end = _flags_of(bare, _BESIDE_GAPS) if _ALONE(bare) else "", 0
    return (bare[:end], flags) if flags else (text, "")


def split_mark(text: str) -> tuple[str, str]:
    """A period and the flags behind it: ``2021-Q1 p`` → ``2021-Q1``, ``p``; ``2021*`` → ``2021``.

    Returns:
        The period and the flags, as `split_flags` does; the text and nothing if it has no flags.
    """
    head, flags = split_flags(text)
    if flags or len(text) > LONGEST_TEXT:
        return head, flags
    head, _, tail = text.strip().rpartition(" ")
    flags = split_flags(f"0 {tail}")[1] if head else ""
    return (head, flags) if flags else (text, "")


@lru_cache(maxsize=4096)
def _flags_of(tail: str, letters: frozenset[str]) -> str:
    """The flags behind a number or gap, with blanks between them; empty if it is something else."""
    pieces = _FLAG.findall(tail) if _TAIL(tail) else []
    return " ".join(pieces) if all(_is_flag(piece, letters) for piece in pieces) else ""


def split_column(texts: Sequence[str]) -> tuple[list[str], dict[int, str]]:
    """`split_flags` for each of many different cells.

    Returns:
        The numbers and gaps, and index → flags of those that have some.
    """
    heads = list(texts)
    flags: dict[int, str] = {}
    for index, text in enumerate(heads):
        if not "0" <= text[-1:] <= "9":
            heads[index], found = split_flags(text)
            if found:
                flags[index] = found
    return heads, flags


def flags_within(flags: str) -> tuple[str, ...]:
    """The pieces of flags as they are written: ``b, ep@C [low]`` → b, ep, @C, [low]."""
    return tuple(_FLAG.findall(flags[:LONGEST_FLAGS]))


def is_combination(letters: str) -> bool:
    """Whether letters are in Eurostat's order, as ``bep`` is and ``per`` is not."""
    return all(one < other for one, other in pairwise(letters))


def _is_flag(piece: str, letters: frozenset[str]) -> bool:
    if not piece.isalpha():
        return True
    return letters.issuperset(piece) and is_combination(piece) and piece not in _UNITS
