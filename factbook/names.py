"""Names as they are compared: of places, categories, measures and units, wherever they stand."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

LONGEST_NAME = 500
"""Length of the longest text that can be a name: of a place, sector, property or unit."""


def tidy(text: str) -> str:
    """A label without surrounding blanks, and with single plain blanks inside."""
    return " ".join(text.split())


@lru_cache(maxsize=1 << 16)
def name_key(text: str) -> str:
    """A name as it is compared; what is shown stays as it was written.

    Two names are one if they differ only in case, in blanks around and inside, in format
    characters (category Cf: zero-width blanks, soft hyphens, marks of direction), or in what
    Unicode calls compatible (NFKC: ``CO₂`` and ``CO2``, an accent of its own and a letter with
    one, full-width letters). It is nearly NFKC_Casefold of the Unicode Standard, section 3.13.

    A text longer than `LONGEST_NAME` is no name, and is compared by case and blanks alone:
    putting a long row of combining marks in order takes the square of its length.
    """
    if len(text) > LONGEST_NAME or text.isascii():
        return tidy(text).casefold()
    plain = unicodedata.normalize("NFKC", without_format(text))
    return tidy(without_format(unicodedata.normalize("NFKC", plain.casefold())))


def without_format(text: str) -> str:
    """A text without characters that are not seen (category Cf), such as a zero-width blank."""
    if text.isascii():
        return text
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf")


def plain(text: str) -> str:
    """A text in its plainest characters: ``CO₂`` as ``CO2``, nothing that cannot be seen."""
    return unicodedata.normalize("NFKC", without_format(text)).strip()
