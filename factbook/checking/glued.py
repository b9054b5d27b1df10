"""Glued references: characters beside a reference that readers would take for part of its figure.

``9{F1}`` would read 967.3, ``−{F1}`` turns a rise into a fall, ``{F1}bn`` multiplies by a billion.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from factbook.checking.characters import is_unseen

_FACT = re.compile(r"\{F[0-9]+\}")
_BESIDE = frozenset({"Ps", "Pe", "Pi", "Pf", "Sc"})
"""Brackets, quotation marks and signs of currencies: seen as what they are, on either side."""

_BEFORE = frozenset("\"'/:;!?#&<>=~≈≤≥")
_AFTER = frozenset("\"'/:;!?.,…&")
_PARTS_OF_A_NUMBER = frozenset("'’/:.,…")
"""Marks that stand inside numbers as well: they are glued where a digit is on their other side."""

_MARKUP = frozenset("*_`\\")
_EM_DASHES = frozenset("—―")
_NARROW_BLANKS = frozenset("\u00a0\u2006\u2007\u2008\u2009\u200a\u202f")
"""Blanks that stand between the thousands of a number, unlike those between words."""

_SIGNS = frozenset("+±∓−")
_CITATION = re.compile(r"\{S[0-9]{1,9}\}")
_LONGEST_CITATION = 12
_TAKES_A_FIGURE = frozenset(
    ("about", "almost", "an", "and", "are", "around", "as", "at", "be", "been", "by", "equals")
    + ("for", "from", "is", "just", "nearly", "of", "only", "or", "reached", "reaching", "roughly")
    + ("some", "than", "to", "was", "were")
)
"""Words after which a dash is no dash between two parts of a sentence, but a sign."""

_LONGEST_WORD_BEFORE = 24
_LETTERS_TO_THE_SECOND_DASH = 200
_END_OF_A_PART = re.compile(r"[.!?;\n]")


def glued_references(text: str) -> Iterator[re.Match[str]]:
    """The references to facts of which what touches them would be read as part of the figure.

    Glued are digits, letters, signs, decimal points and commas, combining and invisible
    characters, marks of Markdown, and other references; digits and signs also beyond brackets,
    quotation marks, signs of currencies, citations and the blanks inside numbers. Not glued are
    other blanks, brackets, quotation marks, signs of currencies, marks of a sentence, and dashes
    between words or two references.

    Args:
        text: Text with references ``{F12}``.
    """
    previous_end = -1
    for reference in _FACT.finditer(text):
        start, end = reference.span()
        if previous_end == start or _is_glued_before(text, start) or _is_glued_after(text, end):
            yield reference
        previous_end = end


def _is_glued_before(text: str, start: int) -> bool:
    character = text[start - 1 : start]
    beyond = _before_what_is_seen_through(text, start)
    if beyond < start:
        return _is_part_beyond(text, beyond) or _is_after_sign(text, beyond, start)
    if not character or character.isspace():
        is_thousands = character in _NARROW_BLANKS and text[start - 2 : start - 1].isnumeric()
        return bool(character) and (is_thousands or _is_after_sign(text, start, start))
    kind = unicodedata.category(character)
    if kind == "Pd":
        return _is_sign_or_range(text, start)
    if character in _PARTS_OF_A_NUMBER and text[max(0, start - 2) : start - 1].isnumeric():
        return True
    return character not in _BEFORE


def _before_what_is_seen_through(text: str, start: int) -> int:
    """Where brackets, quotation marks, signs of currencies and citations before a place begin."""
    at = start
    while at:
        character = text[at - 1]
        if character == "}":
            citation = text.rfind("{", max(0, at - _LONGEST_CITATION), at)
            if citation < 0 or not _CITATION.fullmatch(text, citation, at):
                break
            at = citation
        elif _is_seen_through(character) or (at < start and _is_hidden(character)):
            at -= 1
        else:
            break
    return at


def _is_part_beyond(text: str, start: int) -> bool:
    """Whether a digit, or a point or comma after one, stands before a place, or a sign."""
    character, further = text[start - 1 : start], text[max(0, start - 2) : start - 1]
    if not start:
        return False
    if unicodedata.category(character) == "Pd":
        return _is_sign_or_range(text, start)
    is_part = character in _PARTS_OF_A_NUMBER and further.isnumeric()
    return character.isnumeric() or character in _SIGNS or is_part


def _is_sign_or_range(text: str, start: int) -> bool:
    """Whether a dash before a place is a sign or makes a range, and is none between words."""
    character, further = text[start - 1], text[max(0, start - 2) : start - 1]
    is_range = further.isnumeric() and character not in _EM_DASHES
    return is_range or not (further.isalnum() or _is_closing(further))


def _is_after_sign(text: str, start: int, reference_start: int) -> bool:
    """Whether a blank before a place stands after a sign, as in ``rose by - {F1}``.

    Dashes are signs after words that take a figure. Elsewhere one of a pair is between words, as
    are dashes that are longer than a hyphen, and one at the beginning of a line is a list's.
    """
    if not text[start - 1 : start].isspace() or not start:
        return False
    sign_at = start - 2
    while sign_at >= 0 and text[sign_at] in " \t" and start - sign_at < _LONGEST_WORD_BEFORE:
        sign_at -= 1
    sign = text[sign_at : sign_at + 1] if sign_at >= 0 else ""
    before = text[max(0, sign_at - _LONGEST_WORD_BEFORE) : max(0, sign_at)]
    words = before.rstrip()
    if sign in _SIGNS and sign:
        return not words or not (words[-1].isdigit() or words[-1] in "})]")
    if not sign or unicodedata.category(sign) != "Pd" or sign in _EM_DASHES or words == before:
        return False
    if words.split()[-1:] and words.split()[-1].strip("(“\"'").casefold() in _TAKES_A_FIGURE:
        return True
    begins_line = not words or "\n" in before[len(words) :]
    return (
        sign != "–"
        and not begins_line
        and words[-1].isalpha()
        and not _has_second(text, reference_start, sign)
    )


def _has_second(text: str, start: int, dash: str) -> bool:
    """Whether the same dash stands between blanks further on in this part of a sentence."""
    rest = text[start : start + _LETTERS_TO_THE_SECOND_DASH]
    end = _END_OF_A_PART.search(rest)
    return f" {dash} " in rest[: end.start() if end else None]


def _is_glued_after(text: str, end: int) -> bool:
    character, further = text[end : end + 1], text[end + 1 : end + 2]
    if not character:
        return False
    if character in _NARROW_BLANKS:
        return further.isnumeric() or _FACT.match(text, end + 1) is not None
    if character.isspace():
        return False
    beyond = _after_what_is_seen_through(text, end)
    if beyond > end and not (character in "'’" and _FACT.match(text, beyond)):
        return text[beyond : beyond + 1].isnumeric()
    kind = unicodedata.category(character)
    if kind == "Pd":
        is_range = further.isnumeric() and character not in _EM_DASHES
        return is_range or _is_hidden(further)
    if character == "{":
        return further == "F"
    if character in _PARTS_OF_A_NUMBER:
        joins = character not in "/:" and _FACT.match(text, end + 1) is not None
        return joins or further.isnumeric() or _is_hidden(further)
    return character not in _AFTER


def _after_what_is_seen_through(text: str, end: int) -> int:
    """Where brackets, quotation marks, signs of currencies and citations after a place end."""
    at = end
    while at < len(text):
        citation = _CITATION.match(text, at)
        if citation:
            at = citation.end()
        elif _is_seen_through(text[at]) or (at > end and _is_hidden(text[at])):
            at += 1
        else:
            break
    return at


def _is_seen_through(character: str) -> bool:
    return character in "\"'" or (
        character not in "{}" and unicodedata.category(character) in _BESIDE
    )


def _is_closing(character: str) -> bool:
    """Whether a character ends something, so that a dash after it is no sign."""
    return character == '"' or (bool(character) and unicodedata.category(character) in ("Pe", "Pf"))


def _is_hidden(character: str) -> bool:
    """Whether readers do not see a character, but what comes after it."""
    return bool(character) and (character in _MARKUP or is_unseen(character))
